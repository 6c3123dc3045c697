# From filtered tables to users with their records, on CPUs: what is said twice, what is answered, what is bought.
from records import most_records, named, paths_of_kind, sketches_of, stats_of


rule sketch_texts:
    # What the copies of a text are found by: a hash of the whole and a MinHash signature.
    input:
        table="<results>/filtered/{source}/{dump}.parquet",
        core=lambda wildcards: ["<results>/kcore/amazon.parquet"] if wildcards.source == "amazon" else [],
        parents=lambda wildcards: (
            ["<results>/parents/reddit.parquet"] if dump_of(wildcards).kind == "comments" else []
        ),
    output:
        table="<results>/sketches/{source}/{dump}.parquet",
        stats="<results>/sketches/{source}/{dump}.stats.json",
    log:
        "<logs>/sketch_texts/{source}/{dump}.log",
    benchmark:
        "<benchmarks>/sketch_texts/{source}/{dump}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        core=lambda wildcards, input: named("--core", input.core),
        parents=lambda wildcards, input: named("--parents", input.parents),
        min_characters=lambda wildcards: config["users"]["min_characters"][wildcards.source],
        code=code("sketch_texts"),
    shell:
        "POLARS_MAX_THREADS={threads} RAYON_NUM_THREADS={threads} python scripts/sketch_texts.py "
        "{params.core:q} "
        "{params.parents:q} "
        "--min-characters {params.min_characters:q} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input.table:q} "
        "> {log:q} 2>&1"


rule find_copies:
    # What a user said before, or another one did, in the same or nearly the same words.
    input:
        lambda wildcards: sketches_of(filtered(wildcards.source, *RECORD_KINDS)),
    output:
        table="<results>/copies/{source}.parquet",
        stats="<results>/copies/{source}.stats.json",
    log:
        "<logs>/find_copies/{source}.log",
    benchmark:
        "<benchmarks>/find_copies/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 480 * attempt,
    params:
        jaccard=config["users"]["near_duplicate_jaccard"],
        min_records=lambda wildcards: config["users"]["min_records"][wildcards.source],
        max_records=lambda wildcards: named("--max-records", most_records(wildcards.source, config["users"])),
        code=code("find_copies"),
    shell:
        "POLARS_MAX_THREADS={threads} python scripts/find_copies.py "
        "--near-duplicate-jaccard {params.jaccard:q} "
        "--min-records {params.min_records:q} "
        "{params.max_records:q} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"


rule find_parents:
    # The posts that comments answer, by the buckets of those who comment.
    input:
        comments=lambda wildcards: filtered("reddit", "comments"),
        posts=lambda wildcards: filtered("reddit", "submissions"),
    output:
        table="<results>/parents/reddit.parquet",
        stats="<results>/parents/reddit.stats.json",
    log:
        "<logs>/find_parents.log",
    benchmark:
        "<benchmarks>/find_parents.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        comments=lambda wildcards, input: named("--comments", input.comments),
        code=code("find_parents"),
    shell:
        "POLARS_MAX_THREADS={threads} python scripts/find_parents.py "
        "{params.comments:q} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input.posts:q} "
        "> {log:q} 2>&1"


rule find_titles:
    # The titles of the k-core's items, by the buckets of those who bought them.
    input:
        core="<results>/kcore/amazon.parquet",
        meta=lambda wildcards: paths_of_kind("meta", DUMPS["amazon"]),
    output:
        table="<results>/titles/amazon.parquet",
        stats="<results>/titles/amazon.stats.json",
    log:
        "<logs>/find_titles.log",
    benchmark:
        "<benchmarks>/find_titles.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 16000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        truncated=["--accept-truncated"] if config["filters"]["accept_truncated"] else [],
        code=code("find_titles"),
    shell:
        "POLARS_MAX_THREADS={threads} python scripts/find_titles.py "
        "--core {input.core:q} "
        "{params.truncated:q} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input.meta:q} "
        "> {log:q} 2>&1"


rule index_tables:
    # One file that stands for all tables of a source: else every bucket would name every dump.
    input:
        lambda wildcards: filtered(wildcards.source, *RECORD_KINDS),
    output:
        "<results>/filtered/{source}.tables.json",
    log:
        "<logs>/index_tables/{source}.log",
    benchmark:
        "<benchmarks>/index_tables/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    threads: 4
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        code=code("index_tables"),
    shell:
        "python scripts/index_tables.py " "--threads {threads} " "--output {output:q} " "{input:q} " "> {log:q} 2>&1"


rule gather_users:
    # A bucket's users, whole: by user and time, without copies, without too short histories.
    input:
        tables="<results>/filtered/{source}.tables.json",
        copies="<results>/copies/{source}.parquet",
        core=lambda wildcards: ["<results>/kcore/amazon.parquet"] if wildcards.source == "amazon" else [],
        parents=lambda wildcards: (
            ["<results>/parents/reddit.parquet"] if paths_of_kind("comments", DUMPS[wildcards.source]) else []
        ),
        titles=lambda wildcards: (
            ["<results>/titles/amazon.parquet"] if paths_of_kind("meta", DUMPS[wildcards.source]) else []
        ),
    output:
        table="<results>/records/{source}/{bucket}.parquet",
        dropped="<results>/records/{source}/{bucket}.dropped.parquet",
        stats="<results>/records/{source}/{bucket}.stats.json",
    log:
        "<logs>/gather_users/{source}/{bucket}.log",
    benchmark:
        "<benchmarks>/gather_users/{source}/{bucket}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 + config["users"]["gather_memory_mb"] * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        core=lambda wildcards, input: named("--core", input.core),
        parents=lambda wildcards, input: named("--parents", input.parents),
        titles=lambda wildcards, input: named("--titles", input.titles),
        min_records=lambda wildcards: config["users"]["min_records"][wildcards.source],
        max_records=lambda wildcards: named("--max-records", most_records(wildcards.source, config["users"])),
        min_characters=lambda wildcards: config["users"]["min_characters"][wildcards.source],
        memory=config["users"]["gather_memory_mb"],
        code=code("gather_users"),
    shell:
        "POLARS_MAX_THREADS={threads} python scripts/gather_users.py "
        "--bucket {wildcards.bucket:q} "
        "--tables {input.tables:q} "
        "--copies {input.copies:q} "
        "{params.core:q} "
        "{params.parents:q} "
        "{params.titles:q} "
        "--min-records {params.min_records:q} "
        "{params.max_records:q} "
        "--min-characters {params.min_characters:q} "
        "--memory {params.memory:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "> {log:q} 2>&1"


rule count_users:
    # The gate before the model stages: a source without users stops here, saying why.
    input:
        lambda wildcards: stats_of(filtered(wildcards.source, *RECORD_KINDS)),
        lambda wildcards: stats_of(every_bucket("<results>/records/{source}/{bucket}.parquet", [wildcards.source])),
    output:
        "<results>/records/{source}.users.json",
    log:
        "<logs>/count_users/{source}.log",
    benchmark:
        "<benchmarks>/count_users/{source}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        code=code("count_users"),
    shell:
        "python scripts/count_users.py "
        "--source {wildcards.source:q} "
        "--output {output:q} "
        "{input:q} "
        "> {log:q} 2>&1"
