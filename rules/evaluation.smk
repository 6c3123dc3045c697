# Benchmarks, what the systems answer, and scores (paper 4).


rule build_benchmark:
    # Each benchmark's own form into one layout of items.
    input:
        benchmark_files,
    output:
        questions="<results>/benchmarks/{benchmark}.parquet",
        clues="<results>/benchmarks/{benchmark}.clues.json",
        stats="<results>/benchmarks/{benchmark}.stats.json",
    log:
        "<logs>/build_benchmark/{benchmark}.log",
    benchmark:
        "<benchmarks>/build_benchmark/{benchmark}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        knobs=benchmark_knobs,
        code=code("build_benchmark"),
    shell:
        "python scripts/build_benchmark.py "
        "--benchmark {wildcards.benchmark:q} "
        "--knobs {params.knobs:q} "
        "--output {output.questions:q} "
        "--clues {output.clues:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"


rule write_harness:
    # The benchmark as tasks of the lm-evaluation-harness, so that others can run it.
    input:
        questions="<results>/benchmarks/{benchmark}.parquet",
        prompt=benchmark_prompt,
    output:
        folder=directory("<results>/harness/{benchmark}"),
    log:
        "<logs>/write_harness/{benchmark}.log",
    benchmark:
        "<benchmarks>/write_harness/{benchmark}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        code=code("write_harness"),
    shell:
        "python scripts/write_harness.py "
        "--benchmark {wildcards.benchmark:q} "
        "--items {input.questions:q} "
        "--prompt {input.prompt:q} "
        "--output {output.folder:q} "
        "> {log:q} 2>&1"


rule generate_distractors:
    # Another model's answers to the test set's prompts: wrong options.
    input:
        test="<results>/sft/full/test.jsonl",
        model=lambda wildcards: model_input(wildcards.system),
    output:
        distractors="<results>/distractors/{system}/in_domain.parquet",
        dead="<results>/distractors/{system}/in_domain.dead.jsonl",
        stats="<results>/distractors/{system}/in_domain.stats.json",
    log:
        "<logs>/generate_distractors/{system}.log",
    benchmark:
        "<benchmarks>/generate_distractors/{system}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: lambda wildcards: cores(writer_gpus(wildcards))
    resources:
        gpu=writer_gpus,
        mem_mb=lambda wildcards, attempt: memory(writer_gpus(wildcards), attempt),
        runtime=720,
    params:
        asking=lambda wildcards: asking(model_spec(wildcards.system), "distractors"),
        serving=lambda wildcards, input: serving(model_spec(wildcards.system)),
        items_per_task=config["benchmarks"].get("in_domain", {}).get("items_per_task", 0),
        journal=lambda wildcards: f"{STATE}/replies/generate_distractors/{wildcards.system}.jsonl",
        code=code("generate_distractors"),
    shell:
        "python scripts/generate_distractors.py "
        "--test {input.test:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--items-per-task {params.items_per_task:q} "
        "--journal {params.journal:q} "
        "--output {output.distractors:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule answer_benchmark:
    # Every item in every order of its options.
    input:
        questions="<results>/benchmarks/{benchmark}.parquet",
        prompt=benchmark_prompt,  # of scripts/prompts/benchmarks/
        model=system_input,
    output:
        responses="<results>/responses/{system}/{benchmark}.parquet",
        dead="<results>/responses/{system}/{benchmark}.dead.jsonl",
        stats="<results>/responses/{system}/{benchmark}.stats.json",
    log:
        "<logs>/answer_benchmark/{system}/{benchmark}.log",
    benchmark:
        "<benchmarks>/answer_benchmark/{system}/{benchmark}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: lambda wildcards: cores(system_gpus(wildcards))
    resources:
        gpu=system_gpus,
        mem_mb=lambda wildcards, attempt: memory(system_gpus(wildcards), attempt),
        runtime=720,
    params:
        asking=lambda wildcards: asking(SYSTEMS[wildcards.system], "answering"),
        serving=lambda wildcards, input: serving(SYSTEMS[wildcards.system]),
        constrained=config["answering"]["constrained"],
        likelihood=config["answering"]["likelihood"],
        journal=lambda wildcards: f"{STATE}/replies/answer_benchmark/{wildcards.system}/{wildcards.benchmark}.jsonl",
        code=code("answer_benchmark"),
    shell:
        "python scripts/answer_benchmark.py "
        "--items {input.questions:q} "
        "--prompt {input.prompt:q} "
        "--system {wildcards.system:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--constrained {params.constrained:q} "
        "--likelihood {params.likelihood:q} "
        "--journal {params.journal:q} "
        "--output {output.responses:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule score_benchmark:
    # Accuracy by the paper's columns, with intervals over users, scenarios or stories.
    input:
        questions="<results>/benchmarks/{benchmark}.parquet",
        responses="<results>/responses/{system}/{benchmark}.parquet",
    output:
        scores="<results>/scores/{system}/{benchmark}.json",
        cells="<results>/scores/{system}/{benchmark}.cells.parquet",
        stats="<results>/scores/{system}/{benchmark}.stats.json",
    log:
        "<logs>/score_benchmark/{system}/{benchmark}.log",
    benchmark:
        "<benchmarks>/score_benchmark/{system}/{benchmark}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        resamples=config["scoring"]["resamples"],
        seed=config["seed"],
        code=code("score_benchmark"),
    shell:
        "python scripts/score_benchmark.py "
        "--benchmark {wildcards.benchmark:q} "
        "--system {wildcards.system:q} "
        "--items {input.questions:q} "
        "--responses {input.responses:q} "
        "--resamples {params.resamples:q} "
        "--seed {params.seed:q} "
        "--output {output.scores:q} "
        "--cells {output.cells:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
