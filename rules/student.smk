# The demo's own model: no weights are fetched, no GPU is needed.

if "student" in config:

    rule make_student:
        # A small Qwen2-shaped model with random weights and a tokenizer trained on the sample.
        input:
            every_bucket("<results>/records/{source}/{bucket}.parquet"),
        output:
            model=directory("<results>/models/demo"),
            stats="<results>/models/demo.stats.json",
        log:
            "<logs>/make_student.log",
        benchmark:
            "<benchmarks>/make_student.jsonl"
        conda:
            "../envs/train.yaml"
        resources:
            mem_mb=lambda wildcards, attempt: 4000 * attempt,
            runtime=lambda wildcards, attempt: 30 * attempt,
        params:
            vocabulary=config["student"]["vocabulary"],
            layers=config["student"]["layers"],
            hidden=config["student"]["hidden"],
            seed=config["seed"],
            code=code("make_student"),
        shell:
            "python scripts/make_student.py "
            "--vocabulary {params.vocabulary:q} "
            "--layers {params.layers:q} "
            "--hidden {params.hidden:q} "
            "--seed {params.seed:q} "
            "--output {output.model:q} "
            "--stats {output.stats:q} "
            "{input:q} "
            "> {log:q} 2>&1"
