# Products of a person's posts, graded and cut: the Cognitive Genome Dataset (paper 2.2, 2.3).
PROMPTS = {product: [f"scripts/prompts/synthesis/{kind}.md" for kind in kinds] for product, kinds in PRODUCTS.items()}
PROMPTS["user"].append("scripts/prompts/synthesis/summary.md")  # of the parts of a long history
JUDGE_PROMPTS = {product: [f"scripts/prompts/judge/{kind}.md" for kind in kinds] for product, kinds in PRODUCTS.items()}


rule synthesize_product:
    # Persona, profile, stories and style of a user; scenarios, questions and topics of single posts.
    input:
        table="<results>/clean/{source}/{bucket}.parquet",
        prompts=lambda wildcards: PROMPTS[wildcards.product],
        weights=model_input(config["teacher"]),
    output:
        table="<results>/synthesized/{product}/{source}/{bucket}.parquet",
        dead="<results>/synthesized/{product}/{source}/{bucket}.dead.jsonl",
        stats="<results>/synthesized/{product}/{source}/{bucket}.stats.json",
    log:
        "<logs>/synthesize_product/{product}/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/synthesize_product/{product}/{source}/{bucket}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: cores(gpus("teacher"))
    resources:
        mem_mb=lambda wildcards, attempt: memory(gpus("teacher"), attempt),
        runtime=1440,
        gpu=gpus("teacher"),
    params:
        per_user=config["targets"]["per_user"],
        max_history_tokens=config["synthesis"]["max_history_tokens"],
        asking=asking(model_spec(config["teacher"]), "synthesis"),
        serving=lambda wildcards, input: serving(model_spec(config["teacher"])),
        journal=f"{STATE}/replies/synthesize_product/{{product}}/{{source}}/{{bucket}}.jsonl",
        code=code("synthesize_product"),
    shell:
        "python scripts/synthesize_product.py "
        "--records {input.table:q} "
        "--product {wildcards.product:q} "
        "--per-user {params.per_user:q} "
        "--max-history-tokens {params.max_history_tokens:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "{input.prompts:q} "
        "> {log:q} 2>&1"


rule judge_product:
    # Each product graded 1 to 10 against the posts it was made from.
    input:
        products="<results>/synthesized/{product}/{source}/{bucket}.parquet",
        records="<results>/clean/{source}/{bucket}.parquet",
        prompts=lambda wildcards: JUDGE_PROMPTS[wildcards.product],
        weights=model_input(config["judge"]),
    output:
        table="<results>/judged/{product}/{source}/{bucket}.parquet",
        dead="<results>/judged/{product}/{source}/{bucket}.dead.jsonl",
        stats="<results>/judged/{product}/{source}/{bucket}.stats.json",
    log:
        "<logs>/judge_product/{product}/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/judge_product/{product}/{source}/{bucket}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: cores(gpus("judge"))
    resources:
        mem_mb=lambda wildcards, attempt: memory(gpus("judge"), attempt),
        runtime=1440,
        gpu=gpus("judge"),
    params:
        asking=asking(model_spec(config["judge"]), "judging"),
        serving=lambda wildcards, input: serving(model_spec(config["judge"])),
        journal=f"{STATE}/replies/judge_product/{{product}}/{{source}}/{{bucket}}.jsonl",
        code=code("judge_product"),
    shell:
        "python scripts/judge_product.py "
        "--products {input.products:q} "
        "--records {input.records:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.table:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "{input.prompts:q} "
        "> {log:q} 2>&1"


rule select_product:
    # The cut on the grades; a changed cut asks no model.
    input:
        lambda wildcards: every_bucket(
            "<results>/judged/{product}/{source}/{bucket}.parquet", [wildcards.source], product=wildcards.product
        ),
    output:
        table="<results>/genome/{product}/{source}.parquet",
        dropped="<results>/genome/{product}/{source}.dropped.parquet",
        stats="<results>/genome/{product}/{source}.stats.json",
    log:
        "<logs>/select_product/{product}/{source}.log",
    benchmark:
        "<benchmarks>/select_product/{product}/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        judged=subpath(input[0], parent=True),
        buckets=lambda wildcards: len(buckets(wildcards.source)),
        cuts=lambda wildcards: cuts_of(wildcards.product),
        code=code("select_product"),
    shell:
        "python scripts/select_product.py "
        "--judged {params.judged:q} "
        "--buckets {params.buckets:q} "
        "--cuts {params.cuts:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
