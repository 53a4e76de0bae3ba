"""A rerun and a status of a finished course on S3: seconds and requests, for courses of growing size."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping

from servers.faulty_s3 import FaultyS3
from servers.openai_server import OpenAIServer
from servers.s3_moto import REGION, make_bucket, running_moto

from benchmarks.models import course_of, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.stage import Stage, Unavailable, prefect_stage, read_output
from tasks.limits import BATCH_TAG

_SIZES = {100: (4, 25), 300: (6, 50), 1_000: (10, 100)}
"""Modules and lessons a module, by lessons."""

_AT_ONCE = 8
_TARGET = 10.0
_RERUNS = 3


def measure(options: Options) -> Section:
    """Courses that are finished, each run again and asked for its status."""
    sizes = [100] if options.quick else list(_SIZES)
    rows: list[tuple[str, ...]] = []
    notes = []
    try:
        with running_moto() as endpoint, prefect_stage(options.databases[-1]) as stage:
            make_bucket(endpoint, "courses")
            stage.set_limit(f"tag:{BATCH_TAG}", _AT_ONCE)
            rows = [_measure_size(stage, endpoint, lessons) for lessons in sizes]
            database = stage.database
    except Unavailable as reason:
        notes.append(f"Nothing was measured: {reason}.")
        database = "no server"
    notes.append(
        f"Medians of {_RERUNS}. The flow is measured from its start to its end, after imports; the status is "
        "a whole process, imports included. Requests go through a proxy that counts them. moto answers in a "
        "process, which shares the machine's cores."
    )
    return Section(
        "s3",
        "Nothing to do, on S3",
        f"Finished courses of three lessons a batch on moto's S3, {database}: a rerun, and `coursewright "
        "status`.",
        (
            Table(
                (
                    "lessons", "rerun: flow s", "processor s", "requests", "of these listings",
                    "status: process s", "requests", "target",
                ),
                tuple(rows),
            ),
        ),
        tuple(notes),
    )  # fmt: skip


def _measure_size(stage: Stage, endpoint: str, lessons: int) -> tuple[str, ...]:
    outline = course_of(*_SIZES[lessons])
    path = stage.folder / f"s3-{lessons}.yaml"
    path.write_bytes(outline)
    course = {"store": f"s3://courses/of-{lessons}", "outline": str(path), "project": f"s3-{lessons}"}
    with model_for(outline) as model:
        stage.start_flow(model, environment=_access(endpoint), **course)()
        asked = len(model.entries)
        flows, processor, reruns, statuses, status_seconds = [], [], [], [], []
        with FaultyS3(endpoint) as proxy:
            for _ in range(_RERUNS):
                proxy.seen.clear()
                run = stage.start_flow(model, environment=_access(proxy.url), **course)()
                flows.append(run.flow)
                processor.append(run.cpu)
                reruns.append([seen.query for seen in proxy.seen])
                proxy.seen.clear()
                status_seconds.append(_ask_status(stage, model, proxy.url, course))
                statuses.append(len(proxy.seen))
        if len(model.entries) != asked:
            raise RuntimeError(f"a rerun asked the model {len(model.entries) - asked} times")
    flow = statistics.median(flows)
    return (
        f"{lessons:,}", f"{flow:.2f}", f"{statistics.median(processor):.2f}", str(len(reruns[-1])),
        str(sum("list-type" in query for query in reruns[-1])), f"{statistics.median(status_seconds):.2f}",
        str(statuses[-1]), verdict(flow, _TARGET, unit=" s"),
    )  # fmt: skip


def _ask_status(stage: Stage, model: OpenAIServer, endpoint: str, course: Mapping[str, str]) -> float:
    started = time.monotonic()
    arguments = ("status", course["project"], "--store", course["store"])
    read_output(stage.start("flows", *arguments, environment={**model.environment, **_access(endpoint)}))
    return time.monotonic() - started


def _access(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }
