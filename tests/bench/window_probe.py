"""Run the window as `emoscope` does, and write the times of its frames when it closes.

    python -m tests.bench.window_probe OUT.json [arguments of emoscope]

`frames` holds the begin and end of each frame's computation, by `time.perf_counter`; the painting follows it.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from pathlib import Path


def main() -> int:
    out, arguments = Path(sys.argv[1]), sys.argv[2:]
    sys.argv = ["emoscope", *arguments]
    from desktop_app import cli
    from desktop_app.gui.look import animator

    # 16 bytes a frame: this process' memory is measured too.
    times = array("d")
    frame = animator.Animator._frame

    def timed(self: animator.Animator) -> None:
        begin = time.perf_counter()
        frame(self)
        times.extend((begin, time.perf_counter()))

    animator.Animator._frame = timed  # type: ignore[method-assign]
    code = cli.main(arguments)
    out.write_text(json.dumps({"frames": list(zip(times[::2], times[1::2], strict=True))}))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
