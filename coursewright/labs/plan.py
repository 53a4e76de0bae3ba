"""Planning the labs of a course: at most ten in one request, and none of them is ever lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursewright.errors import ContentRefused, CourseError, PassingModelError, RequestRefused
from coursewright.findings import Finding
from coursewright.labs.brief import plan_from_outline
from coursewright.labs.planned import LabPlan, PlannedLab
from coursewright.labs.read_plan import LabRow, ReadPlan, leave_unprintable_out, read_plan
from coursewright.labs.subject import bullets
from coursewright.languages import Language
from coursewright.lessons.asking import Asking, RequestsSpent
from coursewright.lessons.demonstration import check_model_language
from coursewright.models.base import Message, Model, Spent
from coursewright.outline.model import Outline
from coursewright.prompts import render

LABS_A_GROUP = 10
MAX_REPAIRS = 2

LABS_AROUND = 20
"""Labs before and after a group that its request names, so that they build on each other."""

TOKENS_A_LAB = 900
"""Output tokens for one lab's entry, in any language, beyond which a plan is not about labs any more."""

ROOM = 600

ITEM = "lab-plan"


def plan_labs(
    outline: Outline,
    labs: Iterable[str],
    model: Model,
    *,
    language: Language,
    project: str = "",
    existing: LabPlan | None = None,
    keys: Mapping[str, str] | None = None,
    temperature: float | None = None,
    requirements: str = "",
    stop: Callable[[], bool] | None = None,
    keep: Callable[[LabPlan], None] | None = None,
) -> LabPlan:
    """Plan these labs and merge them into the plan that exists.

    Every lab that is asked for has an entry afterwards: the model's, mended at most twice, else one filled
    from the outline itself, which the plan's findings then tell. The embedded model is not asked.

    Args:
        labs: ids of the outline's labs.
        existing: the plan up to now; entries of other labs stay as they are.
        keys: what each entry is planned for, by id; see `PlannedLab.key`.
        requirements: what the run asks of the labs.
        stop: asked before each request; True ends the planning with `WritingStopped`.
        keep: called with the plan after each group, so that what was paid for is kept.

    Raises:
        SettingsError: the model does not write the course's language.
        FinalModelError: no model is left to be asked, or the run was stopped; `spent` says what all of it
            took, the groups that are planned included.
        CostLimitReached: the run may not spend what the next request may cost; likewise.
    """
    check_model_language(model, language)
    wanted = set(labs)
    rows = [row for row in outline.labs if row[2].id in wanted]
    order = [lab.id for _, _, lab in outline.labs]
    spent = Spent()
    plan = replace(existing or LabPlan(), findings=(), usage=spent.usage, cost=0.0, seconds=0.0, requests=0)
    for start in range(0, len(rows), LABS_A_GROUP):
        group = rows[start : start + LABS_A_GROUP]
        asking = Asking(
            model,
            ITEM,
            project=project,
            most_requests=1 + MAX_REPAIRS,
            temperature=temperature,
            stop=stop,
        )
        planner = _GroupPlanner(outline, group, plan, asking, language, requirements)
        try:
            planner.plan()
        except CourseError as error:
            error.spent = spent + asking.spent
            raise
        spent += asking.spent
        entries = [replace(entry, key=(keys or {}).get(entry.id, "")) for entry in planner.entries()]
        plan = replace(
            plan.with_labs(entries, order),
            objectives=plan.objectives or planner.objectives or outline.learning_outcomes,
            findings=(*plan.findings, *planner.findings),
            usage=spent.usage,
            cost=spent.cost,
            seconds=spent.seconds,
            requests=spent.requests,
            models=tuple(dict.fromkeys((*plan.models, *asking.models))),
        )
        if keep is not None:
            keep(plan)
    return plan.with_labs((), order)


class _GroupPlanner:
    """Plans at most ten labs; a repair asks only for those that are lacking or at fault.

    Attributes:
        findings: what is to be told of how the plan came about.
        objectives: what the model says that the labs together are for.
    """

    def __init__(
        self,
        outline: Outline,
        group: Sequence[LabRow],
        plan: LabPlan,
        asking: Asking,
        language: Language,
        requirements: str,
    ) -> None:
        self.findings: list[Finding] = []
        self.objectives: tuple[str, ...] = ()
        self._outline = outline
        self._group = group
        self._plan = plan
        self._asking = asking
        self._language = language
        self._requirements = requirements
        self._good: dict[str, PlannedLab] = {}
        self._faulty: dict[str, PlannedLab] = {}
        self._faults: dict[str, tuple[str, ...]] = {}

    def plan(self) -> None:
        """Ask until every lab has an entry, at most as often as a group may be repaired."""
        if self._asking.model.demonstration:
            return
        told: list[str] = []
        try:
            while lacking := [row for row in self._group if row[2].id not in self._good]:
                told = self._ask(lacking, told)
        except RequestsSpent:
            pass
        except (ContentRefused, RequestRefused, PassingModelError) as error:
            # About this group, or about this moment: the other groups and the guides may go through.
            self._tell("warning", f"The model did not plan {len(self._group)} labs: {error}")

    def entries(self) -> list[PlannedLab]:
        """One entry for each lab of the group, in order."""
        entries = []
        for module, lesson, lab in self._group:
            entry = self._good.get(lab.id) or self._faulty.get(lab.id)
            if entry is None:
                entry = plan_from_outline(module, lesson, lab)
                demonstration = self._asking.model.demonstration
                self._tell(
                    "note" if demonstration else "warning",
                    f"The plan of lab {lab.id} “{lab.title}” was filled from the outline itself"
                    + ("." if demonstration else ": the model gave none."),
                )
            elif lab.id in self._faulty and lab.id not in self._good:
                faults = "; ".join(self._faults[lab.id])
                entry = leave_unprintable_out(entry, self._language)
                self._tell("warning", f"The plan of lab {lab.id} “{lab.title}” was taken though {faults}.")
            entries.append(entry)
        return entries

    def _ask(self, lacking: Sequence[LabRow], told: Sequence[str]) -> list[str]:
        """Ask for these labs; gives what to tell the model should it be asked once more."""
        reply = self._asking.ask(
            (Message("user", self._request(lacking, told)),),
            TOKENS_A_LAB * len(lacking) + ROOM,
            json_schema=plan_schema(),
        )
        read = read_plan(reply.text, lacking, self._language, by=reply.model)
        self.objectives = self.objectives or read.objectives
        for lab_id, planned in read.labs.items():
            if faults := read.faults.get(lab_id):
                self._faulty[lab_id], self._faults[lab_id] = planned, faults
            else:
                self._good[lab_id] = planned
        return self._judge(read, lacking, cut=reply.stop == "length")

    def _judge(self, read: ReadPlan, lacking: Sequence[LabRow], *, cut: bool) -> list[str]:
        found = []
        missing = [lab.title for _, _, lab in lacking if lab.id not in read.labs]
        if cut:
            self._tell("note", "The plan came back cut off; the labs that it lacked were asked for again.")
            found.append("Your answer was cut off by its length: be brief.")
        if missing:
            found.append(f"It lacked: {'; '.join(missing)}.")
        if read.invented:
            titles = "; ".join(read.invented)
            self._tell("note", f"The model planned labs that the outline does not have; left out: {titles}.")
            found.append(f"It had labs that nobody asked for: {titles}.")
        if read.own_ids:
            self._tell("note", "The model gave labs ids of its own; the program's ids hold.")
        titles_of = {lab.id: lab.title for _, _, lab in lacking}
        found += [f"“{titles_of[lab_id]}”: {'; '.join(faults)}." for lab_id, faults in read.faults.items()]
        return found

    def _request(self, lacking: Sequence[LabRow], told: Sequence[str]) -> str:
        outline = self._outline
        return render(
            "lab_plan",
            course_title=outline.title,
            description=outline.description,
            level=outline.level,
            audience="; ".join(outline.audience),
            outcomes=bullets(outline.learning_outcomes),
            all_labs=bullets(tuple(f"{lab.title} ({module.title})" for module, _, lab in self._around())),
            requirements=self._requirements,
            software=bullets(tuple(software.shown for software, _ in self._plan.software)),
            labs="\n\n".join(_describe(number, row) for number, row in enumerate(lacking, 1)),
            count=len(lacking),
            language=self._language.english_name,
            findings=bullets(tuple(told)),
            form=json.dumps(_FORM, ensure_ascii=False),
        )

    def _around(self) -> Sequence[LabRow]:
        """The group with the labs before and after it: a long course's other labs say nothing of it."""
        labs = self._outline.labs
        at = labs.index(self._group[0])
        return labs[max(0, at - LABS_AROUND) : at + len(self._group) + LABS_AROUND]

    def _tell(self, severity: Any, message: str) -> None:
        finding = Finding(ITEM, severity, message)
        if finding not in self.findings:
            self.findings.append(finding)


_FORM = {
    "objectives": ["…"],
    "labs": [
        {
            "lab": 1,
            "title": "…",
            "objectives": ["…", "…", "…"],
            "scope": "…",
            "minutes": 45,
            "bloom_level": "Apply",
            "prerequisites": ["…"],
            "technologies": ["…"],
            "complexity": "intermediate",
            "software": [{"name": "…", "version": "…"}],
            "hardware": ["…"],
        }
    ],
}


def plan_schema() -> dict[str, Any]:
    """The JSON schema of a plan."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    software = _object({"name": text, "version": text})
    lab = _object(
        {
            "lab": {"type": "integer"},
            "title": text,
            "objectives": texts,
            "scope": text,
            "minutes": {"type": "number"},
            "bloom_level": text,
            "prerequisites": texts,
            "technologies": texts,
            "complexity": {"type": "string", "enum": ["beginner", "intermediate", "advanced"]},
            "software": {"type": "array", "items": software},
            "hardware": texts,
        }
    )
    return _object({"objectives": texts, "labs": {"type": "array", "items": lab}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _describe(number: int, row: LabRow) -> str:
    """A lab as the request for a plan has it."""
    module, lesson, lab = row
    lines = [f"LAB {number}", f"Title: {lab.title}", f"Module: {module.title}"]
    if lesson is not None:
        lines.append(f"Lesson: {lesson.title}")
    if lab.duration_minutes is not None:
        lines.append(f"Minutes: {lab.duration_minutes:g}")
    if lab.bloom_levels:
        lines.append(f"Bloom level: {' / '.join(level.name.title() for level in lab.bloom_levels)}")
    if lab.description:
        lines.append(f"What the outline says: {lab.description}")
    lines += [f"Objective: {objective}" for objective in lab.objectives]
    lines += [f"Activity: {activity}" for activity in lab.activities]
    return "\n".join(" ".join(line.split()) for line in lines)
