"""`emoscope-models`: corpora, training and honest figures."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import missing_package
from models.commands import ablate, corpora, evaluate, profile, smoothing, train
from models.commands.common import EXIT_DONE, EXIT_FAILED, say
from models.errors import CallError

EXIT_WRONG_CALL, EXIT_INTERRUPTED = 2, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoscope-models",
        description="Train the model that ships, and measure models on voices they have never heard.",
        epilog="example:\n  export EMOSCOPE_CORPORA=~/corpora EMOSCOPE_WEIGHTS=~/weights\n"
        "  emoscope-models train models/configs/linear.yaml --out runs/linear\n"
        "  emoscope-models evaluate --model mine.onnx --corpus emodb=~/corpora/emodb",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"example:\n  emoscope-models {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    for room in (corpora, train, ablate, evaluate, profile, smoothing):
        room.register(add)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 the work failed, 2 the call is wrong."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except CallError as error:
        say(f"emoscope-models: {error}")
        return EXIT_WRONG_CALL
    except (EmoscopeError, ModuleNotFoundError) as error:
        say(f"emoscope-models: {missing_package(error) if isinstance(error, ModuleNotFoundError) else error}")
        return EXIT_FAILED
    except BrokenPipeError:  # whoever read the results has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return EXIT_DONE
    except OSError as error:
        say(f"emoscope-models: {error.filename or 'The results'}: {error.strerror}.")
        return EXIT_FAILED
    except KeyboardInterrupt:
        say("emoscope-models: interrupted; embeddings made so far are kept.")
        return EXIT_INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
