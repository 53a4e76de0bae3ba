"""One text of a course (a lesson, a lab, front matter) parsed once and made safe, for all writers.

The text may come from a model, so it is taken for hostile: what could run, fetch, mislead or break a
format does not get into the tree, and each thing left out is told in `ParsedText.dropped`.
"""

from __future__ import annotations

from coursewright.book.markdown_rules import MAX_NESTING, markdown_parser
from coursewright.book.nodes import Dropped, ParsedText
from coursewright.book.tree import MAX_COLUMNS, MAX_DEPTH, build_tree

__all__ = ["MAX_COLUMNS", "MAX_DEPTH", "MAX_LINE", "MAX_TEXT", "parse_text"]

MAX_TEXT = 500_000
"""Characters of one text; the longest lesson asked for has about 35,000."""

MAX_LINE = 20_000
"""Characters of one line."""

ENGLISH_QUOTES = "“”‘’"


def parse_text(markdown: str, *, where: str, prefix: str, quotes: str = ENGLISH_QUOTES) -> ParsedText:
    """`markdown` as a tree.

    Args:
        where: the lesson's or lab's id, for what is reported.
        prefix: opens the ids of its headings, so that they are unique in the book (``l01-02``).
        quotes: what straight quotation marks become: outer opening and closing, inner opening and closing.
    """
    markdown, dropped = _bound_lines(markdown, where)
    tokens = markdown_parser(quotes).parse(markdown)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        dropped.append(
            Dropped(
                where, "content in very deep lists or quotes", f"it lies over {MAX_NESTING // 2} levels deep"
            )
        )
    tree = build_tree(tokens, markdown, where=where, prefix=prefix)
    return ParsedText(tree.title, tree.blocks, tree.footnotes, (*dropped, *tree.dropped))


def _bound_lines(markdown: str, where: str) -> tuple[str, list[Dropped]]:
    """`markdown` cut to `MAX_TEXT` characters and its lines to `MAX_LINE`, and what that left out."""
    dropped: list[Dropped] = []
    if len(markdown) > MAX_TEXT and "\n" in markdown:
        lines: list[str] = []
        size = 0
        for line in markdown.split("\n"):
            size += min(len(line), MAX_LINE) + 1
            if size > MAX_TEXT:
                dropped.append(
                    Dropped(
                        where, f"the text after line {len(lines)}", f"a text may have {MAX_TEXT:,} characters"
                    )
                )
                break
            lines.append(line)
        markdown = "\n".join(lines)
    if len(markdown) <= MAX_LINE:
        return markdown, dropped
    lines = markdown.split("\n")
    for index, line in enumerate(lines):
        if len(line) > MAX_LINE:
            lines[index] = line[:MAX_LINE] + "…"
            dropped.append(
                Dropped(
                    where,
                    f"{len(line) - MAX_LINE:,} characters at the end of line {index + 1} ({line[:40]}…)",
                    f"a line may have {MAX_LINE:,} characters; it was cut there",
                )
            )
    return "\n".join(lines), dropped
