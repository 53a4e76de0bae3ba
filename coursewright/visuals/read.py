"""From a model's JSON to a figure that can be drawn, and back to bytes that are stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from coursewright.visuals.describe import KINDS, FigureDescription, Illustration
from coursewright.visuals.fields import tidy_text

_ADAPTER: TypeAdapter[FigureDescription] = TypeAdapter(FigureDescription)
_ANY: TypeAdapter[Any] = TypeAdapter(Annotated[FigureDescription | Illustration, Field(discriminator="kind")])


class DescriptionError(ValueError):
    """A description that cannot be drawn.

    Args:
        faults: one sentence each: where, what is wrong, what is right.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def read_description(data: object) -> FigureDescription:
    """The figure that `data`, plain JSON values, describes.

    Raises:
        DescriptionError: with every fault found.
    """
    figure: FigureDescription = _read(data, KINDS, _ADAPTER)
    return figure


def read_plan(data: object) -> FigureDescription | Illustration:
    """The same, where an illustration is possible too.

    Raises:
        DescriptionError: with every fault found.
    """
    figure: FigureDescription | Illustration = _read(data, (*KINDS, "illustration"), _ANY)
    return figure


def _read(data: object, kinds: Sequence[str], adapter: TypeAdapter[Any]) -> Any:
    if not isinstance(data, dict):
        raise DescriptionError([f"a figure is a JSON object, not {_name_type(data)}"])
    if "kind" not in data:
        raise DescriptionError([f"kind: is missing; one of {', '.join(kinds)}"])
    if data["kind"] not in kinds:
        raise DescriptionError([f"kind: unknown kind {data['kind']!r}; known: {', '.join(kinds)}"])
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise DescriptionError(_explain(error)) from None


def write_description(figure: FigureDescription | Illustration) -> dict[str, Any]:
    """`figure` as plain JSON values, without what is left at its default."""
    data: dict[str, Any] = figure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"version": figure.version, "kind": figure.kind, **{k: v for k, v in data.items() if k != "kind"}}


def description_digest(figure: FigureDescription | Illustration) -> str:
    """What a figure's drawing is keyed by: the same for the same description, 64 hexadecimal digits."""
    text = json.dumps(write_description(figure), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def description_schema(*, illustrations: bool = False) -> dict[str, Any]:
    """The JSON schema of one figure, for models that answer in a given form."""
    return (_ANY if illustrations else _ADAPTER).json_schema(by_alias=True)


def _name_type(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", type(None): "null", bool: "true or false"}
    return names.get(type(value), "a number")


def _explain(error: ValidationError) -> list[str]:
    found: list[str] = []
    for entry in error.errors(include_url=False):
        if _follows_from_another(entry):
            continue
        place = _write_path(entry["loc"][1:])
        if entry["type"] == "value_error":
            lines = str(entry["ctx"]["error"]).splitlines()
        else:
            lines = [_reword(entry)]
        found += [f"{place}: {line}" if place else line for line in lines]
    return found


def _follows_from_another(entry: Any) -> bool:
    """pydantic counts only good entries, so a list with a bad one is called too short as well."""
    given = entry["input"]
    return (
        entry["type"] == "too_short"
        and isinstance(given, list | tuple)
        and len(given) >= entry["ctx"]["min_length"]
    )


def _reword(entry: Any) -> str:
    context = entry.get("ctx", {})
    given: Any = tidy_text(entry["input"])
    if isinstance(given, int) and entry["type"] == "too_long":
        given = str(given)  # An id may be given as a number.
    match entry["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is an unknown key; leave it out"
        case "too_long" | "string_too_long" if isinstance(given, str):
            most = context["max_length"]
            return f"has {len(given)} characters, at most {most} fit; shorten {given[:40]!r}…"
        case "too_short" | "string_too_short" if isinstance(given, str):
            return f"has {len(given)} characters, at least {context['min_length']} are needed"
        case "too_long":
            return f"has {len(given)} entries, at most {context['max_length']} are allowed"
        case "too_short":
            return f"has {len(given)} entries, at least {context['min_length']} are needed"
        case "literal_error":
            return f"is {given!r}, expected {context['expected']}"
        case "string_type":
            return f"must be text, found {_name_type(given)}"
        case "tuple_type":
            return f"must be a list, found {_name_type(given)}"
        case "model_type" | "model_attributes_type":
            return f"must be an object with named keys, found {_name_type(given)}"
        case "float_parsing" | "float_type":
            return f"must be a number without unit or sign of percent, found {given!r}"
        case _:
            return f"{entry['msg']}; found {_name_type(given)}"


def _write_path(parts: Sequence[int | str]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
