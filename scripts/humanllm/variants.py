"""The training sets of the ablations, each derived from the full one (paper 4.4).

t1, t2   the samples of some of the tasks
gen      all of ours, and general instructions beside them by shares: SmolTalk, Orca AgentInstruct
raw      no synthesis: the first half of a person's text asks for the second; as many samples as the full set has
Everybody keeps the side, train or test, that he has in the full set. A line of raw, its id ending with the record's:
    {"id": "raw:halves:blogger:blogs:77aa..", "task": "raw", "form": "halves", "source": "blogger", "user": "9f3a..",
     "time": 1086000000, "history_until": 0, "system": "You write ...",
     "conversations": [{"from": "human", "value": "I went ..."}, ...]}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from humanllm.draws import digest
from humanllm.errors import InputError
from humanllm.estimates import estimate
from humanllm.ngrams import RunReader, Runs, shared, told
from humanllm.sharegpt import Line, as_line, prompt_of, read_lines
from humanllm.shuffled import ShuffledLines
from humanllm.stats import Tally
from humanllm.tables import CLEAN, Row, iterate_rows
from humanllm.tasks.history import halves

SIDES = ("train", "test")
Judged = Iterator[Line | str]  # a line, or the reason why there is none
SYSTEM = "You write as a given person would. Continue the text."
HALVES = "raw:halves:"  # before the record's id in a sample's


@dataclass(frozen=True)
class Limits:
    """What a text that is halved must keep to. `benchmarks`: runs of their items, which it may not share."""

    min_words: int  # of the second half
    max_tokens: int  # of the sample, estimated
    reader: RunReader
    benchmarks: Runs


class Draw:
    """A random choice of lines by a key that follows from seed and id: see all, settle how many, see them again."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, list[bytes]] = defaultdict(list)  # by group
        self._last: dict[str, bytes] = {}
        self._ties: dict[str, int] = {}  # how many lines with the last key are still to be taken

    def key(self, line: Line) -> str:
        """Where the line stands in a shuffled file, as in the full set."""
        return digest(self.seed, "order", line["id"])

    def see(self, group: str, line: Line) -> None:
        self._keys[group].append(bytes.fromhex(self.key(line)))

    def settle(self, group: str, wanted: int) -> int:
        """Take `wanted` of the group's lines, or all; how many it has."""
        keys = sorted(self._keys.pop(group, []))
        taken = keys[:wanted]
        self._last[group] = last = (taken or [b""])[-1]
        self._ties[group] = taken.count(last)
        return len(keys)

    def takes(self, group: str, line: Line) -> bool:
        """Whether the line is one of those wanted; to be asked once a line."""
        key, last = bytes.fromhex(self.key(line)), self._last[group]
        if key == last:
            self._ties[group] -= 1
            return self._ties[group] >= 0
        return key < last


def write_tasks(full: Path, folder: Path, tasks: Collection[str], seed: int, tally: Tally) -> None:
    """Both files of `full` with the samples of `tasks` alone."""
    draw = Draw(seed)
    for side in SIDES:
        file = ShuffledLines(folder / f"{side}.jsonl")
        for line in read_lines(full / f"{side}.jsonl"):
            tally.take()
            if line["task"] in tasks:
                tally.keep()
                file.add(draw.key(line), line)
            else:
                tally.drop("other_task")
        file.close()


def write_mixed(
    full: Path,
    folder: Path,
    general: Mapping[str, Callable[[], Judged]],
    shares: Mapping[str, float],
    seed: int,
    tally: Tally,
) -> None:
    """All of `full`, with conversations of `general` in train so that they make up `shares` of it.

    Each of `general` is read twice. Raises InputError when one has too few.
    """
    draw = Draw(seed)
    files = {side: ShuffledLines(folder / f"{side}.jsonl") for side in SIDES}
    ours = Counter[str]()
    for side in SIDES:
        for line in read_lines(full / f"{side}.jsonl"):
            files[side].add(draw.key(line), line)
            ours[side] += 1
    tally.take(ours.total())
    tally.keep(ours.total())
    for name, read in general.items():
        wanted = round(ours["train"] * shares[name] / (1 - sum(shares.values())))
        for line in _counted(read(), tally):
            draw.see(name, line)
        usable = draw.settle(name, wanted)
        if usable < wanted:
            raise InputError(
                f"{name} has {usable} usable conversations; a share of {shares[name]} beside {ours['train']} samples"
                f" of ours takes {wanted}: give more files (ablations.gen.{name}.files) or lower its share"
            )
        for line in _lines(read()):
            if draw.takes(name, line):
                tally.keep()
                files["train"].add(draw.key(line), line)
            else:
                tally.drop("not_drawn")
    for file in files.values():
        file.close()


def write_halves(full: Path, folder: Path, tables: Sequence[Path], seed: int, limits: Limits, tally: Tally) -> None:
    """Halves of the texts of the people of `full`, at most as many a side as it has."""
    sides: dict[str, str] = {}
    counts = Counter[str]()
    for side in SIDES:
        for line in read_lines(full / f"{side}.jsonl"):
            sides[line["user"]] = side
            counts[side] += 1
    draw, asked = Draw(seed), set[bytes]()
    for line in _counted(_halved(tables, sides, limits), tally):
        side = sides[line["user"]]
        draw.see(side, line)
        if side == "test":
            asked.add(_short(line))
    for side in SIDES:
        draw.settle(side, counts[side])
    files = {side: ShuffledLines(folder / f"{side}.jsonl") for side in SIDES}
    for line in _lines(_halved(tables, sides, limits)):
        side = sides[line["user"]]
        reason = "not_drawn" if not draw.takes(side, line) else None
        if side == "train" and _short(line) in asked:
            reason = "prompt_in_test"
        if reason:
            tally.drop(reason)
        else:
            tally.keep()
            files[side].add(draw.key(line), line)
    for file in files.values():
        file.close()


def _short(line: Line) -> bytes:
    return bytes.fromhex(digest(prompt_of(line)))


def _lines(judged: Judged) -> Iterator[Line]:
    return (line for line in judged if not isinstance(line, str))


def _counted(judged: Judged, tally: Tally) -> Iterator[Line]:
    """The lines alone; reasons go into the tally."""
    for line in judged:
        tally.take()
        if isinstance(line, str):
            tally.drop(line)
        else:
            yield line


def _halved(tables: Sequence[Path], sides: Mapping[str, str], limits: Limits) -> Judged:
    for table in tables:
        for row in iterate_rows(table, CLEAN):
            if row["user"] not in sides:
                yield "no_sample"  # a person of whom the full set has none
            else:
                yield _line(row, limits)


def _line(row: Row, limits: Limits) -> Line | str:
    first, second = halves(row["clean_text"])
    if len(second.split()) < limits.min_words:
        return "short"
    if estimate(SYSTEM, first, second) > limits.max_tokens:
        return "too_long"
    if told(second, first):
        return "answer_in_prompt"
    if len(limits.benchmarks) and len(shared(limits.reader.runs(f"{first}\n{second}"), limits.benchmarks)):
        return "contaminated"
    sample = {name: row[name] for name in ("user", "source", "time")}
    sample |= {"id": f"{HALVES}{row['id']}", "task": "raw", "form": "halves", "history_until": None}
    return as_line(sample | {"system": SYSTEM, "prompt": first, "answer": second, "options": None}, False)
