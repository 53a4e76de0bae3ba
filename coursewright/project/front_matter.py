"""The few lines at the top of a published text, by which a person's edit is told from the program's text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from coursewright.project.numbers import strip_text_numbers

_FENCE = "---\n"


@dataclass(frozen=True, slots=True)
class PublishedText:
    """A published text as it was found.

    Attributes:
        body: the text without its front matter.
        key: the content key that the front matter names; empty where it is damaged or missing.
        edited: whether the text is not the one that the program wrote.
        front: those of the front matter's values that are texts; empty where it is damaged or missing.
    """

    body: str
    key: str
    edited: bool
    front: Mapping[str, str]


def digest_text(body: str) -> str:
    """What stays the same as long as nobody edits the text: its digest, the program's numbers aside."""
    plain = strip_text_numbers(body.replace("\r\n", "\n").strip())
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:32]


def with_front_matter(body: str, *, key: str, text_digest: str | None = None, **more: Any) -> bytes:
    """A published text's bytes.

    Args:
        text_digest: the digest of the program's text, where `body` is a person's version of it.
        more: further values; the same for the same text, so that a text's bytes are the same each time.
    """
    front = {"key": key, "text": text_digest or digest_text(body), **more}
    lines = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10_000)
    return f"{_FENCE}{lines}{_FENCE}\n{body.strip()}\n".encode()


def read_published(data: bytes) -> PublishedText:
    """A published text, however damaged its front matter is.

    Text that is not UTF-8 is read with replacement characters and counts as edited.
    """
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    front, body = _split(text)
    key, digest = front.get("key"), front.get("text")
    if key is None or digest is None:
        return PublishedText(body.strip() + "\n", "", True, {})
    return PublishedText(body.strip() + "\n", key, digest_text(body) != digest, front)


def _split(text: str) -> tuple[dict[str, str], str]:
    if not text.startswith(_FENCE):
        return {}, text
    head, fence, body = text[len(_FENCE) :].partition("\n" + _FENCE)
    if not fence:
        return {}, text
    try:
        # Everything is read as text: what only looks like a date or a number cannot fail to be one.
        front = yaml.load(head, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return {}, body
    if not isinstance(front, dict):
        return {}, body
    return {name: value for name, value in front.items() if isinstance(value, str)}, body
