"""Pictures that somebody put into a store: drawn, refused, and never a way to files, addresses or memory."""

from __future__ import annotations

import struct
import time
import tracemalloc
from contextlib import closing

import pytest
from security.watch import watching
from servers.image_server import Answer, ImageServer

from coursewright.errors import ModelServerFault
from coursewright.models.base import Message, Request
from coursewright.models.retry import RetryPolicy
from coursewright.models.settings import ModelSettings
from coursewright.visuals.illustrate import open_image_model
from coursewright.visuals.replacement import check_replacement

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 500">{}</svg>'


def bomb() -> str:
    """A thousand million texts, once entities are put in."""
    lines = ['<!ENTITY a0 "ha">']
    for number in range(1, 10):
        inner = f"&a{number - 1};" * 10
        lines.append(f'<!ENTITY a{number} "{inner}">')
    return f"<!DOCTYPE svg [{''.join(lines)}]>{SVG.format('<text>&a9;</text>')}"


def copies() -> str:
    """A hundred million rectangles, once copies are made of copies."""
    groups = ['<g id="u0"><rect width="1" height="1"/></g>']
    for number in range(1, 9):
        use = f'<use href="#u{number - 1}"/>'
        groups.append(f'<g id="u{number}">{use * 10}</g>')
    return f"<defs>{''.join(groups)}</defs><use href='#u8'/>"


HOSTILE = {
    "a bomb of entities": bomb(),
    "a file as an entity": (
        f'<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>{SVG.format("<text>&f;</text>")}'
    ),
    "an address as an entity": (
        '<!DOCTYPE svg SYSTEM "http://169.254.169.254/latest/meta-data/">' + SVG.format("<text>x</text>")
    ),
    "a file as a picture": SVG.format('<image href="file:///etc/passwd" width="9" height="9"/>'),
    "an address in a style": SVG.format("<style>@import url(http://169.254.169.254/);</style>"),
    "a script": SVG.format("<script>1</script>"),
    "a handler": SVG.format('<rect onload="1" width="9" height="9"/>'),
    "another page": SVG.format('<use href="http://169.254.169.254/x.svg#a"/>'),
    "nesting": SVG.format("<g>" * 5000 + "</g>" * 5000),
    "copies of copies": SVG.format(copies()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_drawing_reaches_nothing_and_takes_no_time(name: str) -> None:
    begun = time.perf_counter()
    tracemalloc.start()
    try:
        with watching() as seen:
            check_replacement(HOSTILE[name].encode(), "01-01-0001.svg")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (seen.written, seen.commands, seen.addresses) == (set(), [], [])
    assert time.perf_counter() - begun < 10
    assert most < 100_000_000


@pytest.mark.parametrize("name", ["a bomb of entities", "a file as an entity", "an address as an entity"])
def test_a_document_type_is_refused(name: str) -> None:
    usable, findings = check_replacement(HOSTILE[name].encode(), "01-01-0001.svg")
    assert not usable
    assert [finding.severity for finding in findings] == ["error"]


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head() -> None:
    head = struct.pack(">II", 200_000, 200_000) + b"\x08\x02\0\0\0"
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\0" * 8 + b"IEND\xaeB`\x82"
    usable, (finding,) = check_replacement(data, "01-01-0001.png")
    assert not usable
    assert "pixels" in finding.message


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"])
def test_a_picture_that_is_an_address_is_not_followed(address: str) -> None:
    retry = RetryPolicy(first_wait=0.001, first_wait_throttled=0.001)
    prompt = Request(item="visuals/01-01-0001", messages=(Message("user", "A room"),), max_output_tokens=1)
    with ImageServer([Answer(200, {"data": [{"url": address}]})] * retry.tries) as server, watching() as seen:
        environment = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "key-for-loopback"}
        model = open_image_model("openai:dall-e-3", ModelSettings(environment=environment, retry=retry))
        with closing(model), pytest.raises(ModelServerFault, match="an address of one is not followed"):
            model.ask(prompt)
    own = server.url.rpartition(":")[2]
    assert seen.addresses
    assert {str(address[1]) for address in seen.addresses} == {own}
