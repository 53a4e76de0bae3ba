"""Numbers as a language writes them."""

from __future__ import annotations

from decimal import Decimal

_POINT = frozenset({"en", "zh", "ja", "ko", "he", "th"})
"""Languages that write a point before the decimals; the others of those in use write a comma."""


def write_number(value: float, language: str) -> str:
    """`value` with every digit that was stated, thousands set apart by a narrow space."""
    text = f"{Decimal(repr(value)):f}"
    whole, _, decimals = text.lstrip("-").partition(".")
    decimals = decimals.rstrip("0")
    if len(whole) > 4:
        head = len(whole) % 3
        parts = [whole[:head]] if head else []
        whole = "\u202f".join([*parts, *(whole[i : i + 3] for i in range(head, len(whole), 3))])
    sign = "−" if value < 0 else ""
    point = "." if language.split("-")[0] in _POINT else ","
    return sign + whole + (point + decimals if decimals else "")
