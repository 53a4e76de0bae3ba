"""SVG that may stand in a book: drawn shapes and text, and nothing that runs, fetches or escapes its frame.

The program draws figures itself, but a person may replace one, and a logo comes from outside.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from coursewright.visuals.drawing.style import figure_style
from coursewright.visuals.raster import picture_size

MAX_BYTES = 3_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100

SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _words(
    """
    svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc
    linearGradient radialGradient stop clipPath mask pattern marker style image
    """
)
_ATTRIBUTES = _words(
    """
    id class x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio
    transform gradientTransform gradientUnits spreadMethod offset clipPathUnits maskUnits maskContentUnits
    patternUnits patternContentUnits patternTransform markerUnits markerWidth markerHeight refX refY orient
    textLength lengthAdjust startOffset rotate pathLength version overflow
    """
)
_PROPERTIES = _words(
    """
    fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path
    clip-rule mask marker marker-start marker-mid marker-end font font-family font-size font-style
    font-weight font-variant letter-spacing word-spacing text-anchor text-decoration dominant-baseline
    alignment-baseline baseline-shift paint-order vector-effect visibility display shape-rendering
    text-rendering white-space
    """
)
_UNSAFE_VALUE = re.compile(r"[<>{}\\@]|url\s*\(|expression|javascript|/\*|image\s*\(|var\s*\(", re.IGNORECASE)
_LOCAL_URL = re.compile(r"""url\(\s*["']?#([A-Za-z_][\w.-]*)["']?\s*\)""")
_ID = re.compile(r"[A-Za-z_][\w.-]*")
_CLASSES = re.compile(r"[\w\s-]*")
_SELECTOR = re.compile(r"[\w\s.#>,*-]+")
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*")
_RASTER = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=\s]+)")


class UnsafeSvg(ValueError):
    """The file is not SVG that can be used; the message says why."""


def clean_svg(content: bytes) -> bytes:
    """The SVG as a file of its own, with only what is allowed.

    Figures that the program drew keep their style, which is known word for word.

    Raises:
        UnsafeSvg: it is not SVG, too large, or declares entities.
    """
    root = _parse(content)
    _clean_element(root, "")
    root.attrib.setdefault("version", "1.1")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def inline_svg(content: bytes, prefix: str, label: str) -> str:
    """The SVG as an element for an HTML page, where its ids and its style concern nothing else.

    Args:
        prefix: opens every id, and is the id of the element that the caller puts around the SVG.
        label: its alternative text.

    A dark scheme in its style follows the page's own choice of light or dark. Figures that the program drew
    take their style from the page (`coursewright.visuals.drawing.style`), once for all of them.

    Raises:
        UnsafeSvg: as in `clean_svg`.
    """
    root = _parse(content)
    _clean_element(root, f"{prefix}-")
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child) in {"title", "desc"} or (
                _name(child) == "style" and child.text == figure_style()
            ):
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", label)
    width, height = root.get("width"), root.get("height")
    if root.get("viewBox") is None and width and height:
        root.set("viewBox", f"0 0 {_number(width)} {_number(height)}")
    return ET.tostring(root, encoding="unicode")


def has_dark_scheme(content: bytes) -> bool:
    """Whether the SVG brings colours of its own for dark pages."""
    return b"prefers-color-scheme" in content


def _parse(content: bytes) -> ET.Element:
    if len(content) > MAX_BYTES:
        raise UnsafeSvg(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise UnsafeSvg("it declares a document type, which figures do not need")
    try:
        text = content.decode("utf-8-sig")
        root = ET.fromstring(text)
    except (UnicodeDecodeError, ET.ParseError, ValueError) as error:
        raise UnsafeSvg(f"it is not XML in UTF-8: {error}") from error
    if root.tag != f"{{{SVG}}}svg":
        raise UnsafeSvg("its first element is not svg")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise UnsafeSvg(f"it has more than {MAX_ELEMENTS} elements")
    if _depth(root) > MAX_DEPTH:
        raise UnsafeSvg(f"its elements are nested more than {MAX_DEPTH} deep")
    _drop_nested_uses(root)
    ET.register_namespace("", SVG)
    return root


def _depth(root: ET.Element) -> int:
    """How deep elements are nested; no further than one too deep."""
    level, depth = [root], 0
    while level and depth <= MAX_DEPTH:
        level, depth = [child for element in level for child in element], depth + 1
    return depth


def _drop_nested_uses(root: ET.Element) -> None:
    """Take out every copy (``use``) where copies hold copies, since a few lines of them draw without end."""
    nested = any(
        element.get("id") and any(_name(inner) == "use" for inner in element.iter())
        for element in root.iter()
        if element is not root
    )
    if nested:
        for parent in list(root.iter()):
            for child in [child for child in parent if _name(child) == "use"]:
                parent.remove(child)


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{SVG}}}") if isinstance(element.tag, str) else ""


def _clean_element(element: ET.Element, prefix: str) -> None:
    """Clean one element and, without recursion, all below it."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        current.attrib = dict(_clean_attributes(current, prefix))
        for child in list(current):
            if not isinstance(child.tag, str) or not _is_allowed(child):
                current.remove(child)
            elif _name(child) == "style":
                if child.text == figure_style() and not len(child):
                    continue
                child.text = _clean_style("".join(child.itertext()), prefix)
                child.attrib = {}
                for inner in list(child):
                    child.remove(inner)
                if not child.text:
                    current.remove(child)
            else:
                waiting.append(child)


def _is_allowed(element: ET.Element) -> bool:
    name = _name(element)
    if name not in _ELEMENTS or not str(element.tag).startswith(f"{{{SVG}}}"):
        return False
    if name == "image":
        return _is_raster(element.get("href") or element.get(_XLINK) or "")
    return True


def _is_raster(href: str) -> bool:
    match = _RASTER.fullmatch(href)
    if match is None:
        return False
    try:
        # A file of a few bytes may claim more pixels than there is memory.
        picture_size(base64.b64decode(match[1]))
    except ValueError:
        return False
    return True


def _clean_attributes(element: ET.Element, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "id":
            if _ID.fullmatch(value):
                yield name, prefix + value
        elif name == "class":
            if _CLASSES.fullmatch(value):
                yield name, " ".join(map(_rename_class, value.split())) if prefix else value
        elif name in {"href", _XLINK}:
            if value.startswith("#") and _ID.fullmatch(value[1:]):
                yield "href", f"#{prefix}{value[1:]}"
            elif _name(element) == "image":
                yield "href", value
        elif name == "style":
            if declarations := _clean_declarations(value, prefix):
                yield name, declarations
        elif name in _PROPERTIES:
            if cleaned := _clean_value(value, prefix):
                yield name, cleaned
        elif name in _ATTRIBUTES and not _UNSAFE_VALUE.search(value):
            yield name, value


def _rename_class(name: str) -> str:
    """A class that no rule of the page knows, unless it is one of the program's own figures'."""
    return name if name.startswith(("cw-", "f-", "s-")) else f"v-{name}"


def _clean_value(value: str, prefix: str) -> str:
    """A property's value with its local references renamed; empty where it holds anything else."""
    local = _LOCAL_URL.fullmatch(value.strip())
    if local:
        return f"url(#{prefix}{local[1]})"
    return "" if _UNSAFE_VALUE.search(value) else value.strip()


def _clean_declarations(text: str, prefix: str) -> str:
    kept = []
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        if name in _PROPERTIES and (cleaned := _clean_value(value, prefix)):
            kept.append(f"{name}:{cleaned}")
    return ";".join(kept)


def _clean_style(text: str, prefix: str) -> str:
    """Rules of plain selectors and allowed properties, and those for a dark scheme.

    With a prefix, every rule is kept to the figure that bears it as its id.
    """
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    scope = f"#{prefix[:-1]} " if prefix else ""
    rules: list[str] = []
    position = 0
    while (brace := text.find("{", position)) >= 0:
        head = text[position:brace].strip()
        if _DARK.fullmatch(head):
            end = _matching_brace(text, brace)
            inner = text[brace + 1 : end]
            rules.extend(_dark_rules(inner, prefix, scope))
        elif head.startswith("@"):
            end = _matching_brace(text, brace)
        else:
            end = text.find("}", brace)
            end = len(text) if end < 0 else end
            rules.extend(_rule(head, text[brace + 1 : end], prefix, scope))
        position = end + 1
    return "".join(rules)


def _matching_brace(text: str, brace: int) -> int:
    depth = 0
    for place in range(brace, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def _rule(selector: str, body: str, prefix: str, scope: str) -> Iterator[str]:
    if not _SELECTOR.fullmatch(selector):
        return
    declarations = _clean_declarations(body, prefix)
    if not declarations:
        return
    renamed = selector
    if prefix:
        renamed = re.sub(r"#([\w-]+)", rf"#{prefix}\1", selector)
        renamed = re.sub(r"\.([A-Za-z_][\w-]*)", lambda name: f".{_rename_class(name[1])}", renamed)
    parts = (f"{scope}{part.strip()}" for part in renamed.split(",") if part.strip())
    yield f"{','.join(parts)}{{{declarations}}}"


def _dark_rules(inner: str, prefix: str, scope: str) -> Iterator[str]:
    pairs = re.findall(r"([^{}]+)\{([^{}]*)\}", inner)
    if not prefix:
        body = "".join(rule for head, text in pairs for rule in _rule(head.strip(), text, prefix, scope))
        if body:
            yield f"@media (prefers-color-scheme:dark){{{body}}}"
        return
    by_choice = f':root[data-theme="dark"] {scope}'
    by_system = f":root:not([data-theme]) {scope}"
    for head, text in pairs:
        yield from _rule(head.strip(), text, prefix, by_choice)
    body = "".join(rule for head, text in pairs for rule in _rule(head.strip(), text, prefix, by_system))
    if body:
        yield f"@media (prefers-color-scheme:dark){{{body}}}"


def _number(length: str) -> str:
    match = re.match(r"[\d.]+", length)
    return match[0] if match else "100"
