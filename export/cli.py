"""`emoscope-export`: make, check and describe model files."""

from __future__ import annotations

import sys

from desktop_app.command_line.tool import Tool
from export.commands import hf, inspect, quantize, sklearn, torch, verify

TOOL = Tool(
    name="emoscope-export",
    description="Turn a trained model into the one verified .onnx file that the analyzer opens.",
    example="emoscope-export torch runs/linear/checkpoint --out mine.onnx\n"
    "emoscope-export quantize mine.onnx --to int8 --out mine.int8.onnx\n"
    "emoscope --model mine.int8.onnx",
    interrupted="interrupted, nothing was written.",
    commands=tuple(room.register for room in (torch, hf, sklearn, quantize, verify, inspect)),
)
main = TOOL.main

if __name__ == "__main__":
    sys.exit(main())
