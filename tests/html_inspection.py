"""What an HTML or XHTML page holds that could run, fetch or lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

NEVER = {"iframe", "object", "embed", "base", "form", "frame", "applet", "foreignobject", "animate", "set"}
_REMOTE_CSS = re.compile(r"@import|url\(\s*(?![\"']?(?:data:font/|#|fonts/))", re.IGNORECASE)


@dataclass
class Inspection(HTMLParser):
    """Reads one page; what it must not hold is in `problems`."""

    problems: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag in NEVER:
            self.problems.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            if name.startswith("on"):
                self.problems.append(f"{tag} {name}={value}")
            if name in {"href", "xlink:href"}:
                self.links.append(value)
            if name in {"href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset"}:
                self._check_address(tag, name, value)
            if name == "id":
                self.ids[value] += 1
            if name == "style" and _REMOTE_CSS.search(value):
                self.problems.append(f"{tag} style={value}")
        if tag in {"script", "style"}:
            self._open = tag
            if tag == "script":
                self.scripts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open = None

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open == "style":
            if _REMOTE_CSS.search(data):
                self.problems.append("style that fetches")
        else:
            self.text.append(data)

    def _check_address(self, tag: str, name: str, value: str) -> None:
        if tag == "a" and re.match(r"(https?://[a-zA-Z0-9]|mailto:)", value):
            return
        if value.startswith("data:image/png;base64,") and name in {"src", "href"} and tag in {"img", "image"}:
            return
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\|/", value):
            self.problems.append(f"{tag} {name}={value[:80]}")


def inspect_html(page: str | bytes) -> Inspection:
    """Everything that `Inspection` notes of a page."""
    inspection = Inspection()
    inspection.feed(page.decode("utf-8") if isinstance(page, bytes) else page)
    inspection.close()
    return inspection
