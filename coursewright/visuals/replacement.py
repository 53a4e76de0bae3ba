"""A figure that a person made, put under the figure's name: ``visuals/01-02-0001.svg`` or ``.png``."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from coursewright.book.safe_svg import UnsafeSvg, clean_svg
from coursewright.findings import Finding
from coursewright.visuals.raster import png_size

MOST_BYTES = 10_000_000
_CHECK = "replacement"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LEFT_OUT = {
    "foreignObject",
    "animate",
    "animateTransform",
    "animateMotion",
    "set",
    "filter",
    "video",
    "audio",
}


def check_replacement(data: bytes, name: str) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the file can stand in the book, and what a person should know of it.

    Args:
        name: the file's name, for the messages; its ending is not believed.
    """
    if len(data) > MOST_BYTES:
        return False, (_error(name, f"is larger than {MOST_BYTES // 1_000_000} MB; make it smaller"),)
    if data.startswith(b"\x89PNG"):
        return _check_png(data, name)
    if not data.strip():
        return False, (_error(name, "is empty; put an SVG or a PNG there, or delete it"),)
    return _check_svg(data, name)


def _check_png(data: bytes, name: str) -> tuple[bool, tuple[Finding, ...]]:
    try:
        width, _ = png_size(data)
    except ValueError as error:
        return False, (_error(name, f"cannot be used: {error}"),)
    if b"IEND" not in data[-16:]:
        return False, (_error(name, "is a PNG that breaks off before its end; save it again"),)
    if width < 900:
        return True, (_warning(name, f"is {width} pixels wide; below 900 it is coarse in print"),)
    return True, ()


def _check_svg(data: bytes, name: str) -> tuple[bool, tuple[Finding, ...]]:
    try:
        clean_svg(data)
    except UnsafeSvg as error:
        return False, (_error(name, f"is neither PNG nor SVG that can be used: {error}"),)
    findings: list[Finding] = []
    root = ElementTree.fromstring(data.decode("utf-8-sig"))
    for element in root.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag == "script":
            findings.append(_error(name, "holds a script; remove it, figures are drawings only"))
        elif tag in _LEFT_OUT:
            findings.append(_warning(name, f"holds <{tag}>, which is left out; export it as plain shapes"))
        for attribute, value in element.attrib.items():
            if attribute.lower().startswith("on"):
                findings.append(_error(name, f"runs a script at {attribute}; remove that attribute"))
            if attribute in ("href", _XLINK) and re.match(r"\s*(?!#|data:image/(png|jpeg);)\S", value):
                kept = value.strip()[:60]
                findings.append(_error(name, f"refers to {kept!r}; embed it, since a book fetches nothing"))
    if root.get("viewBox") is None and not (root.get("width") and root.get("height")):
        findings.append(_warning(name, "has neither a viewBox nor a width and height; add a viewBox"))
    unique = tuple(dict.fromkeys(findings))
    return not any(finding.severity == "error" for finding in unique), unique


def _error(name: str, message: str) -> Finding:
    return Finding(_CHECK, "error", f"{name} {message}.")


def _warning(name: str, message: str) -> Finding:
    return Finding(_CHECK, "warning", f"{name} {message}.")
