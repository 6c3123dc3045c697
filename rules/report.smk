# What ran, put together: counts, one page, cards.


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
        mem_mb=1000,
        runtime=20,
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
        style="scripts/templates/report.css",
    output:
        page="<results>/report/index.html",
        facts="<results>/report/facts.json",
        funnel="<results>/report/funnel.json",
    log:
        "<logs>/build_report.log",
    benchmark:
        "<benchmarks>/build_report.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        run=json.dumps(run_facts(RESULTS, config, DUMPS, list(SYSTEMS)), sort_keys=True),
        files=json.dumps(REPORT_FILES),
        code=code("build_report"),
    shell:
        "python scripts/build_report.py "
        "--template {input.template:q} "
        "--run {params.run:q} "
        "--files {params.files:q} "
        "--page {output.page:q} "
        "--facts {output.facts:q} "
        "--funnel {output.funnel:q} "
        "> {log:q} 2>&1"


rule write_cards:
    # Dataset card and model cards with the head that the Hugging Face hub reads.
    input:
        dataset="scripts/templates/dataset_card.md.j2",
        model="scripts/templates/model_card.md.j2",
        facts="<results>/report/facts.json",
    output:
        dataset="<results>/cards/dataset.md",
        models=expand("<results>/cards/{model}-{variant}.md", model=STUDENTS, variant=VARIANTS),
    log:
        "<logs>/write_cards.log",
    benchmark:
        "<benchmarks>/write_cards.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
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
