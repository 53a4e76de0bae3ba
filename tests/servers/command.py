"""What the servers have in common when they are run as scripts."""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from servers.calls import Call
from servers.faults import WIRE_FAULTS, parse_faults
from servers.text_faults import REPLY_FAULTS
from servers.wire_server import Answer, WireServer


def run(server_type: type[WireServer], address: str, arguments: list[str] | None = None) -> None:
    """Serve until interrupted. Prints one JSON line with the address, and flushes it, when it listens.

    Args:
        address: the variables that a client is given, with ``{url}`` and ``{port}``.
    """
    chosen = _parser(server_type, address).parse_args(arguments)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    common: dict[str, Any] = {
        "port": chosen.port,
        "log_path": chosen.log,
        "max_words": chosen.max_words,
        "faults": parse_faults(chosen.fault, chosen.seed),
        "seconds": _read_seconds(chosen.seconds, chosen.seed),
    }
    with server_type(_choose_answer(chosen), **common) as server:
        variables = address.format(url=server.url, port=server.port)
        told = {"url": server.url, "port": server.port, "set": variables}
        print(json.dumps(told), flush=True)
        stop.wait()


def _parser(server_type: type[WireServer], address: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=f"A server on loopback that speaks as {server_type.provider} does and plays faults. "
        f"Point a client to it with {address.format(url='URL', port='PORT')}.",
        epilog=f"Faults of the wire: {', '.join(WIRE_FAULTS)}. Of the text: {', '.join(REPLY_FAULTS)}.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free (the default)")
    parser.add_argument("--outline", type=Path, help="answer with good lessons of this course outline")
    parser.add_argument("--language", help="the lessons' language, where the outline has none")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:KEY=VALUE,…]",
        help="for example throttle:rate=0.3 or daily-quota:from_item=lesson/05-02; may be repeated",
    )
    parser.add_argument("--seed", type=int, default=0, help="for faults and times by chance")
    parser.add_argument("--seconds", default="0", metavar="N[-M]", help="how long an answer takes")
    parser.add_argument(
        "--length", default="1", metavar="N[-M]", help="a lesson's words as a share of its target"
    )
    parser.add_argument("--max-words", type=int, help="no answer is longer")
    parser.add_argument("--log", type=Path, help="append a JSON line for each request to this file")
    return parser


def _choose_answer(chosen: argparse.Namespace) -> Answer:
    if chosen.outline is None:
        return lambda call: f"# {call.item}\n\nThis server was given no outline."
    from servers.course_answers import answer_from_outline

    return answer_from_outline(
        chosen.outline, chosen.language, length=_read_range(chosen.length), seed=chosen.seed
    )


def _read_seconds(text: str, seed: int) -> Any:
    shortest, longest = _read_range(text)
    if shortest == longest:
        return shortest

    def draw(call: Call) -> float:
        chance = random.Random(f"{seed} {call.item} {call.attempt}")
        return chance.uniform(shortest, longest)

    return draw


def _read_range(text: str) -> tuple[float, float]:
    shortest, _, longest = text.partition("-")
    return float(shortest), float(longest or shortest)


if __name__ == "__main__":
    sys.exit("run openai_server.py, bedrock_server.py or ollama_server.py")
