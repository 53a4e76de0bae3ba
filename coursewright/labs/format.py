"""The format of a lab guide, stated once: the prompt's rules, the checks and the mending all come from here.

A guide's steps and issues are H3s whose parts open with bold labels::

    ### Step 1: Start the server

    **Objective:** …

    **Instructions:**

    ```bash
    python3 -m http.server 8000
    ```

    **Expected output:** …

    **Verification:** …

A fence whose info goes on with ``starter=app.py`` or ``solution=app.py`` is a file that is written beside the
guide; one with ``check`` holds commands that succeed in a folder with the lab's solution files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from coursewright.labs.brief import LabBrief
from coursewright.labs.levels import FEWEST_STEPS
from coursewright.labs.names import ISSUE_PARTS, SECTIONS, STEP_PARTS
from coursewright.lessons.format import ExpectedSection, LessonFormat, SectionKey, one_line

FEWEST_OBJECTIVES, MOST_OBJECTIVES = 3, 5
FEWEST_REFERENCES = 2

Row = tuple[str, str]


@dataclass(frozen=True)
class LabFormat(LessonFormat):
    """The format of one guide: its sections, and its title with the lab's own id."""

    lab_id: str = ""

    @property
    def title_line(self) -> str:
        """The H1: ``# Lab MM-LL-NN: Title``."""
        return f"# {self.language.lab['lab']} {self.lab_id}: {self.title}"


def lab_format(brief: LabBrief) -> LabFormat:
    """The format of the guide that `brief` asks for."""
    module, lesson, _ = (int(part) for part in brief.id.split("-"))
    sections = tuple(
        # The shared checks tell sections by these keys; those of labs are names of their own among them.
        ExpectedSection(cast(SectionKey, key), brief.language.lab[key])
        for key in SECTIONS
    )
    return LabFormat(brief.language, module, lesson, one_line(brief.title), sections, lab_id=brief.id)


def metadata_rows(brief: LabBrief, verdict: str = "not_run") -> tuple[Row, ...]:
    """What the metadata table says, which the program writes.

    Args:
        verdict: ``verified``, ``failed`` or ``not_run``: what became of the guide's check commands.
    """
    words = brief.language.lab
    names = brief.language.bloom_names
    return (
        (words["duration"], f"{brief.minutes:g} {words['minutes']}"),
        (words["complexity"], words[brief.complexity]),
        (words["bloom_level"], " / ".join(names[level][0] for level in brief.bloom_levels)),
        (words["check_commands"], words[verdict]),
    )


def metadata_table(brief: LabBrief, verdict: str = "not_run") -> str:
    """The metadata as a Markdown table."""
    words = brief.language.lab
    rows = [(words["item"], words["value"]), ("---", "---"), *metadata_rows(brief, verdict)]
    return "\n".join(f"| {name} | {value} |" for name, value in rows)


def software_table(brief: LabBrief) -> str:
    """The planned software with its versions as a Markdown table; empty where none is planned."""
    words = brief.language.lab
    rows = [(software.name, software.version) for software in brief.software if software.version]
    if not rows:
        return ""
    lines = [(words["software"], words["version"]), ("---", "---"), *rows]
    return "\n".join(f"| {name.replace('|', '/')} | {version.replace('|', '/')} |" for name, version in lines)


def objective_line(objective: str) -> str:
    """An objective as a check box."""
    return f"- [ ] {one_line(objective)}"


def heading_line(kind: str, number: int, title: str, brief: LabBrief) -> str:
    """The H3 of a step or an issue; `kind` is ``step`` or ``issue``."""
    return f"### {brief.language.lab[kind]} {number}: {title}".rstrip(": ")


def label_line(key: str, rest: str, brief: LabBrief) -> str:
    """A part's label, with what follows on its line."""
    return f"**{brief.language.lab[key]}:** {rest}".rstrip()


def format_rules(brief: LabBrief) -> str:
    """The format's rules in English, for a model: a bullet a rule, then the skeleton to fill."""
    rules = "\n".join(f"- {rule}" for rule in _rules(brief))
    return f"{rules}\n\nSkeleton:\n\n{skeleton(brief)}"


def _rules(brief: LabBrief) -> Iterator[str]:
    words, language, level = brief.language.lab, brief.language, brief.lab_level
    name = language.english_name
    yield (
        f"Write everything in {name}: headings, labels, table heads, text and comments in code. Names of "
        "products, commands and what programs print stay as they are."
    )
    yield (
        "Answer with the guide alone, as Markdown that starts with its H1. No words before or after it, and "
        "no code fence around it."
    )
    yield (
        "Use exactly the headings of the skeleton below, in that order, each once. Add no other H1 or H2. "
        f"Under {words['metadata']} write nothing: the program puts the table in."
    )
    yield (
        f"The learner has {brief.minutes:g} minutes. Between {FEWEST_STEPS} and {level.most_steps} steps, "
        f"numbered from 1, as many as fit that time; each has its four parts, opened by the bold labels "
        f"{_labels(brief, STEP_PARTS)}, none of them empty."
    )
    yield (
        f"Under {words['troubleshooting']} at least {level.fewest_issues} issues, each with "
        f"{_labels(brief, ISSUE_PARTS)}."
    )
    yield _rule_objectives(brief)
    yield (
        f"Under {words['lab_environment']} say what must be there before the first step, with a table "
        f"| {words['software']} | {words['version']} | of every program and its exact version (never "
        '"latest"), as planned; and the hardware, if any is needed. A lab without software has no table.'
    )
    yield (
        "Every command can be typed as it stands. No placeholders such as <name>, YOUR_KEY or CHANGE_ME: "
        "choose names, addresses and values, say them, and use them throughout; have the shell ask for "
        "secrets, for example with read -rs."
    )
    yield (
        "Code stands in fences that name their language (```bash, ```python, ```yaml, ```json …; ```text for "
        "what a program prints). It is complete: nothing left out with dots. Commands and what they print "
        "stand in fences of their own."
    )
    yield (
        "A file that the learner starts from stands once, whole, in a fence that names it, as in ```python "
        "starter=app.py; the finished file likewise, under "
        f"{words['validation']}, as in ```python solution=app.py. Names are relative, with letters, digits, "
        "dots, hyphens and slashes. Only where the lab works on files."
    )
    yield (
        f"Under {words['validation']} the learner tests the result as a whole. Where that can be tested by "
        "commands without a network in a folder that holds the solution files, put them in one fence "
        "```bash check; they end with an error where the result is wrong."
    )
    yield (
        "No raw HTML, no images, no [VISUAL] tags, no review questions. Never refer to another lab or lesson "
        "by number or as the next or the previous one."
    )
    yield _rule_references(brief)


def skeleton(brief: LabBrief) -> str:
    """The guide's headings and labels, in order, as Markdown."""
    words = brief.language.lab
    lines = [f"# {words['lab']}: {one_line(brief.title)}"]
    for key in SECTIONS:
        lines.append(f"## {words[key]}")
        if key == "learning_objectives":
            lines.append("- [ ] …")
        for kind, owner, parts in (("step", "steps", STEP_PARTS), ("issue", "troubleshooting", ISSUE_PARTS)):
            if key == owner:
                lines.append(f"### {words[kind]} 1: …")
                lines.extend(f"**{words[part]}:** …" for part in parts)
    return "\n".join(lines)


def _labels(brief: LabBrief, parts: tuple[str, ...]) -> str:
    return ", ".join(f"**{brief.language.lab[part]}:**" for part in parts)


def _rule_objectives(brief: LabBrief) -> str:
    heading, language = brief.language.lab["learning_objectives"], brief.language
    given = "\n".join(f"  {objective_line(objective)}" for objective in brief.objectives)
    if len(brief.objectives) >= FEWEST_OBJECTIVES:
        return f"Under {heading} copy these objectives, word for word, as check boxes:\n{given}"
    levels = sorted(set(brief.bloom_levels), reverse=True)
    verbs = "; ".join(
        f"{language.bloom_names[level][0]}: {', '.join(language.bloom_verbs[level][:12])}" for level in levels
    )
    rule = (
        f"Under {heading}: {FEWEST_OBJECTIVES} to {MOST_OBJECTIVES} check boxes (- [ ] …) and nothing else, "
        f"each opening with one of these verbs. {verbs}."
    )
    return f"{rule} The first ones are these, word for word:\n{given}" if given else rule


def _rule_references(brief: LabBrief) -> str:
    heading = brief.language.lab["references"]
    if brief.demonstration:
        return f"Under {heading} write only this line: {brief.language.lab['no_references_demonstration']}"
    return (
        f"Under {heading}: at least {FEWEST_REFERENCES} bullets and nothing else, each of the form "
        "`- [title of the work](https://…)`, to real, well-known pages: official documentation, standards. "
        "No made-up addresses, no example.com."
    )
