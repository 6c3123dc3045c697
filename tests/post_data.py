"""Two invented people's posts and the commands of the model stages, run over them by the extractive engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from humanllm.tables import RECORD, Row, write_rows

ROOT = Path(__file__).resolve().parents[1]
DAY = 86400
MODEL = json.dumps({"name": "extractive", "engine": "extractive", "path": "rules", "revision": "1"})
SAMPLING = json.dumps({"temperature": 0.3, "max_tokens": 512})
KINDS = {
    "user": ["persona", "profile", "stories", "style"],
    "scenario": ["scenario"],
    "social_qa": ["action", "thought", "reason"],
    "topic": ["topic"],
}
GARDEN = [
    "I am a school librarian and I keep a small garden behind the house. This spring I planted three rows of tomatoes"
    " along the wall. The soil was heavy, so I carried sand up from the river in buckets. My sister laughed at the"
    " buckets. I like the smell of tomatoes on my hands.",
    "The tomatoes grew well until the rain came and the wall stayed wet for a week. I found brown spots on the lower"
    " leaves of half the plants. I decided to cut every spotted leaf and burn it in the old barrel. I felt sad about"
    " the smoke drifting over the clean washing. I believe a garden teaches patience better than any book.",
    "I work late at the library on Thursdays and the garden waits for me in the dark. Last night I took a lamp outside"
    " and picked the first ripe tomatoes by its light. I always eat the first one standing up, without salt. My"
    " neighbour called over the fence to ask if I was a burglar.",
    "My sister came for the weekend and wanted to see the garden before breakfast. We walked along the rows and she"
    " counted forty tomatoes on one plant. I gave her a basket and told her to take the best ones. She chose the green"
    " ones because her kitchen window ripens fruit slowly. I was happy that she stayed until the evening train.",
    "The frost came early and the garden turned black overnight. I stood at the window with my coffee for a long time."
    " Then I went out and pulled every plant before work, because I hate to look at ruins. The neighbour carried two"
    " loads to the compost with me. I hope to build a small glass house next year, with shelves for seeds.",
]
NOISY = "<b>Hello</b> &amp; welcome!<br />Write to kim@mail.net or see [this](https://kim.net/x). urlLink #garden"


def record(number: int, text: str, **more: Any) -> Row:
    """The post of day `number`."""
    row = {
        "id": f"blogger:blogs:{more.get('user', 'anna')}{number}",
        "user": "anna",
        "source": "blogger",
        "kind": "blogs",
        "bucket": 0,
        "time": number * DAY,
        "place": number,
        "title": None,
        "text": text,
        "parent_id": None,
        "parent_text": None,
        "item_title": None,
        "rating": None,
        "community": None,
    }
    return row | more


def garden() -> list[Row]:
    return [record(number, text) for number, text in enumerate(GARDEN, start=1)]


class Stages:
    """The commands in `folder`, for source blogger, bucket 0; each returns its stats."""

    def __init__(self, folder: Path, model: str = MODEL, sampling: str = SAMPLING) -> None:
        self.folder, self.model, self.sampling = folder, model, sampling

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def records(self, rows: list[Row]) -> None:
        write_rows(self.path("records"), rows, RECORD)

    def run(self, script: str, name: str, *options: str) -> Any:
        module = __import__(script)
        arguments = [*options, f"--output={self.path(name)}", f"--stats={self.folder / name}.stats.json"]
        done = CliRunner().invoke(module.main, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads((self.folder / f"{name}.stats.json").read_text())

    def _asking(self, name: str) -> list[str]:
        facts = {"model": json.loads(self.model), "sampling": json.loads(self.sampling)}
        serving = json.dumps({"model": {}, "attempts": 2, "max_dead_share": 0.02})
        files = [f"--journal={self.folder}/replies/{name}.jsonl", f"--dead={self.folder}/{name}.dead.jsonl"]
        return [f"--asking={json.dumps(facts | {'seed': 1})}", f"--serving={serving}", *files]

    def rewrite(self, records: str = "records", *options: str) -> Any:
        given = [f"--records={self.path(records)}", f"--prompt={ROOT}/scripts/prompts/rewrite/blogger.md", *options]
        return self.run("rewrite_text", "rewritten", *given, *self._asking("rewritten"))

    def score(self, records: str = "rewritten", column: str = "rewrite_text") -> Any:
        given = [f"--records={self.path(records)}", f"--prompt={ROOT}/scripts/prompts/score/score.md"]
        return self.run("score_quality", "scored", *given, f"--text-column={column}", *self._asking("scored"))

    def select(self, *quality: str, records: str = "scored") -> Any:
        files = [f"--records={self.path(records)}", f"--dropped={self.path('clean.dropped')}"]
        files += [f"--audit={self.folder}/clean.audit.jsonl", "--audit-size=2", "--seed=1", "--target-share=0.4"]
        labels = [f"--quality={label}" for label in quality or ("high",)]
        return self.run("select_records", "clean", *files, *labels)

    def synthesize(self, product: str, max_history: int = 100000) -> Any:
        prompts = [f"{ROOT}/scripts/prompts/synthesis/{kind}.md" for kind in [*KINDS[product], "summary"]]
        options = [f"--records={self.path('clean')}", f"--product={product}", "--per-user=20"]
        options += [f"--max-history-tokens={max_history}"]
        return self.run("synthesize_product", product, *options, *self._asking(product), *prompts)

    def judge(self, product: str) -> Any:
        prompts = [f"{ROOT}/scripts/prompts/judge/{kind}.md" for kind in KINDS[product]]
        options = [f"--products={self.path(product)}", f"--records={self.path('clean')}"]
        return self.run("judge_product", f"{product}.judged", *options, *self._asking(f"{product}.judged"), *prompts)

    def cut(self, product: str, overall: int = 9, others: int = 8) -> Any:
        cuts = json.dumps({kind: {"overall": overall, "others": others} for kind in KINDS[product]})
        judged = self.folder / f"judged/{product}"
        judged.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.path(f"{product}.judged"), judged / "0.parquet")
        files = [f"--judged={judged}", "--buckets=1", f"--dropped={self.path(f'{product}.refused')}"]
        return self.run("select_product", f"{product}.genome", *files, f"--cuts={cuts}")
