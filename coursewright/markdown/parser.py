"""The one Markdown parser: CommonMark with tables, strikethrough, footnotes and task lists, without raw HTML.

Everything that reads a lesson or a lab uses it, so that a check and a book never see two different texts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

LONGEST_PARAGRAPH = 20_000
"""Characters of one paragraph, heading or cell that are looked into; the rest of a longer one is plain text.

Links and emphasis are looked for in time that grows with the square of the length for some texts.
"""

DEEPEST_NESTING = 20
"""Lists and quotes within each other; what is deeper is left out of the parse."""


@cache
def markdown_parser() -> MarkdownIt:
    """The parser. Several threads may use it at once."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(tasklists_plugin)
    parser.core.ruler.at("inline", _look_inside)
    # The rules are put in order on first use, which two threads must not do at once.
    parser.parse("*a*\n")
    return parser


def _look_inside(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline" or token.children is None:
            continue
        if len(token.content) > LONGEST_PARAGRAPH:
            token.content, rest = token.content[:LONGEST_PARAGRAPH], token.content[LONGEST_PARAGRAPH:]
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            token.content += rest
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
