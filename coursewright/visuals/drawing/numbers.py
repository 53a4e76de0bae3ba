"""Numbers as a language writes them."""

from __future__ import annotations

_POINT = frozenset({"en", "zh", "ja", "ko", "he", "th"})
"""Languages that write a point before the decimals; the others of those in use write a comma."""


def write_number(value: float, language: str) -> str:
    """`value` with at most six significant digits, thousands set apart by a narrow space."""
    text = f"{value:.6g}"
    if "e" in text:
        text = f"{value:.0f}"
    whole, _, decimals = text.lstrip("-").partition(".")
    if len(whole) > 4:
        head = len(whole) % 3
        parts = [whole[:head]] if head else []
        whole = "\u202f".join([*parts, *(whole[i : i + 3] for i in range(head, len(whole), 3))])
    sign = "−" if text.startswith("-") else ""
    point = "." if language.split("-")[0] in _POINT else ","
    return sign + whole + (point + decimals if decimals else "")
