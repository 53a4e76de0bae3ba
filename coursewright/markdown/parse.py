"""Reading a Markdown text into a `Document`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from coursewright.markdown.document import (
    LONGEST_TEXT,
    Block,
    Document,
    Fence,
    Heading,
    Kind,
    Link,
    Passage,
    Section,
    split_lines,
)
from coursewright.markdown.parser import markdown_parser

if TYPE_CHECKING:
    from markdown_it.token import Token

_KINDS: dict[str, Kind] = {
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "fence",
    "code_block": "code",
    "blockquote_open": "quote",
    "hr": "rule",
    "footnote_reference_open": "footnote",
}
_CONTAINERS = {"bullet_list": "list", "ordered_list": "list", "blockquote": "quote", "table": "table"}
_CLOSING_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})\s*$")


def parse_document(text: str) -> Document:
    """Read a text. Every text has a document, however broken it is; `format_document` gives the text back."""
    lines = split_lines(text)
    read = text
    if len(text) > LONGEST_TEXT:
        kept, size = 0, 0
        while kept < len(lines) and size + len(lines[kept]) <= LONGEST_TEXT:
            size += len(lines[kept])
            kept += 1
        read = "".join(lines[:kept])
    tokens = markdown_parser().parse(read)
    end = len(lines) if read is text else len(split_lines(read))
    sections = _split_sections(tokens, lines, end)
    if end < len(lines):
        rest = "".join(lines[end:])
        sections.append(Section(None, rest, (Block("unread", end + 1, len(lines), rest),)))
    return Document(tuple(sections), tuple(_find_fences(tokens, lines)), truncated=end < len(lines))


def _split_sections(tokens: Sequence[Token], lines: list[str], end: int) -> list[Section]:
    tops = [(index, token) for index, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    starts = [index for index, (_, token) in enumerate(tops) if token.type == "heading_open" and token.map]
    sections: list[Section] = []
    bounds = [0, *starts, len(tops)]
    for number, (first, after) in enumerate(pairwise(bounds)):
        heading = None
        opening = 0
        if number > 0:
            at, token = tops[first]
            assert token.map is not None
            opening, heading_end = token.map
            heading = Heading(
                int(token.tag[1]),
                _read_inline(tokens[at + 1], 0, ()).text.strip(),
                opening + 1,
                heading_end,
                setext=token.markup in ("=", "-"),
            )
            first += 1
        closing = end
        if after < len(tops) and (next_map := tops[after][1].map):
            closing = next_map[0]
        blocks = tuple(
            block for at, token in tops[first:after] if (block := _read_block(tokens, at, token, lines))
        )
        sections.append(Section(heading, "".join(lines[opening:closing]), blocks))
    return sections


def _read_block(tokens: Sequence[Token], at: int, token: Token, lines: list[str]) -> Block | None:
    kind = _KINDS.get(token.type)
    if kind is None or token.map is None:
        return None
    first, after = token.map
    while after > first + 1 and not lines[after - 1].strip():
        after -= 1
    source = "".join(lines[first:after])
    if kind in ("fence", "code"):
        return Block(
            kind,
            first + 1,
            after,
            source,
            content=token.content,
            info=token.info.strip(),
            closed=kind == "code" or _is_closed(token, lines),
        )
    inside = _tokens_of(tokens, at)
    items = [
        "".join(lines[item.map[0] : item.map[1]]).rstrip()
        for item in inside
        if kind == "list" and item.type == "list_item_open" and item.level == 1 and item.map
    ]
    return Block(
        kind,
        first + 1,
        after,
        source,
        passages=tuple(_read_passages(inside)),
        items=tuple(items),
        ordered=token.type == "ordered_list_open",
    )


def _tokens_of(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    end = at + 1
    while end < len(tokens) and not (tokens[end].level == 0 and tokens[end].nesting <= 0):
        end += 1
    return tokens[at:end]


def _read_passages(tokens: Sequence[Token]) -> list[Passage]:
    passages: list[Passage] = []
    within: list[str] = []
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _CONTAINERS or name.startswith("footnote"):
            if token.nesting == 1:
                within.append(_CONTAINERS.get(name, "footnote"))
            elif token.nesting == -1 and within:
                within.pop()
        elif token.type == "inline" and token.map and token.content:
            passages.append(_read_inline(token, token.map[0] + 1, tuple(within)))
    return passages


def _read_inline(token: Token, line: int, within: tuple[str, ...]) -> Passage:
    text: list[str] = []
    prose: list[str] = []
    links: list[Link] = []
    url: str | None = None
    link_text: list[str] = []
    link_line = line
    struck = 0
    for child in token.children or ():
        shown = ""
        if child.type in ("softbreak", "hardbreak"):
            line += 1
            shown = "\n"
        elif child.type == "link_open":
            url, link_text, link_line = str(child.attrGet("href") or ""), [], line
        elif child.type == "link_close" and url is not None:
            links.append(Link("".join(link_text), url, link_line))
            url = None
        elif child.type in ("s_open", "s_close"):
            struck += child.nesting
        elif child.type == "image":
            links.append(Link(child.content, str(child.attrGet("src") or ""), line, image=True))
        elif child.type not in ("footnote_ref", "footnote_anchor"):
            shown = child.content
            if child.type != "html_inline" or "task-list" not in shown:
                text.append(shown)
            if child.type == "text" and url is None and not struck:
                prose.append(shown)
            elif shown:
                prose.append(" ")
            if url is not None:
                link_text.append(shown)
            continue
        text.append(shown)
        prose.append(shown)
        if url is not None:
            link_text.append(shown)
    return Passage(
        line - text.count("\n"), "".join(text).strip(), "".join(prose).strip(), tuple(links), within
    )


def _find_fences(tokens: Sequence[Token], lines: list[str]) -> list[Fence]:
    return [
        Fence(token.map[0] + 1, token.info.strip(), token.content, _is_closed(token, lines))
        for token in tokens
        if token.type == "fence" and token.map
    ]


def _is_closed(token: Token, lines: list[str]) -> bool:
    assert token.map is not None
    first, after = token.map
    if after - first < 2:
        return False
    closing = _CLOSING_FENCE.match(lines[after - 1].rstrip("\r\n"))
    return bool(closing and closing[1][0] == token.markup[0] and len(closing[1]) >= len(token.markup))
