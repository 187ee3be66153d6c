"""`emoscope-export`: make, check and describe model files."""

from __future__ import annotations

import sys

from desktop_app.command_line.stop_signals import quiet_interrupt

with quiet_interrupt():
    from desktop_app.command_line.tool import Command, Tool

TOOL = Tool(
    name="emoscope-export",
    description="Turn a trained model into the one verified .onnx file that the analyzer opens.",
    examples="emoscope-export torch runs/linear/checkpoint --out mine.onnx\n"
    "emoscope-export quantize mine.onnx --to int8 --out mine.int8.onnx\n"
    "emoscope --model mine.int8.onnx",
    interrupted="interrupted, nothing was written.",
    commands=(
        Command(
            "torch",
            "export a checkpoint of emoscope-models train, or any torch module",
            "export.commands.torch:register",
            "emoscope-export torch runs/x/checkpoint --out x.onnx\n"
            "emoscope-export torch --module my_net:make --weights my.safetensors --labels neutral,happy \\\n"
            "    --frontend mfcc:n_mfcc=40 --out my.onnx",
        ),
        Command(
            "hf",
            "export a Hugging Face folder: a classifier or regression of sound, or a classifier of texts",
            "export.commands.hf:register",
            "emoscope-export hf wav2vec2-emotion --out x.onnx",
        ),
        Command(
            "sklearn",
            "export a fitted scikit-learn classifier or pipeline",
            "export.commands.sklearn:register",
            'emoscope-export sklearn forest.skops --frontend "mfcc|pool:mean,std" --out forest.onnx',
        ),
        Command(
            "quantize",
            "make a file smaller and faster, and tell what that costs",
            "export.commands.quantize:register",
            "emoscope-export quantize x.onnx --to int8 --evaluate emodb=~/corpora/emodb --out y.onnx",
        ),
        Command(
            "prune",
            "take hidden units out of a file, and tell what that costs",
            "export.commands.prune:register",
            "emoscope-export prune x.onnx --share 0.25 --evaluate emodb=~/corpora/emodb --out y.onnx",
        ),
        Command(
            "azure",
            "write a model as an endpoint of Azure Machine Learning",
            "export.commands.azure:register",
            "emoscope-export azure x.onnx --out endpoint/",
        ),
        Command(
            "verify",
            "check a model file by running it, in a process of its own",
            "export.commands.verify:register",
            "emoscope-export verify x.onnx",
        ),
        Command(
            "inspect",
            "describe one model file, or two side by side",
            "export.commands.inspect:register",
            "emoscope-export inspect x.onnx y.onnx",
        ),
    ),
)
main = TOOL.main

if __name__ == "__main__":
    sys.exit(main())
