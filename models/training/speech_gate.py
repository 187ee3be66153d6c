"""Where nobody speaks, no emotion is likelier than another: a gate fitted on noise and on speech in noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from desktop_app.core.types import FloatArray
from models.training.gated_head import GatedHead

STRENGTH = 1e-3
SPEECH_KEPT = 0.99
"""No more than this share of training speech, in noise and over bad lines, is taken for speech."""


def with_speech_gate(head: GatedHead, speech: FloatArray, noise: FloatArray) -> GatedHead:
    """The head with a gate fitted on embeddings [n, dim] of speech and of noise in which nobody speaks."""
    x = np.concatenate((speech, noise))
    z = (x - head.base.mean) / head.base.std
    y = np.arange(len(x)) < len(speech)
    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=300)
    regression.fit(z, y)
    weight = regression.coef_[0].astype(np.float32)
    scores = z[y] @ weight
    # There is more noise in the world than in training: the gate closes as soon as speech can spare it.
    bias = min(float(regression.intercept_[0]), -float(np.quantile(scores, 1 - SPEECH_KEPT)))
    return replace(head, speech=(weight, bias))
