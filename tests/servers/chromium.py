"""Headless Chromium, driven over its own debugging protocol: no driver, and nothing to fetch.

A page that asks for anything outside of loopback and files is told in `Browser.outside`.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--mute-audio", "--remote-debugging-port=0", "--disable-dev-shm-usage",
    "--allow-file-access-from-files",
)  # fmt: skip
_INSIDE = ("file:", "data:", "about:", "blob:", "http://127.0.0.1:", "http://localhost:", "chrome:")


def find_chromium() -> str | None:
    """Chromium on this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def node_modules() -> Path | None:
    """The folder that ``.ci/run`` installs the browser's test scripts in (axe-core, scorm-again)."""
    folder = Path(__file__).parents[2] / "build" / "browser" / "node_modules"
    return folder if folder.is_dir() else None


class Browser:
    """One tab.

    Attributes:
        messages: what the page wrote to its console as errors or warnings, exceptions included.
        outside: addresses beyond this machine that the page asked for.
    """

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._last = 0
        self._events: list[dict[str, Any]] = []
        self.messages: list[str] = []
        self.outside: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol and its result."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            reply = json.loads(self._socket.recv(timeout=60))
            if reply.get("id") == self._last:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']['message']}")
                result: dict[str, Any] = reply["result"]
                return result
            self._note(reply)

    def open(self, address: str) -> None:
        """Load a page and wait for it."""
        self._events.clear()
        self.send("Page.navigate", url=address)
        self._wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """What the expression `script` gives, promises awaited, as JSON values."""
        reply = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in reply:
            details = reply["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return reply["result"].get("value")

    def until(self, script: str, seconds: float = 10.0) -> None:
        """Wait until the expression `script` is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"never came true: {script}"
            time.sleep(0.02)

    def set_scheme(self, scheme: str) -> None:
        """The system's choice of ``light`` or ``dark``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", features=[feature])

    def set_size(self, width: int, height: int) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def _wait_for(self, event: str) -> None:
        while not any(seen["method"] == event for seen in self._events):
            self._note(json.loads(self._socket.recv(timeout=60)))

    def _note(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        method, details = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            address = details["request"]["url"]
            if not address.startswith(_INSIDE):
                self.outside.append(address)
        elif method == "Runtime.exceptionThrown":
            self.messages.append(str(details["exceptionDetails"].get("exception", {}).get("description")))
        elif method == "Log.entryAdded" and details["entry"]["level"] in {"error", "warning"}:
            self.messages.append(details["entry"]["text"])


@contextmanager
def running_chromium(profile: Path) -> Iterator[Browser]:
    """A fresh browser with one tab; skips the test where there is no Chromium."""
    from websockets.sync.client import connect

    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    process = subprocess.Popen(
        [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = _debugging_port(profile, process)
        target = _first_tab(port)
        with connect(target, max_size=None, open_timeout=30) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _debugging_port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    file = profile / "DevToolsActivePort"
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "Chromium ended at once"
        if file.exists() and (lines := file.read_text().split()):
            return int(lines[0])
        time.sleep(0.02)
    raise AssertionError("Chromium did not open its debugging port")


def _first_tab(port: int) -> str:
    import urllib.request

    end = time.monotonic() + 30
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as reply:
            tabs = [tab for tab in json.load(reply) if tab["type"] == "page"]
        if tabs:
            return str(tabs[0]["webSocketDebuggerUrl"])
        time.sleep(0.02)
    raise AssertionError("Chromium has no tab")
