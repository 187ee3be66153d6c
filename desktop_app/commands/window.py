"""`emoscope` without a command: the window; with `--screenshot`, its picture without a screen."""

from __future__ import annotations

import argparse
import os
import sys


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed, or save its picture after some seconds.

    Reads from `args`, each optional: `source` (mic, demo or a path), `device`, `model`, `provider`,
    `screenshot`, `seconds`, `theme`, `size` ("1200x800"), `view` ("live" or "recording": what a
    screenshot shows).

    Returns
    -------
    int
        0 done, 1 it failed, 2 the call is wrong.
    """
    if getattr(args, "screenshot", None):
        # A picture needs no screen, and must not depend on one.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from desktop_app.gui.app import run_window
    except ImportError as error:
        print(f"The window cannot open: {error}.", file=sys.stderr)
        print("Qt or one of its system libraries is missing; `emoscope doctor` names it.", file=sys.stderr)
        return 1
    return run_window(args)
