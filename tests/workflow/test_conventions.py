"""The house's rules about names, imports, pins and prompts; each failure says how to mend it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
LIBRARY = sorted((ROOT / "scripts/humanllm").rglob("*.py"))
RULE_FILES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]
HEAVY = {"torch", "vllm", "transformers", "deepspeed", "mergekit", "matplotlib", "accelerate", "openai"}
NOT_RULES = {
    "summarize_run",
    "check_cluster",
    "exchange_batch",
    "fetch_models",
    "plan_run",
    "preview_prompts",
    "score_sheets",
    "trace_sample",
}  # by a person


def rules_with_code() -> dict[str, str]:
    """{rule: text of its block} for the rules that run a script."""
    found = {}
    for path in RULE_FILES:
        blocks = re.split(r"^\s*rule (\w+):$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found |= {name: text for name, text in zip(blocks[1::2], blocks[2::2], strict=True) if "shell:" in text}
    return found


def imports(path: Path, top_level: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else list(ast.walk(tree))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def pins(name: str) -> dict[str, str]:
    spec = yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in spec["dependencies"] if isinstance(entry, dict))
    return dict(pin.split("==") for pin in pip)


def test_every_rule_has_a_script_of_its_name_and_every_script_a_rule() -> None:
    scripts = {path.stem for path in SCRIPTS} - NOT_RULES
    assert set(rules_with_code()) == scripts, "name the script after its rule: verb_noun.py"


@pytest.mark.parametrize("rule", sorted(rules_with_code()))
def test_a_rule_calls_its_own_script_and_says_what_it_needs(rule: str) -> None:
    text = rules_with_code()[rule]
    assert f"scripts/{rule}.py" in text, f"rule {rule} must call scripts/{rule}.py"
    coded = f'code("{rule}")' in text or rule == "make_key"  # made once: an edit makes no other key
    assert coded, f'rule {rule}: add params code=code("{rule}"), so that an edit reruns it'
    assert f"<logs>/{rule}" in text, f"rule {rule}: its log belongs into <logs>/{rule}"
    assert f"<benchmarks>/{rule}" in text, f"rule {rule}: its benchmark belongs into <benchmarks>/{rule}"
    for directive in ("mem_mb", "runtime", "conda:"):
        assert directive in text, f"rule {rule} lacks {directive}"


def test_names_do_not_shadow_the_standard_library() -> None:
    for path in SCRIPTS:
        assert path.stem not in sys.stdlib_module_names, f"{path.name} shadows a standard module: use verb_noun"
        assert "_" in path.stem, f"{path.name}: use verb_noun"


def test_scripts_import_no_script_and_the_library_no_command_line() -> None:
    names = {path.stem for path in SCRIPTS}
    for path in SCRIPTS:
        assert not imports(path) & names, f"{path.name} imports a script: move the shared part into humanllm"
    for path in LIBRARY:
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"click", "snakemake"}, f"{path}: the library knows no command line and no workflow"
        assert not roots & names, f"{path} imports a script"


@pytest.mark.parametrize("path", [*SCRIPTS, *LIBRARY], ids=lambda path: path.stem)
def test_heavy_packages_are_imported_inside_functions(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path, top_level=True)}
    assert not roots & HEAVY, f"{path.name}: import {roots & HEAVY} inside the function that needs it"


BLOCK_HEAVY = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import runpy
for script in sys.argv[1:]:
    sys.argv = [script, "--help"]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        assert end.code == 0, (script, end.code)
"""


def test_help_works_without_heavy_packages() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'scripts')\n{BLOCK_HEAVY}", *map(str, SCRIPTS)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("Usage:") == len(SCRIPTS)


def test_no_module_is_too_long() -> None:
    for path in [*SCRIPTS, *LIBRARY, *RULE_FILES, *sorted((ROOT / "rules").glob("*.py"))]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 250, f"{path.name} has {lines} lines: does it still do one thing?"


def test_pins_of_the_environments_agree() -> None:
    cpu = pins("cpu")
    for name in ("data", "infer", "train", "merge"):
        for package, version in pins(name).items():
            if package in cpu and package != "torch":  # the GPU files take a newer torch than vLLM's CPU build can
                assert version == cpu[package], (
                    f"envs/{name}.yaml pins {package} {version}, envs/cpu.yaml {cpu[package]}"
                )
    assert pins("train")["torch"] == pins("merge")["torch"]


def test_every_rule_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", readme, flags=re.MULTILINE))
    assert rows == set(rules_with_code()), "the README's table of rules must name every rule, and no other"


def test_every_rule_has_a_test() -> None:
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests/scripts").glob("test_*.py")}
    assert set(rules_with_code()) <= tests, "each rule's script has its test in tests/scripts/test_<rule>.py"


def test_the_prompts_are_inputs_of_their_rules() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in RULE_FILES)
    for path in sorted((ROOT / "scripts/prompts").iterdir()):
        assert f"scripts/prompts/{path.name}" in text, f"no rule names {path.name}/ among its inputs"


def table_of(path: str, name: str) -> object:
    """The value of a top-level literal in a rule file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(rf"^{name} = (\{{.*?^\}}|\[.*?\])", text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no {name}"
    return ast.literal_eval(found[1])


def test_the_rules_and_the_library_name_the_same_things() -> None:
    from humanllm.benchmarks import in_domain
    from humanllm.planning.measure import READS
    from humanllm.products import KINDS as PRODUCT_KINDS
    from humanllm.readers import KINDS as DUMP_KINDS

    products = table_of("rules/common.smk", "PRODUCTS")
    assert {name: list(kinds) for name, kinds in PRODUCT_KINDS.items()} == products
    assert table_of("rules/records.smk", "RECORD_KINDS") == list(DUMP_KINDS)
    assert table_of("rules/common.smk", "CLEANING") == READS
    assert table_of("rules/systems.smk", "IN_DOMAIN_TASKS") == list(in_domain.TASKS)
