"""Synthetic courses as books, in English and Spanish, for tests, benchmarks and pictures.

The texts are real sentences of the subject, put together by place, so that a page looks as a course's page
does; each lesson has three topics with a figure each, two tables, listings, lists, a note and references.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import yaml

from coursewright.book.model import Book, BookFigure, BookLab, BookLesson, BookModule
from coursewright.languages import load_language
from coursewright.visuals.describe import Architecture, Cycle, Flow
from coursewright.visuals.draw import draw_figure
from coursewright.visuals.words import alt_text, long_description

STARTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LESSONS_PER_MODULE = 6
SUBJECTS = Path(__file__).parent / "corpus" / "subjects"


def sample_book(
    lessons: int = 42,
    language: str = "es",
    *,
    gaps: bool = False,
    labs: bool = False,
    demonstration: bool = False,
) -> Book:
    """A course of so many lessons, six a module.

    Args:
        gaps: lesson 1.2 is a gap and 1.3 is not written yet.
        labs: each module has a lab on its first lesson and one of its own.
        demonstration: written by the embedded model.
    """
    subject = load_subject(language)
    modules = []
    figures: dict[str, BookFigure] = {}
    for number in range(1, ceil(lessons / LESSONS_PER_MODULE) + 1):
        first = (number - 1) * LESSONS_PER_MODULE
        count = min(LESSONS_PER_MODULE, lessons - first)
        own = tuple(_lesson(subject, number, place + 1, first + place, gaps) for place in range(count))
        for lesson in own:
            if lesson.state == "written":
                figures.update(_figures(subject, lesson))
        title, summary = subject.modules[(number - 1) % len(subject.modules)]
        modules.append(
            BookModule(
                number=number,
                title=title,
                summary=summary,
                lessons=own,
                duration_minutes=sum(lesson.duration_minutes or 0 for lesson in own),
                labs=_labs(subject, number) if labs else (),
            )
        )
    return Book(
        project="sample",
        title=subject.title,
        language=load_language(language),
        modules=tuple(modules),
        content="both" if labs else "theory",
        description=subject.description,
        level="intermediate",
        audience=subject.audience,
        prerequisites=subject.prerequisites,
        learning_outcomes=subject.outcomes,
        dated=STARTED + timedelta(minutes=3 * lessons),
        models=("embedded",) if demonstration else ("openai:gpt-4o", "bedrock:us.amazon.nova-pro-v1:0"),
        demonstration=demonstration,
        figures=figures,
    )


@dataclass(frozen=True)
class Subject:
    """The words of one language's course; see `tests/corpus/subjects`."""

    language: str
    title: str
    description: str
    audience: tuple[str, ...]
    prerequisites: tuple[str, ...]
    outcomes: tuple[str, ...]
    modules: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    sections: dict[str, str]
    objectives: tuple[str, ...]
    sentences: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    caption: str
    figures: tuple[dict[str, Any], ...]
    takeaways: tuple[str, ...]
    lab_title: str
    step: str
    gap_reason: str


def load_subject(language: str) -> Subject:
    data = yaml.safe_load((SUBJECTS / f"{language}.yaml").read_text("utf-8"))
    return Subject(language=language, **data)


def _lesson(subject: Subject, module: int, number: int, index: int, gaps: bool) -> BookLesson:
    topics = [subject.topics[(index * 3 + place) % len(subject.topics)] for place in range(3)]
    title = subject.topics[index * 3 % len(subject.topics)][0]
    written = STARTED + timedelta(minutes=3 * index)
    state = {(1, 2): "gap", (1, 3): "not written"}.get((module, number), "written") if gaps else "written"
    reason = ""
    if state == "gap":
        reason = subject.gap_reason
    return BookLesson(
        module_number=module,
        number=number,
        title=title,
        state=state,  # type: ignore[arg-type]
        markdown=_markdown(subject, module, number, index, title, topics) if state == "written" else "",
        reason=reason,
        duration_minutes=20 + 5 * (index % 4),
        bloom_levels=(2, 3) if index % 2 else (3,),
        model="openai:gpt-4o" if index % 5 else "bedrock:us.amazon.nova-pro-v1:0",
        written_at=written,
        edited=index % 7 == 3,
        topics=tuple(topic for topic, _ in topics),
    )


def _markdown(
    subject: Subject, module: int, number: int, index: int, title: str, topics: list[tuple[str, str]]
) -> str:
    words = subject.sections
    parts = [f"# {words['lesson']} {module}.{number}: {title}", f"## {words['objectives']}"]
    parts.append("\n".join(f"- {line}" for line in subject.objectives))
    parts += [f"## {words['introduction']}", _prose(subject, index, 5), _prose(subject, index + 5, 4)]
    for place, (topic, definition) in enumerate(topics):
        start = index * 7 + place * 5
        parts += [
            f"## {topic}",
            f"### {words['overview']}",
            f"**{topic}** {definition} {_prose(subject, start, 3)}",
        ]
        parts.append(
            f"[VISUAL: {module:02d}-{number:02d}-{place + 1:04d} - {subject.caption} {topic.lower()}]"
        )
        parts += [_prose(subject, start + 3, 4), f"### {words['details']}", _prose(subject, start + 7, 4)]
        if place < 2:
            parts.append(_table(subject))
        parts.append(LISTINGS[(index + place) % len(LISTINGS)])
        parts += [_prose(subject, start + 2, 3) + ("[^1]" if place == 0 else "")]
        parts += [f"### {words['practice']}", _prose(subject, start + 11, 3)]
        parts.append(
            "\n".join(f"{n}. {subject.sentences[(start + n) % len(subject.sentences)]}" for n in (1, 2, 3))
        )
        parts.append("> " + subject.sentences[(start + 9) % len(subject.sentences)])
    parts += [f"## {words['summary']}", _prose(subject, index + 2, 3), f"### {words['takeaways']}"]
    parts.append("\n".join(f"- {line}" for line in subject.takeaways))
    parts += [f"### {words['next']}", _prose(subject, index + 8, 2), f"## {words['references']}"]
    parts.append("\n".join(REFERENCES[(index + place) % len(REFERENCES)] for place in range(3)))
    parts.append(f"[^1]: {subject.sentences[index % len(subject.sentences)]}")
    return "\n\n".join(parts) + "\n"


def _prose(subject: Subject, start: int, count: int) -> str:
    return " ".join(subject.sentences[(start + place) % len(subject.sentences)] for place in range(count))


def _table(subject: Subject) -> str:
    header, *rows = subject.table
    lines = ["| " + " | ".join(header) + " |", "|---|---|:-:|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _figures(subject: Subject, lesson: BookLesson) -> dict[str, BookFigure]:
    figures = {}
    for place, topic in enumerate(lesson.topics):
        figure_id = f"{lesson.module_number:02d}-{lesson.number:02d}-{place + 1:04d}"
        drawn = _drawn(subject.language, place % len(subject.figures))
        figures[figure_id] = replace(drawn, id=figure_id, caption=f"{subject.caption} {topic.lower()}")
    return figures


@cache
def _drawn(language: str, number: int) -> BookFigure:
    description = load_subject(language).figures[number]
    figure: Flow | Architecture | Cycle = {"flow": Flow, "architecture": Architecture, "cycle": Cycle}[
        description["kind"]
    ](**description)
    alt = alt_text(figure, load_language(language))
    words = long_description(figure, load_language(language))
    svg = draw_figure(figure, language=language, alt=alt, long_description=words)
    return BookFigure(id="", caption="", alt=alt, long_description=words, svg=svg)


def _labs(subject: Subject, module: int) -> tuple[BookLab, ...]:
    labs = []
    for lesson, place in ((1, 1), (0, 1)):
        lab_id = f"{module:02d}-{lesson:02d}-{place:02d}"
        labs.append(
            BookLab(
                id=lab_id,
                title=f"{subject.lab_title} {subject.topics[(module * 5 + lesson) % len(subject.topics)][0]}",
                module_number=module,
                lesson_number=lesson,
                markdown=_lab_markdown(subject, lab_id),
                duration_minutes=35,
                complexity="intermediate",
                software=("Docker 27.3", "kubectl 1.31", "Python 3.12"),
                hardware=("4 CPU, 8 GB RAM",),
                model="openai:gpt-4o",
                written_at=STARTED + timedelta(hours=4, minutes=module),
            )
        )
    return tuple(labs)


def _lab_markdown(subject: Subject, lab_id: str) -> str:
    words = load_language(subject.language).lab
    parts = [f"# {words['lab']} {lab_id}: {subject.lab_title}", f"## {words['metadata']}"]
    parts.append(
        f"| {words['item']} | {words['value']} |\n|---|---|\n"
        f"| {words['duration']} | 35 {words['minutes']} |\n"
        f"| {words['complexity']} | {words['intermediate']} |"
    )
    parts += [f"## {words['overview']}", _prose(subject, 3, 3), f"## {words['learning_objectives']}"]
    parts.append("\n".join(f"- [ ] {line}" for line in subject.objectives[:3]))
    parts += [f"## {words['prerequisites']}", _prose(subject, 1, 1), f"## {words['lab_environment']}"]
    parts += [LISTINGS[1], f"## {words['steps']}"]
    for number in (1, 2, 3):
        parts += [
            f"### {words['step']} {number}: {subject.step} {number}",
            f"**{words['objective']}:** {_prose(subject, number, 1)}",
            f"**{words['instructions']}:**",
            LISTINGS[number % len(LISTINGS)],
            f"**{words['expected_output']}:**",
            "```text\nNAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   0          12s\n```",
            f"**{words['verification']}:** {_prose(subject, number + 4, 1)}",
        ]
    for key in ("validation", "troubleshooting", "cleanup", "summary"):
        parts += [f"## {words[key]}", _prose(subject, len(key), 2)]
    parts += [f"## {words['references']}", "\n".join(REFERENCES[:2])]
    return "\n\n".join(parts) + "\n"


LISTINGS = (
    """```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 3            # one a zone
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: "registry.local/web:1.4.2"
          ports: [{containerPort: 8080}]
          readinessProbe:
            httpGet: {path: /ready, port: 8080}
```""",
    """```bash
kubectl apply -f web.yaml
kubectl rollout status deployment/web --timeout=90s
kubectl get pods -l app=web -o wide
```""",
    '''```python
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Probe:
    """How a container tells that it is ready."""

    path: str
    port: int = 8080
    period_seconds: float = 5.0

    def is_late(self, waited: float) -> bool:
        return waited > 3 * self.period_seconds  # three missed answers


print(Probe("/ready").is_late(16.0))
```''',
    """```json
{"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "details": {"name": "web"}}
```""",
)

REFERENCES = (
    "- [Kubernetes: Deployments](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/)",
    "- [Kubernetes: Configure Liveness, Readiness and Startup Probes](https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/)",
    "- [Open Container Initiative: Image Format Specification](https://github.com/opencontainers/image-spec)",
    "- [The Twelve-Factor App](https://12factor.net/)",
    "- [Prometheus: Overview](https://prometheus.io/docs/introduction/overview/)",
)


def book_of(*texts: str, language: str = "en", **fields: Any) -> Book:
    """A course of one module whose lessons have these texts."""
    lessons = tuple(
        BookLesson(module_number=1, number=number, title=f"Title {number}", markdown=text)
        for number, text in enumerate(texts, start=1)
    )
    given = {"project": "p", "title": "Course", "models": ("scripted",), **fields}
    return Book(language=load_language(language), modules=(BookModule(1, "Module", lessons),), **given)
