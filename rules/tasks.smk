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
        runtime=60,
    params:
        code=code("list_items"),
    shell:
        "python scripts/list_items.py "
        "--output {output.titles:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"


rule build_task:
    # One task's samples of one bucket.
    input:
        clean="<results>/clean/{source}/{bucket}.parquet",
        products=lambda wildcards: expand(
            "<results>/genome/{product}/{{source}}/{{bucket}}.parquet", product=TASK_PRODUCTS[wildcards.task]
        ),
        titles=task_items,
        prompts="scripts/prompts/tasks/{task}.md",
    output:
        samples="<results>/tasks/{task}/{source}/{bucket}.parquet",
        dropped="<results>/tasks/{task}/{source}/{bucket}.dropped.parquet",
        stats="<results>/tasks/{task}/{source}/{bucket}.stats.json",
    log:
        "<logs>/build_task/{task}/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/build_task/{task}/{source}/{bucket}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=60,
    params:
        titles=lambda wildcards, input: [
            f"--{name}={path}" for name, path in zip(["items", "reviews"], input.get("titles", []))
        ],
        seed=config["seed"],
        history_records=config["tasks"]["history_records"],
        history_words=config["tasks"]["history_words"],
        min_tokens=config["tasks"]["target_tokens"]["min"],
        max_tokens=config["tasks"]["target_tokens"]["max"],
        candidates=config["tasks"]["candidates"],
        history_items=config["tasks"]["history_items"],
        code=code("build_task"),
    shell:
        "python scripts/build_task.py "
        "--task {wildcards.task:q} "
        "--clean {input.clean:q} "
        "--prompts {input.prompts:q} "
        "{params.titles:q} "
        "--seed {params.seed:q} "
        "--history-records {params.history_records:q} "
        "--history-words {params.history_words:q} "
        "--min-tokens {params.min_tokens:q} "
        "--max-tokens {params.max_tokens:q} "
        "--candidates {params.candidates:q} "
        "--history-items {params.history_items:q} "
        "--output {output.samples:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "{input.products:q} "
        "> {log:q} 2>&1"
