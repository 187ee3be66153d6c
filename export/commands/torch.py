"""`emoscope-export torch`: a checkpoint of torch to a model file."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands.common import EXIT_DONE, AddCommand, say


def register(add: AddCommand) -> None:
    """Add the subcommand."""
    torch = add("torch", "export a checkpoint folder of emoscope-models train", "torch runs/x --out x.onnx")
    torch.add_argument("checkpoint", type=Path)
    torch.add_argument("--out", type=Path, required=True, metavar="FILE")
    torch.set_defaults(run=_torch)


def _torch(args: argparse.Namespace) -> int:
    from export.build import build
    from export.manifest_writer import write_file

    say(f"Exporting {args.checkpoint} ...")
    content, exporter, found = build(args.checkpoint)
    write_file(content, args.out)
    print(
        f"{args.out}: {len(content) / 1e6:.1f} MB by the {exporter} exporter; "
        f"logits within {found.parity:.1g} of torch's over {len(found.checks)} checks"
    )
    return EXIT_DONE
