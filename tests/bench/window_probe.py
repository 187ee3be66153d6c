"""Run the window as `emoscope` does, and write the times of its frames when it closes.

    python -m tests.bench.window_probe OUT.json [arguments of emoscope]

`frames` holds the begin and end of each frame's computation, by `time.perf_counter`; the painting follows it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> int:
    out, arguments = Path(sys.argv[1]), sys.argv[2:]
    sys.argv = ["emoscope", *arguments]
    from desktop_app import cli
    from desktop_app.gui import animator

    frames: list[tuple[float, float]] = []
    frame = animator.Animator._frame

    def timed(self: animator.Animator) -> None:
        begin = time.perf_counter()
        frame(self)
        frames.append((begin, time.perf_counter()))

    animator.Animator._frame = timed  # type: ignore[method-assign]
    code = cli.main(arguments)
    out.write_text(json.dumps({"frames": frames}))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
