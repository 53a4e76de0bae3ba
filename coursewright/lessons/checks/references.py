"""The references: at least two, one link a bullet, to places that exist."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from coursewright.findings import Finding
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.format import FEWEST_REFERENCES
from coursewright.lessons.parse import LessonSection
from coursewright.markdown.document import Link

# Reserved by RFC 2606 and RFC 6761, and what models make up.
_RESERVED_ENDS = (".example", ".test", ".invalid", ".localhost", ".local", ".internal")
_MADE_UP = re.compile(
    r"(?:^|\.)(?:example\d*|ejemplo|exemplo|placeholder|your-?[\w-]+|my-?(?:site|domain)|tu-?(?:sitio|dominio)|"
    r"domain|dominio|website|some-?site|link|url|fake|foo|bar|sample|dummy|xxx+)\.[a-z.]{2,}$"
)


def check_references(subject: LessonUnderCheck) -> Iterator[Finding]:
    """References as the format asks; a demonstration says that it has none."""
    section = subject.lesson.section("references")
    if section is None:
        return
    if subject.brief.demonstration:
        yield from _check_demonstration(subject, section)
        return
    links: list[Link] = []
    by_line: dict[int, list[Link]] = {}
    for block in section.blocks:
        for passage in block.passages:
            by_line.setdefault(passage.line, []).extend(link for link in passage.links if not link.image)
    for block in section.blocks:
        if block.kind == "rule":
            continue
        if block.kind != "list":
            yield subject.find(
                "references",
                "error" if any(passage.links for passage in block.passages) else "warning",
                f"{quote(block.source)} is no reference; write each as `- [title](https://…)` and nothing "
                "else.",
                block.line,
            )
            continue
        line = block.line
        for item in block.items:
            yield from _check_item(subject, item, line, by_line, links)
            line += item.count("\n") + 1
    if len(links) < FEWEST_REFERENCES:
        yield subject.find(
            "references",
            "error",
            f"There are {len(links)} references with a link; write at least {FEWEST_REFERENCES}, each as "
            "`- [title](https://…)`.",
            section.heading.line,
        )
    seen: set[str] = set()
    for link in links:
        if link.url in seen:
            yield subject.find("references", "warning", f"{link.url} is cited twice; keep one.", link.line)
        seen.add(link.url)


def check_links(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Every link has a verdict; placeholders are none anywhere in the text."""
    section = subject.lesson.section("references")
    inside = range(section.heading.line, section.last_line + 1) if section else range(0)
    found = [link for passage in subject.lesson.document.passages for link in passage.links if not link.image]
    unchecked = 0
    for link in found:
        if link.line not in inside and (fault := find_placeholder(link.url)):
            yield subject.find(
                "links", "warning", f"The link {link.url} is a placeholder ({fault}).", link.line
            )
        verdict = (subject.links or {}).get(link.url)
        if verdict is None or verdict.state == "not checked":
            unchecked += 1
        elif verdict.state == "dead":
            yield subject.find(
                "links",
                "warning",
                f"The link {link.url} is dead ({verdict.reason}); replace it by one that works.",
                link.line,
            )
    if unchecked:
        yield subject.find("links", "note", f"{unchecked} of {len(found)} links were not checked.")


def find_placeholder(url: str) -> str:
    """Why an address cannot be a real one; empty where nothing speaks against it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return "it is no address"
    if "..." in url or "…" in url or re.search(r"[<>{}\[\]\s]|%7B|%3C", url, re.IGNORECASE):
        return "part of it is left open"
    if not host:
        return "it names no host"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "a reference is not a bare IP address"
    if "." not in host or host.endswith(_RESERVED_ENDS):
        return f"{host} is no public host"
    if re.search(r"(?:^|\.)example\.(?:com|org|net|edu)$", host) or _MADE_UP.search(host):
        return f"{host} is a placeholder"
    return ""


def _check_item(
    subject: LessonUnderCheck, item: str, line: int, by_line: Mapping[int, list[Link]], links: list[Link]
) -> Iterator[Finding]:
    found = [link for at in range(line, line + item.count("\n") + 1) for link in by_line.get(at, ())]
    if len(found) != 1:
        what = "no link" if not found else f"{len(found)} links"
        yield subject.find(
            "references",
            "error",
            f"The reference {quote(item)} has {what}; write one `- [title](https://…)`.",
            line,
        )
    for link in found:
        fault = find_placeholder(link.url)
        if fault:
            yield subject.find(
                "references",
                "error",
                f"The reference {link.url} is not real: {fault}. Cite a real page.",
                line,
            )
            continue
        links.append(link)
        if not link.url.lower().startswith("https://"):
            yield subject.find(
                "references", "error", f"The reference {link.url} must start with https://.", line
            )
        if not link.text.strip():
            yield subject.find(
                "references", "error", f"The reference {link.url} has no title; give it one.", line
            )
        elif link.text.strip() == link.url:
            yield subject.find(
                "references", "warning", f"The reference {link.url} shows its address; give it a title.", line
            )


def _check_demonstration(subject: LessonUnderCheck, section: LessonSection) -> Iterator[Finding]:
    line = subject.language.lesson["no_references_demonstration"]
    texts = [passage.text.strip() for block in section.blocks for passage in block.passages]
    if texts != [line]:
        yield subject.find(
            "references",
            "error",
            f"A demonstration cites nothing; write only “{line}” under “## {section.heading.title}”.",
            section.heading.line,
        )
