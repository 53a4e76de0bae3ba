"""A house style: a customer's name, logo, colours, fonts, paper, header and footer, in one small YAML file.

    name: Academia del Puerto
    logo: logo.svg                 # SVG or PNG, beside this file
    colours:
      accent: "#0b5cad"            # links, labels and rules
      cover: "#10243e"             # the cover's ground
    fonts:
      text: IBM Plex Serif
      headings: IBM Plex Sans
      code: IBM Plex Mono
      folder: fonts/               # TTF or OTF files of families that are not IBM Plex
    paper: A4                      # or Letter
    header: "{course} · {module}"
    footer: "© Academia del Puerto"

Every key may be left out. Header and footer may hold {course}, {module}, {name}, {date} and {page}.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Literal, cast

from coursewright.book.contrast import AA, contrast, mix, pass_on, text_on
from coursewright.errors import SettingsError

Paper = Literal["A4", "Letter"]

LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#12161c"
"""The grounds of a page in light and dark, which the style's accent must pass on."""

PLACEHOLDERS = ("course", "module", "name", "date", "page")
MAX_LOGO_BYTES = 1_000_000

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}")
_FILE = re.compile(r"[\w][\w. -]{0,99}")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Logo:
    """A logo's content, made safe."""

    content: bytes
    media_type: Literal["image/svg+xml", "image/png"]


@dataclass(frozen=True)
class HouseStyle:
    """How books look. The defaults need no file.

    Attributes:
        name: who publishes the book; on the cover and in the footer.
        accent: as the customer gave it; use `accent_light` and `accent_dark` for text.
        font_folder: where the files of families lie that the program does not bring.
        header, footer: for paged formats, with the placeholders of this module's docstring.
        warnings: what the file asks for and does not get quite so.
    """

    name: str = ""
    logo: Logo | None = None
    accent: str = "#0b5cad"
    cover: str = "#10243e"
    text_font: str = "IBM Plex Serif"
    heading_font: str = "IBM Plex Sans"
    code_font: str = "IBM Plex Mono"
    font_folder: Path | None = None
    paper: Paper = "A4"
    header: str = "{course} · {module}"
    footer: str = "{name}"
    warnings: tuple[str, ...] = ()

    @property
    def accent_light(self) -> str:
        """The accent for text on a light page; passes on its shaded grounds too."""
        return pass_on(self.accent, mix(LIGHT_GROUND, "#8090a0", 0.12))

    @property
    def accent_dark(self) -> str:
        """The accent for text on a dark page; passes on its raised grounds too."""
        return pass_on(self.accent, mix(DARK_GROUND, "#8090a0", 0.2))

    @property
    def cover_text(self) -> str:
        """White or near black, for text on the cover."""
        return text_on(self.cover)

    def fill(self, template: str, values: Mapping[str, str]) -> str:
        """`template` with its placeholders' values, and without the separators that empty ones leave."""
        filled = template.format(**{key: values.get(key, "") for key in PLACEHOLDERS})
        return " · ".join(part.strip() for part in filled.split("·") if part.strip())


def load_style(path: Path | None) -> HouseStyle:
    """The house style in this file; without one, the default.

    Raises:
        SettingsError: the file cannot be read or says what no rule reads; lists every problem found.
    """
    if path is None:
        return HouseStyle()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The house style {path} cannot be read: {error.strerror}.") from error

    def read(name: str) -> bytes | None:
        file = path.parent / name
        return file.read_bytes() if file.is_file() else None

    return read_style(content, source=str(path), read=read, folder=path.parent)


def read_style(
    content: bytes, *, source: str, read: Callable[[str], bytes | None], folder: Path | None = None
) -> HouseStyle:
    """The house style that `content` is, wherever it is kept.

    Args:
        source: where it is kept, for messages.
        read: a file beside it by its name, or None where there is none.
        folder: the folder that it is in, where it is in one: only there it can name a folder of fonts.

    Raises:
        SettingsError: see `load_style`.
    """
    import yaml

    try:
        data = yaml.safe_load(content.decode("utf-8"))
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        # PyYAML lets through what its types say of a date that is none, and of nesting without end.
        raise SettingsError(f"The house style {source} is not YAML in UTF-8: {_say_fault(error)}") from error
    if not isinstance(data, dict):
        raise SettingsError(
            f"The house style {source} should hold keys such as name and colours; it holds none."
        )
    reader = _Reader(read, folder)
    style = reader.read(cast(dict[str, Any], data))
    if reader.problems:
        listed = "\n".join(f"  - {problem}" for problem in reader.problems)
        raise SettingsError(f"The house style {source} has errors:\n{listed}")
    return style


def _say_fault(error: Exception) -> str:
    """Why a file cannot be read as YAML, by its line and with the mend where there is one."""
    if isinstance(error, UnicodeDecodeError):
        return "save it again with the encoding UTF-8."
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or not problem:
        return str(error)
    if "'\\t'" in problem:
        problem = "a tab stands where only spaces may; put spaces in its place."
    return f"line {mark.line + 1}: {problem}"


class _Reader:
    """Reads one file and collects what is wrong in it."""

    def __init__(self, beside: Callable[[str], bytes | None], folder: Path | None) -> None:
        self.beside = beside
        self.folder = folder
        self.problems: list[str] = []

    def read(self, data: dict[str, Any]) -> HouseStyle:
        default = HouseStyle()
        known = ("name", "logo", "colours", "fonts", "paper", "header", "footer")
        self._refuse_unknown(data, known, "")
        colours = self._mapping(data, "colours", ("accent", "cover"))
        fonts = self._mapping(data, "fonts", ("text", "headings", "code", "folder"))
        accent = self._colour(colours, "accent", default.accent)
        return HouseStyle(
            name=self._line(data, "name", default.name),
            logo=self._logo(data.get("logo")),
            accent=accent,
            cover=self._colour(colours, "cover", default.cover),
            text_font=self._family(fonts, "text", default.text_font),
            heading_font=self._family(fonts, "headings", default.heading_font),
            code_font=self._family(fonts, "code", default.code_font),
            font_folder=self._folder(fonts.get("folder")),
            paper=self._paper(data.get("paper", default.paper)),
            header=self._template(data, "header", default.header),
            footer=self._template(data, "footer", default.footer),
            warnings=_contrast_warnings(accent),
        )

    def _refuse_unknown(self, data: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in data:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                meant = f". Is it {close[0]}?" if close else ""
                self.problems.append(
                    f"{where}{key}: there is no such key; known are {', '.join(known)}{meant}"
                )

    def _mapping(self, data: dict[str, Any], key: str, known: tuple[str, ...]) -> dict[str, Any]:
        value = data.get(key) or {}
        if not isinstance(value, dict):
            self.problems.append(f"{key}: should hold {', '.join(known)}, not {value!r}")
            return {}
        self._refuse_unknown(value, known, f"{key}.")
        return value

    def _line(self, data: dict[str, Any], key: str, default: str) -> str:
        from coursewright.book.compose import show

        value = data.get(key, default)
        if not isinstance(value, str) or len(value) > 200:
            self.problems.append(
                f"{key}: should be a line of at most 200 characters, not {str(value)[:40]!r}"
            )
            return default
        return show(value)

    def _colour(self, data: dict[str, Any], key: str, default: str) -> str:
        value = data.get(key, default)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            hint = ' (in quotes, since "#" opens a comment)' if value is None else ""
            self.problems.append(f'colours.{key}: should be a colour such as "#0b5cad"{hint}, not {value!r}')
            return default
        return value.lower()

    def _family(self, data: dict[str, Any], key: str, default: str) -> str:
        value = data.get(key, default)
        if not isinstance(value, str) or not _FAMILY.fullmatch(value):
            self.problems.append(f"fonts.{key}: should be a family's name such as {default!r}, not {value!r}")
            return default
        return value

    def _folder(self, value: Any) -> Path | None:
        if value is None:
            return None
        if self.folder is None:
            self.problems.append("fonts.folder: only a style in a folder of this machine can name one")
            return None
        name = str(value).removesuffix("/")
        if not _FILE.fullmatch(name):
            self.problems.append(f"fonts.folder: should name a folder beside the style, not {value!r}")
            return None
        folder = self.folder / name
        if not folder.is_dir():
            self.problems.append(f"fonts.folder: there is no folder {folder}")
            return None
        return folder

    def _paper(self, value: Any) -> Paper:
        if value not in ("A4", "Letter"):
            self.problems.append(f"paper: should be A4 or Letter, not {value!r}")
            return "A4"
        return cast(Paper, value)

    def _template(self, data: dict[str, Any], key: str, default: str) -> str:
        value = self._line(data, key, default)
        try:
            fields = [
                (name, form, conversion)
                for _, name, form, conversion in Formatter().parse(value)
                if name is not None
            ]
        except ValueError as error:
            self.problems.append(f"{key}: {error}; write {{{{ and }}}} for braces")
            return default
        for name, form, conversion in fields:
            if name not in PLACEHOLDERS or form or conversion:
                known = ", ".join(f"{{{placeholder}}}" for placeholder in PLACEHOLDERS)
                self.problems.append(f"{key}: knows {known}, not {{{name}}}")
                return default
        return value

    def _logo(self, value: Any) -> Logo | None:
        if value is None:
            return None
        if not isinstance(value, str) or not _FILE.fullmatch(value):
            self.problems.append(f"logo: should name a file beside the style, not {value!r}")
            return None
        content = self.beside(value)
        if content is None:
            self.problems.append(f"logo: there is no file {value} beside the style")
            return None
        if len(content) > MAX_LOGO_BYTES:
            self.problems.append(f"logo: {value} is larger than {MAX_LOGO_BYTES // 1000} kB")
            return None
        if content.startswith(_PNG):
            return Logo(content, "image/png")
        from coursewright.book.safe_svg import UnsafeSvg, clean_svg

        try:
            return Logo(clean_svg(content), "image/svg+xml")
        except UnsafeSvg as error:
            self.problems.append(f"logo: {value} is neither PNG nor usable SVG: {error}")
            return None


def _contrast_warnings(accent: str) -> tuple[str, ...]:
    ratio = contrast(accent, LIGHT_GROUND)
    if ratio >= AA:
        return ()
    used = HouseStyle(accent=accent).accent_light
    return (f"colours.accent {accent} has a contrast of {ratio:.1f} on white, under {AA}; text uses {used}",)
