# From raw social dumps to a language model that simulates individual people, and its scores.
# Targets: genome (the dataset), sft (the training set), models, scores, report (the default: everything).
from snakemake.utils import min_version

min_version("9.27")


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/systems.smk"


localrules:
    all,
    genome,
    sft,
    models,
    scores,
    report,


rule all:
    default_target: True
    input:
        "<results>/report/index.html",
        "<results>/cards/dataset.md",
        expand("<results>/harness/{benchmark}", benchmark={"in_domain"} & set(config["benchmarks"])),
        expand("<results>/human/{application}/sheet.html", application=APPLICATIONS),
        expand("<results>/cards/{model}-{variant}.md", model=STUDENTS, variant=VARIANTS),


include: "rules/sample.smk"
include: "rules/records.smk"
include: "rules/users.smk"
include: "rules/cleaning.smk"
include: "rules/products.smk"
include: "rules/tasks.smk"
include: "rules/training_set.smk"
include: "rules/student.smk"
include: "rules/training.smk"
include: "rules/merging.smk"
include: "rules/evaluation.smk"
include: "rules/applications.smk"
include: "rules/report.smk"


rule genome:
    # The Cognitive Genome Dataset (paper 2).
    input:
        expand("<results>/genome/{product}/{source}.parquet", product=PRODUCTS, source=SOURCES),


rule sft:
    # The training and test sets of every variant (paper 3.2).
    input:
        expand("<results>/sft/{variant}/{file}", variant=VARIANTS, file=["train.jsonl", "test.jsonl", "report.json"]),


rule models:
    # Every student, tuned and merged (paper 3.2, 3.3).
    input:
        expand("<results>/merged/{model}/{variant}", model=STUDENTS, variant=VARIANTS),


rule scores:
    # Every system on every benchmark and in every application (paper 4).
    input:
        expand("<results>/scores/{system}/{benchmark}.json", system=SYSTEMS, benchmark=config["benchmarks"]),
        expand("<results>/harness/{benchmark}", benchmark={"in_domain"} & set(config["benchmarks"])),
        expand("<results>/scores/{system}/{application}.json", system=SYSTEMS, application=APPLICATIONS),


rule report:
    input:
        "<results>/report/index.html",
