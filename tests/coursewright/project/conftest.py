"""What several tests of a project begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers.lab_runs import LabRuns, make_outline


@pytest.fixture
def runs(tmp_path: Path) -> LabRuns:
    """A project with labs."""
    return LabRuns(tmp_path, make_outline())
