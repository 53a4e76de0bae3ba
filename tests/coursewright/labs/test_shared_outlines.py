"""The five real outlines: every lab gets its id and the outline's title, in the plan and in its guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers.lab_text import good_lab, good_plan

from coursewright.labs.batches import expand_lab_batches
from coursewright.labs.brief import brief_lab
from coursewright.labs.plan import plan_labs
from coursewright.labs.produce import produce_lab
from coursewright.languages import load_language
from coursewright.models.scripted import ScriptedModel
from coursewright.outline import load_outline

pytestmark = pytest.mark.shared

LABS = {
    "ciberseguridad-labs-por-modulo.yaml": {
        "01-00-01": "Identificación de Correos de Phishing",
        "02-00-01": "Configuración de Seguridad en Dispositivos",
    },
    "virtualizacion-60-minutos.yaml": {
        "01-00-01": "Creación de la primera VM",
        "02-00-01": "Redes virtuales y snapshots",
    },
    "kubernetes-devops.yaml": {
        "01-01-01": "Intro quiz (baseline)",
        "01-01-02": "Expectations discussion",
        "01-02-01": "Diagram labeling exercise",
        "01-03-01": "Hands-on: start a local cluster and run hello-world pod",
    },
    "seguridad-ia-42-lecciones.yaml": {
        "01-07-01": "Práctica 1: Crea agentes en el Copilot Studio de Teams",
        "01-07-02": "Práctica 2: Crea agentes en el Copilot Studio Integrando tus datos e IA Generativa",
    },
}
COUNTS = {
    "ciberseguridad-labs-por-modulo.yaml": 2,
    "virtualizacion-60-minutos.yaml": 2,
    "kubernetes-devops.yaml": 18,
    "seguridad-ia-42-lecciones.yaml": 8,
    "ia-generativa-yaml-roto.yaml": 31,
}


def read(folder: Path, name: str) -> bytes:
    text = (folder / name).read_text("utf-8")
    if name == "ia-generativa-yaml-roto.yaml":
        # As its four problems' messages say: the titles with a colon in them are put between quotes.
        lines = []
        for line in text.splitlines():
            head, mark, title = line.partition("title: ")
            quoted = title.startswith(('"', "'"))
            lines.append(f'{head}{mark}"{title}"' if mark and ": " in title and not quoted else line)
        text = "\n".join(lines)
    return text.encode()


@pytest.mark.parametrize("name", COUNTS)
def test_every_lab_of_a_real_outline_is_planned_and_written_under_its_id_and_title(
    name: str, shared_outlines: Path
) -> None:
    outline = load_outline(read(shared_outlines, name), name=name)
    language = load_language(outline.language or "es")
    titles = {lab.id: lab.title for _, _, lab in outline.labs}
    assert len(titles) == len(outline.labs) == COUNTS[name]
    assert LABS.get(name, {}).items() <= titles.items()

    planner = ScriptedModel(lambda request: good_plan(request.messages[-1].text, language.code))
    plan = plan_labs(outline, titles, planner, language=language)
    assert {entry.id: entry.title for entry in plan.labs.values()} == titles
    assert all(entry.by == "scripted" for entry in plan.labs.values())
    assert len(planner.requests) == -(-len(titles) // 10)

    assert [lab for batch in expand_lab_batches(outline.labs) for lab in batch.labs] == list(titles)
    for module, lesson, lab in outline.labs:
        brief = brief_lab(outline, module, lesson, lab, plan.labs[lab.id], language)
        draft = produce_lab(brief, ScriptedModel([good_lab(brief)]))
        assert draft.accepted, (lab.title, draft.findings)
        assert draft.text.startswith(f"# {language.lab['lab']} {lab.id}: {' '.join(lab.title.split())}\n")
        minutes = lab.duration_minutes if lab.duration_minutes is not None else plan.labs[lab.id].minutes
        assert f"{minutes:g} {language.lab['minutes']}" in draft.text
