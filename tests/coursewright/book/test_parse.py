"""One parse for all formats: what a text may say, and what it may not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coursewright.book.nodes import (
    Code,
    CodeBlock,
    Emphasis,
    FigureRef,
    FootnoteRef,
    Heading,
    LineBreak,
    Link,
    List,
    Paragraph,
    ParsedText,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    plain_text,
    walk_blocks,
)
from coursewright.book.parse import MAX_COLUMNS, MAX_DEPTH, MAX_LINE, parse_text

HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))


def parse(markdown: str, quotes: str = "“”‘’") -> ParsedText:
    return parse_text(markdown, where="01-02", prefix="l01-02", quotes=quotes)


def only(markdown: str) -> object:
    (block,) = parse(markdown).blocks
    return block


def reasons(markdown: str) -> str:
    return "\n".join(f"{entry.what}: {entry.why}" for entry in parse(markdown).dropped)


def all_text(parsed: ParsedText) -> str:
    blocks = (*parsed.blocks, *(block for note in parsed.footnotes for block in note.blocks))
    parts = [parsed.title]
    for block in walk_blocks(blocks):
        match block:
            case Paragraph() | Heading():
                parts.append(plain_text(block.children))
            case CodeBlock():
                parts += [block.text, block.caption, block.lang]
            case Table():
                parts += [plain_text(cell) for row in (block.header, *block.rows) for cell in row]
            case FigureRef():
                parts.append(block.caption)
            case _:
                pass
    return "\n".join(parts)


def test_inline_marks_become_nodes() -> None:
    assert only("a *b* **c** ~~d~~ `e` [f](https://python.org)  \ng") == Paragraph(
        (
            Text("a "), Emphasis((Text("b"),)), Text(" "), Strong((Text("c"),)), Text(" "),
            Strike((Text("d"),)), Text(" "), Code("e"), Text(" "),
            Link("https://python.org", (Text("f"),)), LineBreak(), Text("g"),
        )
    )  # fmt: skip


def test_the_first_h1_is_the_texts_title_and_not_among_its_blocks() -> None:
    parsed = parse("# Lesson 1.2: Pods\n\n## One\n\n# Two\n\n##### Three\n")
    assert parsed.title == "Lesson 1.2: Pods"
    assert [(block.level, block.id) for block in parsed.blocks if isinstance(block, Heading)] == [
        (2, "l01-02-one"),
        (2, "l01-02-two"),
        (3, "l01-02-three"),
    ]


def test_headings_of_one_name_have_ids_of_their_own() -> None:
    parsed = parse("## Configuración\n\n## Configuración\n\n## 中文\n")
    assert [block.id for block in parsed.blocks if isinstance(block, Heading)] == [
        "l01-02-configuracion",
        "l01-02-configuracion-2",
        "l01-02-section",
    ]


def test_a_visual_tag_on_its_line_becomes_a_figures_place() -> None:
    tag = "[VISUAL: 01-02-0001 - How *stars* and `code` stay text]"
    assert only(tag) == FigureRef("01-02-0001", "How *stars* and `code` stay text")
    before, figure, after = parse(f"Before\n{tag}\nafter\n").blocks
    assert isinstance(figure, FigureRef)
    assert before == Paragraph((Text("Before"),))
    assert after == Paragraph((Text("after"),))


def test_a_visual_tag_in_code_stays_code() -> None:
    assert isinstance(only("```text\n[VISUAL: 01-02-0001 - Not a figure]\n```"), CodeBlock)


def test_boxes_to_tick_are_told_from_other_items() -> None:
    block = only("- [x] done\n- [ ] to do\n- plain\n")
    assert isinstance(block, List)
    assert [item.checked for item in block.items] == [True, False, None]
    assert block.items[0].blocks == (Paragraph((Text("done"),)),)


def test_a_numbered_list_keeps_its_start() -> None:
    block = only("7. seven\n8. eight\n")
    assert isinstance(block, List)
    assert (block.ordered, block.start) == (True, 7)


def test_a_table_has_its_alignment_and_even_rows() -> None:
    block = only("| a | b |\n|:--|--:|\n| 1 |\n| `x\\|y`<br>z | 2 |\n")
    assert isinstance(block, Table)
    assert block.align == ("left", "right")
    assert block.rows[0] == ((Text("1"),), ())
    assert block.rows[1][0] == (Code("x|y"), LineBreak(), Text("z"))


def test_a_fence_tells_its_language_and_its_title() -> None:
    assert only('```YAML title="a b.yaml"\nx: 1\n\n```') == CodeBlock("yaml", "x: 1\n", "a b.yaml")
    assert only("```<script>\nx\n```") == CodeBlock("", "x")


def test_notes_are_numbered_in_the_order_of_their_marks() -> None:
    parsed = parse("A[^b] and[^a] again[^b]\n\n[^a]: first\n[^b]: second **bold**\n")
    (paragraph,) = parsed.blocks
    assert isinstance(paragraph, Paragraph)
    marks = [inline.number for inline in paragraph.children if isinstance(inline, FootnoteRef)]
    assert marks == [1, 2, 1]
    assert [(note.number, len(note.blocks)) for note in parsed.footnotes] == [(1, 1), (2, 1)]


def test_quotation_marks_are_the_languages() -> None:
    assert only("Dice \"sí\" y 'no'") == Paragraph((Text("Dice “sí” y ‘no’"),))
    (paragraph,) = parse('Dice "sí"', quotes="«»“”").blocks
    assert paragraph == Paragraph((Text("Dice «sí»"),))
    assert only('`"code"`') == Paragraph((Code('"code"'),))


def test_rules_and_quotes() -> None:
    assert [type(block) for block in parse("> a\n\n---\n").blocks] == [Quote, Rule]


@pytest.mark.parametrize(
    ("href", "reason"),
    [
        ("javascript:alert(1)", "javascript: links are not allowed"),
        ("JaVaScRiPt:alert(1)", "javascript: links are not allowed"),
        ("data:text/html,x", "data: links are not allowed"),
        ("vbscript:x", "vbscript: links are not allowed"),
        ("file:///etc/passwd", "file: links are not allowed"),
        ("//attacker.test/x", "a file beside the text"),
        ("../x.md", "a file beside the text"),
        ("#nowhere", "no such heading"),
        ("https://user@attacker.test/", "not a well-formed address"),
        ("https://a.test/" + "x" * 3000, "longer than 2000"),
    ],
)
def test_a_link_that_is_not_allowed_loses_its_address_and_keeps_its_words(href: str, reason: str) -> None:
    assert only(f"[the words](<{href}>)") == Paragraph((Text("the words"),))
    assert reason in reasons(f"[the words](<{href}>)")


@pytest.mark.parametrize(
    "href", ["https://kubernetes.io/docs/?a=1&b=%20#top", "http://localhost:8080/x", "mailto:a.b@python.org"]
)
def test_links_of_the_web_and_of_mail_are_kept(href: str) -> None:
    assert only(f"[x]({href})") == Paragraph((Link(href, (Text("x"),)),))


def test_a_link_to_a_heading_of_the_text_is_resolved() -> None:
    _, paragraph = parse("## Über uns\n\n[x](#über-uns)\n").blocks
    assert paragraph == Paragraph((Link("#l01-02-uber-uns", (Text("x"),)),))


def test_an_image_is_never_fetched_but_its_words_are_kept_and_it_is_reported() -> None:
    assert only("![a **chart**](http://attacker.test/x.png)") == Paragraph((Text("a chart"),))
    assert "image http://attacker.test/x.png" in reasons("![a](http://attacker.test/x.png)")


def test_raw_html_is_shown_as_text_and_reported() -> None:
    block = only("a <script>alert(1)</script>")
    assert block == Paragraph((Text("a <script>alert(1)</script>"),))
    assert "shown as text" in reasons("a <script>alert(1)</script>")


@pytest.mark.parametrize(
    "formula", [r"$$ t = \frac{\sum t_i}{n} $$", r"$x_i \le 3$", r"\( a^2 + b^2 \)", r"\[ E = mc^2 \]"]
)
def test_a_formula_in_tex_is_reported_as_it_was_written(formula: str) -> None:
    entry = next(entry for entry in parse(f"where {formula} is").dropped if "TeX" in entry.why)
    assert entry.what == formula


@pytest.mark.parametrize(
    "text",
    [
        "it costs $5 and then $7", "$USER_NAME and $HOME_DIR, $A_B:$C_D", "the process $$, its child $$ now",
        r"\[a note\] and \(another\)", "`$x_i$` and ``a ` $x_i$``", r"C:\Users\ana and \\server\share",
    ],
)  # fmt: skip
def test_prices_variables_and_code_are_no_formulas(text: str) -> None:
    assert "TeX" not in reasons(text)


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\x07", "\ufeff", "\ud800", "\U000e0041"])
@pytest.mark.parametrize("place", ["a{}b", "`a{}b`", "```\na{}b\n```", "## a{}b", "|a{}b|\n|-|\n"])
def test_characters_that_hide_or_reorder_text_are_taken_out_everywhere(hidden: str, place: str) -> None:
    parsed = parse(place.format(hidden))
    assert hidden not in all_text(parsed)
    assert any("hide, reorder" in entry.why for entry in parsed.dropped)


def test_such_characters_written_as_entities_are_taken_out_too() -> None:
    assert only("a&#x202e;b&#8203;c") == Paragraph((Text("abc"),))


def test_a_line_of_ten_megabytes_is_cut_and_reported() -> None:
    parsed = parse("x" * 10_000_000)
    assert len(all_text(parsed)) <= MAX_LINE + 3
    assert "a line may have 20,000 characters" in parsed.dropped[0].why


def test_a_table_of_200_columns_becomes_tables_that_fit_and_loses_no_cell() -> None:
    row = "|" + "|".join(f"c{column}" for column in range(200)) + "|"
    parsed = parse(f"{row}\n|{'-|' * 200}\n{row}\n")
    tables = [block for block in parsed.blocks if isinstance(block, Table)]
    assert all(len(table.header) <= MAX_COLUMNS for table in tables)
    assert {plain_text(cell) for table in tables for cell in table.rows[0]} == {f"c{n}" for n in range(200)}
    assert "200 columns" in parsed.dropped[0].what


def test_a_row_with_more_cells_than_its_header_is_reported() -> None:
    assert "two | three" in reasons("| a |\n|---|\n| one | two | three |\n")


def test_a_list_of_twelve_levels_loses_no_text() -> None:
    markdown = "\n".join(f"{'  ' * level}- level {level}" for level in range(12))
    parsed = parse(markdown)

    def depth(block: object) -> int:
        if not isinstance(block, List):
            return 0
        return 1 + max((depth(inner) for item in block.items for inner in item.blocks), default=0)

    assert max(depth(block) for block in parsed.blocks) <= MAX_DEPTH
    assert all(f"level {level}" in all_text(parsed) for level in range(12))
    assert "no text is lost" in reasons(markdown)


def test_emphasis_without_end_is_flattened() -> None:
    assert "word" in all_text(parse("*_" * 200 + "word" + "_*" * 200))


@pytest.mark.parametrize(
    "piece", ["[", "[a](", "![", "*a ", "_a*", "`a``", "<a", '"a ', "[^1]", "&#", "~~a "]
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.perf_counter()
    parse((piece * (7_000 // len(piece)) + "\n\n") * 5)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("text", [">" * 5_000 + " x", "- " * 5_000 + "x", "[x]: y\n" * 2_000, "\x00" * 99])
def test_no_nesting_breaks_the_parse(text: str) -> None:
    parse(text)


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_every_hostile_text_is_parsed_and_reported(file: Path) -> None:
    parsed = parse(file.read_bytes().decode("utf-8", "surrogatepass"))
    assert parsed.title.startswith("Lesson 1.1")
    assert parsed.dropped
    links = [
        inline.href
        for block in walk_blocks(parsed.blocks)
        if isinstance(block, Paragraph)
        for inline in block.children
        if isinstance(inline, Link)
    ]
    assert all(link.startswith(("https://", "http://", "mailto:", "#l01-02-")) for link in links)
