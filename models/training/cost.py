"""How long a fit would take, from a step that is tried: what takes days here should not begin by itself."""

from __future__ import annotations

import math
import time

import torch

from models.corpora.base import SAMPLE_RATE
from models.recipes.recipe import Recipe, TorchFit
from models.training.trained import Workshop

_TRIED = 2
"""Clips of the step that is tried; a whole batch may need more memory than a trial should."""
_SECONDS = 3.0


def fit_hours(recipe: Recipe, workshop: Workshop, clips: int) -> float | None:
    """Hours of processor time of a fit on `clips` with all its epochs; features are not counted.

    None for classical families, which take minutes, and where a GPU does the work.
    """
    if not isinstance(recipe.fit, TorchFit) or torch.cuda.is_available():
        return None
    from models.training.fit_torch import TorchTrainer

    torch.set_num_threads(workshop.threads)
    module = TorchTrainer(recipe, workshop).build().train()
    seconds = recipe.seconds or _SECONDS
    with torch.no_grad():
        features = module.front_end(0.1 * torch.randn(_TRIED, round(seconds * SAMPLE_RATE)))
    taken = 0.0
    for _ in range(2):  # the first prepares what later ones find ready
        start = time.process_time()
        out = module.network.training_outputs(features)
        out.logits.square().sum().backward()
        taken = time.process_time() - start
    steps = recipe.fit.epochs * math.ceil(clips / _TRIED)
    return taken * steps / 3600
