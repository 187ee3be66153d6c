"""`emoscope-export`: make, check and describe model files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import missing_package
from export.commands import hf, inspect, quantize, sklearn, torch, verify
from export.commands.common import EXIT_FAILED, say
from export.errors import CallError

EXIT_WRONG_CALL, EXIT_INTERRUPTED = 2, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoscope-export",
        description="Turn a trained model into the one verified .onnx file that the analyzer opens.",
        epilog="example:\n  emoscope-export torch runs/linear/checkpoint --out mine.onnx\n"
        "  emoscope-export quantize mine.onnx --to int8 --out mine.int8.onnx\n"
        "  emoscope --model mine.int8.onnx",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"example:\n  emoscope-export {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    for room in (torch, hf, sklearn, quantize, verify, inspect):
        room.register(add)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 the work failed, 2 the call is wrong."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except CallError as error:
        say(f"emoscope-export: {error}")
        return EXIT_WRONG_CALL
    except (EmoscopeError, ModuleNotFoundError) as error:
        say(f"emoscope-export: {missing_package(error) if isinstance(error, ModuleNotFoundError) else error}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        say("emoscope-export: interrupted, nothing was written.")
        return EXIT_INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
