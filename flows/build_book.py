"""The book flow: bind the book of a project anew, edits and all, without asking a model."""

from __future__ import annotations

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from coursewright.counting import say_count
from coursewright.project_names import check_project_name
from coursewright.store.open import store_address
from tasks.book_artifact import write_book_artifact
from tasks.build_book import build_book
from tasks.plain_errors import log_errors_plainly


def _name_run() -> str:
    return f"book of {runtime.flow_run.parameters.get('project') or 'no project'}"


@flow(name="build-book", flow_run_name=_name_run, retries=0, persist_result=False)
async def build_book_only(
    project: str,
    store: str = "",
    formats: list[str] | None = None,
    aws_credentials: str = "",
) -> State:
    """Bind the book of a project anew from what its store holds, edits by hand included. Asks no model.

    Args:
        project: The project's name.
        store: Where projects are kept: a folder, s3://bucket/prefix, or s3-bucket/NAME for a block.
            Empty: the store that is set where the run happens, else the folder courses.
        formats: The book's formats: md, json, html, epub, pdf, docx, site, scorm, cc. Empty: as last time.
        aws_credentials: The name of an AwsCredentials block. Empty: AWS's own chain.
    """
    log_errors_plainly()
    book = await build_book(
        store_address(store),
        check_project_name(project),
        formats=formats or None,
        anew=True,
        aws_credentials=aws_credentials,
    )
    await write_book_artifact(project, book["files"], book["failed"])
    if book["failed"]:
        return Failed(name="FinishedWithGaps", message=f"Not written: {', '.join(book['failed'])}.")
    return Completed(message=f"{say_count(len(book['files']), 'file')}: {', '.join(book['files'])}.")
