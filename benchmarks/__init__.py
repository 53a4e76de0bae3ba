"""What the pipeline adds to the time that models take, measured; see `docs/speed.md`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The loopback servers of the tests play the models; the clone is enough, nothing needs to be installed.
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "tests")) if path not in sys.path]
