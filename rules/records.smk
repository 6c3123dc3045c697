# From raw dumps to each user's records, on CPUs (paper 2.1).
from records import accounts_of, filter_knobs

RECORD_KINDS = ["submissions", "comments", "tweets", "blogs", "reviews"]


rule make_key:
    # The key of user names: made once and kept, for another key would make every reply that a model gave void.
    output:
        "<state>/keys/users.key",
    log:
        "<logs>/make_key.log",
    benchmark:
        "<benchmarks>/make_key.jsonl"
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 500 * attempt,
        runtime=lambda wildcards, attempt: 5 * attempt,
    params:
        seed=lambda wildcards: config["users"]["key_seed"],
        # No digest of the code: an edit of a module that every script has would run all that follows again.
        kept=lambda wildcards: f"{STATE}/keys/users.kept",
    shell:
        "python scripts/make_key.py "
        "--seed {params.seed:q} "
        "--kept {params.kept:q} "
        "--output {output:q} "
        "> {log:q} 2>&1"


rule ingest_dump:
    # One raw dump: the rules of 2.1, names to hashes, row groups by user bucket; what is dropped is kept aside.
    input:
        dump=lambda wildcards: dump_of(wildcards).path,
        accounts=lambda wildcards: accounts_of(wildcards.dump, DUMPS[wildcards.source]),
        opt_out=lambda wildcards: [config["users"]["opt_out"]] if config["users"]["opt_out"] else [],
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
        # under 1 GiB, but Pushshift's .zst ask for a window of 2 GiB
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        kind=lambda wildcards: dump_of(wildcards).kind,
        buckets=lambda wildcards: config["sources"][wildcards.source]["buckets"],
        filters=lambda wildcards: filter_knobs(wildcards.source, config["filters"]),
        opt_out=lambda wildcards, input: ["--opt-out", input.opt_out[0]] if input.opt_out else [],
        code=code("ingest_dump"),
    shell:
        # glibc and polars' jemalloc keep the memory of their buffers: to give it back and ask again takes a tenth of the
        # time of a .zst. Arrow takes its own from glibc too: with an allocator of its own the peak is 40 MB higher.
        "MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=67108864 "
        "_RJEM_MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1 ARROW_DEFAULT_MEMORY_POOL=system "
        "POLARS_MAX_THREADS={threads} python scripts/ingest_dump.py "
        "--kind {params.kind:q} "
        "--name {wildcards.dump:q} "
        "--dump {input.dump:q} "
        "--key {input.key:q} "
        "--buckets {params.buckets:q} "
        "--filters {params.filters:q} "
        "{params.opt_out:q} "
        "--output {output.table:q} "
        "--dropped {output.dropped:q} "
        "--stats {output.stats:q} "
        "{input.accounts:q} "
        "> {log:q} 2>&1"


rule find_kcore:
    # Amazon's users and items with enough purchases, over all categories. Each of its threads sorts by itself.
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
    threads: 2
    resources:
        # 2.8 GB at Amazon's size with 128 buckets; the footers of tables in small row groups take some more.
        mem_mb=lambda wildcards, attempt: 8000 * attempt,
        runtime=lambda wildcards, attempt: 120 * attempt,
    params:
        of_user=lambda wildcards: config["filters"]["amazon"]["kcore"]["users"],
        of_item=lambda wildcards: config["filters"]["amazon"]["kcore"]["items"],
        top_items=lambda wildcards: config["filters"]["amazon"]["kcore"]["top_items"],
        code=code("find_kcore"),
    shell:
        # jemalloc keeps the memory of polars' buffers: a sixth of the time.
        "POLARS_MAX_THREADS=1 _RJEM_MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1 "
        "python scripts/find_kcore.py "
        "--users {params.of_user:q} "
        "--items {params.of_item:q} "
        "--top-items {params.top_items:q} "
        "--threads {threads} "
        "--output {output.table:q} "
        "--stats {output.stats:q} "
        "{input:q} "
        "> {log:q} 2>&1"
