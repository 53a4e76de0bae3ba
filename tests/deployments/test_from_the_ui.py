"""A course as a person makes one: the form filled in a browser, the run watched, artifacts and book opened.

With COURSEWRIGHT_PICTURES set to a folder, what is seen on the way is kept there as ``ui-*.png``.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from servers.chromium import Browser, running_chromium
from servers.course_answers import answer_from_outline
from servers.local_deployment import LocalDeployment

from deployments.run_folder import ROOT

pytestmark = [pytest.mark.prefect, pytest.mark.chromium]

_FIELD = """
(() => {
  const label = [...document.querySelectorAll('label, .p-label__label, span, div')]
    .find(one => one.childElementCount === 0 && one.textContent.trim() === LABEL);
  let box = label;
  while (box && !box.querySelector('textarea, select')) box = box.parentElement;
  return box && box.querySelector('textarea, select');
})()
"""


class Person:
    """What a person does in the pages of Prefect."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._pictures = os.environ.get("COURSEWRIGHT_PICTURES")
        browser.set_size(1200, 820)

    def open(self, path: str, shows: str) -> None:
        self._browser.open(self._address + path)
        self.sees(shows)

    def sees(self, text: str, seconds: float = 60.0) -> None:
        self._browser.until(f"document.body.innerText.includes({json.dumps(text)})", seconds)

    def fills(self, label: str, value: str) -> None:
        field = _FIELD.replace("LABEL", json.dumps(label))
        self._browser.until(field)
        self._browser.run(
            f"""(() => {{
              const field = {field};
              field.scrollIntoView({{block: 'center'}});
              const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
              if (field.tagName === 'SELECT') {{
                const texts = [...field.options].map(one => one.textContent.trim());
                field.selectedIndex = texts.indexOf({json.dumps(value)});
              }} else {{
                own.set.call(field, {json.dumps(value)});
              }}
              field.dispatchEvent(new Event('input', {{bubbles: true}}));
              field.dispatchEvent(new Event('change', {{bubbles: true}}));
            }})()"""
        )

    def clicks(self, text: str) -> None:
        found = (
            "[...document.querySelectorAll('body *')]"
            f".find(one => one.childElementCount === 0 && one.textContent.trim() === {json.dumps(text)})"
        )
        self._browser.until(found)
        self._browser.run(f"{found}.click()")

    def keeps_picture(self, name: str, *, wait: float = 1.0) -> None:
        """Keep what the window shows at its top, for the documentation."""
        if self._pictures:
            self._browser.run("document.querySelectorAll('*').forEach(one => { one.scrollTop = 0 })")
            time.sleep(wait)
            Path(self._pictures, f"ui-{name}.png").write_bytes(self._browser.screenshot())


def test_a_course_is_made_from_the_form(
    up: LocalDeployment, watched: Any, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for a picture of lessons that are being written.
    watched.begin(seconds=5.0 if os.environ.get("COURSEWRIGHT_PICTURES") else 1.0)
    monkeypatch.setattr(watched.server, "answer", answer_from_outline(ROOT / "examples" / "web-basics.yaml"))
    deployment = up.get("deployments/name/generate-course/generate-course")["id"]
    with running_chromium(tmp_path / "profile") as browser:
        person = Person(browser, up.state.ui_url)
        person.open("/deployments", "refresh-courses")
        person.keeps_picture("deployments")
        person.open(f"/deployments/deployment/{deployment}/run", "Who writes")
        person.fills("outline (Optional)", "examples/web-basics.yaml")
        person.fills("project (Optional)", "web-basics")
        person.fills("model (Optional)", "openai:good")
        person.fills("visuals (Optional)", "none")
        person.keeps_picture("form")
        person.clicks("Submit")
        person.sees("generate-course")
        run = _newest_run(up)
        assert up.get(f"flow_runs/{run}")["parameters"]["outline"] == "examples/web-basics.yaml"
        person.open(f"/runs/flow-run/{run}", "web-basics")
        person.sees("Running", 90)
        up.wait_for(run, lambda state: len(watched.asked) >= 2)
        person.keeps_picture("running", wait=2.0)
        person.sees("Completed", 180)
        up.wait(run, "COMPLETED")
        person.keeps_picture("completed", wait=3.0)
        person.clicks("Artifacts")
        person.sees("web-basics-summary")
        person.keeps_picture("artifacts")
        summary = up.artifacts_of(run)["web-basics-summary"]
        person.open(f"/artifacts/artifact/{summary['id']}", "What needs a look")
        person.keeps_picture("summary")
        browser.open((store / "web-basics" / "book" / "book.html").as_uri())
        assert "Web Basics" in browser.run("document.body.innerText")
        person.keeps_picture("book")
        assert browser.outside == [], "neither pages nor book ask for anything beyond this machine"
    assert len(watched.asked) == len(set(watched.asked)) == 4


def _newest_run(up: LocalDeployment) -> str:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        wanted = {"deployments": {"name": {"any_": ["generate-course"]}}, "sort": "EXPECTED_START_TIME_DESC"}
        for run in up.post("flow_runs/filter", wanted):
            if run["parameters"].get("project") == "web-basics":
                return str(run["id"])
        time.sleep(0.2)
    raise AssertionError("the form started no run")
