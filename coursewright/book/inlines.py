"""From markdown-it's inline tokens to the nodes within a line, and the report of what does not get there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from markdown_it.token import Token

from coursewright.book.addresses import normal_address, refuse_address
from coursewright.book.characters import clean_text
from coursewright.book.nodes import (
    Code,
    Dropped,
    Emphasis,
    FootnoteRef,
    Inline,
    LineBreak,
    Link,
    Strike,
    Strong,
    Text,
    plain_text,
)

MAX_INLINE_DEPTH = 8
"""Levels of emphasis, links and the like within each other."""

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>?|<!--")
_FORMULA = re.compile(
    r"\$\$[^$]{1,400}\$\$|\$(?![\s$])[^$]{1,400}(?<!\s)\$(?![\w{$])|\\\(.{1,400}?\\\)|\\\[.{1,400}?\\\]",
    re.DOTALL,
)
_TEX = re.compile(r"\\[A-Za-z]{2}|[\w)}][\^_][\w{\\]")
"""What tells a formula from prices, a shell's variables and escaped brackets."""
_CODE = re.compile(r"(?<!`)(`+)(?!`).{1,400}?(?<!`)\1(?!`)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def slugify(text: str) -> str:
    """`text` as part of an id: lower-case ASCII letters, digits and single hyphens, at most 60 of them."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].rstrip("-")


@dataclass
class Report:
    """What is left out of one text; of each kind of thing, the first is kept."""

    where: str
    dropped: dict[tuple[str, str], Dropped] = field(default_factory=dict)

    def drop(self, what: str, why: str, *, kind: str = "") -> None:
        """Report something left out; of one `kind`, only the first."""
        what, _ = clean_text(what)
        if len(what) > 120:
            what = what[:119] + "…"
        self.dropped.setdefault((kind or what, why), Dropped(self.where, what, why))

    def clean(self, text: str) -> str:
        """`text` without characters that hide, reorder or break it, which are reported."""
        text, removed = clean_text(text)
        for name in removed:
            self.drop(name, "characters that hide, reorder or break text are taken out")
        return text


def plain_words(inline: Token) -> str:
    """What an inline token says, without mark-up."""
    words = [
        token.content if token.type != "softbreak" else " "
        for token in inline.children or []
        if token.type in {"text", "text_special", "code_inline", "softbreak"}
    ]
    return clean_text("".join(words).replace("\n", " "))[0].strip()


def read_inlines(token: Token, report: Report, anchors: Mapping[str, str]) -> tuple[Inline, ...]:
    """The nodes of an inline token.

    Args:
        anchors: the ids of the text's own headings by their slugs, for links within it.
    """
    if token.meta.get("too_long"):
        report.drop(
            f"mark-up in a paragraph of {len(token.content):,} characters ({token.content[:40]}…)",
            "a paragraph that long, or with that many brackets, is shown as plain text",
        )
    elif formula := _find_formula(token.content):
        report.drop(
            formula,
            "a formula in TeX is shown as it is written; in words and signs (x ≤ 3) it can be read",
            kind="formula",
        )
    return _join_texts(_Reader(report, anchors, token.children or []).read(None, 0))


def _find_formula(text: str) -> str:
    """The first formula in TeX outside code; empty where there is none."""
    if "$" not in text and "\\" not in text:
        return ""
    formulas = (found[0] for found in _FORMULA.finditer(_CODE.sub(" ", text)))
    return next((formula for formula in formulas if _TEX.search(formula)), "")


@dataclass
class _Reader:
    """Reads the children of one inline token."""

    report: Report
    anchors: Mapping[str, str]
    tokens: Sequence[Token]
    position: int = 0

    def read(self, end: str | None, depth: int) -> list[Inline]:
        inlines: list[Inline] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if token.type == end:
                break
            inlines.extend(self._inline(token, depth))
        return inlines

    def _inline(self, token: Token, depth: int) -> Sequence[Inline]:
        match token.type:
            case "text" | "text_special":
                return self._text(token.content)
            case "code_inline":
                return (Code(self.report.clean(token.content).replace("\n", " ")),)
            case "softbreak":
                return (Text(" "),)
            case "hardbreak":
                return (LineBreak(),)
            case "em_open" | "strong_open" | "s_open":
                node = {"em_open": Emphasis, "strong_open": Strong, "s_open": Strike}[token.type]
                children = self.read(token.type.replace("open", "close"), depth + 1)
                if depth >= MAX_INLINE_DEPTH:
                    return children
                return (cast(Inline, node(_join_texts(children))),) if children else ()
            case "link_open":
                return self._link(token, depth)
            case "image":
                return self._image(token)
            case "footnote_ref":
                return (FootnoteRef(token.meta["id"] + 1),)
            case _:
                raise ValueError(f"the parser gave a token that no rule of the book reads: {token.type}")

    def _text(self, content: str) -> Sequence[Inline]:
        parts = _BREAK.split(self.report.clean(content).replace("\n", " "))
        inlines: list[Inline] = []
        for index, part in enumerate(parts):
            if index:
                inlines.append(LineBreak())
            if tag := _TAG.search(part):
                self.report.drop(tag[0], "raw HTML does nothing in a book; it is shown as text", kind="html")
            if part:
                inlines.append(Text(part))
        return inlines

    def _link(self, token: Token, depth: int) -> Sequence[Inline]:
        children = self.read("link_close", depth + 1)
        href = normal_address(self.report.clean(str(token.attrs.get("href", ""))))
        if href.startswith("#"):
            target = self.anchors.get(slugify(unquote(href[1:]))) if href[1:] else None
            reason = None if target else "there is no such heading in this text; its words are kept"
            href = f"#{target}"
        else:
            refused = refuse_address(href)
            reason = f"{refused}; its words are kept" if refused else None
        if reason:
            self.report.drop(f"link to {token.attrs.get('href')}", reason)
            return children
        return (Link(href, _join_texts(children)),) if plain_text(tuple(children)).strip() else ()

    def _image(self, token: Token) -> Sequence[Inline]:
        self.report.drop(
            f"image {token.attrs.get('src')}",
            "a book fetches nothing and its figures come from visual tags; the image's words are kept",
        )
        words = plain_words(token)
        return self._text(words) if words else ()


def _join_texts(inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """`inlines` with neighbouring texts made one, and without space at the ends of the whole."""
    joined: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + inline.text)
        else:
            joined.append(inline)
    return tuple(joined)
