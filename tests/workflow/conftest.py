"""Copies of the project to run Snakemake in: fresh, finished, and finished to be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from project import Project, copy_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh copy, nothing run yet."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy whose training set is made: tests copy it before they change it."""
    project = copy_project(tmp_path_factory.mktemp("finished") / "project")
    done = project.demo("sft")
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    return project


@pytest.fixture
def changed(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished run, times and metadata kept, free to be changed."""
    shutil.copytree(finished.folder, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project")
