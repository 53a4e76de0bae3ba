"""The package of a Word document: its parts, how they refer to each other, and the same bytes every time.

Open Packaging Conventions (ECMA-376, part 2): a zip of parts, a list of their types, and beside each part a
list of its relations.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from coursewright.book.docx_xml import attribute

_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

TYPES = {
    "document": f"{_WORD}.document.main+xml",
    "styles": f"{_WORD}.styles+xml",
    "numbering": f"{_WORD}.numbering+xml",
    "settings": f"{_WORD}.settings+xml",
    "fontTable": f"{_WORD}.fontTable+xml",
    "footnotes": f"{_WORD}.footnotes+xml",
    "header": f"{_WORD}.header+xml",
    "footer": f"{_WORD}.footer+xml",
    "core": "application/vnd.openxmlformats-package.core-properties+xml",
    "app": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}


@dataclass
class Part:
    """A part of the package.

    Attributes:
        name: its path within the package.
        kind: a key of `TYPES`, or empty where the file's ending says what it is.
        relations: id, type, target and whether that is outside of the package.
    """

    name: str
    kind: str = ""
    content: bytes = b""
    relations: list[tuple[str, str, str, bool]] = field(default_factory=list)
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def relate(self, kind: str, target: str, *, external: bool = False) -> str:
        """The id of the relation to `target`, a path from this part's folder or an address."""
        key = (kind, target)
        if key not in self._ids:
            self._ids[key] = f"rId{len(self._ids) + 1}"
            address = kind if ":" in kind else f"{_OFFICE}/{kind}"
            self.relations.append((self._ids[key], address, target, external))
        return self._ids[key]

    def set_text(self, xml: str) -> None:
        self.content = (_HEAD + xml).encode("utf-8")


@dataclass
class Package:
    """Parts in the order in which they are written."""

    parts: list[Part] = field(default_factory=list)

    def add(self, name: str, kind: str = "", content: bytes = b"") -> Part:
        part = Part(name, kind, content)
        self.parts.append(part)
        return part

    def to_bytes(self, root: Part) -> bytes:
        """The package as a file; `root` holds the relations of the package itself."""
        files = [("[Content_Types].xml", self._types()), ("_rels/.rels", _relations(root))]
        for part in self.parts:
            files.append((part.name, part.content))
            if part.relations:
                folder, _, name = part.name.rpartition("/")
                files.append((f"{folder}/_rels/{name}.rels", _relations(part)))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in files:
                entry = zipfile.ZipInfo(name, _DATE)
                entry.create_system = 0
                entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
                archive.writestr(entry, content, compresslevel=6)
        return buffer.getvalue()

    def _types(self) -> bytes:
        endings = {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
            "png": "image/png",
            "odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont",
        }
        defaults = "".join(
            f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items()
        )
        overrides = "".join(
            f'<Override PartName="/{part.name}" ContentType="{TYPES[part.kind]}"/>'
            for part in self.parts
            if part.kind
        )
        return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'.encode()


def _relations(part: Part) -> bytes:
    entries = "".join(
        f'<Relationship Id="{number}" Type="{kind}" Target={attribute(target)}'
        + (' TargetMode="External"/>' if external else "/>")
        for number, kind, target, external in part.relations
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()
