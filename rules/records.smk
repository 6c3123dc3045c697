# From raw dumps to each user's records, on CPUs (paper 2.1).


rule make_key:
    # The key of user names: made once, kept outside the results.
    output:
        "<state>/keys/users.key",
    log:
        "<logs>/make_key.log",
    benchmark:
        "<benchmarks>/make_key.jsonl"
    params:
        seed=lambda wildcards: config["users"]["key_seed"],
        code=code("make_key"),
    resources:
        mem_mb=500,
        runtime=5,
    shell:
        "python scripts/make_key.py "
        "--seed {params.seed:q} "
        "--output {output:q} "
        "> {log:q} 2>&1"
