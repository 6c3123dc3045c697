"""The demo's raw dumps: invented people, their texts in the sources' own formats, and what every rule must drop.

Equal seeds and numbers of people give equal bytes. Nothing in it was ever written by a real person.
"""

from __future__ import annotations

from pathlib import Path

from humanllm.sample.amazon import write_amazon
from humanllm.sample.blogger import write_blogger
from humanllm.sample.fates import merged
from humanllm.sample.motivebench import write_motivebench
from humanllm.sample.reddit import write_reddit
from humanllm.sample.tombench import write_tombench
from humanllm.sample.twitter import write_twitter


def write_sample(folder: Path, seed: int, people: int) -> dict[str, int]:
    """Write all dumps and benchmark files of `people` invented people under `folder` (20 or more of them).

    The counts: {"blogger.blogs": 189, "blogger.blogs:good": 180, "blogger.blogs:short": 1, ...}; after the colon is
    "good" or why the record must be dropped, at ingest or later (copy, near_copy, short_history, low_quality, ...).
    """
    return merged(
        write_reddit(folder / "reddit", seed, people),
        write_twitter(folder / "twitter", seed, people),
        write_blogger(folder / "blogger", seed, people),
        write_amazon(folder / "amazon", seed, people),
        write_motivebench(folder / "motivebench", seed),
        write_tombench(folder / "tombench", seed),
    )
