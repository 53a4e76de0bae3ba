"""`make down`: end what `make up` started. Runs, courses and the database's content stay.

python -m deployments.down [--folder .run]
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from deployments.local_postgres import STOP_SIGNAL
from deployments.processes import end_runs, stop_left_over, stop_process
from deployments.run_folder import forget_state, read_state, run_folder


def main(arguments: list[str] | None = None) -> int:
    """Bring everything down; gives the exit code."""
    parser = argparse.ArgumentParser(prog="make down", description="End the Prefect server of this machine.")
    parser.add_argument("--folder", default="", help="as given to make up")
    folder = run_folder(parser.parse_args(arguments).folder)
    ended = bring_down(folder)
    print(f"Ended: {', '.join(ended)}." if ended else "Nothing was running.")
    return 0


def bring_down(folder: Path) -> list[str]:
    """End everything that was started with its state in `folder`; gives what was still running.

    Flow runs go first, so that they can say at the server what became of them; the database goes last.
    """
    state = read_state(folder)
    ended = []
    if state is not None:
        gone = state.gone
        if "server" not in gone:
            end_runs(folder)
        for role in ("worker", "server", "database"):
            if role in state.processes and role not in gone:
                number = STOP_SIGNAL if role == "database" else signal.SIGTERM
                if role == "database":
                    stop_left_over(folder)
                stop_process(state.processes[role], signal_number=number)
                ended.append(role)
    stop_left_over(folder)
    forget_state(folder)
    return ended


if __name__ == "__main__":
    sys.exit(main())
