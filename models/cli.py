"""`emoscope-models`: corpora, training and honest figures."""

from __future__ import annotations

import sys

from desktop_app.command_line.stop_signals import quiet_interrupt

with quiet_interrupt():
    from desktop_app.command_line.tool import Command, Tool

TOOL = Tool(
    name="emoscope-models",
    description="Train models from recipes, and measure them on voices they have never heard.",
    examples="export EMOSCOPE_CORPORA=~/corpora EMOSCOPE_WEIGHTS=~/weights\n"
    "emoscope-models train models/recipes/whisper-tuned.yaml --out runs/tuned\n"
    "emoscope-models evaluate --model mine.onnx --corpus emodb=~/corpora/emodb",
    interrupted="interrupted. Embeddings and networks made so far are kept; figures are not.",
    commands=(
        Command(
            "corpora",
            "check, describe and list corpora of emotional speech",
            "models.commands.corpora:register",
            "emoscope-models corpora check emodb=~/emodb",
        ),
        Command(
            "features",
            "features of every clip as one table",
            "models.commands.features:register",
            'emoscope-models features emodb --features "mfcc|pool:mean,std" --out emodb.parquet',
        ),
        Command(
            "train",
            "measure, train and export what a recipe describes",
            "models.commands.train:register",
            "emoscope-models train models/recipes/whisper-linear.yaml --out runs/linear",
        ),
        Command(
            "recipes",
            "the recipes that ship: what each is, needs and costs",
            "models.commands.recipes:register",
            "emoscope-models recipes",
        ),
        Command(
            "league",
            "judge all recipes by one protocol, in one table",
            "models.commands.league:register",
            "emoscope-models league models/recipes/*.yaml --out docs/league",
        ),
        Command(
            "report",
            "a run as one page: confusions, curves, reliability, what to listen to",
            "models.commands.report:register",
            "emoscope-models report runs/forest",
        ),
        Command(
            "search",
            "find the family, features and parameters that suit corpora, within some minutes",
            "models.commands.search:register",
            "emoscope-models search emodb --families random-forest svm-rbf --minutes 30 --out runs/search",
        ),
        Command(
            "ablate",
            "train a recipe without each of its parts, judged on speakers kept for choices",
            "models.commands.ablate:register",
            "emoscope-models ablate models/recipes/whisper-tuned.yaml --out runs/ablation",
        ),
        Command(
            "evaluate",
            "judge a model file, or cross-validate the recipe",
            "models.commands.evaluate:register",
            "emoscope-models evaluate --model mine.onnx --corpus emovo=~/corpora/emovo",
        ),
        Command(
            "compare",
            "judge model files on the same clips, and how sure their difference is",
            "models.commands.compare:register",
            "emoscope-models compare a.onnx b.onnx --corpus emodb=~/corpora/emodb",
        ),
        Command(
            "fuse",
            "weights for voice and words together, and whether they are better than the voice",
            "models.commands.fuse:register",
            "emoscope-models fuse --text words.onnx --recordings calls.csv --out calls.fusion.json",
        ),
        Command(
            "profile-curve",
            "UAR against seconds of enrolment, on unseen speakers and on unseen corpora",
            "models.commands.profile:register",
            "emoscope-models profile-curve --json curve.json",
        ),
        Command(
            "adaptation",
            "what learning a voice while it speaks brings, on strangers in a session each",
            "models.commands.adaptation:register",
            "emoscope-models adaptation --corpus emotale",
        ),
        Command(
            "recalibrate",
            "teach a finished model file to doubt what is unlike its training",
            "models.commands.recalibrate:register",
            "emoscope-models recalibrate models/recipes/whisper-tuned.yaml --out runs/doubt --also emotale",
        ),
        Command(
            "smoothing",
            "label flips and delay of the live view on strangers' joined recordings",
            "models.commands.smoothing:register",
            "emoscope-models smoothing models/recipes/whisper-tuned.yaml --out runs/tuned",
        ),
    ),
)
main = TOOL.main

if __name__ == "__main__":
    sys.exit(main())
