"""Models compared on one split: fitted, judged by the same documents, and reported on."""

from __future__ import annotations

from harnn.comparison.compare import Comparison, check_contestants, compare

__all__ = ["Comparison", "check_contestants", "compare"]
