# Full fine-tuning by DeepSpeed and the merge with the base (paper 3.2, 3.3).


rule train_sft:
    # State lies outside the outputs: a job that is killed and sent again goes on from it. Only the main process sends
    # it again: inside a cluster's job the directive would be applied once more.
    input:
        packed="<results>/packed/{model}/{variant}.parquet",
        base=lambda wildcards: model_input(wildcards.model),
    output:
        model=directory("<results>/checkpoints/{model}/{variant}"),
        record="<results>/checkpoints/{model}/{variant}.training.json",
        stats="<results>/checkpoints/{model}/{variant}.stats.json",
    log:
        "<logs>/train_sft/{model}/{variant}.log",
    benchmark:
        "<benchmarks>/train_sft/{model}/{variant}.jsonl"
    retries: 0 if workflow.remote_exec or workflow.subprocess_exec else config["training"]["slices"]
    conda:
        "../envs/train.yaml"
    threads: 8 * config["training"]["ranks"]
    resources:
        gpu=training_gpus,
        mem_mb=lambda wildcards: 400000 if training_gpus(wildcards) else 8000,
        runtime=1440,
    params:
        base=lambda wildcards: base_of(wildcards)["path"],
        revision=lambda wildcards: base_of(wildcards).get("revision", "main"),
        device=lambda wildcards: "cuda" if training_gpus(wildcards) else "cpu",
        state=lambda wildcards: f"{STATE}/training/{wildcards.model}/{wildcards.variant}",
        learning_rate=config["training"]["learning_rate"],
        batch_size=config["training"]["batch_size"],
        epochs=config["training"]["epochs"],
        warmup_ratio=config["training"]["warmup_ratio"],
        precision=config["training"]["precision"],
        gradient_checkpointing=config["training"]["gradient_checkpointing"],
        zero_stage=config["training"]["zero_stage"],
        micro_batch=config["training"]["micro_batch"],
        ranks=config["training"]["ranks"],
        # A function of threads is no rerun trigger: how often is saved does not change what is trained.
        save_minutes=lambda wildcards, threads: config["training"]["save_minutes"],
        seed=config["seed"],
        code=code("train_sft"),
    shell:
        "python scripts/train_sft.py "
        "--packed {input.packed:q} "
        "--base {params.base:q} "
        "--revision {params.revision:q} "
        "--learning-rate {params.learning_rate:q} "
        "--batch-size {params.batch_size:q} "
        "--epochs {params.epochs:q} "
        "--warmup-ratio {params.warmup_ratio:q} "
        "--precision {params.precision:q} "
        "--gradient-checkpointing {params.gradient_checkpointing:q} "
        "--zero-stage {params.zero_stage:q} "
        "--micro-batch {params.micro_batch:q} "
        "--ranks {params.ranks:q} "
        "--device {params.device:q} "
        "--seed {params.seed:q} "
        "--save-minutes {params.save_minutes:q} "
        "--state {params.state:q} "
        "--output {output.model:q} "
        "--record {output.record:q} "
        "--stats {output.stats:q} "
        # The log's writer must outlive the signals on which the training saves.
        "2>&1 | (trap '' TERM USR1 INT; exec tee {log:q}) >&2"


rule merge_linear:
    # The weighted mean of base and tuned model.
    input:
        tuned="<results>/checkpoints/{model}/{variant}",
        base=lambda wildcards: model_input(wildcards.model),
    output:
        model=directory("<results>/merged/{model}/{variant}"),
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
        mem_mb=lambda wildcards: 48000 if training_gpus(wildcards) else 8000,
        runtime=120,
    params:
        base=lambda wildcards: base_of(wildcards)["path"],
        revision=lambda wildcards: base_of(wildcards).get("revision", "main"),
        base_weight=config["merging"]["weights"]["base"],
        tuned_weight=config["merging"]["weights"]["tuned"],
        dtype=config["merging"]["dtype"],
        code=code("merge_linear"),
    shell:
        "python scripts/merge_linear.py "
        "--base {params.base:q} "
        "--revision {params.revision:q} "
        "--tuned {input.tuned:q} "
        "--base-weight {params.base_weight:q} "
        "--tuned-weight {params.tuned_weight:q} "
        "--dtype {params.dtype:q} "
        "--output {output.model:q} "
        "--manifest {output.manifest:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
