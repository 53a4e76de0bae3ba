"""The course flow: outline in, finished course out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from prefect import flow, runtime
from prefect.client.schemas.objects import State

from coursewright.errors import ProjectError, StoreUnavailable
from coursewright.project.decide import RunRequest
from coursewright.project.order import RunOrder
from coursewright.project.resume import QUOTA_RESET, check_quota_reset
from coursewright.project.settings import Wanted
from coursewright.store.open import store_address
from flows.stages import CourseStages
from tasks.build_book import build_book, unwritten_formats
from tasks.close_run import close_run
from tasks.compare_lessons import compare_lessons
from tasks.plain_errors import log_errors_plainly
from tasks.prepare_course import prepare_course
from tasks.run_identity import first_run_of, run_id
from tasks.run_signals import end_if_asked
from tasks.run_task import refuse_split_limit
from tasks.storage import open_course_store
from tasks.temporary_server import free_slots_of_killed_runs
from tasks.work import work_of_run


def _asked(choice: str) -> Any:
    return None if choice == "as last time" else choice


def _name_run() -> str:
    parameters = runtime.flow_run.parameters
    return str(parameters.get("project") or Path(str(parameters.get("outline") or "course")).stem)


@flow(name="generate-course", flow_run_name=_name_run, retries=0, persist_result=False)
async def generate_course(
    outline: str = "",
    project: str = "",
    store: str = "",
    model: str = "",
    content: Literal["as last time", "theory", "labs", "both"] = "as last time",
    modules: str = "",
    lessons: str = "",
    labs: str = "",
    visuals: Literal["as last time", "diagrams", "diagrams and illustrations", "none"] = "as last time",
    image_model: str = "",
    max_illustrations: int | None = None,
    formats: list[str] | None = None,
    language: str = "",
    requirements: str = "",
    writing: Literal["as last time", "whole", "sections"] = "as last time",
    finished_by: Literal["as last time", "same model", "any model"] = "as last time",
    batch_size: int | None = None,
    temperature: float | None = None,
    max_cost: float | None = None,
    check_links: bool = False,
    run_lab_checks: bool = False,
    again: bool = False,
    note: str = "",
    overwrite_edits: bool = False,
    replace: bool = False,
    labs_follow_lessons: bool | None = None,
    quota_reset: str = QUOTA_RESET,
    aws_credentials: str = "",
    openai_secret: str = "",
) -> State:
    """Turn a course outline into lessons, figures, labs and a book. What is finished is never paid for twice.

    Args:
        outline: The outline: a path or an s3:// address. Empty: the one this project was made from.
        project: The project's name, a-z, 0-9 and hyphens. Empty: named after the outline's title.
        store: Where projects are kept: a folder, s3://bucket/prefix, or s3-bucket/NAME for a block.
            Empty: the store that is set where the run happens, else the folder courses.
        model: Who writes: embedded, openai:NAME, bedrock:NAME, ollama:NAME; several with commas are a
            fallback chain. Empty: as last time, at first the embedded demonstration model.
        content: What is made: the theory, its labs, or both. At first: theory.
        modules: Only these modules, such as 1,3-5. Empty: all.
        lessons: Only these lessons, such as 02-03. Empty: all.
        labs: Only these labs, such as 02-03-01. Empty: all.
        visuals: Figures drawn from the lessons; illustrations by an image model as well; or none.
        image_model: Who makes illustrations: bedrock, bedrock:NAME or openai:NAME. Empty: as last time.
        max_illustrations: The most pictures that the run has made. At first: 10.
        formats: The book's formats: md, json, html, epub, pdf, docx, site, scorm, cc. Empty: as last time.
        language: For an outline that names none: en, es or another that has a data file. At first: es.
        requirements: What every lesson must heed beyond the outline. Empty: as last time; a hyphen: none.
        writing: Each lesson in one call, or section by section. At first: whole, embedded: sections.
        finished_by: Whether work that another model finished counts. At first: same model.
        batch_size: The most lessons in a batch. At first: 3.
        temperature: The model's temperature. Empty: as last time, at first the model's own.
        max_cost: The most that this run may spend, in US dollars; it stops before the limit. Empty: no limit.
        check_links: Ask the addresses that lessons link to whether they are there.
        run_lab_checks: Run the check commands of labs that are written, in a folder without network.
        again: Write the selection anew though it is finished.
        note: What the model should do better; for use with again.
        overwrite_edits: Put the program's text in the place of edits by hand.
        replace: Take an outline that is another course than this project's.
        labs_follow_lessons: Whether a changed lesson text makes its labs stale. At first: no.
        quota_reset: When daily quotas are filled again, HH:MM in UTC, for providers that do not say.
        aws_credentials: The name of an AwsCredentials block. Empty: AWS's own chain.
        openai_secret: The name of a Secret block with the key. Empty: OPENAI_API_KEY where the flow runs.
    """
    started = datetime.now(UTC)
    log_errors_plainly()
    check_quota_reset(quota_reset)
    await free_slots_of_killed_runs()
    refuse_split_limit(max_cost)
    store = store_address(store)
    course_store = await open_course_store(store, aws_credentials)
    request = RunRequest(
        order=RunOrder(
            run=first_run_of(run_id()),
            store=store,
            project=project,
            modules=modules,
            lessons=lessons,
            labs=labs,
            again=again,
            note=note,
            overwrite_edits=overwrite_edits,
            max_cost=max_cost,
            check_links=check_links,
            run_lab_checks=run_lab_checks,
        ),
        wanted=Wanted(
            models=tuple(part.strip() for part in model.split(",") if part.strip()) or None,
            content=_asked(content),
            visuals=_asked(visuals),
            writing=_asked(writing),
            finished_by=_asked(finished_by),
            formats=tuple(formats) if formats else None,
            requirements={"": None, "-": ""}.get(requirements, requirements),
            language=language or None,
            batch_size=batch_size,
            temperature=temperature,
            labs_follow_lessons=labs_follow_lessons,
            image_model=image_model or None,
            max_illustrations=max_illustrations,
        ),
        outline=outline,
        replace_course=replace,
    )
    access = {"aws_credentials": aws_credentials, "openai_secret": openai_secret}
    ready = await prepare_course(request, course_store, access)
    prepared = ready.prepared
    async with work_of_run(prepared.order.as_json(), access, prepared.course) as work:
        stages = await CourseStages.start(ready, access, work)
        await stages.make_all()
        if ended := await end_if_asked(work):
            return ended
        repeated: list[str] = []
        if any(
            outcome.kind == "lesson" and outcome.state == "written" for outcome in stages.outcomes.values()
        ):
            repeated = await compare_lessons(stages.order.as_json(), access)
        try:
            book = await build_book(store, stages.project, gaps=stages.gaps, aws_credentials=aws_credentials)
        except ProjectError as error:
            # It was there when the run began: not the input is wrong, and no report may say that all is well.
            raise StoreUnavailable(
                f"The project {stages.project} was removed from {course_store.url} while this run was on, "
                "and what had been made with it. Run the same command again: it makes what is missing."
            ) from error
        return await close_run(
            work,
            {**stages.outcomes, **unwritten_formats(book)},
            book["files"],
            started=started,
            quota_reset=quota_reset,
            warnings=[*ready.warnings, *repeated, *book["warnings"]],
        )
