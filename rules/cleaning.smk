# Clean records: rewritten, labelled, cut (paper 2.1).


rule rewrite_text:
    # Markup, noise and private details out, by the teacher; only once every source has users.
    input:
        table="<results>/records/{source}/{bucket}.parquet",
        gate=ancient("<results>/records/{source}.users.json"),
        prompt="scripts/prompts/rewrite/{source}.md",
        weights=model_input(config["teacher"]),
    output:
        table="<results>/rewritten/{source}/{bucket}.parquet",
        dead="<results>/rewritten/{source}/{bucket}.dead.jsonl",
        stats="<results>/rewritten/{source}/{bucket}.stats.json",
    log:
        "<logs>/rewrite_text/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/rewrite_text/{source}/{bucket}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: cores(gpus("teacher"))
    resources:
        mem_mb=memory(gpus("teacher")),
        runtime=1440,
        gpu=gpus("teacher"),
    params:
        asking=asking(model_spec(config["teacher"]), "rewrite"),
        journal=f"{STATE}/replies/rewrite_text/{{source}}/{{bucket}}.jsonl",
        code=code("rewrite_text"),
    shell:
        "python scripts/rewrite_text.py "
        "--records {input.table:q} "
        "--prompt {input.prompt:q} "
        "--asking {params.asking:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule score_quality:
    # Quality in three levels and harmfulness, by the teacher.
    input:
        table="<results>/rewritten/{source}/{bucket}.parquet",
        prompt="scripts/prompts/score/score.md",
        weights=model_input(config["teacher"]),
    output:
        table="<results>/scored/{source}/{bucket}.parquet",
        dead="<results>/scored/{source}/{bucket}.dead.jsonl",
        stats="<results>/scored/{source}/{bucket}.stats.json",
    log:
        "<logs>/score_quality/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/score_quality/{source}/{bucket}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: cores(gpus("teacher"))
    resources:
        mem_mb=memory(gpus("teacher")),
        runtime=1440,
        gpu=gpus("teacher"),
    params:
        asking=asking(model_spec(config["teacher"]), "score"),
        journal=f"{STATE}/replies/score_quality/{{source}}/{{bucket}}.jsonl",
        code=code("score_quality"),
    shell:
        "python scripts/score_quality.py "
        "--records {input.table:q} "
        "--prompt {input.prompt:q} "
        "--asking {params.asking:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule select_records:
    # The cut, the privacy check, and each user's history and targets.
    input:
        "<results>/scored/{source}/{bucket}.parquet",
    output:
        table="<results>/clean/{source}/{bucket}.parquet",
        dropped="<results>/clean/{source}/{bucket}.dropped.parquet",
        stats="<results>/clean/{source}/{bucket}.stats.json",
    log:
        "<logs>/select_records/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/select_records/{source}/{bucket}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=60,
    params:
        quality=[f"--quality={label}" for label in config["select"]["quality"]],
        target_share=config["targets"]["share"],
        code=code("select_records"),
    shell:
        "python scripts/select_records.py "
        "--records {input:q} "
        "{params.quality:q} "
        "--target-share {params.target_share:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
