"""Every kind of bad guide, in two languages: seen as it came, and mended or still refused afterwards."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from servers.lab_text import good_lab, make_lab_brief

from coursewright.labs.brief import LabBrief
from coursewright.labs.checks import LAB_CHECKS, check_lab
from coursewright.labs.clean import clean_lab
from coursewright.languages import load_language

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "corpus" / "labs" / "bad_guides.yaml").read_text("utf-8")
)
OTHER = {"en": "es", "es": "en"}


def write(case: dict[str, Any], brief: LabBrief) -> str:
    """The bad guide of a case, made by spoiling a good one."""
    text = good_lab(brief)
    for change in case["changes"]:
        ((name, value),) = change.items()
        text = spoil(text, name, fill(value, brief), brief)
    return text


def fill(value: Any, brief: LabBrief) -> Any:
    if isinstance(value, dict):
        value = value[brief.language.code]
    if isinstance(value, list):
        return [fill(part, brief) for part in value]
    if not isinstance(value, str):
        return value
    other = load_language(OTHER[brief.language.code])
    value = re.sub(r"<<other:(\w+)>>", lambda match: other.lab[match[1]], value)
    return re.sub(r"<<(\w+)>>", lambda match: {**brief.language.lab, "title": brief.title}[match[1]], value)


def spoil(text: str, name: str, value: Any, brief: LabBrief) -> str:
    if name in ("sub", "once"):
        changed, count = re.subn(value[0], value[1], text, count=name == "once", flags=re.MULTILINE)
        assert count, value
        return changed
    if name == "after":
        assert value[0] in text
        return text.replace(value[0], f"{value[0]}\n\n{value[1]}", 1)
    if name == "drop":
        return re.sub(rf"(?ms)^## {re.escape(value)}\n.*?(?=^## |\Z)", "", text)
    if name == "cut":
        return text[: int(len(text) * value)]
    if name == "repeat_step":
        step, where = brief.language.lab["step"], f"## {brief.language.lab['validation']}"
        block = re.search(rf"(?ms)^### {step} 4:.*?(?=^## )", text)
        assert block
        more = "".join(block[0].replace(f"{step} 4", f"{step} {n}") for n in range(5, 5 + value))
        return text.replace(where, more + where, 1)
    if name == "other_language":
        return good_lab(make_lab_brief(OTHER[brief.language.code]))
    if name == "twice":
        return text + "\n" + text
    return (
        {"prepend": value + text, "append": text.rstrip() + value, "become": value}[name]
        if isinstance(value, str)
        else text
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", CASES)
def test_a_bad_guide_is_never_published_unnoticed(name: str, language: str) -> None:
    case, brief = CASES[name], make_lab_brief(language)
    reply = write(case, brief)
    raw = check_lab(with_metadata(reply, brief), brief)
    errors = {finding.check for finding in raw if finding.severity == "error"}
    seen = {finding.check for finding in raw if finding.severity != "note"}
    for check in case.get("expect", ()):
        if check == "code-if-bash":
            assert not shutil.which("bash") or "code" in errors, raw
        else:
            assert check in errors, raw
    assert set(case.get("warn", ())) <= seen, raw
    if case.get("unseen"):
        assert not errors, raw

    cleaned = clean_lab(reply, brief)
    after = check_lab(cleaned.text, brief)
    left = [finding for finding in after if finding.severity == "error"]
    if case.get("mended"):
        assert not left, left
    elif case.get("expect"):
        assert left
    else:
        assert set(case["warn"]) <= {finding.check for finding in after if finding.severity == "warning"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", CASES)
def test_mending_twice_changes_nothing_more(name: str, language: str) -> None:
    brief = make_lab_brief(language)
    once = clean_lab(write(CASES[name], brief), brief)
    assert clean_lab(once.text, brief).text == once.text


def test_every_check_fails_for_some_kind() -> None:
    blamed = {check.removesuffix("-if-bash") for case in CASES.values() for check in case.get("expect", ())}
    assert {check.name for check in LAB_CHECKS} - {"minutes", "links", "repeats"} <= blamed


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_message_says_what_to_do_and_speaks_of_a_guide(language: str) -> None:
    brief = make_lab_brief(language)
    for name, case in CASES.items():
        for finding in check_lab(write(case, brief), brief):
            assert len(finding.message.split()) >= 5, finding
            assert finding.message.rstrip().endswith("."), finding
            if finding.check not in ("other-lessons", "one-lesson"):
                assert "lesson" not in re.sub(r"“[^”]*”", "", finding.message), (name, finding)


def with_metadata(reply: str, brief: LabBrief) -> str:
    """The reply with something under its metadata, which the program writes in any case."""
    heading = f"## {brief.language.lab['metadata']}"
    return reply.replace(f"{heading}\n\n##", f"{heading}\n\n–\n\n##")
