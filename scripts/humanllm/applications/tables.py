"""The columns of the judged applications' tables: items, what a system wrote, how it was graded.

A row of graded/: an answer that a system wrote to an item, and what the judge thinks of it.
    {"id": "profile_writing:5d1c...", "application": "profile_writing", "system": "demo-base", "status": "graded",
     "answer_first": True, "words": 212, "finish_reason": "stop",
     "grades": {"faithfulness": 8, "realism": 7, "coverage": 6}, "judge_model": "qwen2.5-72b", ...}
"""

from __future__ import annotations

import pyarrow as pa

ITEM = pa.schema(
    [
        ("id", pa.string()),  # application:id of the sample of the test set
        ("application", pa.string()),  # profile_writing, human_explainer, personalized_writing
        ("source", pa.string()),
        ("label", pa.string()),  # finer: the sample's form
        ("cluster", pa.string()),  # the user
        ("system", pa.string()),  # system message of the question; empty: none
        ("prompt", pa.string()),  # what a system is asked
        ("task", pa.string()),  # what the judge, and people, are shown of it
        ("reference", pa.string()),
        ("answer_first", pa.bool_()),  # whether the judge reads the answer before the reference
    ]
)
WRITTEN = pa.schema(
    [
        ("id", pa.string()),  # the item
        ("application", pa.string()),
        ("system", pa.string()),
        ("text", pa.string()),  # null: dead, its reason as finish_reason
        ("finish_reason", pa.string()),
        ("prompt_tokens", pa.int32()),
        ("output_tokens", pa.int32()),
        ("model", pa.string()),
        ("revision", pa.string()),
    ]
)
GRADED = pa.schema(
    [
        ("id", pa.string()),  # the item
        ("application", pa.string()),
        ("system", pa.string()),
        ("status", pa.string()),  # graded; blank or no_answer: the lowest grade; not_graded: the judge failed
        ("answer_first", pa.bool_()),
        ("words", pa.int32()),  # of the answer
        ("finish_reason", pa.string()),  # of the answer
        ("grades", pa.map_(pa.string(), pa.int8())),  # {metric: 1 to 10}; null where not graded
        ("model", pa.string()),  # with revision: who answered
        ("revision", pa.string()),
        ("judge_model", pa.string()),
        ("judge_revision", pa.string()),
        ("judge_prompt", pa.string()),
    ]
)
