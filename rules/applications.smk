# Judged applications (paper 4): systems write about people of the test set, a judge and people grade it (A.4).
GRADER = config["grading"]["judge"] or config["judge"]
GRADED_BY_HAND = human_systems()


rule build_application:
    # Items of the test set, evenly over the sources.
    input:
        test="<results>/sft/full/test.jsonl",
        clean=application_histories,
        prompt=application_question,
    output:
        questions="<results>/applications/{application}.parquet",
        stats="<results>/applications/{application}.stats.json",
    log:
        "<logs>/build_application/{application}.log",
    benchmark:
        "<benchmarks>/build_application/{application}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        most=lambda wildcards: config["applications"][wildcards.application]["items"],
        profile=profile_options,
        seed=config["seed"],
        code=code("build_application"),
    shell:
        "python scripts/build_application.py "
        "--application {wildcards.application:q} "
        "--test {input.test:q} "
        "--items {params.most:q} "
        "{params.profile:q} "
        "--seed {params.seed:q} "
        "--output {output.questions:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule write_application:
    # A system's answers to the items of all applications: its weights are loaded once.
    input:
        questions=expand("<results>/applications/{application}.parquet", application=APPLICATIONS),
        model=system_input,
    output:
        written="<results>/written/{system}.parquet",
        dead="<results>/written/{system}.dead.jsonl",
        stats="<results>/written/{system}.stats.json",
    log:
        "<logs>/write_application/{system}.log",
    benchmark:
        "<benchmarks>/write_application/{system}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: lambda wildcards: cores(system_gpus(wildcards))
    resources:
        gpu=system_gpus,
        mem_mb=lambda wildcards, attempt: memory(system_gpus(wildcards), attempt),
        runtime=720,
    params:
        asking=lambda wildcards: asking(SYSTEMS[wildcards.system], "writing"),
        serving=lambda wildcards, threads: serving(SYSTEMS[wildcards.system]),
        journal=lambda wildcards: f"{STATE}/replies/write_application/{wildcards.system}.jsonl",
        code=code("write_application"),
    shell:
        "python scripts/write_application.py "
        "--system {wildcards.system:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.written:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "{input.questions:q} "
        "> {log:q} 2>&1"


rule judge_application:
    # What a system wrote, graded 1 to 10 beside the reference.
    input:
        written="<results>/written/{system}.parquet",
        questions=expand("<results>/applications/{application}.parquet", application=APPLICATIONS),
        prompts=expand("scripts/prompts/applications/{application}.md", application=APPLICATIONS),
        weights=model_input(GRADER),
    output:
        graded="<results>/graded/{system}.parquet",
        dead="<results>/graded/{system}.dead.jsonl",
        stats="<results>/graded/{system}.stats.json",
    log:
        "<logs>/judge_application/{system}.log",
    benchmark:
        "<benchmarks>/judge_application/{system}.jsonl"
    conda:
        "../envs/infer.yaml"
    threads: cores(model_gpus(GRADER))
    resources:
        gpu=model_gpus(GRADER),
        mem_mb=lambda wildcards, attempt: memory(model_gpus(GRADER), attempt),
        runtime=720,
    params:
        questions=lambda wildcards, input: named("--items", input.questions),
        asking=asking(model_spec(GRADER), "grading"),
        serving=lambda wildcards, threads: serving(model_spec(GRADER)),
        journal=lambda wildcards: f"{STATE}/replies/judge_application/{wildcards.system}.jsonl",
        code=code("judge_application"),
    shell:
        "python scripts/judge_application.py "
        "--written {input.written:q} "
        "{params.questions:q} "
        "--asking {params.asking:q} "
        "--serving {params.serving:q} "
        "--journal {params.journal:q} "
        "--output {output.graded:q} "
        "--dead {output.dead:q} "
        "--stats {output.stats:q} "
        "{input.prompts:q} "
        "> {log:q} 2>&1"


rule score_application:
    # All systems at once: seconds of work each.
    input:
        questions="<results>/applications/{application}.parquet",
        graded=expand("<results>/graded/{system}.parquet", system=SYSTEMS),
    output:
        scores=expand("<results>/scores/{system}/{{application}}.json", system=SYSTEMS),
        cells=expand("<results>/scores/{system}/{{application}}.cells.parquet", system=SYSTEMS),
        stats="<results>/scores/{application}.stats.json",
    log:
        "<logs>/score_application/{application}.log",
    benchmark:
        "<benchmarks>/score_application/{application}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        folder=lambda wildcards: f"{RESULTS}/scores",
        resamples=config["scoring"]["resamples"],
        seed=config["seed"],
        code=code("score_application"),
    shell:
        "python scripts/score_application.py "
        "--application {wildcards.application:q} "
        "--items {input.questions:q} "
        "--resamples {params.resamples:q} "
        "--seed {params.seed:q} "
        "--folder {params.folder:q} "
        "--stats {output.stats:q} "
        "{input.graded:q} "
        "> {log:q} 2>&1"


rule lay_out_sheet:
    # What people grade by hand, offline in a browser; the key says whose answer each is.
    input:
        questions="<results>/applications/{application}.parquet",
        written=expand("<results>/written/{system}.parquet", system=GRADED_BY_HAND),
        graded=expand("<results>/graded/{system}.parquet", system=GRADED_BY_HAND),
        template="scripts/templates/sheet.html.j2",
    output:
        sheet="<results>/human/{application}/sheet.html",
        key="<results>/human/{application}/key.json",
        stats="<results>/human/{application}/sheet.stats.json",
    log:
        "<logs>/lay_out_sheet/{application}.log",
    benchmark:
        "<benchmarks>/lay_out_sheet/{application}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        written=lambda wildcards, input: named("--written", input.written),
        graded=lambda wildcards, input: named("--graded", input.graded),
        most=max(1, config["human_evaluation"]["samples"] // (len(APPLICATIONS) * len(GRADED_BY_HAND))),
        seed=config["seed"],
        code=code("lay_out_sheet"),
    shell:
        "python scripts/lay_out_sheet.py "
        "--application {wildcards.application:q} "
        "--items {input.questions:q} "
        "{params.written:q} "
        "{params.graded:q} "
        "--count {params.most:q} "
        "--seed {params.seed:q} "
        "--template {input.template:q} "
        "--sheet {output.sheet:q} "
        "--key {output.key:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"
