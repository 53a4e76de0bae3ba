"""The versions that content keys hold. Raising one makes all finished work of its family stale: it is paid
for anew on the next run. So they are raised on purpose, here and nowhere else, and a test pins the texts
that each version stands for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from coursewright.prompts import prompt_names, prompt_text

PROMPT_VERSIONS: Mapping[str, int] = {"lesson": 2, "figures": 1, "lab": 1, "lab-plan": 1}
"""The version of each family of prompts."""

FORMAT_VERSION = 1
"""The version of the format of lessons and labs, as the models are told it and the checks hold them to it."""

_FAMILY_BY_START = {
    "lesson": "lesson",
    "figure": "figures",
    "illustration": "figures",
    "lab_plan": "lab-plan",
    "lab": "lab",
}


def family_of(prompt: str) -> str:
    """The family that a prompt belongs to, told by how its name starts.

    Raises:
        KeyError: the name starts like no family's.
    """
    for start, family in _FAMILY_BY_START.items():
        if prompt.replace("-", "_").startswith(start):
            return family
    raise KeyError(f"The prompt {prompt!r} is of no family; start its name with lesson, figure or lab.")


def family_digest(family: str) -> str:
    """A digest of the texts of all prompts of a family."""
    whole = hashlib.sha256()
    for name in prompt_names():
        if family_of(name) == family:
            whole.update(f"{name}\n{prompt_text(name)}\n".encode())
    return whole.hexdigest()[:16]
