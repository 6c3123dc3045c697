# The six tasks, from clean records and the genome's products (paper 3.1).


rule list_items:
    # Titles by category, over all buckets: candidates come from every user's items.
    input:
        lambda wildcards: every_bucket("<results>/records/{source}/{bucket}.parquet", [wildcards.source]),
    output:
        titles="<results>/records/{source}.items.parquet",
        stats="<results>/records/{source}.items.stats.json",
    log:
        "<logs>/list_items/{source}.log",
    benchmark:
        "<benchmarks>/list_items/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        code=code("list_items"),
    shell:
        "python scripts/list_items.py "
        "--output {output.titles:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"


rule build_task:
    # One task's samples of one source.
    input:
        clean=lambda wildcards: every_bucket("<results>/clean/{source}/{bucket}.parquet", [wildcards.source]),
        products=lambda wildcards: expand(
            "<results>/genome/{product}/{{source}}.parquet", product=TASK_PRODUCTS[wildcards.task]
        ),
        titles=task_titles,
        reviews=task_reviews,
        prompts="scripts/prompts/tasks/{task}.md",
    output:
        samples="<results>/tasks/{task}/{source}.parquet",
        dropped="<results>/tasks/{task}/{source}.dropped.parquet",
        stats="<results>/tasks/{task}/{source}.stats.json",
    log:
        "<logs>/build_task/{task}/{source}.log",
    benchmark:
        "<benchmarks>/build_task/{task}/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        clean=lambda wildcards: f"{RESULTS}/clean/{wildcards.source}",
        buckets=lambda wildcards: len(buckets(wildcards.source)),
        titles=lambda wildcards, input: [f"--items={path}" for path in input.get("titles", [])],
        reviews=lambda wildcards, input: [f"--reviews={Path(path).parent}" for path in input.get("reviews", [])[:1]],
        seed=config["seed"],
        history_records=config["tasks"]["history_records"],
        history_words=config["tasks"]["history_words"],
        lengths=lambda wildcards: [
            f"--{end}-tokens={tokens}"
            for end, tokens in config["tasks"]["target_tokens"].get(wildcards.task, {}).items()
        ],
        candidates=config["tasks"]["candidates"],
        history_items=config["tasks"]["history_items"],
        code=code("build_task"),
    shell:
        "python scripts/build_task.py "
        "--task {wildcards.task:q} "
        "--clean {params.clean:q} "
        "--buckets {params.buckets:q} "
        "--prompts {input.prompts:q} "
        "{params.titles:q} "
        "{params.reviews:q} "
        "--seed {params.seed:q} "
        "--history-records {params.history_records:q} "
        "--history-words {params.history_words:q} "
        "{params.lengths:q} "
        "--candidates {params.candidates:q} "
        "--history-items {params.history_items:q} "
        "--output {output.samples:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "{input.products:q} "
        "> {log:q} 2>&1"
