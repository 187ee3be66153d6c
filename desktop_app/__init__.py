"""Emoscope: a live analyzer that shows how likely each emotion is in a voice."""

import os

__version__ = "0.1.0"

# ONNX Runtime (from 1.31 on also on Linux) keeps an identifier of the computer, and sends its maker what it
# runs on and when. It looks for this before its first session alone; child processes take it over.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
