"""The benchmarks: each figure on stderr beside its goal as soon as it is measured; one JSON object on stdout.

    python -m tests.bench [--quick] [--model FILE] [--fp32 FILE] [--checkpoint FOLDER] [--only PART...]

Needs PulseAudio, Xvfb and xdotool for the live parts; what cannot be measured says why. A part that fails
keeps what it had measured and is told under `errors`, the others go on, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # virtual_microphone, live_process

from tests.bench.parts import PARTS, Figures, Options, Part

ROOT = Path(__file__).parents[2]


def main(argv: list[str] | None = None, parts: Mapping[str, Part] = PARTS) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="two minutes of soak instead of ten")
    parser.add_argument("--model", type=Path, help="the model to run (default: the one that ships)")
    parser.add_argument("--fp32", type=Path, help="the same model in fp32")
    parser.add_argument("--checkpoint", type=Path, help="folder of the checkpoint it was exported from")
    parser.add_argument("--only", nargs="+", choices=parts, default=tuple(parts), metavar="PART")
    args = parser.parse_args(argv)
    options = Options(args.model or _shipped(), args.fp32, args.checkpoint, args.quick)
    result: dict[str, Any] = {
        "schema_version": 1,
        "machine": _machine(),
        "model": options.model and options.model.name,
        "errors": {},
    }
    code = _measure({name: part for name, part in parts.items() if name in args.only}, options, result)
    print(json.dumps(result), flush=True)
    for name, why in result["errors"].items():
        _tell(f"{name} failed: {why}")
    return code


def _measure(parts: Mapping[str, Part], options: Options, result: dict[str, Any]) -> int:
    """Measure part by part into `result`; the exit code."""
    for name, part in parts.items():
        _tell(f"{name} ...")
        figures: Figures = result.setdefault(name, {})
        try:
            for found in _figures(part, options):
                _merge(figures, found)
                _show(name, part, found)
        except KeyboardInterrupt:
            result["errors"][name] = "interrupted"
            return 130
        except Exception as error:  # noqa: BLE001 - whatever ails one part, the others are measured
            result["errors"][name] = f"{type(error).__name__}: {error}"
            _tell(f"  FAILED: {result['errors'][name]}")
    return 1 if result["errors"] else 0


def _figures(part: Part, options: Options) -> Iterator[Figures]:
    missing = [tool for tool in part.tools if shutil.which(tool) is None]
    if part.needs_model and options.model is None:
        yield {"skipped": "no model in models/zoo; name one with --model"}
    elif missing:
        yield {"skipped": f"{', '.join(missing)} not installed"}
    else:
        yield from part.measure(options)


def _merge(figures: Figures, found: Figures) -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            _merge(figures.setdefault(name, {}), value)
        else:
            figures[name] = value


def _show(name: str, part: Part, figures: Figures) -> None:
    for path, value in _rows(figures):
        goal = part.goals.get(path)
        beside = "" if goal is None else f"{goal!s:>8}{'' if goal.met(value) else '  MISSED'}"
        _tell(f"  {f'{name}.{path}':44} {value!s:>10} {beside}".rstrip())


def _rows(figures: Figures, names: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _rows(value, [*names, name])
        else:
            yield ".".join([*names, name]), value


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _shipped() -> Path | None:
    return next(iter(sorted((ROOT / "models" / "zoo").glob("*.onnx"))), None)


def _machine() -> dict[str, Any]:
    return {"platform": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}


if __name__ == "__main__":
    raise SystemExit(main())
