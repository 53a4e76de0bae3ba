"""Which keys may name an object. The rule is the same for every store, so that a course can move."""

from __future__ import annotations

import re

from coursewright.errors import StoreError

RESERVED = ".coursewright-"
"""What the folder store's own working files begin with; no key has a part that does."""

LONGEST_KEY = 900
"""Bytes. S3 takes 1,024 with the store's prefix, which is not known here."""

LONGEST_PART = 200
"""Bytes. Usual file systems take 255, and some of the encrypted ones little more than 140 characters."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Unicode's category Cc. A pattern, since a listing checks every name in it."""


def check_key(key: str) -> str:
    """Give `key` back if it can name an object in every store.

    A key is relative, its parts are parted by ``/``, and no part is empty, ``.`` or ``..``: what a person or
    a model put into a name can never lead out of the store.

    Raises:
        StoreError: it cannot; the message says what is wrong with it.
    """
    fault = find_fault(key)
    if fault:
        raise StoreError(f"{key[:120]!r} cannot name an object of the store: {fault}.", key=key)
    return key


def check_prefix(prefix: str) -> str:
    """Give `prefix` back if keys can start with it; it may be empty or end within a part.

    Raises:
        StoreError: no key can start with it.
    """
    if prefix:
        check_key(prefix + "x")
    return prefix


def find_fault(key: str) -> str | None:
    """Say what keeps `key` from naming an object; None if nothing does."""
    try:
        encoded = key.encode()
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    if not key:
        return "it is empty"
    if len(encoded) > LONGEST_KEY:
        return f"it is longer than {LONGEST_KEY} bytes"
    if key.startswith("/"):
        return "it is an absolute path; keys are relative to the store"
    if _CONTROL.search(key):
        return "it holds a control character"
    if "\\" in key:
        return "it holds a backslash; parts are parted by '/'"
    for part in key.split("/"):
        if part in ("", ".", ".."):
            return "it holds '..'" if part == ".." else "one of its parts is empty or '.'"
        if part.startswith(RESERVED):
            return f"names that begin with {RESERVED!r} are the store's own"
        if len(part.encode()) > LONGEST_PART:
            return f"one of its parts is longer than {LONGEST_PART} bytes"
    return None
