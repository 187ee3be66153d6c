"""`python -m tests.bench`: see `run`."""

import os
import tempfile

from tests.bench.run import main

with tempfile.TemporaryDirectory(prefix="emoscope-bench-sessions-") as folder:
    os.environ["EMOSCOPE_SESSIONS"] = folder  # never among one's own
    code = main()
raise SystemExit(code)
