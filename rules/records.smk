# From raw dumps to each user's records, on CPUs (paper 2.1).
from records import companion_files, filter_knobs, stats_of

RECORD_KINDS = ["submissions", "comments", "tweets", "blogs", "reviews"]


rule make_key:
    # The key of user names: made once, kept outside the results.
    output:
        "<state>/keys/users.key",
    log:
        "<logs>/make_key.log",
    benchmark:
        "<benchmarks>/make_key.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        seed=lambda wildcards: config["users"]["key_seed"],
        code=code("make_key"),
    shell:
        "python scripts/make_key.py " "--seed {params.seed:q} " "--output {output:q} " "> {log:q} 2>&1"


rule ingest_dump:
    # One raw dump: the rules of 2.1, names to hashes, row groups by user bucket; what is dropped is kept aside.
    input:
        dump=lambda wildcards: dump_of(wildcards).path,
        companions=lambda wildcards: companion_files(wildcards.source, wildcards.dump, DUMPS[wildcards.source]),
        key="<state>/keys/users.key",
    output:
        table="<results>/filtered/{source}/{dump}.parquet",
        dropped="<results>/filtered/{source}/{dump}.dropped.parquet",
        stats="<results>/filtered/{source}/{dump}.stats.json",
    log:
        "<logs>/ingest_dump/{source}/{dump}.log",
    benchmark:
        "<benchmarks>/ingest_dump/{source}/{dump}.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=1440,
    params:
        kind=lambda wildcards: dump_of(wildcards).kind,
        buckets=lambda wildcards: config["sources"][wildcards.source]["buckets"],
        filters=lambda wildcards: filter_knobs(wildcards.source, config["filters"]),
        code=code("ingest_dump"),
    shell:
        "python scripts/ingest_dump.py "
        "--kind {params.kind:q} "
        "--name {wildcards.dump:q} "
        "--dump {input.dump:q} "
        "--key {input.key:q} "
        "--buckets {params.buckets:q} "
        "--filters {params.filters:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "{input.companions:q} "
        "> {log:q} 2>&1"


rule find_kcore:
    # Amazon's users and items with enough purchases, over all categories.
    input:
        lambda wildcards: filtered("amazon", "reviews"),
    output:
        table="<results>/kcore/amazon.parquet",
        stats="<results>/kcore/amazon.stats.json",
    log:
        "<logs>/find_kcore.log",
    benchmark:
        "<benchmarks>/find_kcore.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 64000 * attempt,
        runtime=240,
    params:
        of_user=lambda wildcards: config["filters"]["amazon"]["kcore"]["users"],
        of_item=lambda wildcards: config["filters"]["amazon"]["kcore"]["items"],
        code=code("find_kcore"),
    shell:
        "python scripts/find_kcore.py "
        "--users {params.of_user:q} "
        "--items {params.of_item:q} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"


rule gather_users:
    # A bucket's users, whole: by user and time, without duplicates, without too short histories.
    input:
        tables=lambda wildcards: filtered(wildcards.source, *RECORD_KINDS),
        core=lambda wildcards: ["<results>/kcore/amazon.parquet"] if wildcards.source == "amazon" else [],
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
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=240,
    params:
        core=lambda wildcards, input: ["--core", input.core[0]] if input.core else [],
        jaccard=config["users"]["near_duplicate_jaccard"],
        min_records=config["users"]["min_records"],
        code=code("gather_users"),
    shell:
        "python scripts/gather_users.py "
        "--bucket {wildcards.bucket:q} "
        "{params.core:q} "
        "--near-duplicate-jaccard {params.jaccard:q} "
        "--min-records {params.min_records:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "{input.tables:q} "
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
        mem_mb=1000,
        runtime=30,
    params:
        code=code("count_users"),
    shell:
        "python scripts/count_users.py "
        "--source {wildcards.source:q} "
        "--output {output:q} "
        "{input:q} "
        "> {log:q} 2>&1"
