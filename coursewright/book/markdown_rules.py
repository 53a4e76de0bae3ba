"""Markdown as a book reads it: CommonMark with tables, strikethrough and footnotes, and never raw HTML."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

MAX_NESTING = 100
"""Levels of tokens; a list takes two. What lies deeper the parser leaves out, and `parse_text` says so."""

MAX_INLINE = 8_000
"""Characters of one paragraph that are searched for mark-up; the search is quadratic at worst."""

MAX_BRACKETS = 300
"""Opening brackets of one such paragraph: what looks for the end of a link is slowest."""

VISUAL_TAG = re.compile(r"\s*\[VISUAL:\s*(\d{2}-\d{2}-\d{4})\s*[-–—]\s*(.*?)\s*\]\s*")
"""A visual tag alone on its line, as the lesson format has it."""


@cache
def markdown_parser(quotes: str) -> MarkdownIt:
    """The parser of lessons, labs and a book's own front matter.

    Args:
        quotes: the language's quotation marks: outer opening and closing, inner opening and closing.

    It accepts every link, since what is not allowed is to be reported, not shown as brackets.
    """
    parser = MarkdownIt(
        "commonmark",
        {"html": False, "linkify": False, "typographer": True, "quotes": quotes, "maxNesting": MAX_NESTING},
    )
    parser.enable(["table", "strikethrough", "smartquotes"]).use(footnote_plugin, inline=False)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.core.ruler.before("inline", "visual_tags", _take_visual_tags)
    parser.core.ruler.at("inline", _parse_inlines)
    return parser


def _take_visual_tags(state: StateCore) -> None:
    """Turn each line of a paragraph that is a visual tag into a token of its own."""
    tokens: list[Token] = []
    index = 0
    while index < len(state.tokens):
        token = state.tokens[index]
        if token.type == "paragraph_open" and "[VISUAL:" in state.tokens[index + 1].content:
            tokens.extend(_split_paragraph(*state.tokens[index : index + 3]))
            index += 3
        else:
            tokens.append(token)
            index += 1
    state.tokens = tokens


def _split_paragraph(opening: Token, content: Token, closing: Token) -> list[Token]:
    tokens: list[Token] = []
    lines: list[str] = []

    def end_paragraph() -> None:
        if lines:
            text = content.copy(content="\n".join(lines), children=[])
            tokens.extend((opening, text, closing))
            lines.clear()

    for line in content.content.split("\n"):
        tag = VISUAL_TAG.fullmatch(line)
        if tag:
            end_paragraph()
            visual = Token("visual", "", 0, content=tag[2], meta={"id": tag[1]}, level=opening.level)
            tokens.append(visual)
        else:
            lines.append(line)
    end_paragraph()
    return tokens


def _parse_inlines(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if len(token.content) > MAX_INLINE or token.content.count("[") > MAX_BRACKETS:
            token.meta["too_long"] = True
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
