# The models and systems of the run, and what their benchmarks are made of.
def model_spec(name):
    """The entry of `models` with its name."""
    return {"name": name, **config["models"][name]}


# What of a model changes its speed and no reply. A longer max_model_len is not among these: it answers what did not fit.
SPEED = {"gpus", "ngram_tokens", "memory_share", "max_num_seqs", "base_url", "key_variable", "concurrency"}
SPEED |= {"requests_a_minute", "tokens_a_minute", "timeout"}


def asking(spec, stage):
    """The JSON that `--asking` takes, all that the replies follow from: a change runs the stage again."""
    facts = {
        "model": {name: value for name, value in spec.items() if name not in SPEED},
        "sampling": config[stage]["sampling"],
        "seed": config["seed"],
        "language": config["filters"]["language"],
    }
    return json.dumps(facts, sort_keys=True)


def serving(spec):
    """The JSON that `--serving` takes: the model's speed, and when to give up. A change runs nothing again.

    Only so long as its param is a function of threads, which is no rerun trigger.
    """
    speed = {name: value for name, value in spec.items() if name in SPEED}
    return json.dumps({"model": speed, **config["asking"]}, sort_keys=True)


def weights_of(spec):
    """The folder a job must wait for when the run itself makes the model; nothing for a hub's name."""
    return [spec["path"]] if spec["path"].startswith(f"{RESULTS}/") else []


def model_input(name):
    return weights_of(model_spec(name))


def systems():
    """Whose answers are scored: {system: its model}."""
    found = {name: model_spec(name) for name in config["systems"]}
    for student in STUDENTS:
        found[f"{student}-base"] = model_spec(student)
        for variant in VARIANTS:
            for suffix, folder in (("unmerged", "checkpoints"), ("merged", "merged")):
                name, path = f"{student}-{variant}-{suffix}", f"{RESULTS}/{folder}/{student}/{variant}"
                found[name] = {**config["models"][student], "name": name, "path": path, "revision": "made"}
    return found


SYSTEMS = systems()


def system_input(wildcards):
    return weights_of(SYSTEMS[wildcards.system])


def gpus(role):
    """GPUs of the model that is teacher or judge; 0: it runs on the CPU."""
    return config["models"][config[role]].get("gpus", 0)


def cores(gpus):
    """CPU cores of a job that asks a model: vLLM runs a busy process a GPU and two more."""
    return max(1, 8 * gpus)


def memory(gpus, attempt):
    """Its MB: a process a GPU, each with its part of the weights on their way and CUDA's own; more where it failed.

    The records and replies of a bucket take about 10 KB a record of these.
    """
    return 32000 * (gpus + attempt) if gpus else 6000 * attempt


def base_of(wildcards):
    return config["models"][wildcards.model]


def training_gpus(wildcards):
    """As many as ranks; none for a model that is trained on CPUs."""
    return config["training"]["ranks"] if base_of(wildcards).get("gpus", 0) else 0


def training_knob(name):
    """Of a student: its own under training.overrides, else everyone's. Of `input`, so that it is no rerun trigger."""
    training = config["training"]
    return lambda wildcards, input: training["overrides"].get(wildcards.model, {}).get(name, training[name])


def training_launcher(wildcards, resources, threads):
    """Before the training's command: where the profile says mpi, a job step of its own, which Slurm's signals reach."""
    mpi = resources.get("mpi")
    return f"{mpi} --nodes=1 --ntasks=1 --cpus-per-task={threads}" if mpi else ""


IN_DOMAIN_TASKS = ["profile_generation", "scenario_generation", "social_qa", "writing_imitation", "item_selection"]


def benchmark_files(wildcards):
    """A benchmark's own files by the config's globs; in-domain's are the test set and the other systems' answers."""
    if wildcards.benchmark == "in_domain":
        systems = config["distractors"]["systems"]
        return [
            "<results>/sft/full/test.jsonl",
            *expand("<results>/distractors/{system}/in_domain.parquet", system=systems),
        ]
    patterns = config["benchmarks"][wildcards.benchmark]["files"]
    found = [path for pattern in patterns for path in paths_of(pattern, f"{RESULTS}/")]
    if not found:
        raise WorkflowError(
            f"benchmarks.{wildcards.benchmark}.files: no file at {', '.join(patterns) or 'any place'}: "
            "fetch the benchmark, or edit the pattern in your config"
        )
    return found


def benchmark_knobs(wildcards):
    """The benchmark's entry in the config without its files, for its reader."""
    knobs = {name: value for name, value in config["benchmarks"][wildcards.benchmark].items() if name != "files"}
    if wildcards.benchmark == "in_domain":
        knobs |= {"seed": config["seed"], "tasks": [task for task in IN_DOMAIN_TASKS if task in active_tasks()]}
    return json.dumps(knobs, sort_keys=True)


def benchmark_prompt(wildcards):
    language = config["benchmarks"][wildcards.benchmark].get("language", "en")
    return f"scripts/prompts/benchmarks/{wildcards.benchmark}{'' if language == 'en' else f'_{language}'}.md"


def writer_gpus(wildcards):
    """GPUs of the model that writes distractors; 0: it runs on the CPU."""
    return config["models"][wildcards.system].get("gpus", 0)


def system_gpus(wildcards):
    return SYSTEMS[wildcards.system].get("gpus", 0)


def system_pairs():
    """[[system, the other, why], ...]: tuned against base, merged against unmerged, an ablation against the full set."""
    pairs = []
    for student in STUDENTS:
        for variant in VARIANTS:
            unmerged, merged = f"{student}-{variant}-unmerged", f"{student}-{variant}-merged"
            pairs += [[unmerged, f"{student}-base", "base"], [merged, f"{student}-base", "base"]]
            pairs.append([merged, unmerged, "unmerged"])
            if variant != "full" and "full" in VARIANTS:
                pairs += [
                    [f"{student}-{variant}-{end}", f"{student}-full-{end}", "full"] for end in ("unmerged", "merged")
                ]
    return pairs


def model_gpus(name):
    """GPUs of a model of `models`; 0: it runs on the CPU."""
    return config["models"][name].get("gpus", 0)


def human_systems():
    """Whose answers people grade: those named, or the first student as it was and as it is after training and merging."""
    first = [f"{STUDENTS[0]}-base", f"{STUDENTS[0]}-{VARIANTS[0]}-merged"]
    chosen = config["human_evaluation"]["systems"] or first
    if unknown := [name for name in chosen if name not in SYSTEMS]:
        raise WorkflowError(
            f"human_evaluation.systems: no system {', '.join(unknown)} is scored in this run; known: {', '.join(SYSTEMS)}"
        )
    return chosen


def application_histories(wildcards):
    """The posts that a profile is asked for with."""
    if wildcards.application != "profile_writing":
        return []
    return every_bucket("<results>/clean/{source}/{bucket}.parquet")


def application_question(wildcards):
    """The question of profile_writing; the others are asked in the words of the training tasks."""
    return "scripts/prompts/writing/profile_writing.md" if wildcards.application == "profile_writing" else []


def profile_options(wildcards, input):
    """What profile_writing alone needs: its question, and where the posts lie (not the files: they may be thousands)."""
    if wildcards.application != "profile_writing":
        return []
    options = [f"--prompt={input.prompt}", f"--clean={RESULTS}/clean"]
    options += [f"--history-tokens={config['applications']['profile_writing']['history_tokens']}"]
    return options + [f"--take={source}={len(buckets(source))}" for source in SOURCES]


def _merged(wildcards):
    """{name in merging.weights: its entry of models}; tuned is what train_sft makes."""
    own = {"base": base_of(wildcards)}
    own["tuned"] = {"path": f"{RESULTS}/checkpoints/{wildcards.model}/{wildcards.variant}", "revision": "made"}
    return {name: own.get(name) or config["models"][name] for name in config["merging"]["weights"]}


def merged_models(wildcards):
    """What is merged, as JSON: {"base": {"path": ..., "revision": ...}}."""
    found = {name: {key: one[key] for key in ("path", "revision")} for name, one in _merged(wildcards).items()}
    return json.dumps(found)


def merged_folders(wildcards):
    """The folders of these that the run itself makes."""
    return [folder for one in _merged(wildcards).values() for folder in weights_of(one)]


def derived_weights(wildcards):
    derived = "derived" in config["merging"]["weights"].values()
    return ["<results>/merged/{model}/{variant}.weights.json"] if derived else []


def merging_memory(wildcards):
    """MB: blocks takes the same for every model; mergekit a shard and several of the largest tensor in float32."""
    return 48000 if config["merging"]["engine"] == "mergekit" and training_gpus(wildcards) else 8000
