"""Bloom's levels (revised taxonomy, Anderson and Krathwohl 2001), in order from Remember to Create."""

from __future__ import annotations

from enum import IntEnum


class BloomLevel(IntEnum):
    """A level; a higher one asks for a deeper and longer lesson."""

    REMEMBER = 1
    UNDERSTAND = 2
    APPLY = 3
    ANALYZE = 4
    EVALUATE = 5
    CREATE = 6

    @property
    def factor(self) -> float:
        """What a lesson's length is multiplied by: 1.0 for Remember to 1.5 for Create."""
        return 1.0 + (self - 1) / 10
