"""The benchmarks: one JSON object on stdout, a table with the goals on stderr.

    python -m tests.bench [--quick] [--model FILE] [--fp32 FILE] [--checkpoint FOLDER] [--only PART...]

Needs PulseAudio, Xvfb and xdotool for the live parts; what cannot be measured says why.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # virtual_microphone, live_process

from tests.bench import inference

ROOT = Path(__file__).parents[2]
PARTS = ("inference", "headless", "window", "offline", "overload")

# (name, path in the result, goal, at most?)
GOALS: tuple[tuple[str, str, float, bool], ...] = (
    ("inference 3 s, shipped model, ms", "inference.int8.3_s", 15, True),
    ("partial latency p95, ms", "headless.partial_latency_ms.p95", 80, True),
    ("final latency p95, ms", "headless.final_latency_ms.p95", 100, True),
    ("CPU silent, headless, %", "headless.cpu_silent_percent", 5, True),
    ("CPU silent, window, %", "window.cpu_silent_percent", 25, True),
    ("memory after 1 min, MiB", "window.rss_mib.after_1_min", 320, True),
    ("memory growth after minute 1, MiB", "window.rss_mib.growth", 5, True),
    ("start to window, warm, s", "window.start_warm_s", 1.5, True),
    ("analyze, times real time, one core", "offline.times_real_time", 60, False),
    ("analyze a 3 s file, s", "offline.three_second_file_s", 1.0, True),
)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes of soak instead of ten")
    parser.add_argument("--model", type=Path, help="the model to run (default: the one that ships)")
    parser.add_argument("--fp32", type=Path, help="the same model in fp32")
    parser.add_argument("--checkpoint", type=Path, help="folder of the checkpoint it was exported from")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    args = parser.parse_args(argv)
    model = args.model or _shipped()
    result: dict[str, Any] = {"schema_version": 1, "machine": _machine(), "model": model and model.name}
    for part in PARTS:
        if part in args.only:
            print(f"measuring: {part} ...", file=sys.stderr, flush=True)
            result[part] = _measure(part, model, args)
    rss = result.get("window", {}).get("rss_mib")
    if rss:
        rss["growth"] = round(list(rss.values())[-1] - rss["after_1_min"], 1)
    print(json.dumps(result))
    _print_table(result)
    return 0


def _measure(part: str, model: Path | None, args: argparse.Namespace) -> dict[str, Any]:
    if part == "inference":
        return inference.measure(model, args.fp32, args.checkpoint)
    if model is None:
        return {"skipped": "no model in models/zoo; name one with --model"}
    missing = [tool for tool in _TOOLS[part] if shutil.which(tool) is None]
    if missing:
        return {"skipped": f"{', '.join(missing)} not installed"}
    from tests.bench import overload, session

    seconds = 20.0 if args.quick else 60.0
    work: dict[str, Callable[[], dict[str, Any]]] = {
        "headless": lambda: session.headless(model, seconds),
        "window": lambda: session.window(model, seconds, 2.0 if args.quick else 10.0),
        "offline": lambda: session.offline(model, 2.0 if args.quick else 10.0),
        "overload": lambda: overload.overload(model),
    }
    return work[part]()


_TOOLS = {
    "headless": ("pulseaudio",),
    "window": ("pulseaudio", "Xvfb", "xdotool"),
    "offline": (),
    "overload": ("pulseaudio",),
}


def _shipped() -> Path | None:
    return next(iter(sorted((ROOT / "models" / "zoo").glob("*.onnx"))), None)


def _machine() -> dict[str, Any]:
    return {"platform": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


def _value(result: dict[str, Any], path: str) -> float | None:
    value: Any = result
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _rows(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _rows(inner, f"{path}.{key}" if path else key)]
    return [(path, value)]


def _print_table(result: dict[str, Any]) -> None:
    print(f"\n{'goal':40} {'measured':>10} {'goal':>9}", file=sys.stderr)
    for name, path, goal, at_most in GOALS:
        value = _value(result, path)
        if value is None:
            print(f"{name:40} {'-':>10} {goal:>9g}", file=sys.stderr)
            continue
        met = value <= goal if at_most else value >= goal
        sign = "<=" if at_most else ">="
        print(f"{name:40} {value:>10g} {sign:>3}{goal:>6g}  {'' if met else 'MISSED'}", file=sys.stderr)
    print("\nall figures", file=sys.stderr)
    for path, value in _rows(result):
        print(f"  {path:52} {value}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
