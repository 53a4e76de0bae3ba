"""Break a course's world by a seeded script, and audit what is left: ``make chaos [SEED=1] [MINUTES=0]``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from chaos.life import Life, PhaseResult
from chaos.table import count_found, write_table
from chaos.world import running_world


def main(arguments: list[str] | None = None) -> int:
    """Live one life, or as many as fit into the minutes; gives 0 where the auditor found nothing."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="0 for one by chance; it is said")
    parser.add_argument("--minutes", type=float, default=0, help="0 for one life")
    parser.add_argument(
        "--folder", type=Path, help="where the servers' logs are kept; a temporary one without"
    )
    options = parser.parse_args(arguments)
    seed = options.seed or random.SystemRandom().randrange(1, 1 << 20)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="coursewright-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Seed {seed}. The servers' logs are in {folder}.", flush=True)
    lives = run_lives(folder, seed, options.minutes)
    print(f"\n{write_table(lives)}")
    return 1 if count_found(lives) else 0


def run_lives(folder: Path, seed: int, minutes: float) -> list[list[PhaseResult]]:
    """Live lives in one world, each with a seed of its own, until the minutes are over; at least one."""
    end = time.monotonic() + 60 * minutes
    seeds = random.Random(seed)
    lives: list[list[PhaseResult]] = []
    with running_world(folder, lambda call: "") as world:
        while not lives or time.monotonic() < end:
            own = seed if not lives else seeds.randrange(1, 1 << 20)
            print(f"Life {len(lives) + 1}, seed {own}", flush=True)
            life = Life(world, f"life-{len(lives) + 1}", own, lambda text: print(text, flush=True))
            lives.append(list(life.live()))
    return lives


if __name__ == "__main__":
    sys.exit(main())
