"""JSON written a line an entry is the same JSON."""

from __future__ import annotations

import json

from coursewright.project.line_json import write_lines

DATA = {
    "title": 'Café "1"',
    "empty": {},
    "none": None,
    "settings": {"models": ["a", "b"], "size": 3},
    "lessons": {"01-01": {"words": 10, "parts": {"topics": "x"}}, "01-02": {}},
    "items": [{"kind": "lesson"}, {"kind": "lab", "findings": [{"line": 1}]}],
    "warnings": ["one\ntwo"],
}


def test_it_reads_back_as_it_was() -> None:
    assert json.loads(write_lines(DATA)) == DATA


def test_each_entry_has_a_line_of_its_own() -> None:
    lines = write_lines(DATA).decode("utf-8").splitlines()
    assert '  "01-01": {"words": 10, "parts": {"topics": "x"}},' in lines
    assert '  {"kind": "lesson"},' in lines
    assert ' "title": "Café \\"1\\"",' in lines
