"""Which Prefect server a command from here would use and how loudly, settled without importing Prefect."""

from __future__ import annotations

import json
import os
import socket
import tomllib
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from coursewright.store.processes import ProcessIdentity, identify_process, is_gone

_CLONE = Path(__file__).resolve().parents[2]


def running_server() -> str:
    """The address of the server that is set, or that `make up` started here; empty for a temporary one."""
    return _address_set() or _address_of_make_up()


def hide_password(address: str) -> str:
    """The address as a person may be shown it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(no address)"
    if parts.password is None:
        return address
    return parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}").geturl()


def use_running_server(environment: MutableMapping[str, str] = os.environ) -> str:
    """Have Prefect, once it is imported, use the server that `make up` started, unless another is set.

    Returns:
        The address of the server that runs will use; empty where Prefect will start a temporary one.
    """
    address = running_server()
    if address and not _address_set():
        environment["PREFECT_API_URL"] = address
    return address


def how_to_unset_address() -> str:
    """What a person does so that runs no longer use the server that is set."""
    if os.environ.get("PREFECT_API_URL"):
        return "unset PREFECT_API_URL"
    return "take its address out of Prefect's profile (prefect config unset PREFECT_API_URL)"


def quieten_prefect(*, verbose: bool = False, environment: MutableMapping[str, str] = os.environ) -> None:
    """Have Prefect, once it is imported, say nothing to the outside and little here; what is set stands.

    Args:
        verbose: leave its log as it is.
    """
    # Prefect's client and its server would each send usage figures outside, the client from terminals only.
    environment.setdefault("DO_NOT_TRACK", "1")
    environment.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    # Nobody looks at the pages of a temporary server; without them it is up a second sooner.
    environment.setdefault("PREFECT_SERVER_UI_ENABLED", "false")
    # The temporary server's first start compiles.
    environment.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
    if not verbose:
        for handler in ("CONSOLE", "DEBUG"):
            environment.setdefault(f"PREFECT_LOGGING_HANDLERS_{handler}_LEVEL", "CRITICAL")


def _address_set() -> str:
    if os.environ.get("PREFECT_API_URL"):
        return os.environ["PREFECT_API_URL"]
    home = Path(os.environ.get("PREFECT_HOME", Path.home() / ".prefect"))
    try:
        profiles = tomllib.loads((home / "profiles.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return ""
    active = os.environ.get("PREFECT_PROFILE", profiles.get("active", ""))
    return str(profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL", ""))


def _address_of_make_up() -> str:
    """The address in ``.run/server.json``; empty where the server is gone, however it went."""
    folder = Path(os.environ.get("COURSEWRIGHT_RUN_FOLDER") or _CLONE / ".run")
    try:
        state = json.loads((folder / "server.json").read_text("utf-8"))
        server = ProcessIdentity.from_json(state["processes"]["server"])
        if server.boot != identify_process().boot or is_gone(server):
            return ""
        return state["api_url"] if _listens(state["api_url"]) else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def _listens(api_url: str) -> bool:
    """Whether anybody listens at an address of this machine; a busy server that answers late does."""
    host, port = api_url.partition("://")[2].partition("/")[0].rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True
