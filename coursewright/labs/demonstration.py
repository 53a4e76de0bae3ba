"""Labs by the embedded model: an exercise on paper whose structure is the program's.

So small a model knows no command that works, and one that it made up would send a learner astray. So a
demonstration lab has no commands at all: the program gives the steps, from the outline's activities and
topics, and says in each what to do; the model adds sentences about the subject to the overview, where they
instruct nobody, marked as a demonstration like all that it writes.
"""

from __future__ import annotations

from coursewright.findings import Finding
from coursewright.labs.brief import LabBrief
from coursewright.labs.format import FEWEST_OBJECTIVES, heading_line, lab_format, label_line
from coursewright.labs.levels import FEWEST_STEPS
from coursewright.lessons.asking import Asking, RequestsSpent
from coursewright.lessons.demonstration_prose import (
    in_sentence,
    keep_sentences,
    make_paragraphs,
    mentions,
)
from coursewright.lessons.format import one_line
from coursewright.lessons.repair import BestVersion
from coursewright.models.base import Message
from coursewright.prompts import render

TOKENS = 110
TRIES = 3
MOST_WORDS = 60

_OBJECTIVES = (
    "Describe {subject} in words of your own",
    "Examine {subject} in a small case that you choose",
    "Compare what you expected of {subject} with what you found",
)
_STEPS = (
    (
        "Choose a small case",
        "Decide on something small and concrete to look at.",
        "Think of a place at work or at home where you meet {subject}. Write its name at the top of a page, "
        "and below it two sentences about what happens there.",
        "A page with a name and two sentences about {subject}.",
        "Someone else can tell from your two sentences which case you mean.",
    ),
    (
        "Write down what you expect",
        "Make your own expectation visible before you look.",
        "Write three things that you expect of {subject} in this case, each on a line of its own. Leave room "
        "behind each line.",
        "A list of three expectations about {subject}.",
        "Each line can turn out right or wrong; none of them is true in any case.",
    ),
    (
        "Look, and compare",
        "Find out which expectations hold.",
        "Go through the case again with your notes on {subject} beside you. Write behind each expectation "
        "whether it held, and what you saw.",
        "Behind each of the three lines stands what you saw.",
        "At least one line says why you saw what you saw, and not only that you saw it.",
    ),
)
_ISSUES = (
    (
        "The case is too large",
        "The two sentences turn into a whole page, and the work takes longer than planned.",
        "The case covers several things at once.",
        "Choose one part of it, and leave the others for another day.",
    ),
    (
        "Every expectation holds",
        "Nothing on the page is surprising.",
        "The expectations were written so that they could not fail.",
        "Write one more that you are not sure of, and look for what would speak against it.",
    ),
    (
        "There is nothing to see",
        "The case does not show what it was chosen for.",
        "The subject plays no part in it after all.",
        "Go back to the first step and choose a case that you can watch while it happens.",
    ),
)


def write_demonstration(brief: LabBrief, asking: Asking, best: BestVersion) -> None:
    """Write the guide into `best`; where the checks find errors, once more without the model's sentences."""
    writer = _Writer(brief, asking)
    model = asking.model.name
    best.offer(writer.write(), asking.models[-1] if asking.models else model)
    if best.errors:
        best.repairs += 1
        best.offer(_Writer(brief, None).write(), model)
    best.note(
        Finding(
            "demonstration",
            "note",
            "The embedded model wrote sentences about the subject; the exercise itself is made from the "
            "outline and has no commands.",
        )
    )


class _Writer:
    """Writes a demonstration guide; without an `asking` from the outline alone."""

    def __init__(self, brief: LabBrief, asking: Asking | None) -> None:
        self._brief = brief
        self._asking = asking
        # A lab's title tells what to do; what it is about is the lesson's or the module's.
        self._subject = in_sentence(one_line(brief.lesson_title or brief.module_title))

    def write(self) -> str:
        brief, words = self._brief, self._brief.language.lab
        blocks = [
            lab_format(brief).title_line,
            f"## {words['overview']}",
            self._about(),
            f"This exercise is about {self._subject}. It is done on paper or in any editor, by yourself or "
            "in pairs. It is a demonstration by a very small model, and what is said of the subject may be "
            "wrong.",
            f"## {words['learning_objectives']}",
            "\n".join(f"- [ ] {objective}" for objective in self._objectives()),
            f"## {words['prerequisites']}",
            *self._prerequisites(),
            f"## {words['lab_environment']}",
            "Something to write with, and a quiet place. No software has to be installed.",
            f"## {words['steps']}",
            *self._steps(),
            f"## {words['validation']}",
            f"Read your page about {self._subject} aloud, or show it to someone. It is done when the other "
            "person can say in a sentence what you expected and what you found.",
            f"## {words['troubleshooting']}",
        ]
        for number, (title, symptoms, cause, solution) in enumerate(_ISSUES, 1):
            blocks.append(heading_line("issue", number, title, brief))
            for key, text in (("symptoms", symptoms), ("cause", cause), ("solution", solution)):
                blocks.append(label_line(key, text, brief))
        blocks += [
            f"## {words['cleanup']}",
            "Nothing has to be taken apart. Keep the page: it is worth reading again after some weeks.",
            f"## {words['summary']}",
            f"You looked at {self._subject} in a case of your own, and wrote down what you expected and what "
            "you found.",
            f"## {words['references']}",
            words["no_references_demonstration"],
        ]
        return "\n\n".join(block for block in blocks if block) + "\n"

    def _objectives(self) -> tuple[str, ...]:
        given = [one_line(objective) for objective in self._brief.objectives]
        made = [text.format(subject=self._subject) for text in _OBJECTIVES]
        return tuple(given if len(given) >= FEWEST_OBJECTIVES else [*given, *made][: max(3, len(given))])

    def _prerequisites(self) -> tuple[str, ...]:
        lesson = self._brief.lesson_title
        return (
            f"- You have read about {in_sentence(lesson)}." if lesson else "- You have read the chapter.",
        )

    def _steps(self) -> list[str]:
        """The program's three steps; the outline's activities are what the last of them looks at."""
        brief, blocks = self._brief, list[str]()
        for number, (title, objective, instructions, output, verification) in enumerate(_STEPS, 1):
            blocks += [
                heading_line("step", number, title, brief),
                label_line("objective", objective, brief),
                label_line("instructions", instructions.format(subject=self._subject), brief),
                *([_activities(brief)] if number == FEWEST_STEPS and brief.activities else []),
                label_line("expected_output", output.format(subject=self._subject), brief),
                label_line("verification", verification, brief),
            ]
        return blocks

    def _about(self) -> str:
        """A few sentences of the model's about the subject; empty where it gives none that can be printed."""
        if self._asking is None:
            return ""
        questions = render("lab_demo_overview", topic=self._subject).splitlines()
        for question in questions[:TRIES]:
            turns = (Message("system", render("lab_demo_system")), Message("user", question))
            try:
                reply = self._asking.ask(turns, TOKENS)
            except RequestsSpent:
                break
            kept = keep_sentences(reply.text, (), self._brief.language, most_words=MOST_WORDS)
            # What opens with something else goes on with it.
            if kept and mentions(kept[0], self._subject):
                return make_paragraphs(kept)
        return ""


def _activities(brief: LabBrief) -> str:
    lines = "\n".join(f"- {one_line(activity)}" for activity in brief.activities)
    return f"These activities belong to the exercise; do those that your case allows:\n\n{lines}"
