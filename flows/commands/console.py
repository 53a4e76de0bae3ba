"""The console of commands that show tables and colours."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from flows.commands.say import printable


class PlainConsole(Console):
    """Shows texts as they are: no control characters, no numbers in colour, no emoji for their names.

    rich itself lets escape sequences in a text through to the terminal.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """What every text passes, also those in a table's cells."""
        return super().render_str(printable(text), **options)
