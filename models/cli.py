"""`emoscope-models`: corpora, training and honest figures."""

from __future__ import annotations

import sys

from desktop_app.command_line.tool import Tool
from models.commands import ablate, corpora, evaluate, profile, smoothing, train

TOOL = Tool(
    name="emoscope-models",
    description="Train the model that ships, and measure models on voices they have never heard.",
    example="export EMOSCOPE_CORPORA=~/corpora EMOSCOPE_WEIGHTS=~/weights\n"
    "emoscope-models train models/configs/tuned.yaml --out runs/tuned\n"
    "emoscope-models evaluate --model mine.onnx --corpus emodb=~/corpora/emodb",
    interrupted="interrupted. Embeddings and networks made so far are kept; figures are not.",
    commands=tuple(room.register for room in (corpora, train, ablate, evaluate, profile, smoothing)),
)
main = TOOL.main

if __name__ == "__main__":
    sys.exit(main())
