# The merge of a tuned model with its base, and with others if the config names them (paper 3.3).


rule derive_weights:
    # Weights by each model's loss on a few training samples: only where the config says derived.
    input:
        models=merged_folders,
        train="<results>/sft/{variant}/train.jsonl",
    output:
        weights="<results>/merged/{model}/{variant}.weights.json",
        stats="<results>/merged/{model}/{variant}.weights.stats.json",
    log:
        "<logs>/derive_weights/{model}/{variant}.log",
    benchmark:
        "<benchmarks>/derive_weights/{model}/{variant}.jsonl"
    conda:
        "../envs/train.yaml"
    threads: 8
    resources:
        gpu=lambda wildcards: min(1, training_gpus(wildcards)),
        mem_mb=lambda wildcards, attempt: attempt * (48000 if training_gpus(wildcards) else 8000),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        models=merged_models,
        weights=json.dumps(config["merging"]["weights"]),
        donor=config["merging"]["donor"],
        samples=config["merging"]["derived"]["samples"],
        max_tokens=config["merging"]["derived"]["max_tokens"],
        temperature=config["merging"]["derived"]["temperature"],
        device=lambda wildcards: "cuda" if training_gpus(wildcards) else "cpu",
        seed=config["seed"],
        code=code("derive_weights"),
    shell:
        "python scripts/derive_weights.py "
        "--models {params.models:q} "
        "--weights {params.weights:q} "
        "--donor {params.donor:q} "
        "--train {input.train:q} "
        "--samples {params.samples:q} "
        "--max-tokens {params.max_tokens:q} "
        "--temperature {params.temperature:q} "
        "--device {params.device:q} "
        "--seed {params.seed:q} "
        "--output {output.weights:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule merge_linear:
    # The weighted mean of the models.
    input:
        models=merged_folders,
        weights=derived_weights,
    output:
        model=directory("<results>/merged/{model}/{variant}"),
        plan="<results>/merged/{model}/{variant}.mergekit.yaml",
        manifest="<results>/merged/{model}/{variant}.manifest.json",
        stats="<results>/merged/{model}/{variant}.stats.json",
    log:
        "<logs>/merge_linear/{model}/{variant}.log",
    benchmark:
        "<benchmarks>/merge_linear/{model}/{variant}.jsonl"
    conda:
        "../envs/merge.yaml"
    threads: 4
    resources:
        mem_mb=lambda wildcards, attempt: attempt * merging_memory(wildcards),
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        models=merged_models,
        weights=json.dumps(config["merging"]["weights"]),
        derived=lambda wildcards, input: [f"--derived={path}" for path in input.get("weights", [])],
        normalize="--normalize" if config["merging"]["normalize"] else "--no-normalize",
        donor=config["merging"]["donor"],
        dtype=config["merging"]["dtype"],
        engine=config["merging"]["engine"],
        code=code("merge_linear"),
    shell:
        "python scripts/merge_linear.py "
        "--models {params.models:q} "
        "--weights {params.weights:q} "
        "{params.derived:q} "
        "{params.normalize} "
        "--donor {params.donor:q} "
        "--dtype {params.dtype:q} "
        "--engine {params.engine:q} "
        "--output {output.model:q} "
        "--plan {output.plan:q} "
        "--manifest {output.manifest:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
