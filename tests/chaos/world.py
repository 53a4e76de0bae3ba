"""A world to break: model server, store with a faulty proxy, Prefect server, worker with its deployment."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config
from chaos.evidence import Interruption
from chaos.machine import Machine
from chaos.processes import find_descendants, is_alive, kill_at_once
from servers.faulty_s3 import FaultyS3
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer, free_port, start_prefect
from servers.s3_moto import make_bucket, running_moto

from deployments.up import RUN_SETTINGS, SERVER_SETTINGS, WORK_POOL

ROOT = Path(__file__).parents[2]
BUCKET = "chaos"
DEPLOYMENT = "generate-course/generate-course"
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass
class World:
    """Everything on loopback, and the hands that break it. Make it with `running_world`."""

    folder: Path
    model: OpenAIServer
    store: FaultyS3
    moto: str
    machine: Machine | None
    prefect: PrefectServer
    worker: subprocess.Popen[bytes] | None = None
    kills: list[Interruption] = field(default_factory=list)
    _deployment: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What flow runs are given."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        return {
            **own,
            **RUN_SETTINGS,
            **self.prefect.environment,
            **self.model.environment,
            **(self.machine.environment if self.machine else {}),
            "PREFECT_HOME": str(self.folder / "worker"),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "AWS_ENDPOINT_URL_S3": self.store.url,
            "AWS_ACCESS_KEY_ID": "loopback",
            "AWS_SECRET_ACCESS_KEY": "loopback",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SOURCE_DATE_EPOCH": "1700000000",
            "PYTHONPATH": str(ROOT),
            # Where the worker was started is where the deployment finds its code.
            "PWD": str(ROOT),
        }

    def set_up(self) -> None:
        """Make pool, limit and automations as an operator does, and the deployment of the course flow."""
        for command in (
            [sys.executable, "-m", "deployments.set_up"],
            [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--name", "generate-course"],
        ):
            subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)
        self._deployment = str(self._ask("GET", f"deployments/name/{DEPLOYMENT}")["id"])

    def start_worker(self) -> None:
        """Start a worker for the pool."""
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", WORK_POOL]
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [*command, "--type", "process", "--install-policy", "never"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start_run(self, parameters: dict[str, Any]) -> str:
        """Have the worker run the course flow; gives the run's id."""
        # Asked again where the answer was lost, the same key makes no second run.
        wanted = {"parameters": parameters, "state": {"type": "SCHEDULED"}, "idempotency_key": uuid4().hex}
        return str(self._ask("POST", f"deployments/{self._deployment}/create_flow_run", wanted)["id"])

    def read_state(self, run: str) -> tuple[str, str]:
        """The type and the name of a run's state."""
        state = self._ask("GET", f"flow_runs/{run}")["state"]
        return state["type"], state["name"]

    def runs_after(self, run: str) -> list[str]:
        """Runs that were made for the deployment after this one, such as a resumption."""
        wanted = {
            "flow_runs": {"deployment_id": {"any_": [self._deployment]}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        found = [one["id"] for one in self._ask("POST", "flow_runs/filter", wanted)]
        return found[found.index(run) + 1 :]

    def _ask(self, method: str, path: str, body: Any = None, seconds: float = 90) -> Any:
        """What the Prefect server answers, asked again while it is starting."""
        end = time.monotonic() + seconds
        while True:
            try:
                with self.prefect.client as client:
                    answer = client.request(method, path, json=body)
                answer.raise_for_status()
                return answer.json()
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.5)

    def await_end(self, run: str, seconds: float = 600) -> str:
        """Wait until a run has ended and its process is gone; gives its state's name."""
        self.wait_until(lambda: self.read_state(run)[0] in ENDED, seconds, f"run {run} to end")
        self.wait_until(lambda: not self.flow_processes(), 60, "the run's process to end")
        return self.read_state(run)[1]

    def wait_until(self, happened: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something; it has to happen."""
        end = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds:.0f} s for {what}; see {self.folder}")
            time.sleep(0.2)

    def flow_processes(self) -> list[int]:
        """The processes of flow runs that the worker started."""
        return find_descendants(self.worker.pid) if self.worker else []

    def kill_flow(self) -> None:
        """Kill the flow run's processes; the worker lives."""
        with self._interruption():
            killed = self.flow_processes()
            kill_at_once(killed)
            self._await_death(killed)

    def kill_worker(self, *, with_flow: bool) -> None:
        """Kill the worker, with all that it started or without; then that ends by itself."""
        assert self.worker is not None
        with self._interruption():
            started = self.flow_processes()
            kill_at_once([self.worker.pid, *(started if with_flow else ())])
            self.worker.wait()
            self.worker = None
            self._await_death(started)

    @contextlib.contextmanager
    def _interruption(self) -> Iterator[None]:
        """Note when a kill began and when nothing lived; on a busy machine, requests come in between."""
        begun = time.time()
        yield
        self.kills.append(Interruption(begun, time.time()))

    def _await_death(self, processes: Iterable[int]) -> None:
        self.wait_until(lambda: not any(map(is_alive, processes)), 180, "the run's processes to end")

    def kill_server(self) -> None:
        """Kill the Prefect server with all its processes."""
        self.prefect.kill()

    def restart_server(self) -> None:
        """Start the Prefect server again at the same address and on the same database."""
        port = int(self.prefect.api_url.split(":")[2].split("/")[0])
        self.prefect = start_prefect(self.prefect.home, port=port, environment=SERVER_SETTINGS)

    def read_objects(self, below: str) -> dict[str, bytes]:
        """Everything that the store holds under a prefix, read past the proxy."""
        client = boto3.client(
            "s3",
            endpoint_url=self.moto,
            aws_access_key_id="auditor",
            aws_secret_access_key="auditor",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        with contextlib.closing(client):
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=below)
            keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
            return {
                key.removeprefix(below): client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
                for key in keys
            }


_FOREIGN = ("PREFECT_", "OPENAI_", "AWS_", "OLLAMA_", "COURSEWRIGHT_")


@contextlib.contextmanager
def running_world(folder: Path, answer: Any, *, seconds: float = 0.15) -> Iterator[World]:
    """Start everything; ends and removes no logs.

    Args:
        answer: what the model answers when nothing is wrong.
        seconds: how long that takes.
    """
    home = folder / "prefect"
    home.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        moto = stack.enter_context(running_moto())
        make_bucket(moto, BUCKET)
        store = stack.enter_context(FaultyS3(moto, log_path=folder / "store.jsonl"))
        model = OpenAIServer(answer, seconds=seconds, log_path=folder / "model.jsonl")
        stack.enter_context(model)
        prefect = start_prefect(home, port=free_port(), environment=SERVER_SETTINGS)
        world = World(folder, model, store, moto, Machine.build(folder), prefect)
        try:
            world.set_up()
            world.start_worker()
            yield world
        finally:
            if world.worker is not None:
                world.kill_worker(with_flow=True)
            if world.prefect.process.poll() is None:
                world.prefect.kill()
