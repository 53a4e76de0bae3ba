"""The better version wins by the checks, section by section where that can be told."""

from __future__ import annotations

from servers.lesson_text import good_lesson, make_brief

from coursewright.findings import Finding
from coursewright.lessons.repair import BestVersion, name_findings, splice

BEFORE = "# T\n\n## One\n\nold one\n\n## Two\n\nold two\n\n### Part\n\nold part\n"
AFTER = "# T\n\n## One\n\nnew one\n\n## Two\n\nnew two\n\n### Part\n\nnew part\n"


def error(where: str = "", line: int | None = None) -> Finding:
    return Finding("check", "error", "wrong", where, line)


def judge(text: str) -> tuple[str, tuple[Finding, ...], tuple[Finding, ...]]:
    """A lesson's faults are the lines that say so."""
    found = [error("", number) for number, line in enumerate(text.split("\n"), 1) if "fault" in line]
    return text, (), tuple(found)


def test_only_the_sections_at_fault_are_taken_from_the_repair() -> None:
    assert splice(BEFORE, AFTER, [error("One")]) == BEFORE.replace("old one", "new one")
    assert splice(BEFORE, AFTER, [error("Part", 11)]) == BEFORE.replace("old two", "new two").replace(
        "old part", "new part"
    )


def test_a_fault_of_the_whole_text_cannot_be_mended_in_a_section() -> None:
    assert splice(BEFORE, AFTER, [error("One"), error()]) is None


def test_sections_are_not_mixed_where_the_repair_has_others() -> None:
    assert splice(BEFORE, AFTER.replace("## Two", "## Three"), [error("One")]) is None


def test_a_version_takes_the_best_ones_place_only_where_less_is_found_in_it() -> None:
    best = BestVersion(judge)
    assert best.offer("## A\n\nfault\n\nfault", "one")
    assert not best.offer("## A\n\nfault\n\nfault again", "two")
    assert best.model == "one"
    assert best.offer("## A\n\nfault", "three")
    assert best.model == "three"
    assert best.first is not None
    assert len(best.first.findings) == 2


def test_no_text_is_worse_than_any_fault() -> None:
    best = BestVersion(judge)
    best.offer("", "one")
    assert not best.accepted
    assert best.offer("## A\n\nfault", "two")


def test_a_repair_is_taken_in_part_where_its_other_sections_got_worse() -> None:
    best = BestVersion(judge)
    best.offer("## A\n\nfault\n\n## B\n\ngood", "one")
    assert best.offer_repair("## A\n\nmended\n\n## B\n\nfault", "two")
    assert best.accepted
    assert best.text == "## A\n\nmended\n\n## B\n\ngood"


def test_a_repair_of_a_real_lesson_keeps_its_other_sections_to_the_letter() -> None:
    brief = make_brief()
    before, after = good_lesson(brief), good_lesson(brief, seed=5)
    mixed = splice(before, after, [error("Introduction")])
    assert mixed is not None
    assert mixed.split("## Health checks")[1] == before.split("## Health checks")[1]
    assert mixed.split("## Health checks")[0].split("## Introduction")[1] in after


def test_findings_are_named_errors_first_each_once_and_notes_not_at_all() -> None:
    findings = [
        Finding("a", "warning", "Rather short.", "Summary"),
        Finding("b", "note", "Not checked."),
        Finding("c", "error", "It is empty.", "Introduction"),
        Finding("c", "error", "It is empty.", "Introduction"),
    ]
    assert name_findings(findings).splitlines() == [
        '- In "Introduction": It is empty.',
        '- In "Summary": Rather short.',
    ]
