"""Look for known vulnerabilities of everything that the locks name.

    python -m deployments.audit

pip-audit asks the package registry, lock by lock. Not every registry answers such questions, a mirror
seldom does; so the smallest lock is asked about first. Where nothing of it is known to the registry, it is
asked no more, and the advisories that a locked wheel carries are read instead. Exit codes: 0 nothing is
known against anything, 1 something is vulnerable or was passed over, 2 nothing could be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from deployments.advisories import WHEEL, NoAdvisories, load_advisories, look_up, release
from deployments.bill_of_materials import LOCKS, ROOT

Answers = list[dict[str, Any]]
"""What is known of each package of a lock, as pip-audit tells it."""


class AuditFailed(Exception):
    """Nothing was answered; says why."""


def main() -> int:
    """Audit all locks; gives the exit code."""
    locks = sorted((ROOT / name for name in LOCKS), key=lambda lock: lock.stat().st_size)
    try:
        return audit(locks, ask_registry)
    except AuditFailed as error:
        print(f"Audit: {error}")
    try:
        advisories = load_advisories()
    except NoAdvisories as error:
        print(f"Audit: NOT AUDITED. {error}.", file=sys.stderr)
        return 2
    print(f"Audit: the advisories of {WHEEL} {release()} are read, which know nothing newer than themselves.")
    return audit(locks, lambda lock: look_up(lock, advisories))


def audit(locks: Iterable[Path], ask: Callable[[Path], Answers]) -> int:
    """Ask about the locks in this order, and print what is known; gives the exit code.

    Raises:
        AuditFailed: nobody answers.
    """
    known, bad, passed_over = 0, [], []
    for lock in locks:
        answers = ask(lock)
        unknown = [one["name"] for one in answers if "skip_reason" in one]
        if len(unknown) == len(answers) and not known:
            raise AuditFailed("this package registry answers no questions about vulnerabilities")
        known += len(answers) - len(unknown)
        passed_over += unknown
        bad += [_describe(one, found) for one in answers for found in one.get("vulns", ())]
    for line in bad:
        print(f"Audit: {line}")
    if passed_over:
        print(f"Audit: nothing is known of {', '.join(passed_over)}.")
    print(f"Audit: {known} packages, {len(bad)} known vulnerabilities.")
    return 1 if bad or passed_over else 0


def ask_registry(lock: Path) -> Answers:
    """What the registry knows of what a lock names.

    Raises:
        AuditFailed: pip-audit could not ask.
    """
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    command += ["--progress-spinner", "off", "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answers: Answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise AuditFailed(f"{lock.name} could not be audited: {said}") from error
    return answers


def _describe(package: dict[str, Any], found: dict[str, Any]) -> str:
    mends = ", ".join(found.get("fix_versions") or ()) or "no release yet"
    return f"{package['name']} {package['version']}: {found['id']}; mended in {mends}"


if __name__ == "__main__":
    sys.exit(main())
