# The demo's raw dumps: invented people in the sources' own formats, and benchmark questions of our own.

SAMPLE_FILES = [
    "reddit/RS_2023-01.zst",
    "reddit/RC_2023-01.zst",
    "reddit/submissions/AskGarden-00000-of-00001-0123456789abcdef.parquet",
    "reddit/comments/AskGarden-00000-of-00001-0123456789abcdef.parquet",
    "twitter/tweets/train-00000-of-00001.parquet",
    "twitter/users/train-00000-of-00001.parquet",
    "blogger/blogs.zip",
    "amazon/review_categories/Books.jsonl.gz",
    "amazon/review_categories/Home_and_Kitchen.jsonl.gz",
    "amazon/meta_categories/meta_Books.jsonl.gz",
    "amazon/meta_categories/meta_Home_and_Kitchen.jsonl.gz",
    "motivebench/Amazon/Amazon_questions.json",
    "motivebench/Blog/Blog_questions.json",
    "motivebench/Persona/Persona_questions.json",
    "tombench/False Belief Task.jsonl",
    "tombench/Hinting Task Test.jsonl",
    "tombench/Knowledge-Attention Links.jsonl",
    "tombench/Multiple Desires.jsonl",
    "tombench/Prediction of Actions.jsonl",
    "tombench/Strange Story Task.jsonl",
    "tombench/Unexpected Outcome Test.jsonl",
]


if "sample" in config:

    rule make_sample:
        output:
            [f"<results>/sample/{name}" for name in SAMPLE_FILES],
        log:
            "<logs>/make_sample.log",
        benchmark:
            "<benchmarks>/make_sample.jsonl"
        conda:
            "../envs/data.yaml"
        resources:
            mem_mb=lambda wildcards, attempt: 1000 * attempt,
            runtime=lambda wildcards, attempt: 10 * attempt,
        params:
            people=config["sample"]["people"],
            seed=config["seed"],
            folder=lambda wildcards: f"{RESULTS}/sample",
            code=code("make_sample"),
        shell:
            "python scripts/make_sample.py "
            "--people {params.people:q} "
            "--seed {params.seed:q} "
            "--output {params.folder:q} "
            "> {log:q} 2>&1"
