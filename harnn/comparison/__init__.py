"""Models compared on one split: fitted, judged by the same documents, and reported on."""

from __future__ import annotations

from harnn.comparison.compare import Comparison, compare

__all__ = ["Comparison", "compare"]
