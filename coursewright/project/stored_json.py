"""What a project's JSON files say, read as exactly what the program writes there, or refused.

Whoever can write the store can write anything into them. What is refused here is damaged, and is told or made
anew; it never gets as far as a part of the program that takes it for what it should be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Fits = Callable[[Any], bool]


def parse_stored(data: bytes) -> Any:
    """The JSON in these bytes.

    Raises:
        ValueError: it is none, holds what JSON does not have, or is nested without end.
    """
    try:
        values = json.loads(data, parse_constant=_refuse)
        if b"\\u" in data:
            # Half a character can be written in JSON, and nowhere else.
            json.dumps(values, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("it is nested without end") from None
    return values


def build_stored(cls: type[T], values: Any) -> T:
    """A dataclass from a JSON object; unknown names are passed over, missing ones have their defaults.

    Raises:
        TypeError: it is no object, lacks a value that has no default, or a value is none of its kind.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"{cls.__name__} is {type(values).__name__}, not an object")
    fits, tuples = _fields_of(cast(Hashable, cls))
    known = {name: value for name, value in values.items() if name in fits}
    for name, value in known.items():
        if not fits[name](value):
            raise TypeError(f"{name} is {str(value)[:60]!r}")
    return cls(**{name: tuple(value) if name in tuples else value for name, value in known.items()})


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")


@cache
def _fields_of(cls: Hashable) -> tuple[Mapping[str, Fits], frozenset[str]]:
    """What each field takes, and which are tuples, which JSON writes as lists."""
    hints = get_type_hints(cls)
    tuples = frozenset(name for name, hint in hints.items() if get_origin(hint) is tuple)
    return {name: _fits(hint) for name, hint in hints.items()}, tuples


def _fits(hint: Any) -> Fits:
    """Whether a JSON value is of a type, as a function of the value."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: True
    if origin in (Union, UnionType):
        some = [_fits(one) for one in inner]
        return lambda value: any(fits(value) for fits in some)
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in inner
    if origin in (list, tuple):
        of_entries = _fits(inner[0])
        return lambda value: isinstance(value, list | tuple) and all(map(of_entries, value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        of_values = _fits(inner[1])
        return lambda value: isinstance(value, Mapping) and all(map(of_values, value.values()))
    if hint is float:
        return lambda value: type(value) in (int, float) and math.isfinite(value)
    if hint in (int, bool, str, NoneType):
        return lambda value: type(value) is hint
    raise TypeError(f"no rule for values of type {hint}")
