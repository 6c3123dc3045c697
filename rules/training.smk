# Full fine-tuning by DeepSpeed (paper 3.2).


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
        seed=config["seed"],
        # Functions of input are no rerun triggers: how it is computed does not change what is trained.
        gradient_checkpointing=training_knob("gradient_checkpointing"),
        zero_stage=training_knob("zero_stage"),
        micro_batch=training_knob("micro_batch"),
        ranks=lambda wildcards, input: config["training"]["ranks"],
        save_minutes=lambda wildcards, input: config["training"]["save_minutes"],
        # A function of resources is none either.
        launcher=training_launcher,
        code=code("train_sft"),
    shell:
        "{params.launcher} python scripts/train_sft.py "
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
