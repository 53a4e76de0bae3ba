"""What the fields of a figure description may hold."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

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


def drop_markup(value: object) -> object:
    """The same, without the marks of bold text and code."""
    text = tidy_text(value)
    return text.replace("**", "").replace("`", "") if isinstance(text, str) else text


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


def _is_finite(value: float) -> float:
    if not math.isfinite(value) or abs(value) > 1e12:
        raise ValueError("must be a number between -1e12 and 1e12")
    return value


Number: TypeAlias = Annotated[float, Field(allow_inf_nan=True), AfterValidator(_is_finite)]
