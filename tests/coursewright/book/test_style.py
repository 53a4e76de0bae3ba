"""A customer's house style, and colours that everyone can read."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from coursewright.book.contrast import AA, contrast, pass_on, text_on
from coursewright.book.page_style import asset, style_properties
from coursewright.book.style import HouseStyle, load_style, read_style
from coursewright.errors import SettingsError


def written(folder: Path, text: str) -> Path:
    file = folder / "style.yaml"
    file.write_text(text, "utf-8")
    return file


def test_no_file_is_needed() -> None:
    assert load_style(None) == HouseStyle()


def test_one_small_file_changes_everything_it_names(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><rect width="1"/></svg>')
    (tmp_path / "fonts").mkdir()
    style = load_style(
        written(
            tmp_path,
            'name: Academia\nlogo: logo.svg\ncolours: {accent: "#0B5CAD", cover: "#102030"}\n'
            "fonts: {text: Charter, headings: Inter, code: Hack, folder: fonts}\n"
            'paper: Letter\nheader: "{course}"\nfooter: "© {name} · {page}"\n',
        )
    )
    assert (style.name, style.accent, style.cover, style.paper) == (
        "Academia", "#0b5cad", "#102030", "Letter",
    )  # fmt: skip
    assert style.logo is not None
    assert style.logo.media_type == "image/svg+xml"
    assert (style.text_font, style.heading_font, style.code_font) == ("Charter", "Inter", "Hack")
    assert style.font_folder == tmp_path / "fonts"
    assert style.fill(style.footer, {"name": "Academia", "page": "7"}) == "© Academia · 7"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "colour: there is no such key; known are name, logo, colours"),
        ('colours: {accent: "red"}', "colours.accent: should be a colour such as"),
        ("colours:\n  accent: #0b5cad", 'in quotes, since "#" opens a comment'),
        ("colours: {akzent: x}", "colours.akzent: there is no such key"),
        ("colours: blue", "colours: should hold accent, cover, not 'blue'"),
        ("paper: A5", "paper: should be A4 or Letter, not 'A5'"),
        ("fonts: {text: 'x; } body {'}", "fonts.text: should be a family's name"),
        ("fonts: {folder: nowhere}", "there is no folder"),
        ("header: '{chapter}'", "header: knows {course}, {module}, {name}, {date}, {page}, not {chapter}"),
        ("header: '{name.__class__}'", "header: knows"),
        ("header: '{name!r:>999}'", "header: knows"),
        ("header: '{'", "header: "),
        ("logo: missing.png", "logo: there is no file missing.png beside the style"),
        ("logo: ../../secret.png", "logo: should name a file beside the style"),
        ("fonts: {folder: ../..}", "fonts.folder: should name a folder beside the style"),
        ("fonts: {folder: /usr/share/fonts}", "fonts.folder: should name a folder beside the style"),
        ("fonts: {folder: none}", "fonts.folder: there is no folder"),
        ("logo: style.yaml", "neither PNG nor usable SVG"),
        ("name: [a, b]", "name: should be a line"),
        ("- a\n- b", "should hold keys such as name and colours"),
        ("name: 'x", "is not YAML in UTF-8: line 1: found unexpected end of stream"),
        ("name: x\ncolours:\n\taccent: x", "line 3: a tab stands where only spaces may"),
        ("colors: {accent: '#0b5cad'}", "header, footer. Is it colours?"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_style(written(tmp_path, text))
    assert message in str(error.value)


def test_a_style_in_another_encoding_is_told_so() -> None:
    with pytest.raises(SettingsError, match="save it again with the encoding UTF-8"):
        read_style("name: Formación".encode("latin-1"), source="style.yaml", read={}.get)


def test_a_style_may_be_kept_in_any_store() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    style = read_style(b"logo: l.svg", source="s3://b/style.yaml", read={"l.svg": svg}.get)
    assert style.logo is not None
    with pytest.raises(SettingsError, match=r"s3://b/style.yaml has errors:\n  - fonts.folder: only"):
        read_style(b"fonts: {folder: x}", source="s3://b/style.yaml", read={}.get)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_style(written(tmp_path, "paper: A5\nx: 1\nfooter: '{y}'"))
    assert str(error.value).count("\n  - ") == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_style(tmp_path / "none.yaml")


def test_an_accent_that_cannot_be_read_is_moved_until_it_can_and_the_customer_is_told(tmp_path: Path) -> None:
    style = load_style(written(tmp_path, 'colours: {accent: "#ffd400"}'))
    assert contrast(style.accent_light, "#ffffff") >= AA
    assert "under 4.5" in style.warnings[0]
    assert style.accent_light in style.warnings[0]


@pytest.mark.parametrize(
    "colour", ["#000000", "#ffffff", "#ffd400", "#0b5cad", "#808080", "#ff00ff", "#00ff00"]
)
def test_any_colour_can_be_made_to_pass_on_light_and_dark(colour: str) -> None:
    for ground in ("#ffffff", "#12161c"):
        assert contrast(pass_on(colour, ground), ground) >= AA
    assert contrast(text_on(colour), colour) >= AA


def test_contrast_is_as_the_guideline_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def _properties(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", css))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_passes_on_every_ground_it_is_set_on(scheme: str) -> None:
    rules = asset("book.css").split(':root[data-theme="dark"] {')
    colours = _properties(rules[0].split("}")[0] if scheme == "light" else rules[1].split("}")[0])
    style = HouseStyle()
    colours["accent"] = style.accent_light if scheme == "light" else style.accent_dark
    code = [
        colours[name] for name in ("c", "k", "s", "m", "f", "t", "g", "a", "b", "i", "d", "p", "ink", "soft")
    ]
    for text, ground in itertools.product(code, (colours["code-ground"],)):
        assert contrast(text, ground) >= AA
    for text, ground in itertools.product(("ink", "soft", "accent"), ("ground", "raised")):
        assert contrast(colours[text], colours[ground]) >= AA
    assert contrast(colours["warn-ink"], colours["warn-ground"]) >= AA


def test_the_systems_dark_and_the_chosen_dark_are_the_same() -> None:
    css = asset("book.css")
    chosen = css.split(':root[data-theme="dark"] {')[1].split("}")[0]
    system = css.split(":root:not([data-theme]) {")[1].split("}")[0]
    assert _properties(chosen) == _properties(system)


def test_the_style_reaches_the_page() -> None:
    css = style_properties(HouseStyle(accent="#aa0000", heading_font="Inter", paper="Letter"))
    assert '--heading-font:"Inter"' in css
    assert "--accent:#aa0000" in css
    assert "--paper:Letter" in css
