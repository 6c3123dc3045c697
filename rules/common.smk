# Shared by all: the checked config, the run's dumps and buckets, and what they give as input.
import json
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir) / "rules"))

from configuration import check_config
from dumps import find_dumps, paths_of
from environment import job_environment
from provenance import code_digest

try:
    check_config(config, Path(workflow.basedir) / "rules/schemas/config.schema.yaml")
    DUMPS = find_dumps(config)  # {source: {dump: Dump(kind, path)}}
except ValueError as error:
    raise WorkflowError(str(error)) from None

# Each job reads this file too, so it has these whatever sbatch hands on.
os.environ.update(job_environment(config["hub"]))

# Pathvars (<results>, <state>, ...) are expanded in input, output, log and benchmark; params take these.
RESULTS = config["pathvars"]["results"]
STATE = config["pathvars"]["state"]
SOURCES = config["active_sources"]
PRODUCTS = {  # 2.2: what the teacher makes, and of which kinds
    "user": ["persona", "profile", "stories", "style"],
    "scenario": ["scenario"],
    "social_qa": ["action", "thought", "reason"],
    "topic": ["topic"],
}
TASKS = {  # 3.1: each task and the sources that have what it needs
    "profile_generation": ["reddit", "twitter", "blogger", "amazon"],
    "scenario_generation": ["reddit", "twitter", "blogger", "amazon"],
    "social_qa": ["reddit", "twitter", "blogger", "amazon"],
    "writing_imitation": ["reddit", "twitter", "blogger", "amazon"],
    "personalized_commenting": ["reddit"],
    "item_selection": ["amazon"],
}
TASK_PRODUCTS = {  # what each task reads of the genome
    "profile_generation": ["user"],
    "scenario_generation": ["scenario"],
    "social_qa": ["user", "social_qa"],
    "writing_imitation": ["user", "topic"],
    "personalized_commenting": [],
    "item_selection": ["user"],
}
CLEANING = {  # the folder whose table each stage reads, by the order of work
    "rewrite_first": {"rewrite_text": "records", "score_quality": "rewritten", "select_records": "scored"},
    "score_first": {"rewrite_text": "scored", "score_quality": "records", "select_records": "rewritten"},
}[config["cleaning"]["order"]]
APPLICATIONS = list(config["applications"])  # 4: judged by their text
STUDENTS = config["students"]
VARIANTS = config["variants"]
DERIVED = [variant for variant in VARIANTS if variant != "full"]  # 4.4: made of the full training set


wildcard_constraints:
    source="reddit|twitter|blogger|amazon",
    dump=r"[A-Za-z0-9_.+=-]+",  # kind and file name: submissions-RS_2019-01
    bucket=r"\d+",  # which users: a hash of the user, below sources.<source>.buckets
    product="|".join(PRODUCTS),
    task="|".join(TASKS),
    variant="full|raw|gen|t1|t2",  # which samples a student is trained on
    model=r"[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*",  # a name under models in the config
    system=r"[A-Za-z0-9_.-]+",  # whose answers: a student's base, tuned or merged model, or another model
    benchmark="|".join(config["benchmarks"]),  # questions with options: a name under benchmarks in the config
    application="|".join(APPLICATIONS),  # what systems write and a judge grades
    compared="|".join([*config["benchmarks"], *APPLICATIONS]),  # all systems on a benchmark or in an application


def code(rule_name):
    """A digest of the script and the library modules behind it; an edit reruns the rule, a comment does not."""
    return code_digest(Path(workflow.basedir) / "scripts", rule_name)


def buckets(source):
    return range(config["sources"][source]["buckets"])


def dump_of(wildcards):
    try:
        return DUMPS[wildcards.source][wildcards.dump]
    except KeyError:
        raise WorkflowError(f"no dump {wildcards.dump} of {wildcards.source} in the config")


def kept_labels(source):
    """The labels of quality that pass the cut, as options of a command."""
    return [f"--quality={label}" for label in config["select"]["quality"][source]]


def cuts_of(product):
    """The judge's least grades of the product's kinds, as JSON."""
    return json.dumps({kind: config["judging"]["cuts"][kind] for kind in PRODUCTS[product]}, sort_keys=True)


def filtered(source, *kinds):
    """The filtered tables of the dumps of these kinds."""
    names = [name for name, dump in DUMPS[source].items() if dump.kind in kinds]
    return expand("<results>/filtered/{source}/{dump}.parquet", source=source, dump=names)


def every_bucket(pattern, sources=None, **wildcards):
    """`pattern` for each bucket of each source (default: all active ones)."""
    return [
        path
        for source in (sources or SOURCES)
        for path in expand(pattern, source=source, bucket=buckets(source), **wildcards)
    ]


def task_sources(task):
    return [source for source in TASKS[task] if source in SOURCES and has_dumps_for(task, source)]


def has_dumps_for(task, source):
    """Commenting needs dumps of comments; the other tasks live on what every source has."""
    kinds = {dump.kind for dump in DUMPS[source].values()}
    return "comments" in kinds if task == "personalized_commenting" else True


def active_tasks():
    return [task for task in TASKS if task_sources(task)]


def task_titles(wildcards):
    """Item selection's candidates: all titles."""
    return ["<results>/records/{source}.items.parquet"] if wildcards.task == "item_selection" else []


def task_reviews(wildcards):
    """What the users own, whom item selection offers nothing of that."""
    if wildcards.task != "item_selection":
        return []
    return every_bucket("<results>/records/{source}/{bucket}.parquet", [wildcards.source])


def general_files(name):
    patterns = config["ablations"]["gen"][name]["files"]
    found = [path for pattern in patterns for path in paths_of(pattern, f"{RESULTS}/")]
    if not found:
        raise WorkflowError(
            f"ablations.gen.{name}.files: no file at {', '.join(patterns) or 'any place'}: "
            "fetch the data set, edit the pattern in your config, or take gen out of variants"
        )
    return found


GENERAL = {name: general_files(name) for name in config["ablations"]["gen"]} if "gen" in VARIANTS else {}


def variant_recipe(wildcards):
    """What an ablation's training set is made of, as JSON: tasks, general conversations, or halves of texts."""
    knobs = config["ablations"].get(wildcards.variant)
    if wildcards.variant == "raw":
        recipe = {"halves": f"{RESULTS}/clean"}
    elif wildcards.variant == "gen":
        recipe = {"general": {name: one | {"files": GENERAL[name]} for name, one in knobs.items()}}
    else:
        recipe = {"tasks": knobs}
    return json.dumps(recipe, sort_keys=True)


def variant_files(wildcards):
    """The files that an ablation's set needs beside the full one."""
    if wildcards.variant == "raw":
        return every_bucket("<results>/clean/{source}/{bucket}.parquet")
    if wildcards.variant == "gen":
        return [path for paths in GENERAL.values() for path in paths]
    return []
