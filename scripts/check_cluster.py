"""Hold profiles/slurm against the Slurm of this login node, and say what to edit; `make cluster` begins with this."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click

from humanllm.errors import InputError, one_line

FILE = click.Path(path_type=Path)
HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "rules/schemas/config.schema.yaml"
CONDA = (
    "conda is not on PATH, and builds the jobs' environments: load your site's module, or install Miniforge, which"
    " needs no root (github.com/conda-forge/miniforge)"
)


def answer(*command: str) -> str | None:
    """What a command prints; None if there is none or it fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None


@click.command(help=__doc__)
@click.option("--profile", type=FILE, default=HERE.parent / "profiles/slurm", show_default=False)
@click.option("--configfile", type=FILE, multiple=True, help="An overlay over config.yaml; may be given several times.")
@one_line
def main(profile: Path, configfile: tuple[Path, ...]) -> None:
    missing = [name for name in ("sbatch", "sinfo", "squeue") if not shutil.which(name)]
    if missing:
        raise InputError(f"no {', '.join(missing)} here: run this on a login node of the cluster")
    wrong = list(_wrong(profile, configfile))
    if wrong:
        raise InputError("the profile does not fit this cluster:\n" + "\n".join(f"  {line}" for line in wrong))
    click.echo(f"{profile} fits this cluster; next: make fetch, then snakemake --profile slurm -n")


def _wrong(profile: Path, configfile: tuple[Path, ...]) -> Iterator[str]:
    from humanllm import cluster
    from humanllm.fetching import roles_of
    from humanllm.settings import read_config, read_yaml

    settings, limits = read_yaml(profile / "config.yaml"), read_yaml(profile / "partitions.yaml")["partitions"]
    config = read_config([HERE.parent / "config.yaml", *configfile], SCHEMA)
    sinfo = answer("sinfo", "-h", "-o", cluster.SINFO)
    if sinfo is None:
        yield "sinfo does not answer: is Slurm's controller up?"
    else:
        for line in cluster.wrong_partitions(limits, cluster.parse_sinfo(sinfo)):
            yield f"{profile}/partitions.yaml: {line}"
    models = set(roles_of(config))
    found = [*cluster.wrong_profile(settings, limits, config, models)]
    found += cluster.wrong_requests(settings, limits, config, models)
    show = ("sacctmgr", "-nP", "show")
    own = answer(*show, "assoc", f"user={getpass.getuser()}", "format=account,qos,maxsubmit") or ""
    found += cluster.wrong_account(settings, own, answer(*show, "qos", "format=name,maxsubmitjobsperuser") or "")
    sacct = answer("sacct", "-X", "-n", "--starttime", "now-1hour") is not None
    found += cluster.wrong_polling(settings, answer("scontrol", "show", "config") or "", sacct)
    for line in found:
        yield f"{profile}/config.yaml: {line}"
    if settings.get("software-deployment-method") == "conda" and not shutil.which("conda"):
        yield CONDA


if __name__ == "__main__":
    main()
