"""Checking links: what counts as reachable, and where the checker refuses to go."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from servers.lesson_text import good_lesson, make_brief

from coursewright.lessons.checks import check_lesson, publishable
from coursewright.lessons.checks.fetch import LinkFetcher, is_public
from coursewright.lessons.checks.links import MOST_LINKS, check_links, find_links
from coursewright.lessons.checks.verdicts import Verdict

Answer = Callable[[str], bytes]


@contextmanager
def serve(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback: gives its port and the request lines it got; `answer` makes bytes of one."""
    asked: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stopped = threading.Event()

    def run() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(2)
            if tls is not None:
                try:
                    connection = tls.wrap_socket(connection, server_side=True)
                except OSError:
                    continue
            with connection:
                line = connection.recv(4096).decode("latin-1").split("\r\n", 1)[0]
                asked.append(line)
                connection.sendall(answer(line))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        stopped.set()
        thread.join()
        listener.close()


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and the files that a server shows it from."""

    pem: str
    chain: Path
    key: Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of ``site.org``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.org")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "chain.pem").write_bytes(pem)
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return Certificate(pem.decode(), folder / "chain.pem", folder / "key.pem")


def reply(status: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def loopback_fetcher(**changes: object) -> LinkFetcher:
    fields: dict[str, object] = {
        "resolve": lambda host, port: ["127.0.0.1"],
        "allow": lambda address: address.is_loopback,
        "any_port": True,
        "seconds": 3.0,
    }
    return LinkFetcher(**{**fields, **changes})  # type: ignore[arg-type]


def never_connect(address: str, port: int, seconds: float) -> socket.socket:
    raise AssertionError(f"connected to {address}")


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        ("200 OK", "reachable", ""),
        ("204 No Content", "reachable", ""),
        ("404 Not Found", "dead", "404 Not Found"),
        ("410 Gone", "dead", "410 Gone"),
        ("403 Forbidden", "not checked", "403 Forbidden"),
        ("429 Too Many Requests", "not checked", "429 Too Many Requests"),
        ("503 Busy", "not checked", "503 Busy"),
    ],
)
def test_the_status_decides(status: str, state: str, reason: str) -> None:
    with serve(lambda line: reply(status)) as (port, _):
        url = f"http://site.org:{port}/a"
        assert loopback_fetcher().fetch(url) == Verdict(url, state, reason)  # type: ignore[arg-type]


def test_a_server_that_dislikes_head_is_asked_again_with_get() -> None:
    def answer(line: str) -> bytes:
        return reply("200 OK" if line.startswith("GET") else "405 Method Not Allowed")

    with serve(answer) as (port, asked):
        assert loopback_fetcher().fetch(f"http://site.org:{port}/a b?q=ñ#c").state == "reachable"
    assert asked == ["HEAD /a%20b?q=%C3%B1 HTTP/1.1", "GET /a%20b?q=%C3%B1 HTTP/1.1"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed_and_no_more(status: int) -> None:
    def answer(line: str) -> bytes:
        step = int(line.split("/")[1].split(" ")[0])
        return reply("404 Gone") if step == 3 else reply(f"{status} There", Location=f"/{step + 1}")

    with serve(answer) as (port, _):
        assert loopback_fetcher().fetch(f"http://site.org:{port}/0").state == "dead"
        assert loopback_fetcher().fetch(f"http://site.org:{port}/-1").reason == "more than 3 redirects"


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://site.org/",
        "http://user:pass@site.org/",
        "http://[::1",
        "//[x]/",
        "http://site.org:99999/",
    ],
)
def test_a_redirect_to_a_private_place_is_not_followed(target: str) -> None:
    reached: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "site.org" else [host]

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        reached.append(address)
        return socket.create_connection((address, port), timeout=seconds)

    allow = {"127.0.0.1"}
    with serve(lambda line: reply("302 Found", Location=target)) as (port, _):
        fetcher = loopback_fetcher(
            resolve=resolve, connect=connect, allow=lambda a: str(a) in allow or is_public(a)
        )
        verdict = fetcher.fetch(f"http://site.org:{port}/")
    assert verdict.state == "dead"
    assert set(reached) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *(
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b::a83f:8110",
            "64:ff9b:1::808:808",
        ),
        *("168.63.129.16", "192.0.0.192", "fec0::1", "3fff::1", "4000::1", "::8.8.8.8"),
    ],
)
def test_private_and_special_addresses_are_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    fetcher = LinkFetcher(resolve=lambda host, port: [address], connect=never_connect)
    assert fetcher.fetch("https://innocent.org/") == Verdict(
        "https://innocent.org/", "dead", "it leads to a private address"
    )


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    fetcher = LinkFetcher(resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"], connect=never_connect)
    assert fetcher.fetch("https://site.org/").state == "dead"


def test_a_name_is_looked_up_once_and_its_address_is_kept() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    connected: list[str] = []

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        connected.append(address)
        return socket.create_connection((address, port), timeout=seconds)

    with serve(lambda line: reply("200 OK")) as (port, _):
        fetcher = loopback_fetcher(resolve=lambda host, port: next(answers), connect=connect)
        assert fetcher.fetch(f"http://site.org:{port}/").state == "reachable"
    assert connected == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://site.org/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https://[::1",
            "https:///x",
        ),
        *("https://site.org:22/", "http://user@site.org/", "https://a b.org/", "https://site.org:99999/"),
        *("https://\ud800.org/", f"https://{'a' * 300}.org/", "https://site.org/\ud800", "https://a\0b.org/"),
        *("http://[v1.é:x]/", "http://[v1.x:y]/", "http://[2606:4700::1%25eth0]/", "http://site.org\x01/"),
    ],
)
def test_what_is_no_public_page_is_refused_without_a_connection(url: str) -> None:
    fetcher = LinkFetcher(resolve=lambda host, port: ["93.184.216.34"], connect=never_connect)
    assert fetcher.fetch(url).state == "dead"


def test_a_host_that_does_not_exist_is_dead_and_a_failing_lookup_is_not_checked() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    def failing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    assert LinkFetcher(resolve=unknown).fetch("https://a.org/").reason == "there is no such host"
    assert LinkFetcher(resolve=failing).fetch("https://a.org/").state == "not checked"


def test_a_refused_connection_is_not_checked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert loopback_fetcher().fetch(f"http://site.org:{port}/").state == "not checked"


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    now = [0.0]

    class Dripping(socket.socket):
        def recv(self, size: int, flags: int = 0) -> bytes:
            now[0] += 0.5
            return b"x"

        def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
            pass

    fetcher = loopback_fetcher(connect=lambda *_: Dripping(), clock=lambda: now[0], seconds=3.0)
    verdict = fetcher.fetch("http://site.org/")
    assert (verdict.state, verdict.reason) == ("not checked", "no answer in time")
    assert now[0] <= 4


def test_a_name_whose_server_is_silent_ends_at_the_deadline() -> None:
    answered = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        answered.wait(20)
        return ["93.184.216.34"]

    begun = time.monotonic()
    verdict = LinkFetcher(resolve=resolve, connect=never_connect, seconds=0.2).fetch("http://site.org/")
    assert time.monotonic() - begun < 10
    assert (verdict.state, verdict.reason) == ("not checked", "its name was not looked up in time")
    answered.set()


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 200_000),
        *(
            b"HTTP/1.1 \xb2\xb3\xb9 OK\r\n\r\n",
            b"HTTP/1.1 000 OK\r\n\r\n",
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
        ),
    ],
)
def test_what_is_not_http_is_not_checked(answer: bytes) -> None:
    class Speaking(socket.socket):
        left = answer

        def recv(self, size: int, flags: int = 0) -> bytes:
            piece, self.left = self.left[:size], self.left[size:]
            return piece

        def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
            pass

    verdict = loopback_fetcher(connect=lambda *_: Speaking()).fetch("http://site.org/")
    assert (verdict.state, verdict.reason) == ("not checked", "the answer is not HTTP")


@pytest.mark.parametrize(
    ("trusted", "host", "state", "reason"),
    [
        (True, "site.org", "reachable", ""),
        (True, "other.org", "not checked", "certificate: Hostname mismatch"),
        (False, "site.org", "not checked", "certificate: self-signed certificate"),
    ],
)
def test_a_page_is_whom_its_certificate_names(
    certificate: Certificate, trusted: bool, host: str, state: str, reason: str
) -> None:
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(certificate.chain, certificate.key)
    changes = {"tls": ssl.create_default_context(cadata=certificate.pem)} if trusted else {}
    with serve(lambda line: reply("200 OK"), shown) as (port, asked):
        verdict = loopback_fetcher(**changes).fetch(f"https://{host}:{port}/")
    assert verdict.state == state
    assert verdict.reason.startswith(reason)
    assert len(asked) == (state == "reachable"), "what shows no good certificate is asked for nothing"


PIECES = (
    "/",
    "/",
    "?",
    "a",
    ".",
    "@",
    ":",
    ":80",
    "[",
    "]",
    "[::1",
    "[v1.é:x]",
    "%",
    "\\",
    "é",
    "\ud800",
    "\0",
    " ",
)
ADDRESSES = st.builds(
    "{}{}".format,
    st.sampled_from(["http://", "http://site.org", "http://site.org/", "//", "/"]),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
)
STATUSES = st.one_of(
    st.sampled_from(["301", "307", "404", "103"]), st.text("012345²³¹", min_size=3, max_size=3)
)
HEADS = st.one_of(
    st.binary(max_size=40),
    st.builds("HTTP/1.1 {} X\r\nLocation: {}\r\n\r\n".format, STATUSES, ADDRESSES).map(
        lambda head: head.encode("latin-1", "ignore")
    ),
)


@given(st.one_of(st.just("http://site.org/"), ADDRESSES), st.lists(HEADS, min_size=1, max_size=4))
def test_any_address_and_any_answer_give_a_verdict(url: str, heads: list[bytes]) -> None:
    answers = iter(heads)

    class Speaking(socket.socket):
        left: bytes

        def recv(self, size: int, flags: int = 0) -> bytes:
            piece, self.left = self.left[:size], self.left[size:]
            return piece

        def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
            first, *fields = data.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
            assert first.count(" ") == 2
            assert [field.partition(":")[0] for field in fields] == [
                "Host", "User-Agent", "Accept", "Connection"
            ]  # fmt: skip

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        assert (address, port) == ("93.184.216.34", 80)
        speaking = Speaking()
        speaking.left = next(answers, b"")
        return speaking

    fetcher = LinkFetcher(resolve=lambda host, port: ["93.184.216.34"], connect=connect)
    verdict = fetcher.fetch(url)
    assert verdict.url == url
    assert verdict.state in ("reachable", "dead", "not checked")


def test_https_to_what_speaks_no_tls_is_not_checked() -> None:
    with serve(lambda line: b"HTTP/1.1 200 OK\r\n\r\n") as (port, _):
        verdict = loopback_fetcher(tls=ssl.create_default_context()).fetch(f"https://site.org:{port}/")
    assert verdict.state == "not checked"


def test_each_link_is_asked_for_once() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Verdict:
        asked.append(url)
        time.sleep(0.01)
        return Verdict(url, "reachable")

    found = check_links(["https://a.org", "https://b.org", "https://a.org"], fetch=fetch)
    assert sorted(asked) == ["https://a.org", "https://b.org"]
    assert list(found) == ["https://a.org", "https://b.org"]
    assert check_links([], fetch=fetch) == {}


def test_a_reply_full_of_links_is_asked_about_a_hundred_of_them() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Verdict:
        asked.append(url)
        return Verdict(url, "reachable")

    urls = [f"https://site.org/{number}" for number in range(MOST_LINKS + 5)]
    found = check_links(urls, fetch=fetch)
    assert sorted(asked) == sorted(urls[:MOST_LINKS])
    assert list(found) == urls
    assert {found[url].state for url in urls[MOST_LINKS:]} == {"not checked"}


def test_links_are_found_in_order_without_pictures_and_local_ones() -> None:
    text = "[a](https://a.org) ![p](https://p.org/x.png) [b](https://b.org) [c](#c) [a](https://a.org)"
    assert find_links(text) == ("https://a.org", "https://b.org")


def test_a_lessons_findings_tell_dead_links_and_count_unchecked_ones() -> None:
    brief = make_brief("es")
    text = good_lesson(brief)
    first, second, third = find_links(text)
    verdicts = {first: Verdict(first, "reachable"), second: Verdict(second, "dead", "404 Not Found")}
    found = [finding for finding in check_lesson(text, brief, links=verdicts) if finding.check == "links"]
    assert [finding.severity for finding in found] == ["warning", "note"]
    assert f"{second} is dead (404 Not Found)" in found[0].message
    assert found[1].message == "1 of 3 links were not checked."
    assert publishable(check_lesson(text, brief, links=verdicts))
    assert third not in found[0].message
