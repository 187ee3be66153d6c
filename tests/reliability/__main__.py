"""What the program survives, tried many times: a table on stdout, a line on stderr as each part ends.

    python -m tests.reliability [--only PART...] [--quick]

Needs Linux; the live parts need PulseAudio, the full disk needs root. A part that cannot be tried says why.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # virtual_microphone, live_process, tiny_model

from tests.reliability import files, live, sessions
from tests.reliability.outcome import Outcome, Skipped

PARTS = {**files.PARTS, **live.PARTS, **sessions.PARTS}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="PART")
    parser.add_argument("--quick", action="store_true", help="a tenth of each part")
    args = parser.parse_args(argv)
    rows: list[tuple[str, Outcome]] = []
    for name in args.only:
        begun = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="emoscope-reliability-") as folder:
                os.environ["EMOSCOPE_SESSIONS"] = f"{folder}/sessions-of-others"  # never among one's own
                outcome = PARTS[name](Path(folder), 0.1 if args.quick else 1.0)
        except Skipped as reason:
            outcome = Outcome(0, 0, f"not tried: {reason}")
        except Exception as error:  # noqa: BLE001 - the other parts are still to be tried
            outcome = Outcome(1, 1, f"the trial itself failed: {type(error).__name__}: {error}")
        rows.append((name, outcome))
        seconds = time.monotonic() - begun
        print(
            f"{name}: tried {outcome.tried}, failed {outcome.failed} ({seconds:.0f} s) {outcome.seen}",
            file=sys.stderr,
            flush=True,
        )
    print("| area | tried | failed | seen |\n| --- | --- | --- | --- |")
    for name, outcome in rows:
        print(f"| {name} | {outcome.tried} | {outcome.failed} | {outcome.seen} |")
    return 1 if any(outcome.failed for _, outcome in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
