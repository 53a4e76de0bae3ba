"""The rules by which text becomes Typst source: literals, breaks, glyphs, columns, lines of code."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.book.contrast import AA, contrast
from coursewright.book.nodes import Table, Text
from coursewright.book.paged import CODE_COLOURS, colours, shorten
from coursewright.book.paged_tables import lay_out_table
from coursewright.book.style import HouseStyle
from coursewright.book.typst_code import wrap_pieces
from coursewright.book.typst_glyphs import FALLBACK_FAMILIES, GlyphFitter, describe_lost, font_folder
from coursewright.book.typst_text import breakable_pieces, literal


def fitter() -> GlyphFitter:
    return GlyphFitter(FALLBACK_FAMILIES, (font_folder(),))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('a"b', r'"a\"b"'),
        ("a\\b", r'"a\\b"'),
        ("a\nb\tc\r", r'"a\nb\tc\r"'),
        ("\x00\x1f\x7f", r'"\u{0}\u{1f}\u{7f}"'),
        ("#eval $x$ é €", '"#eval $x$ é €"'),
    ],
)
def test_a_text_is_one_literal(text: str, source: str) -> None:
    assert literal(text) == source


@given(st.text())
def test_a_literal_ends_only_at_its_end(text: str) -> None:
    inner = literal(text)[1:-1]
    assert '"' not in inner.replace("\\\\", "").replace('\\"', "")
    assert not (len(inner) - len(inner.rstrip("\\"))) % 2


@given(st.text(alphabet="ab /-_.\n "), st.integers(2, 12))
def test_pieces_make_up_the_text_and_no_word_is_longer_than_its_limit(text: str, limit: int) -> None:
    pieces = breakable_pieces(text, limit)
    assert "".join(pieces) == text
    assert max((len(word) for piece in pieces for word in piece.split()), default=0) <= limit


def test_a_long_name_breaks_at_its_joints() -> None:
    assert breakable_pieces("see kubernetes.io/docs/concepts now", 16) == [
        "see kubernetes.", "io/docs/", "concepts now",
    ]  # fmt: skip


def test_a_line_of_code_wraps_after_a_sign_and_keeps_its_colours() -> None:
    line = [("keyword", "return"), ("", " call(alpha, beta, "), ("string", "'gamma'"), ("", ")")]
    rows = wrap_pieces(line, 24)  # type: ignore[arg-type]
    texts = ["".join(text for _, text in row) for row in rows]
    assert texts == ["return call(alpha, beta, ", "'gamma')"]
    assert ("string", "'gamma'") in rows[1]


@given(st.text(alphabet="ab (,漢\U0001f600", max_size=120), st.integers(4, 30))
def test_rows_of_code_make_up_the_line(text: str, columns: int) -> None:
    rows = wrap_pieces([("", text)], columns)
    assert "".join(part for row in rows for _, part in row) == text
    assert all(len("".join(part for _, part in row).rstrip()) <= columns for row in rows)


def test_columns_share_the_width_and_long_words_get_room() -> None:
    table = Table(
        header=((Text("No"),), (Text("What it is"),)),
        rows=(((Text("1"),), (Text("a long explanation of what it is, in many words"),)),),
        align=(None, None),
    )
    layout = lay_out_table(table, 450)
    assert layout.shares[1] > 4 * layout.shares[0]
    assert layout.whole_rows == (True,)
    wide = Table(header=((Text("name"),),) * 12, rows=(), align=(None,) * 12)
    assert lay_out_table(wide, 450).size < layout.size


def test_words_of_a_table_are_parted_only_where_they_must_be() -> None:
    words = ("Service", "Region", "Latency", "Throughput", "Price", "Availability", "Remarks", "Since")
    row = tuple((Text(word),) for word in words)
    fitting = lay_out_table(Table(header=row, rows=(row,), align=(None,) * 8), 454)
    assert fitting.whole and not fitting.hyphenate
    long = ((Text("Donaudampfschifffahrtsgesellschaft"),), *row[1:])
    assert lay_out_table(Table(header=long, rows=(long,) * 20, align=(None,) * 8), 454).hyphenate
    assert not lay_out_table(Table(header=row, rows=(row,) * 20, align=(None,) * 8), 454).whole


def test_a_time_stays_on_one_line() -> None:
    header = tuple((Text(word),) for word in ("Laboratorio", "Título", "Complejidad", "Tiempo"))
    row = tuple((Text(word),) for word in ("Capítulo 1", "Un título muy largo " * 6, "", "10 h 10 min"))
    layout = lay_out_table(Table(header, (row,), (None, None, None, "right")), 380)
    assert layout.characters[3] >= len("10 h 10 min")


def test_signs_are_set_as_they_are_where_a_font_has_them() -> None:
    glyphs = fitter()
    assert glyphs.fit("→ ✓ ∀x∈S ├── é “q” …") == "→ ✓ ∀x∈S ├── é “q” …"
    assert glyphs.lost == {}


def test_signs_that_no_font_has_get_the_nearest_or_a_box_a_word() -> None:
    glyphs = fitter()
    assert glyphs.fit("✅ ＡＢ ① 中文字 x 🚀 \ue000") == "✓ AB ① □ x  "
    assert set(glyphs.lost) == set("✅ＡＢ中文字🚀\ue000")
    assert describe_lost(["🚀"]) == "U+1F680 (rocket)"
    assert describe_lost(list("中文字漢語日本")).endswith("and 1 more")


def test_many_strange_characters_do_not_take_long() -> None:
    glyphs = fitter()
    strange = "".join(chr(code) for code in range(0x1200, 0x1200 + 2000))
    assert "□" in glyphs.fit(strange)


@pytest.mark.parametrize("accent", ["#0b5cad", "#f2c200", "#00ff88", "#111111"])
@pytest.mark.parametrize("cover", ["#10243e", "#f4efe6", "#c62828"])
def test_every_text_passes_on_its_ground(accent: str, cover: str) -> None:
    palette = colours(HouseStyle(accent=accent, cover=cover))
    for text in ("ink", "muted", "accent", "code"):
        assert contrast(palette[text], "#ffffff") >= AA
    for text in ("ink", "muted"):
        assert contrast(palette[text], palette["ground"]) >= AA
    assert contrast(palette["warn"], palette["warn-ground"]) >= AA
    for text in ("cover-text", "cover-soft", "cover-accent"):
        assert contrast(palette[text], palette["cover"]) >= AA
    for colour in CODE_COLOURS.values():
        assert contrast(colour, palette["ground"]) >= AA


def test_a_title_is_shortened_at_a_word() -> None:
    assert shorten("Containers in operation", 40) == "Containers in operation"
    assert shorten("Containers in operation, from image to cluster", 30) == "Containers in operation, from…"
    assert shorten("x" * 50, 10) == "x" * 10 + "…"
    lengths = [len(shorten("word " * 30, length)) for length in range(10, 60)]
    assert all(first <= second for first, second in pairwise(lengths))
