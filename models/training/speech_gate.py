"""Where nobody speaks, no emotion is likelier than another: a gate fitted on noise and on speech in noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from desktop_app.core.types import FloatArray
from models.training.gated_head import GatedHead

STRENGTH = 1e-3
BEYOND = 0.01
"""The share of speech, and of noise, that is left beyond the two ends between which the gate opens."""


def with_speech_gate(head: GatedHead, speech: FloatArray, noise: FloatArray) -> GatedHead:
    """The head with a gate fitted on embeddings [n, dim] of speech and of noise in which nobody speaks."""
    x = np.concatenate((speech, noise))
    z = (x - head.base.mean) / head.base.std
    y = np.arange(len(x)) < len(speech)
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    regression.fit(z, y)
    weight = regression.coef_[0].astype(np.float32)
    scores = z @ weight
    # In the middle of the gap, not where the regression has it: speech in noise must not be held back.
    ends = np.quantile(scores[y], BEYOND), np.quantile(scores[~y], 1 - BEYOND)
    return replace(head, speech=(weight, -float(np.mean(ends))))
