"""The licences of the paper's base models, which bind whoever passes on a model that was made of them.

of(spec) gives {"head": {"license": "llama3.1"}, "name": "Llama 3.1 Community License", "duties": ["..."]}
As their model pages stated them; read the licence itself before a model is passed on.
"""

from __future__ import annotations

from typing import Any

APACHE = (
    "apache-2.0",
    "Apache License 2.0",
    ["keep the licence's text and the notices; say that the weights were changed"],
)
LICENCES: dict[str, tuple[str, str, list[str]]] = {  # path on the hub: identifier, name, duties
    "Qwen/Qwen2.5-3B-Instruct": (
        "qwen-research",
        "Qwen Research License",
        [
            "research and other non-commercial use only",
            "keep the licence's text and its notice; say that the weights were changed",
        ],
    ),
    "Qwen/Qwen2.5-7B-Instruct": APACHE,
    "Qwen/Qwen3-8B": APACHE,
    "microsoft/Phi-3-mini-128k-instruct": ("mit", "MIT License", ["keep the licence's text and the copyright notice"]),
    "meta-llama/Llama-3.1-8B-Instruct": (
        "llama3.1",
        "Llama 3.1 Community License",
        [
            "the name of a model that is passed on begins with Llama",
            'show "Built with Llama", pass on the licence and its notice, and keep to its acceptable use policy',
        ],
    ),
}
ON_THE_HUB = {"apache-2.0", "mit", "llama3.1"}  # identifiers that a card may give as `license`


def of(spec: dict[str, Any], made_up: bool) -> dict[str, Any]:
    """The licence of a base model: for a card's head, its name, and what it asks for."""
    path = spec["path"]
    if made_up and spec["revision"] == "made":
        return {"head": {"license": "mit"}, "name": "the MIT licence, for it was made of invented texts", "duties": []}
    if path not in LICENCES:
        return {
            "head": {"license": "other", "license_name": "of-the-base-model"},
            "name": "not known to this workflow",
            "duties": ["read the licence of the base model before this one is passed on"],
        }
    identifier, name, duties = LICENCES[path]
    head = {"license": identifier}
    if identifier not in ON_THE_HUB:
        link = f"https://huggingface.co/{path}/blob/main/LICENSE"
        head = {"license": "other", "license_name": identifier, "license_link": link}
    return {"head": head, "name": name, "duties": duties}
