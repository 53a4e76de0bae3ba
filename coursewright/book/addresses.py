"""Where a link of a book may lead."""

from __future__ import annotations

import re

MAX_ADDRESS = 2000

_REST = r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2}"
_WEB = re.compile(
    rf"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{{1,5}})?(?:[/?](?:{_REST})*)?(?:#(?:{_REST})*)?"
)
_MAIL = re.compile(r"mailto:[A-Za-z0-9.!$&'*+/=^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def refuse_address(href: str) -> str | None:
    """Why a book may not lead to `href`, or None where it may.

    Allowed are https:, http: and mailto: addresses that are well formed. (An address within the text,
    ``#heading``, is the parse's to resolve.)
    """
    scheme = _SCHEME.match(href)
    if scheme is None:
        return "it leads to a file beside the text, and a book has none"
    if scheme[1].lower() not in {"https", "http", "mailto"}:
        return f"{scheme[1].lower()}: links are not allowed; only https:, http: and mailto: are"
    if len(href) > MAX_ADDRESS:
        return f"it is longer than {MAX_ADDRESS} characters"
    if not (_WEB.fullmatch(href) or _MAIL.fullmatch(href)):
        return "it is not a well-formed address"
    return None


def normal_address(href: str) -> str:
    """`href` with a lower-case scheme, and with the brackets encoded that an address may not hold."""
    scheme = _SCHEME.match(href)
    if scheme:
        href = scheme[0].lower() + href[scheme.end() :]
    return href.replace("[", "%5B").replace("]", "%5D")
