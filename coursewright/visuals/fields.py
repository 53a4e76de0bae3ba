"""What the fields of a figure description may hold."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from coursewright.visuals.letters import spell

MAX_NODES = 14
MAX_EDGES = 24
MAX_LABEL = 90

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}


def tidy_text(value: object) -> object:
    """`value`, if it is text, in composed Unicode, without invisible characters, on one line."""
    if not isinstance(value, str):
        return value
    spaced = " ".join(unicodedata.normalize("NFC", value).split())
    return "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE).strip()


def letter(text: str) -> str:
    """`text` as a label: tidied, without the marks of bold text and code, in letters that the font has."""
    return spell(str(tidy_text(text)).replace("**", "").replace("`", ""))


def drop_markup(value: object) -> object:
    """A label from a description.

    Raises:
        ValueError: nothing is left of what can be seen.
    """
    if not isinstance(value, str):
        return value
    label = letter(value)
    if not label and (given := tidy_text(value)):
        raise ValueError(f"holds nothing that can be lettered, found {str(given)[:40]!r}; say it in words")
    return label


Label: TypeAlias = Annotated[
    str, BeforeValidator(drop_markup), Field(min_length=1, max_length=MAX_LABEL, strict=True)
]
Remark: TypeAlias = Annotated[str, BeforeValidator(drop_markup), Field(max_length=MAX_LABEL, strict=True)]
Purpose: TypeAlias = Annotated[
    str, BeforeValidator(drop_markup), Field(min_length=10, max_length=240, strict=True)
]


def _read_id(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else tidy_text(value)


Id: TypeAlias = Annotated[str, BeforeValidator(_read_id), Field(min_length=1, max_length=40, strict=True)]


def _can_be_drawn(value: float) -> float:
    if not math.isfinite(value) or abs(value) > 1e12:
        raise ValueError("must be a number between -1e12 and 1e12")
    if 0 < abs(value) < 1e-9:
        raise ValueError("is nearer to 0 than 1e-9; state it in a smaller unit")
    return value


Number: TypeAlias = Annotated[float, Field(allow_inf_nan=True), AfterValidator(_can_be_drawn)]
