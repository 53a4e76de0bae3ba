"""Every kind of bad reply, in every language: seen as it came, and mended or still refused afterwards."""

from __future__ import annotations

import shutil

import pytest
from servers.bad_replies import BadReply, bad_replies
from servers.lesson_text import make_brief

from coursewright.lessons.checks import LESSON_CHECKS, check_lesson, publishable
from coursewright.lessons.clean import clean_reply

LANGUAGES = ("en", "es", "pt")
SPOKEN = [
    pytest.param(
        case,
        language,
        id=f"{case.name}-{language}",
        marks=[pytest.mark.fuzz] if language not in ("en", "es") else [],
    )
    for case in bad_replies()
    for language in LANGUAGES
    if case.speaks(language)
]


def resolve(name: str) -> set[str]:
    """The checks of which one must speak."""
    if name == "code-if-bash":
        return {"code"} if shutil.which("bash") else set()
    return set(name.split("-or-")) if "-or-" in name else {name}


@pytest.mark.parametrize(("case", "language"), SPOKEN)
def test_a_bad_reply_is_never_published_unnoticed(case: BadReply, language: str) -> None:
    brief = make_brief(language)
    reply = case.write(brief)
    raw = check_lesson(reply, brief)
    errors = {finding.check for finding in raw if finding.severity == "error"}
    seen = {finding.check for finding in raw if finding.severity != "note"}
    for name in case.expect:
        assert not (wanted := resolve(name)) or wanted & errors, raw
    assert set(case.warn) <= seen, raw
    assert case.unseen == (not case.expect and not case.warn)

    for finding in raw:
        assert len(finding.message.split()) >= 6 and finding.message.endswith("."), finding

    cleaned = clean_reply(reply, brief)
    assert clean_reply(cleaned.text, brief).text == cleaned.text, "mending twice changes more"
    after = check_lesson(cleaned.text, brief)
    if case.mended:
        assert publishable(after), after
        assert case.unseen or cleaned.findings, "nothing told of the mend"
    elif case.expect and resolve(case.expect[0]):
        assert not publishable(after)
    else:
        assert set(case.warn) <= {finding.check for finding in after if finding.severity == "warning"}


def test_there_are_at_least_sixty_kinds() -> None:
    assert len(bad_replies()) >= 60
    assert all(case.speaks("en") and case.speaks("es") for case in bad_replies())


def test_every_check_fails_for_some_kind() -> None:
    blamed = {name for case in bad_replies() for word in (*case.expect, *case.warn) for name in resolve(word)}
    others = {"length-score", "links", "terms"}
    assert {check.name for check in LESSON_CHECKS} - others <= blamed
