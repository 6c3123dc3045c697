# From task samples to ShareGPT files and packed tokens, on CPUs (paper 3.2).

# No sample may hold their items. A benchmark without files of its own (in_domain) is made of the test set.
DECONTAMINATED = [name for name, knobs in config["benchmarks"].items() if knobs.get("files")]


rule sample_sft:
    # The full train and test set, split by user.
    input:
        tasks=[
            expand("<results>/tasks/{task}/{source}.parquet", source=task_sources(task), task=task)
            for task in active_tasks()
        ],
        benchmarks=expand("<results>/benchmarks/{benchmark}.parquet", benchmark=DECONTAMINATED),
    output:
        train="<results>/sft/full/train.jsonl",
        test="<results>/sft/full/test.jsonl",
        info="<results>/sft/full/dataset_info.json",
        report="<results>/sft/full/report.json",
        dropped="<results>/sft/full.dropped.parquet",
        stats="<results>/sft/full.stats.json",
    log:
        "<logs>/sample_sft/full.log",
    benchmark:
        "<benchmarks>/sample_sft/full.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 32000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        tasks=lambda wildcards: f"{RESULTS}/tasks",
        folder=subpath(output.train, parent=True),
        take=[f"--take={task}/{source}" for task in active_tasks() for source in task_sources(task)],
        caps=[f"--cap={task}={config['sft']['caps'][task]}" for task in active_tasks()],
        benchmarks=lambda wildcards, input: [f"--benchmark={path}" for path in input.benchmarks],
        test_share=config["sft"]["test_share"],
        max_tokens=config["sft"]["max_tokens"],
        seed=config["seed"],
        code=code("sample_sft"),
    shell:
        "python scripts/sample_sft.py "
        "--tasks {params.tasks:q} "
        "{params.take:q} "
        "{params.caps:q} "
        "{params.benchmarks:q} "
        "--test-share {params.test_share:q} "
        "--max-tokens {params.max_tokens:q} "
        "--seed {params.seed:q} "
        "--output {params.folder:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule derive_variant:
    # An ablation's set (4.4): some tasks, general instructions mixed in, or raw texts; everybody keeps his side.
    input:
        train="<results>/sft/full/train.jsonl",
        test="<results>/sft/full/test.jsonl",
        made_of=variant_files,
        benchmarks=expand("<results>/benchmarks/{benchmark}.parquet", benchmark=DECONTAMINATED),
    output:
        train="<results>/sft/{variant}/train.jsonl",
        test="<results>/sft/{variant}/test.jsonl",
        info="<results>/sft/{variant}/dataset_info.json",
        report="<results>/sft/{variant}/report.json",
        stats="<results>/sft/{variant}.stats.json",
    log:
        "<logs>/derive_variant/{variant}.log",
    benchmark:
        "<benchmarks>/derive_variant/{variant}.jsonl"
    wildcard_constraints:
        variant="|".join(DERIVED) or "none",
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        full=subpath(input.train, parent=True),
        folder=subpath(output.train, parent=True),
        recipe=variant_recipe,
        benchmarks=lambda wildcards, input: [f"--benchmark={path}" for path in input.benchmarks],
        take=[f"--take={source}={len(buckets(source))}" for source in SOURCES],
        min_words=config["tasks"]["target_tokens"]["writing_imitation"]["min"],
        max_tokens=config["sft"]["max_tokens"],
        seed=config["seed"],
        code=code("derive_variant"),
    shell:
        "python scripts/derive_variant.py "
        "--variant {wildcards.variant:q} "
        "--full {params.full:q} "
        "--recipe {params.recipe:q} "
        "{params.benchmarks:q} "
        "{params.take:q} "
        "--min-words {params.min_words:q} "
        "--max-tokens {params.max_tokens:q} "
        "--seed {params.seed:q} "
        "--output {params.folder:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule pack_tokens:
    # A student's tokens in full sequences: the GPUs never wait for a tokenizer. State lies outside the outputs.
    input:
        train="<results>/sft/{variant}/train.jsonl",
        base=lambda wildcards: model_input(wildcards.model),
    output:
        packed="<results>/packed/{model}/{variant}.parquet",
        stats="<results>/packed/{model}/{variant}.stats.json",
    log:
        "<logs>/pack_tokens/{model}/{variant}.log",
    benchmark:
        "<benchmarks>/pack_tokens/{model}/{variant}.jsonl"
    conda:
        "../envs/data.yaml"
    threads: 4
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        base=lambda wildcards: config["models"][wildcards.model]["path"],
        revision=lambda wildcards: config["models"][wildcards.model].get("revision", "main"),
        max_tokens=config["training"]["max_tokens"],
        max_dropped=config["training"]["max_dropped"],
        batch_size=config["training"]["batch_size"],
        seed=config["seed"],
        state=lambda wildcards: f"{STATE}/packing/{wildcards.model}/{wildcards.variant}",
        code=code("pack_tokens"),
    shell:
        "python scripts/pack_tokens.py "
        "--train {input.train:q} "
        "--base {params.base:q} "
        "--revision {params.revision:q} "
        "--max-tokens {params.max_tokens:q} "
        "--max-dropped {params.max_dropped:q} "
        "--batch-size {params.batch_size:q} "
        "--seed {params.seed:q} "
        "--state {params.state:q} "
        "--output {output.packed:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
