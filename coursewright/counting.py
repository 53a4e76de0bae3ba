"""Numbers of things, as people write them."""

from __future__ import annotations


def say_count(number: int, one: str) -> str:
    """The number with its noun: ``1 lesson``, ``1,200 words``."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
