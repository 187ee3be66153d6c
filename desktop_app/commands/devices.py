"""`emoscope devices`: the microphones and sound outputs that the system lists."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop_app.audio.devices import Device, list_devices, list_outputs
from desktop_app.command_line.output import console, tell, utf8_stdout

SCHEMA_VERSION = 1


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.description = (
        "List the microphones and sound outputs. A listed one need not open: 'emoscope doctor' tries."
    )
    parser.add_argument("--json", action="store_true", help="print JSON to stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0, also if there is none; PortAudio that cannot be used raises AudioError."""
    devices, outputs = list_devices(), list_outputs()
    if args.json:
        from desktop_app.analysis.report import to_json

        listed = {
            "schema_version": SCHEMA_VERSION,
            "devices": [asdict(device) for device in devices],
            "outputs": [asdict(device) for device in outputs],
        }
        utf8_stdout().write(to_json(listed))
    if not devices:
        tell(
            "There is no microphone. Recordings can still be analyzed, and 'emoscope live --source demo' "
            "needs none."
        )
    if not outputs:
        tell("There is no sound output, so recordings cannot be played.")
    if not args.json:
        for title, found in (("Microphones", devices), ("Sound outputs", outputs)):
            if found:
                _show(title, found)
    return 0


def _show(title: str, devices: list[Device]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for column in ("", "name", "sound system", "channels", "Hz"):
        table.add_column(column, justify="right" if column in {"channels", "Hz"} else "left")
    for device in devices:
        table.add_row(
            "*" if device.is_default else "",
            Text(device.name),
            Text(device.host_api),
            str(device.channels),
            str(device.default_sample_rate),
        )
    out = console()
    out.print(table)
    if any(device.is_default for device in devices):
        out.print("* default", style="dim")
