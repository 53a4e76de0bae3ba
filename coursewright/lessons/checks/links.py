"""Whether the links of a lesson lead anywhere: reachable, dead or not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from coursewright.lessons.checks.fetch import LinkFetcher
from coursewright.lessons.checks.verdicts import Verdict
from coursewright.markdown.parse import parse_document

MOST_AT_ONCE = 4
MOST_LINKS = 100
"""A reply can hold thousands, and whoever answers them decides how long each takes."""


def find_links(text: str) -> tuple[str, ...]:
    """The addresses that a text links to, each once, in order; pictures aside."""
    links = (link for passage in parse_document(text).passages for link in passage.links if not link.image)
    urls = (link.url for link in links)
    return tuple(dict.fromkeys(url for url in urls if url.lower().startswith(("http://", "https://"))))


def check_links(
    urls: Iterable[str], *, fetch: Callable[[str], Verdict] | None = None, at_once: int = MOST_AT_ONCE
) -> dict[str, Verdict]:
    """A verdict for each address, each asked for once; those behind the first `MOST_LINKS` are not checked.

    Args:
        fetch: asks for one address; None for a `LinkFetcher`, which goes to public addresses only.
        at_once: addresses that are asked for at the same time.
    """
    wanted = list(dict.fromkeys(urls))
    ask = fetch or LinkFetcher().fetch
    if not wanted:
        return {}
    asked, left = wanted[:MOST_LINKS], wanted[MOST_LINKS:]
    with ThreadPoolExecutor(max_workers=min(at_once, len(asked)), thread_name_prefix="links") as pool:
        verdicts = dict(zip(asked, pool.map(ask, asked), strict=True))
    reason = f"there are more than {MOST_LINKS} links"
    return verdicts | {url: Verdict(url, "not checked", reason) for url in left}
