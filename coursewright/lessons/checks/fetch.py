"""Asking whether a public page exists, without being led anywhere else.

A lesson's links come from a model. So only ``http`` and ``https`` on their own ports are asked for, at
addresses that are public; a name is looked up once and the connection goes to the very address that was
judged, so that a second answer of the name's server changes nothing; each redirect is judged anew. No more
than the head of an answer is read, within a bounded size and time. Proxies of the environment are not used.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from coursewright.lessons.checks.verdicts import Verdict

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_REDIRECTS = 3
MOST_HEAD_BYTES = 64 * 1024
SECONDS_IN_ALL = 12.0
SECONDS_TO_CONNECT = 5.0
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_STATUS = re.compile(r"[2-9][0-9]{2}")
"""What ends an answer (LinkedIn says 999); what one may begin with (1xx) was not asked for."""

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's platform, which answers its virtual machines at a public address
        "192.0.0.0/24",  # protocols' own, Oracle's metadata among them; global to older Pythons
        "3fff::/20",  # documentation; unknown to older Pythons
    )
)


class _Refused(Exception):
    """An address that is not to be asked for; it says why."""


class _Failed(Exception):
    """No answer came; it says why."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public network, also where IPv6 wraps an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
        if address.ipv4_mapped or address in _NAT64:
            return True
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve_name(host: str, port: int) -> Sequence[str]:
    """The numeric addresses of a host. Raises `OSError`."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def open_connection(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to a numeric address. Raises `OSError`."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True)
class LinkFetcher:
    """Asks for pages.

    Attributes:
        resolve: looks a host's addresses up.
        connect: opens a connection to one of them.
        allow: whether an address may be connected to.
        any_port: whether other ports than the schemes' own may be asked.
        clock: seconds that only grow.
        seconds: the longest that one address may take, redirects included.
    """

    resolve: Callable[[str, int], Sequence[str]] = resolve_name
    connect: Callable[[str, int, float], socket.socket] = open_connection
    allow: Callable[[Address], bool] = is_public
    any_port: bool = False
    clock: Callable[[], float] = time.monotonic
    seconds: float = SECONDS_IN_ALL
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, url: str) -> Verdict:
        """What becomes of a request for an address: never an exception, and never more than `seconds`."""
        deadline = self.clock() + self.seconds
        try:
            status, reason = self._follow(url, deadline)
        except _Refused as refusal:
            return Verdict(url, "dead", str(refusal))
        except _Failed as failure:
            return Verdict(url, "not checked", str(failure))
        if status < 400:
            return Verdict(url, "reachable")
        answer = f"{status} {reason}".strip()
        # 401, 403 and 429 are said to programs about pages that people can read; 5xx passes.
        return Verdict(url, "dead" if status in _GONE else "not checked", answer)

    def _follow(self, url: str, deadline: float) -> tuple[int, str]:
        current = url
        for _ in range(MOST_REDIRECTS + 1):
            status, reason, target = self._ask("HEAD", current, deadline)
            if status >= 400:
                status, reason, target = self._ask("GET", current, deadline)
            if status not in _REDIRECTS or not target:
                return status, reason
            try:
                current = urljoin(current, target)
            except ValueError:
                raise _Refused("it leads to what is no address") from None
        raise _Failed(f"more than {MOST_REDIRECTS} redirects")

    def _ask(self, method: str, url: str, deadline: float) -> tuple[int, str, str]:
        parts, host, port = self._read_url(url)
        address = self._choose_address(host, port, deadline)
        name = f"[{host}]" if ":" in host else host
        shown = name if port == _PORTS[parts.scheme] else f"{name}:{port}"
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
        request = (
            f"{method} {path}{query} HTTP/1.1\r\nHost: {shown}\r\nUser-Agent: coursewright-links\r\n"
            "Accept: */*\r\nConnection: close\r\n\r\n"
        ).encode("ascii")
        try:
            with self.connect(address, port, min(SECONDS_TO_CONNECT, self._left(deadline))) as plain:
                plain.settimeout(self._left(deadline))
                if parts.scheme == "https":
                    with self.tls.wrap_socket(plain, server_hostname=host) as connection:
                        return self._exchange(connection, request, deadline)
                return self._exchange(plain, request, deadline)
        except ssl.SSLCertVerificationError as error:
            raise _Failed(f"certificate: {error.verify_message}") from None
        except TimeoutError:
            raise _Failed("no answer in time") from None
        except OSError as error:
            raise _Failed(error.strerror or type(error).__name__) from None

    def _exchange(self, connection: socket.socket, request: bytes, deadline: float) -> tuple[int, str, str]:
        connection.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head and len(head) < MOST_HEAD_BYTES:
            connection.settimeout(self._left(deadline))
            piece = connection.recv(8192)
            if not piece:
                break
            head += piece
        return _read_head(head)

    def _read_url(self, url: str) -> tuple[SplitResult, str, int]:
        try:
            url.encode()
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise _Refused("it is no address") from None
        if parts.scheme not in _PORTS:
            raise _Refused(f"only http and https are followed, not {parts.scheme or 'nothing'}")
        if parts.username is not None or parts.password is not None:
            raise _Refused("it holds a user name")
        own = _PORTS[parts.scheme]
        if port not in (None, own) and not self.any_port:
            raise _Refused(f"port {port} is not asked for")
        try:
            if ":" in host:
                host = str(ipaddress.IPv6Address(host))
            else:
                host = host.rstrip(".").encode("idna").decode("ascii")
        except ValueError:
            raise _Refused("its host is no name") from None
        if not _HOST.fullmatch(host):
            raise _Refused("it names no host")
        return parts, host, own if port is None else port

    def _choose_address(self, host: str, port: int, deadline: float) -> str:
        try:
            found = list(dict.fromkeys(self._look_up(host, port, deadline)))
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise _Refused("there is no such host") from None
            raise _Failed("its name could not be looked up") from None
        except (OSError, UnicodeError):
            raise _Failed("its name could not be looked up") from None
        if not found:
            raise _Refused("there is no such host")
        for text in found:
            try:
                address = ipaddress.ip_address(text.partition("%")[0])
            except ValueError:
                raise _Refused("its address cannot be read") from None
            # One private address among public ones is enough to be refused: which one is used is chance.
            if "%" in text or not self.allow(address):
                raise _Refused("it leads to a private address")
        return found[0]

    def _look_up(self, host: str, port: int, deadline: float) -> Sequence[str]:
        """The answer of `resolve`, waited for as long as there is time: the system's own takes no bound."""
        answers: list[Sequence[str] | Exception] = []

        def ask() -> None:
            try:
                answers.append(self.resolve(host, port))
            except (OSError, ValueError) as error:
                answers.append(error)

        asking = threading.Thread(target=ask, name="links-name", daemon=True)
        asking.start()
        asking.join(self._left(deadline))
        if not answers:
            raise _Failed("its name was not looked up in time")
        if isinstance(answers[0], Exception):
            raise answers[0]
        return answers[0]

    def _left(self, deadline: float) -> float:
        left = deadline - self.clock()
        if left <= 0:
            raise _Failed("no answer in time")
        return left


def _read_head(head: bytes) -> tuple[int, str, str]:
    lines = head.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not _STATUS.fullmatch(words[1]):
        raise _Failed("the answer is not HTTP")
    target = ""
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "location":
            target = value.strip()
    reason = "".join(c for c in words[2] if c.isprintable())[:60] if len(words) > 2 else ""
    return int(words[1]), reason, target
