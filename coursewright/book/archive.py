"""Zip files that are the same bytes every time, with names that every system can unpack."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

_SAFE_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}|META-INF")
_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can say."""


def make_zip(files: Iterable[tuple[str, bytes]], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip of `files` in their order.

    Args:
        stored: names that are kept uncompressed.

    Raises:
        ValueError: a name could leave the folder that the zip is unpacked in, or is there twice.
    """
    seen: set[str] = set()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            if not all(_SAFE_PART.fullmatch(part) for part in name.split("/")) or name.lower() in seen:
                raise ValueError(f"{name!r} cannot be the name of a file in a package")
            seen.add(name.lower())
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=6)
    return buffer.getvalue()
