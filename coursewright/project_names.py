"""A project's name: a folder in a store, a part of keys and of addresses, so never anything but a slug."""

from __future__ import annotations

import re

from coursewright.errors import ProjectError
from coursewright.outline.folding import fold

MAX_LENGTH = 63
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FALLBACK = "course"


def project_name(title: str) -> str:
    """The name that a course's title gives: ``Introducción a la Red`` is ``introduccion-a-la-red``.

    Cut at a word where it would be too long. A title without a letter or digit of the Latin alphabet gives
    ``course``.
    """
    words = re.findall(r"[a-z0-9]+", fold(title))
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH:
            break
        name = longer
    return name or _FALLBACK


def check_project_name(name: str) -> str:
    """The name, if it is one.

    Raises:
        ProjectError: it is not; the message gives the nearest one that is.
    """
    if NAME.fullmatch(name):
        return name
    raise ProjectError(
        f"“{name[:80]}” cannot be a project's name. Use a-z, 0-9 and -, at most {MAX_LENGTH} characters, "
        f"no - at the start; for example {project_name(name)}."
    )
