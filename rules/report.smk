# What ran, put together: comparisons, counts, one page, cards.
# `snakemake --report report.zip` packs what is marked by report(), with the run's own times and rule graph.


from reporting import funnel_files, funnel_rows, leaves, report_files, run_facts

FUNNELS = {
    source: funnel_rows(
        RESULTS,
        source,
        DUMPS[source],
        len(buckets(source)),
        list(PRODUCTS),
        [task for task in TASKS if source in task_sources(task)],
    )
    for source in SOURCES
}
REPORT_FILES = report_files(RESULTS, config, list(SYSTEMS))


rule compare_scores:
    # All systems side by side; the pairs that the paper asks about are tested.
    input:
        scores=expand("<results>/scores/{system}/{{compared}}.json", system=SYSTEMS),
        cells=expand("<results>/scores/{system}/{{compared}}.cells.parquet", system=SYSTEMS),
    output:
        comparison="<results>/comparison/{compared}.json",
        table=report(
            "<results>/comparison/{compared}.csv",
            caption="captions/comparison.rst",
            category="Scores",
            labels={"of": "{compared}"},
        ),
    log:
        "<logs>/compare_scores/{compared}.log",
    benchmark:
        "<benchmarks>/compare_scores/{compared}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        pairs=json.dumps(system_pairs()),
        resamples=config["scoring"]["resamples"],
        seed=config["seed"],
        code=code("compare_scores"),
    shell:
        "python scripts/compare_scores.py "
        "--pairs {params.pairs:q} "
        "--resamples {params.resamples:q} "
        "--seed {params.seed:q} "
        "--output {output.comparison:q} "
        "--table {output.table:q} "
        "{input.scores:q} "
        "> {log:q} 2>&1"


rule count_funnel:
    # One file a source, so that the report does not hang on thousands.
    input:
        lambda wildcards: funnel_files(FUNNELS[wildcards.source]),
    output:
        "<results>/funnel/{source}.json",
    log:
        "<logs>/count_funnel/{source}.log",
    benchmark:
        "<benchmarks>/count_funnel/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        rows=lambda wildcards: json.dumps(FUNNELS[wildcards.source]),
        code=code("count_funnel"),
    shell:
        "python scripts/count_funnel.py "
        "--source {wildcards.source:q} "
        "--rows {params.rows:q} "
        "--output {output:q} "
        "> {log:q} 2>&1"


rule build_report:
    input:
        files=leaves(REPORT_FILES),
        template="scripts/templates/report.html.j2",
        macros="scripts/templates/report_macros.html.j2",
        style="scripts/templates/report.css",
        paper=config["report"]["paper_figures"] or [],
    output:
        page=report("<results>/report/index.html", caption="captions/page.rst", category="Report"),
        facts="<results>/report/facts.json",
        funnel="<results>/report/funnel.json",
        tables=report(
            directory("<results>/report/tables"),
            patterns=["{table}.csv"],
            caption="captions/table.rst",
            category="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "<logs>/build_report.log",
    benchmark:
        "<benchmarks>/build_report.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        run=json.dumps(run_facts(RESULTS, config, DUMPS, SYSTEMS), sort_keys=True),
        files=json.dumps(REPORT_FILES),
        measured=config["pathvars"]["benchmarks"],
        paper=lambda wildcards, input: [f"--paper={input.paper}"] if input.paper else [],
        code=code("build_report"),
    shell:
        "python scripts/build_report.py "
        "--template {input.template:q} "
        "--run {params.run:q} "
        "--files {params.files:q} "
        "--page {output.page:q} "
        "--measured {params.measured:q} "
        "{params.paper:q} "
        "--facts {output.facts:q} "
        "--funnel {output.funnel:q} "
        "--tables {output.tables:q} "
        "> {log:q} 2>&1"


rule write_cards:
    # Dataset card and model cards with the head that the Hugging Face hub reads.
    input:
        dataset="scripts/templates/dataset_card.md.j2",
        model="scripts/templates/model_card.md.j2",
        facts="<results>/report/facts.json",
    output:
        dataset=report("<results>/cards/dataset.md", caption="captions/card.rst", category="Cards"),
        models=report(
            expand("<results>/cards/{model}-{variant}.md", model=STUDENTS, variant=VARIANTS),
            caption="captions/card.rst",
            category="Cards",
        ),
    log:
        "<logs>/write_cards.log",
    benchmark:
        "<benchmarks>/write_cards.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("write_cards"),
    shell:
        "python scripts/write_cards.py "
        "--dataset-template {input.dataset:q} "
        "--model-template {input.model:q} "
        "--facts {input.facts:q} "
        "--dataset {output.dataset:q} "
        "{output.models:q} "
        "> {log:q} 2>&1"
