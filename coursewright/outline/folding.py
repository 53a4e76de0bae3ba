"""Words compared as people read them: without regard to case and accents."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The text in lower case, without accents, with single spaces."""
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(plain.casefold().split())
