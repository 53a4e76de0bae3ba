"""A house style that came with a course: values for pages; nothing that runs, reads or fills the memory."""

from __future__ import annotations

import pytest

from coursewright.book.style import read_style
from coursewright.errors import SettingsError

HOSTILE = {
    "a width without end": "header: '{course:>999999999}'",
    "an attribute": "header: '{course.__class__.__mro__}'",
    "an index": "footer: '{name[0]}'",
    "a date that is none": "name: 2001-13-45",
    "nesting": "name: " + "[" * 3000,
    "a tag": "name: !!python/object/apply:os.system ['true']",
    "a logo elsewhere": "logo: ../../../etc/passwd",
    "a font folder elsewhere": "fonts:\n  folder: /etc",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_style_is_refused_with_a_reason(name: str) -> None:
    read: list[str] = []

    def look(file: str) -> None:
        read.append(file)

    with pytest.raises(SettingsError):
        read_style(HOSTILE[name].encode(), source="style.yaml", read=look)
    assert read == []
