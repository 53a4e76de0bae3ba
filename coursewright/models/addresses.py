"""Addresses of servers: read from a setting, and put in words without the name and password in them.

Whatever is said about an address goes through here: a message ends in reports, logs and artifacts.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from coursewright.errors import SettingsError

HIDDEN = "***"
"""What stands in a message for what is never shown."""

_IN_A_LOGIN = (
    ' Before the host, "/", "?", "#" and "@" of a name or password are written %2F, %3F, %23 and %40.'
)
_IN_PROSE = re.compile(r'(?<=//)[^\s"<>]*@')
_SHOWN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*://)?(?P<login>.*@)?"
    r"(?P<rest>(\[[^\]]*\]|[^/?#:\[]*)(:\d+(?![^/?#])(/[^?#]*)?|/[^?#]*)?)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is.

    Attributes:
        url: without the name and password, so that no client can log them or put them in its errors.
        host: in lower case.
        login: the name and the password that stood before the host, for a client's Basic authentication.
    """

    url: str
    host: str
    login: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def secrets(self) -> list[str]:
        """What must not be shown, whatever a server echoes."""
        if self.login is None:
            return []
        name, password = self.login
        return [password, base64.b64encode(f"{name}:{password}".encode()).decode()]


def read_address(text: str, setting: str, example: str, *, scheme: str = "", host: str = "") -> Address:
    """Read the address that a setting holds.

    Args:
        setting: its name, for the message.
        example: an address that would do, for the message.
        scheme: where the text has none.
        host: where the text has none.

    Raises:
        SettingsError: it is no address of a server that is asked over HTTP.
    """
    import httpx

    text = text.strip().rstrip("/")
    whole = text if "://" in text or not scheme else f"{scheme}://{text}"

    def refuse(problem: str) -> SettingsError:
        more = _IN_A_LOGIN if "@" in text else ""
        return SettingsError(f'{setting} is "{show_address(text)}"; {problem}, for example {example}.{more}')

    if not text.isprintable():
        raise refuse("it holds a character that no address has; write it anew")
    try:
        parts = urlsplit(whole)
        login, _, place = parts.netloc.rpartition("@")
    except ValueError:
        raise refuse("no machine has such a name; write one or its number") from None
    if parts.scheme not in ("http", "https"):
        raise refuse("it has to begin with http:// or https://")
    try:
        _ = parts.port
    except ValueError:
        raise refuse("its port has to be a number from 0 to 65535") from None
    if not parts.hostname and not host:
        raise refuse("it has to name a host")
    url = parts._replace(netloc=place if parts.hostname else host + place).geturl()
    try:
        httpx.URL(url)
    except httpx.InvalidURL:
        raise refuse("no machine has such a name; write one or its number") from None
    name, _, password = login.partition(":")
    return Address(url, parts.hostname or host, (unquote(name), unquote(password)) if login else None)


def show_address(text: str) -> str:
    """An address, or what was meant as one, for a message: without login and query, and no port but a number.

    What stands where the port should may be a password whose host was forgotten.
    """
    text = "".join(character for character in text if character.isprintable())
    found = _SHOWN.match(text)
    assert found is not None, "each part may be empty"
    login = f"{HIDDEN}@" if found["login"] else ""
    cut = "…" if found.end() < len(text) else ""
    return f"{found['scheme'] or ''}{login}{found['rest']}{cut}"


def hide_logins(text: str) -> str:
    """Prose without the names and passwords of the addresses in it."""
    return _IN_PROSE.sub(f"{HIDDEN}@", text)
