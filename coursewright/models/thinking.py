"""Models that think before they write: what they think counts against the room of their reply.

A request allows the tokens that its text may take. A model that thinks first spends them on thinking, and its
reply comes cut off, or empty. So what a model was seen to think is allowed on top of every later request, and
a reply that was cut off for want of that room is asked for once more with it.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from coursewright.models.base import Reply, Request
from coursewright.models.tokens import estimate_tokens

LEAST_ROOM = 2048
"""Tokens; one reply's thinking says little of the next one's."""

_OPENINGS = ("<think>", "<thinking>")


class ThinkingRoom:
    """The room for thinking that one model's replies are given, learnt from its replies. Safe for threads."""

    def __init__(self) -> None:
        self._room = 0
        self._lock = threading.Lock()

    def fit(self, request: Request, most: int) -> Request:
        """The request with room for thinking, as far as one reply of at most `most` tokens has it."""
        allowed = min(request.max_output_tokens + self._room, max(most, request.max_output_tokens))
        return (
            request if allowed == request.max_output_tokens else replace(request, max_output_tokens=allowed)
        )

    def learn(self, reply: Reply, asked: Request, request: Request, most: int) -> bool:
        """Learn from a reply; True where it was cut off by thinking and there is more room to be given.

        Args:
            asked: the request as it was sent.
            request: the request as it was made, without room for thinking.
            most: the most tokens of one reply.
        """
        thought = reply.thinking or _thought_aloud(reply.text)
        if not thought:
            return False
        with self._lock:
            self._room = max(self._room, LEAST_ROOM, 2 * thought)
        given = asked.max_output_tokens - request.max_output_tokens
        more = self.fit(request, most).max_output_tokens > asked.max_output_tokens
        return reply.stop == "length" and thought > given and more


def _thought_aloud(text: str) -> int:
    """Tokens of thinking that a server left at the head of the text."""
    start = text.lstrip()
    if not start.startswith(_OPENINGS):
        return 0
    return estimate_tokens(start.partition("</think")[0])
