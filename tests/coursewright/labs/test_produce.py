"""One guide from brief to draft: never published with a fault, never asked for more often than it needs."""

from __future__ import annotations

import re
import shutil
from typing import Any

import pytest
from servers.lab_text import good_lab, make_lab_brief

from coursewright.bloom import BloomLevel
from coursewright.errors import ContentRefused, QuotaExhausted, SettingsError
from coursewright.labs.checks import check_lab
from coursewright.labs.levels import LEVELS, Complexity
from coursewright.labs.produce import LabDraft, produce_lab
from coursewright.languages import load_language
from coursewright.lessons.asking import WritingStopped
from coursewright.models.base import Reply
from coursewright.models.scripted import Answer, ScriptedModel

NEEDS_BASH = pytest.mark.skipif(not shutil.which("bash"), reason="there is no Bash to ask")


def produce(*answers: Answer, language: str = "en", **options: Any) -> tuple[LabDraft, ScriptedModel]:
    model = ScriptedModel(answers, price_per_token=0.000001)
    brief = options.pop("brief", None) or make_lab_brief(language)
    return produce_lab(brief, model, project="p", **options), model


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_good_guide_takes_one_request(language: str) -> None:
    brief = make_lab_brief(language)
    draft, model = produce(good_lab(brief), language=language)
    assert draft.accepted
    assert [request.item for request in model.requests] == ["lab/01-02-01"]
    assert model.requests[0].project == "p"
    assert (draft.requests, draft.repairs, draft.target) == (1, 0, 0)
    assert draft.text.startswith(f"# Lab 01-02-01: {brief.title}\n\n## {brief.language.lab['metadata']}\n")
    assert draft.cost and draft.words > 200


@pytest.mark.parametrize(
    "title",
    [
        "Usar `kubectl` con **cuidado**",
        "Lab 2: Redes | y *snapshots*",
        "TODO: una lista de tareas",
        "# 1. Configurar <none> & C#",
        "Centrar un <div> con <b>CSS</b><br>",
        "Dos\nlíneas",
        "Resumen",
        "Paso 1",
        "日本語",
    ],
)
def test_a_lab_may_have_any_title(title: str) -> None:
    brief = make_lab_brief("es", title=title)
    draft, model = produce(good_lab(brief), brief=brief)
    assert draft.accepted, draft.findings
    assert len(model.requests) == 1
    assert draft.text.startswith(f"# Lab 01-02-01: {' '.join(title.split())}\n")


@pytest.mark.parametrize("key", ["<Enter>", "`<Ctrl-C>`", "<F5>", "<Ctrl-Alt-Supr>", "<Mayús-Tab>"])
def test_a_key_to_press_is_nothing_left_to_be_filled_in(key: str) -> None:
    good = good_lab(make_lab_brief("es"))
    text = good.replace("Crea la carpeta y entra en ella.", f"Crea la carpeta y pulsa {key}.")
    assert text != good
    draft, model = produce(text, language="es")
    assert (draft.accepted, len(model.requests)) == (True, 1), draft.findings
    left = text.replace(key, "<tecla>")
    assert not produce(left, left, left, language="es")[0].accepted


def test_nothing_in_a_spanish_guide_is_half_english() -> None:
    """An answer in Spanish whose headings, labels and tables are English."""
    brief = make_lab_brief("es")
    text = good_lab(brief)
    english = load_language("en").lab
    for key, word in sorted(brief.language.lab.items(), key=lambda row: -len(row[1])):
        if key.startswith("also_") or key in (
            "lab",
            "software",
            "version",
            "minutes",
            "no_version",
            "other_labs",
        ):
            continue
        text = re.sub(
            rf"^(## |### |\*\*){re.escape(word)}(?=$|:| \d)", rf"\1{english[key]}", text, flags=re.M
        )
    assert "## Troubleshooting" in text and "**Expected Output:**" in text and "### Step 1:" in text
    draft, model = produce(text, language="es")
    assert draft.accepted, draft.findings
    assert len(model.requests) == 1
    for key, word in english.items():
        if not key.startswith("also_") and word != brief.language.lab.get(key) and len(word) > 3:
            assert not re.search(rf"^(?:#+ |\*\*|\| ){re.escape(word)}\b", draft.text, re.M), word
    assert "| Duración | 45 minutos |" in draft.text
    assert "| Complejidad | Intermedio |" in draft.text
    assert "| Nivel de Bloom | Aplicar |" in draft.text
    assert "| Comandos de comprobación | no ejecutados |" in draft.text


@NEEDS_BASH
def test_commands_that_do_not_parse_are_repaired_before_anything_is_published() -> None:
    good = good_lab(make_lab_brief())
    bad = good.replace("cd service-lab\n", "if [ -d service-lab ]; then\n")
    draft, model = produce(bad, good)
    assert draft.accepted and draft.repairs == 1
    assert "The bash code in line" in model.requests[1].messages[-1].text
    assert "if [ -d" not in draft.text

    stubborn, model = produce(bad, bad, bad)
    assert not stubborn.accepted
    assert stubborn.repairs == 2 and len(model.requests) == 3
    assert stubborn.files == {}


@pytest.mark.parametrize(
    ("fence", "language"),
    [("python", "print('a'"), ("json", '{"a": 1, ...}'), ("yaml", "a: [1, 2\nb: 3")],
)
def test_other_code_that_does_not_parse_is_repaired_too(fence: str, language: str) -> None:
    good = good_lab(make_lab_brief())
    bad = good.replace("```bash\ncat", f"```{fence}\n{language}\n```\n\n```bash\ncat")
    draft, model = produce(bad, good)
    assert draft.accepted and len(model.requests) == 2


def test_a_repair_that_spoils_a_good_section_gives_only_the_mended_one() -> None:
    good = good_lab(make_lab_brief())
    first = re.sub(r"(?s)## Cleanup.*?(?=## Summary)", "## Cleanup\n\nGo to <folder>.\n\n", good)
    second = good.replace("**Cause:**", "**Why so:**")
    draft, model = produce(first, second)
    assert draft.accepted and len(model.requests) == 2


def test_a_reply_that_was_cut_off_is_gone_on_with() -> None:
    good = good_lab(make_lab_brief())
    at, rest = good.index("**Verification:**", good.index("### Step 3")), good.index("### Step 3")
    draft, model = produce(Reply(good[:at], "length", "m"), good[rest:])
    assert draft.accepted
    assert draft.text == produce(good)[0].text
    turns = model.requests[1].messages
    assert turns[-2].text.endswith("the one that you chose.")
    assert "### Step 3" not in turns[-2].text
    missing = turns[-1].text.rpartition("Headings that are still missing: ")[2]
    assert missing == "Validation & Testing; Troubleshooting; Cleanup; Summary; Bibliographic References."
    assert any(finding.check == "cut off" for finding in draft.findings)


def test_a_reply_that_is_cut_off_over_and_over_is_gone_on_with_until_it_ends() -> None:
    good = good_lab(make_lab_brief())
    places = [good.index(f"### Step {n}") for n in (2, 4)]
    draft, model = produce(
        Reply(good[: places[0] + 60], "length", "m"),
        Reply("Certainly, I go on:\n\n" + good[places[0] : places[1] + 60], "length", "m"),
        good[places[1] :],
    )
    assert draft.accepted and len(model.requests) == 3
    assert draft.text == produce(good)[0].text


def test_a_model_that_begins_anew_after_a_cut_is_taken_at_its_word() -> None:
    good = good_lab(make_lab_brief())
    draft, model = produce(Reply(good[:900], "length", "m"), good)
    assert draft.accepted and len(model.requests) == 2
    assert draft.text.count("# Lab 01-02-01") == 1


def test_a_model_that_is_cut_off_without_end_is_not_asked_for_ever() -> None:
    good = good_lab(make_lab_brief())
    model = ScriptedModel(lambda request: Reply(good[:900], "length", "m"))
    draft = produce_lab(make_lab_brief(), model)
    assert not draft.accepted
    assert len(model.requests) <= 15


def test_an_empty_reply_is_asked_for_again_without_an_empty_turn() -> None:
    draft, model = produce("", good_lab(make_lab_brief()))
    assert draft.accepted
    assert [message.role for message in model.requests[1].messages] == ["system", "user"]


def test_the_given_objectives_are_in_the_guide_word_for_word() -> None:
    given = ("Know what a port is", "Be calm when it is taken", "Run the service")
    draft, _ = produce(good_lab(make_lab_brief()), brief=make_lab_brief(objectives=given))
    assert draft.accepted
    assert "\n".join(f"- [ ] {one}" for one in given) + "\n\n## Prerequisites" in draft.text


@pytest.mark.parametrize(
    ("objective", "check"),
    [
        ("Integrar el agente del laboratorio anterior", "other-labs"),
        ("Aplicar lo que dice la Lección 2.3", "other-lessons"),
        ("Usar `kubectl get <pod>` con YOUR_KEY", "placeholders"),
        ("Completar el TODO", "leftovers"),
        (
            "Apply each of the rules that the team agreed upon, and explain to others why every one of them "
            "is there today",
            "language",
        ),
    ],
)
def test_an_objective_of_the_outline_is_used_as_written_with_a_warning(objective: str, check: str) -> None:
    given = (objective, "Ejecutar las órdenes", "Explicar el registro")
    brief = make_lab_brief("es", objectives=given, given_objectives=1)
    draft, model = produce(good_lab(brief), brief=brief)
    assert draft.accepted and len(model.requests) == 1
    assert f"- [ ] {objective}\n" in draft.text
    assert (check, "warning") in {(one.check, one.severity) for one in draft.findings}
    planned = make_lab_brief("es", objectives=given)
    assert not produce(*[good_lab(planned)] * 3, brief=planned)[0].accepted


def test_too_few_given_objectives_come_first_and_the_models_after_them() -> None:
    draft, _ = produce(good_lab(make_lab_brief()), brief=make_lab_brief(objectives=("Know what a port is",)))
    assert draft.accepted
    boxes = re.findall(r"- \[ \] (.*)", draft.text)
    assert boxes[0] == "Know what a port is"
    assert len(boxes) == 5


def test_the_outlines_minutes_hold_with_a_warning() -> None:
    brief = make_lab_brief(minutes=12.0, complexity="beginner", bloom_levels=(BloomLevel.REMEMBER,))
    draft, _ = produce(good_lab(brief), brief=brief)
    assert draft.accepted
    assert "| Duration | 12 minutes |" in draft.text
    (warning,) = [finding for finding in draft.findings if finding.check == "minutes"]
    assert warning.severity == "warning"
    assert "The outline gives this lab 12 minutes; labs that are beginner take 15 to 30" in warning.message


def test_a_beginners_lab_has_fewer_steps_and_issues() -> None:
    beginner = make_lab_brief(minutes=20.0, complexity="beginner")
    good = good_lab(beginner)
    two = re.sub(r"(?s)### Issue 3:.*?(?=## )", "", good)
    assert produce(two, brief=beginner)[0].accepted
    assert not produce(two, two, two)[0].accepted
    one = re.sub(r"(?s)### Issue 2:.*?(?=## )", "", two)
    assert not produce(one, one, one, brief=beginner)[0].accepted
    block = re.search(r"(?s)### Step 4:.*?(?=## Validation)", good)
    assert block
    more = "".join(block[0].replace("Step 4", f"Step {n}") for n in (5, 6))
    six = good.replace("## Validation", more + "## Validation")
    assert not produce(six, six, six, brief=beginner)[0].accepted
    assert produce(six)[0].accepted


@pytest.mark.parametrize(
    ("complexity", "minutes", "steps", "issues"),
    [("beginner", (15, 30), 5, 2), ("intermediate", (30, 60), 10, 3), ("advanced", (60, 120), 15, 3)],
)
def test_the_levels_are_those_of_the_lab_contract(
    complexity: Complexity, minutes: tuple[float, float], steps: int, issues: int
) -> None:
    level = LEVELS[complexity]
    assert (level.minutes, level.most_steps, level.fewest_issues) == (minutes, steps, issues)
    brief = make_lab_brief(minutes=minutes[1], complexity=complexity)
    good = good_lab(brief)
    block = re.search(r"(?s)### Step 4:.*?(?=## Validation)", good)
    assert block
    for count in (steps, steps + 1):
        more = "".join(block[0].replace("Step 4", f"Step {n}") for n in range(5, count + 1))
        found = check_lab(good.replace("## Validation", more + "## Validation"), brief)
        assert ("steps" in {one.check for one in found if one.severity == "error"}) is (count > steps)


def test_starter_and_solution_files_come_with_an_accepted_guide() -> None:
    draft, _ = produce(good_lab(make_lab_brief(), files=True))
    assert draft.accepted
    assert draft.files == {
        "starter/app.py": "LIMIT = 40  # the limit that the lab chose\n",
        "solution/app.py": 'LIMIT = 80  # the limit that the lab chose\nprint("limit is set", LIMIT)\n',
    }


@pytest.mark.parametrize("error", [QuotaExhausted("daily"), ContentRefused("no")])
def test_what_the_model_raises_is_the_callers_to_decide(error: Exception) -> None:
    with pytest.raises(type(error)):
        produce(error)


def test_a_stopped_run_asks_for_nothing() -> None:
    with pytest.raises(WritingStopped, match="lab/01-02-01"):
        produce(stop=lambda: True)


def test_a_model_that_does_not_write_the_language_is_refused_before_it_is_asked() -> None:
    model = ScriptedModel([], languages=("en",), name="embedded")
    with pytest.raises(SettingsError, match="embedded does not write Spanish"):
        produce_lab(make_lab_brief("es"), model)
