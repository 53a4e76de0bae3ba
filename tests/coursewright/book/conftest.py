"""Which tests of the book set it in pages: an engine's work, which the fast part of the tests leaves out."""

from __future__ import annotations

import pytest

_IN_PAGES = ("test_pdf.py", "test_pdf_clipping.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name in _IN_PAGES:
            item.add_marker(pytest.mark.pages)
