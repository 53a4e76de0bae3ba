"""The one Markdown parser: CommonMark with tables, strikethrough, footnotes and task lists, without raw HTML.

Everything that reads a lesson or a lab uses it, so that a check and a book never see two different texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

LONGEST_PARAGRAPH = 20_000
"""Characters of one paragraph, heading or cell that are looked into; the rest of a longer one is plain text.

Links and emphasis are looked for in time that grows with the square of the length for some texts.
"""

DEEPEST_NESTING = 20
"""Lists and quotes within each other; what is deeper is left out of the parse."""


_TASK = re.compile(r"\[([ xX])\][ \t\n\v\f\r]+")
_LISTS = ("bullet_list", "ordered_list")


@cache
def markdown_parser() -> MarkdownIt:
    """The parser. Several threads may use it at once."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.core.ruler.at("inline", _look_inside)
    parser.core.ruler.after("inline", "task-lists", _mark_tasks)
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


def _mark_tasks(state: StateCore) -> None:
    """Put a box before each item of a task list.

    As mdit-py-plugins does, which looks for the list of each item from the item back, in time that grows with
    the square of the items.
    """
    lists: list[Token] = []
    for index, token in enumerate(state.tokens):
        kind, _, end = token.type.rpartition("_")
        if kind in _LISTS and end == "open":
            lists.append(token)
        elif kind in _LISTS:
            lists.pop()
        if token.type != "inline" or not token.children or index < 2:
            continue
        item, paragraph = state.tokens[index - 2 : index]
        found = _TASK.match(token.content)
        if not found or (item.type, paragraph.type) != ("list_item_open", "paragraph_open"):
            continue
        checked = "" if found[1] == " " else 'checked="checked" '
        content = f'<input class="task-list-item-checkbox" {checked}disabled="disabled" type="checkbox">'
        token.children[0].content = token.children[0].content[3:]
        token.children.insert(0, Token("html_inline", "", 0, content=content))
        token.content = token.content[3:]
        item.attrSet("class", "task-list-item")
        lists[-1].attrSet("class", "contains-task-list")
