"""From markdown-it's tokens to the nodes of a book: the one place where hostile text becomes safe values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from coursewright.book.inlines import Report, plain_words, read_inlines, slugify
from coursewright.book.nodes import (
    Align,
    Block,
    Cell,
    CodeBlock,
    FigureRef,
    Footnote,
    Heading,
    Inline,
    List,
    ListItem,
    Paragraph,
    ParsedText,
    Quote,
    Rule,
    Strong,
    Table,
)

MAX_DEPTH = 6
"""Levels of lists and quotes within each other; what lies deeper is put on the last one."""

MAX_COLUMNS = 12
"""Columns of one table; a wider one becomes several that repeat its first column."""

_TASK = re.compile(r"\[([ xX])\]\s+")
_LANG = re.compile(r"[a-z0-9][a-z0-9+#._-]{0,29}")
_TITLE = re.compile(r"""\b(?:title|caption)=(?:"([^"]*)"|'([^']*)'|(\S+))""")


def build_tree(tokens: Sequence[Token], source: str, *, where: str, prefix: str) -> ParsedText:
    """The tree of one text; see `coursewright.book.parse.parse_text`."""
    report = Report(where)
    builder = _Builder(tokens, source.split("\n"), report)
    title, anchors = builder.name_headings(prefix)
    builder.anchors = anchors
    blocks = builder.blocks_until(None, depth=0)
    return ParsedText(title, tuple(blocks), tuple(builder.footnotes), tuple(report.dropped.values()))


@dataclass
class _Builder:
    """Reads tokens from `position` on."""

    tokens: Sequence[Token]
    lines: Sequence[str]
    report: Report
    position: int = 0
    heading_ids: dict[int, str] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    heading_level: int = 1
    title_at: int = -1
    footnotes: list[Footnote] = field(default_factory=list)

    def name_headings(self, prefix: str) -> tuple[str, dict[str, str]]:
        """Give every top heading its id, and find the text's own title: an H1 that is its first heading."""
        title, first = "", True
        anchors: dict[str, str] = {}
        for index, token in enumerate(self.tokens):
            if token.type != "heading_open" or token.level > 0:
                continue
            text = plain_words(self.tokens[index + 1])
            if first and token.tag == "h1":
                title, self.title_at = text, index
            else:
                slug = base = slugify(text) or "section"
                count = 1
                while slug in anchors:
                    count += 1
                    slug = f"{base}-{count}"
                anchors[slug] = self.heading_ids[index] = f"{prefix}-{slug}"
            first = False
        return title, anchors

    def blocks_until(self, end: str | None, depth: int) -> list[Block]:
        """The blocks up to the token of type `end`, which is passed."""
        blocks: list[Block] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if token.type == end:
                break
            blocks.extend(self._block(token, depth))
        return blocks

    def _block(self, token: Token, depth: int) -> Sequence[Block]:
        match token.type:
            case "heading_open":
                return self._heading(token)
            case "paragraph_open":
                children = self._inlines(self._take_inline())
                return (Paragraph(children),) if children else ()
            case "fence" | "code_block":
                return (self._code_block(token),)
            case "bullet_list_open" | "ordered_list_open":
                return (self._list(token, depth),)
            case "blockquote_open":
                inner = self.blocks_until("blockquote_close", depth + 1)
                if depth < MAX_DEPTH:
                    return (Quote(tuple(inner)),) if inner else ()
                self._drop_depth()
                return inner
            case "table_open":
                return self._table(token)
            case "hr":
                return (Rule(),)
            case "visual":
                return (FigureRef(token.meta["id"], self.report.clean(token.content).replace("\n", " ")),)
            case "footnote_block_open":
                self._footnotes()
                return ()
            case "footnote_anchor":
                return ()
            case _:
                raise ValueError(f"the parser gave a token that no rule of the book reads: {token.type}")

    def _take_inline(self) -> Token:
        """The inline token here; passes it, the token that closes it, and a footnote's way back between."""
        inline = self.tokens[self.position]
        self.position += 1
        while self.tokens[self.position].type == "footnote_anchor":
            self.position += 1
        self.position += 1
        return inline

    def _heading(self, token: Token) -> Sequence[Block]:
        index = self.position - 1
        children = self._inlines(self._take_inline())
        if index == self.title_at or not children:
            return ()
        if index not in self.heading_ids:
            return (Paragraph((Strong(children),)),)
        self.heading_level = min(max(int(token.tag[1]), 2), self.heading_level + 1)
        return (Heading(self.heading_level, self.heading_ids[index], children),)

    def _code_block(self, token: Token) -> CodeBlock:
        info = token.info.strip()
        lang = info.split()[0].lower() if info else ""
        title = _TITLE.search(info)
        caption = next((part for part in title.groups() if part), "") if title else ""
        return CodeBlock(
            lang if _LANG.fullmatch(lang) else "",
            self.report.clean(token.content).removesuffix("\n"),
            self.report.clean(caption).replace("\n", " ").strip(),
        )

    def _list(self, token: Token, depth: int) -> List:
        ordered = token.type == "ordered_list_open"
        end = "ordered_list_close" if ordered else "bullet_list_close"
        items: list[ListItem] = []
        tight = True
        while self.tokens[self.position].type != end:
            self.position += 1
            opening = self.tokens[self.position]
            checked = self._take_task_mark()
            if opening.type == "paragraph_open" and not opening.hidden:
                tight = False
            blocks = self.blocks_until("list_item_close", depth + 1)
            if depth + 1 < MAX_DEPTH:
                items.append(ListItem(tuple(blocks), checked))
            else:
                items.extend(self._flatten_item(blocks, checked))
        self.position += 1
        start = min(int(token.attrs.get("start", 1)), 999_999)
        return List(ordered, tuple(items), start=start, tight=tight)

    def _flatten_item(self, blocks: list[Block], checked: bool | None) -> list[ListItem]:
        own = [block for block in blocks if not isinstance(block, List)]
        lists = [block for block in blocks if isinstance(block, List)]
        if lists:
            self._drop_depth()
        return [ListItem(tuple(own), checked), *(item for inner in lists for item in inner.items)]

    def _drop_depth(self) -> None:
        self.report.drop(
            "deep lists or quotes", f"levels after the {MAX_DEPTH}th are shown on that one; no text is lost"
        )

    def _take_task_mark(self) -> bool | None:
        """Whether the item that opens here is ticked; takes the box out of its text."""
        if self.tokens[self.position].type != "paragraph_open":
            return None
        children = self.tokens[self.position + 1].children
        mark = _TASK.match(children[0].content) if children and children[0].type == "text" else None
        if not children or mark is None:
            return None
        children[0].content = children[0].content[mark.end() :]
        return mark[1] != " "

    def _table(self, token: Token) -> Sequence[Block]:
        rows: list[list[Cell]] = []
        align: list[Align] = []
        row: list[Cell] = []
        while (part := self.tokens[self.position]).type != "table_close":
            self.position += 1
            if part.type == "tr_open":
                row = []
                rows.append(row)
                if token.level == 0 and part.map:
                    self._report_surplus_cells(self.lines[part.map[0]], len(rows[0]))
            elif part.type in {"th_open", "td_open"}:
                if part.type == "th_open":
                    align.append(_alignment(part))
                row.append(self._inlines(self._take_inline()))
        self.position += 1
        return self._split_columns(rows, align)

    def _report_surplus_cells(self, line: str, columns: int) -> None:
        cells = escapedSplit(line.strip().removeprefix("|").removesuffix("|"))
        if columns and len(cells) > columns:
            self.report.drop(
                " | ".join(cell.strip() for cell in cells[columns:]),
                f"its row has more cells than the table's header, which has {columns}",
            )

    def _split_columns(self, rows: list[list[Cell]], align: list[Align]) -> Sequence[Block]:
        count = len(align)
        if count <= MAX_COLUMNS:
            groups = [list(range(count))]
        else:
            step = MAX_COLUMNS - 1
            groups = [[0, *range(first, min(first + step, count))] for first in range(1, count, step)]
            self.report.drop(
                f"a table of {count} columns",
                f"it is shown as {len(groups)} tables of at most {MAX_COLUMNS}, each with the first column",
            )
        return [
            Table(
                header=tuple(rows[0][column] for column in group),
                rows=tuple(tuple(row[column] for column in group) for row in rows[1:]),
                align=tuple(align[column] for column in group),
            )
            for group in groups
        ]

    def _footnotes(self) -> None:
        while (token := self.tokens[self.position]).type != "footnote_block_close":
            self.position += 1
            if token.type == "footnote_open":
                blocks = self.blocks_until("footnote_close", depth=MAX_DEPTH)
                self.footnotes.append(Footnote(token.meta["id"] + 1, tuple(blocks)))
        self.position += 1

    def _inlines(self, token: Token) -> tuple[Inline, ...]:
        return read_inlines(token, self.report, self.anchors)


def _alignment(token: Token) -> Align:
    style = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return cast(Align, style) if style in {"left", "center", "right"} else None
