"""Measurements of the stages against other tools and against the limits of the machine: docs/performance.md.

`python -m benchmarks.<rule>` from the project's root; `make bench` runs a short version of all.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "rules")]
