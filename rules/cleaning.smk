# Clean records: rewritten, labelled, cut (paper 2.1). cleaning.order says whether rewriting comes first or scoring.
# Scored first, only what passes the cut is rewritten: rewrite_text then knows the cut, and a looser one runs it again
# (the journal answers for what was asked before).


rule rewrite_text:
    # Markup, noise and private details out, by the teacher; only once every source has users.
    input:
        table=f"<results>/{CLEANING['rewrite_text']}/{{source}}/{{bucket}}.parquet",
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
        mem_mb=lambda wildcards, attempt: memory(gpus("teacher"), attempt),
        runtime=1440,
        gpu=gpus("teacher"),
    params:
        quality=lambda wildcards: (kept_labels(wildcards.source) if CLEANING["rewrite_text"] == "scored" else []),
        asking=asking(model_spec(config["teacher"]), "rewrite"),
        serving=lambda wildcards, input: serving(model_spec(config["teacher"])),
        journal=f"{STATE}/replies/rewrite_text/{{source}}/{{bucket}}.jsonl",
        code=code("rewrite_text"),
    shell:
        "python scripts/rewrite_text.py "
        "--records {input.table:q} "
        "--prompt {input.prompt:q} "
        "{params.quality:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule score_quality:
    # Quality in three levels and harmfulness, by the teacher.
    input:
        table=f"<results>/{CLEANING['score_quality']}/{{source}}/{{bucket}}.parquet",
        gate=ancient("<results>/records/{source}.users.json"),
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
        mem_mb=lambda wildcards, attempt: memory(gpus("teacher"), attempt),
        runtime=1440,
        gpu=gpus("teacher"),
    params:
        text="text" if CLEANING["score_quality"] == "records" else "rewrite_text",
        asking=asking(model_spec(config["teacher"]), "score"),
        serving=lambda wildcards, input: serving(model_spec(config["teacher"])),
        journal=f"{STATE}/replies/score_quality/{{source}}/{{bucket}}.jsonl",
        code=code("score_quality"),
    shell:
        "python scripts/score_quality.py "
        "--records {input.table:q} "
        "--prompt {input.prompt:q} "
        "--text-column {params.text:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule select_records:
    # The cut, the privacy check, and each user's history and targets.
    input:
        f"<results>/{CLEANING['select_records']}/{{source}}/{{bucket}}.parquet",
    output:
        table="<results>/clean/{source}/{bucket}.parquet",
        dropped="<results>/clean/{source}/{bucket}.dropped.parquet",
        audit="<results>/clean/{source}/{bucket}.audit.jsonl",  # holds private details
        stats="<results>/clean/{source}/{bucket}.stats.json",
    log:
        "<logs>/select_records/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/select_records/{source}/{bucket}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        quality=lambda wildcards: kept_labels(wildcards.source),
        target_share=config["targets"]["share"],
        audit_size=config["select"]["audit"],
        seed=config["seed"],
        code=code("select_records"),
    shell:
        "python scripts/select_records.py "
        "--records {input:q} "
        "{params.quality:q} "
        "--target-share {params.target_share:q} "
        "--audit-size {params.audit_size:q} "
        "--seed {params.seed:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--audit {output.audit:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
