"""How systems answer, right or wrong: silence, changing minds, a liking for a letter, other readings of their answers.

Of an application: how the judge graded, by what the answers' length and the place in the prompt might have done to it.
"""

from __future__ import annotations

from typing import Any

from humanllm.report.lineup import grouped

Facts = dict[str, Any]


NONE = "\u2013"  # a dash
GRADES = [str(grade) for grade in range(1, 11)]


def ordered(comparison: Facts, run: Facts) -> list[str]:
    return [member["system"] for _, members in grouped(run, comparison["systems"]) for member in members]


def habits(comparison: Facts, run: Facts) -> Facts:
    """Two tables: answers and readings by system, and accuracy by the letter under which the right option stood."""
    systems, order = comparison["systems"], ordered(comparison, run)
    readings = list(dict.fromkeys(name for system in order for name in systems[system]["readings"] or {}))
    found = [systems[name].get(part) or {} for name in order for part in ("by_gold_position", "choice_positions")]
    letters = sorted({letter for letters in found for letter in letters})
    return {
        "readings": [name.replace("_", " ") for name in readings],
        "rows": [_row(name, systems[name], readings) for name in order],
        "letters": letters,
        "positions": [_positions(name, systems[name], letters) for name in order] if letters else [],
    }


def _row(name: str, system: Facts, readings: list[str]) -> Facts:
    steady = system["consistency"]
    found = system["readings"] or {}
    return {
        "system": name,
        "no_answer": f"{100 * system['no_answer']['share']:.1f} %",
        "same_choice": f"{100 * steady['same_choice']:.0f} %" if steady else "one order",
        "agreement": f"{100 * steady['agreement']:.0f} %" if steady else "one order",
        "readings": [_average(found.get(reading)) for reading in readings],
    }


def _average(reading: Facts | None) -> str:
    value = reading["average"]["accuracy"] if reading else None
    return NONE if value is None else f"{value:.3f}"


def _positions(name: str, system: Facts, letters: list[str]) -> Facts:
    """Accuracy where the right option stood under each letter, and how often the letter was answered at all."""
    right, chosen = system.get("by_gold_position") or {}, system.get("choice_positions") or {}
    answered = sum(chosen.values())
    cells = [
        {
            "accuracy": right[letter]["accuracy"] if letter in right else None,
            "chosen": 100 * chosen.get(letter, 0) / answered if answered else None,
        }
        for letter in letters
    ]
    return {"system": name, "cells": cells}


def grading(comparison: Facts, run: Facts) -> Facts:
    """Two tables of an application: what the grades may hang on beside the answers' worth, and how often each fell."""
    systems, order = comparison["systems"], ordered(comparison, run)
    return {
        "rows": [_graded(name, systems[name]) for name in order],
        "grades": GRADES,
        "distribution": [{"system": name, "cells": _shares(systems[name].get("distribution") or {})} for name in order],
    }


def _graded(name: str, system: Facts) -> Facts:
    length, place = system.get("length") or {}, system.get("by_position") or {}
    return {
        "system": name,
        "no_answer": f"{100 * system['no_answer']['share']:.1f} %",
        "cut_off": f"{system.get('cut_off') or 0:,}",
        "left_out": f"{sum((system.get('left_out') or {}).values()):,}",
        "words": _said(length.get("median_words"), "{:g}"),
        "correlation": _said(length.get("correlation"), "{:+.2f}"),
        "place": {"value": place.get("difference"), "low": place.get("low"), "high": place.get("high")},
    }


def _said(value: float | None, form: str) -> str:
    return NONE if value is None else form.format(value)


def _shares(metrics: dict[str, dict[str, int]]) -> list[float | None]:
    """The share of each grade, all metrics together, in percent."""
    counts = [sum(found.get(grade, 0) for found in metrics.values()) for grade in GRADES]
    return [100 * count / sum(counts) if sum(counts) else None for count in counts]
