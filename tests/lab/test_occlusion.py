"""Occlusion finds the part of a sound that a model answers to."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from desktop_app.core.types import Prediction
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.manifest import MANIFEST_KEY, self_test_signal
from desktop_app.inference.trial import remember
from desktop_app.lab.errors import LabError
from desktop_app.lab.occlusion import Occlusion, occlude

RATE = 16_000
CUE_HZ, CUE_S = 2500.0, (1.05, 1.35)


def band_pass(low_hz: float, high_hz: float, taps: int = 255) -> np.ndarray:
    places = np.arange(taps) - taps // 2
    ideal = 2 * high_hz / RATE * np.sinc(2 * high_hz / RATE * places)
    ideal -= 2 * low_hz / RATE * np.sinc(2 * low_hz / RATE * places)
    return (ideal * np.hamming(taps)).astype(np.float32)


def model_of_a_band(path: Path) -> Path:
    """A model that says `alarm` the more surely, the more energy lies between 2.2 and 2.8 kHz."""
    taps = band_pass(2200, 2800)
    initializers = [
        numpy_helper.from_array(taps.reshape(1, 1, -1), "taps"),
        numpy_helper.from_array(np.array([[400.0, 0.0]], np.float32), "weights"),
        numpy_helper.from_array(np.array([0.0, 1.0], np.float32), "bias"),
        numpy_helper.from_array(np.array([1], np.int64), "one"),
        numpy_helper.from_array(np.array([2], np.int64), "time"),
    ]
    nodes = [
        helper.make_node("Unsqueeze", ["waveform", "one"], ["sound"]),
        helper.make_node("Conv", ["sound", "taps"], ["band"], pads=[len(taps) // 2] * 2),
        helper.make_node("Mul", ["band", "band"], ["power"]),
        helper.make_node("ReduceMean", ["power", "time"], ["energy"], keepdims=0),
        helper.make_node("MatMul", ["energy", "weights"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logits"]),
    ]
    waveform = helper.make_tensor_value_info("waveform", TensorProto.FLOAT, ["batch", "samples"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])
    graph = helper.make_graph(nodes, "band", [waveform], [logits], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    signal = self_test_signal("chirp-v1", 1.0, RATE)[None]
    manifest = {
        "format_version": 1,
        "name": "band",
        "labels": ["alarm", "nothing"],
        "sample_rate": RATE,
        "min_seconds": 0.1,
        "max_seconds": 8.0,
        "temperature": 1.0,
        "abstain_below": 0.0,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none: a model for tests", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": {
            "signal": "chirp-v1",
            "seconds": 1.0,
            "logits": session.run(None, {"waveform": signal})[0][0].tolist(),
            "tolerance": 1e-3,
        },
    }
    model.metadata_props.add(key=MANIFEST_KEY, value=json.dumps(manifest))
    path.write_bytes(model.SerializeToString())
    remember(hashlib.sha256(path.read_bytes()).hexdigest(), None)
    return path


def sound_with_a_cue() -> np.ndarray:
    """Two seconds of noise and of a low tone, in which one short tone is what the model listens to."""
    times = np.arange(2 * RATE) / RATE
    inside = (times >= CUE_S[0]) & (times < CUE_S[1])
    cue = 0.4 * np.sin(2 * np.pi * CUE_HZ * times) * inside
    noise = 0.01 * np.random.default_rng(4).standard_normal(len(times))
    return (cue + noise + 0.3 * np.sin(2 * np.pi * 300 * times)).astype(np.float32)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Occlusion:
    engine = EmotionEngine.load(model_of_a_band(tmp_path_factory.mktemp("model") / "band.onnx"))
    made = occlude(sound_with_a_cue(), RATE, engine.predict)
    engine.close()
    assert made is not None
    return made


def test_the_answer_and_its_probability_are_those_of_the_whole_sound(found: Occlusion) -> None:
    assert found.label == "alarm"
    assert found.probability > 0.9


def test_the_cue_is_found_where_it_was_planted(found: Occlusion) -> None:
    band, cut = np.unravel_index(found.changes.argmax(), found.changes.shape)
    assert found.edges_hz[band] < CUE_HZ < found.edges_hz[band + 1]
    assert CUE_S[0] - 0.15 < found.edges_s[cut] < found.edges_s[cut + 1] < CUE_S[1] + 0.15
    assert found.changes.max() > 0.02


def test_what_lies_elsewhere_is_worth_nothing(found: Occlusion) -> None:
    far = found.edges_s[1:] < CUE_S[0] - 0.1
    other = (found.edges_hz[1:] < 2000) | (found.edges_hz[:-1] > 3500)
    assert np.abs(found.changes[:, far]).max() < 0.01
    assert np.abs(found.changes[other]).max() < 0.01


def test_moments_and_bands_alone_tell_the_same(found: Occlusion) -> None:
    band, cut = int(found.over_bands.argmax()), int(found.over_time.argmax())
    assert found.edges_hz[band] < CUE_HZ < found.edges_hz[band + 1]
    assert found.edges_s[cut] < CUE_S[1]
    assert found.edges_s[cut + 1] > CUE_S[0]
    assert found.over_bands[band] > found.changes.max(), "without all of the band the cue is gone"


def test_a_model_without_labels_is_told() -> None:
    with pytest.raises(LabError) as told:
        occlude(sound_with_a_cue(), RATE, lambda _: Prediction((), (), "", 0.0, False, 0.0))
    assert told.value.code == "lab.no_labels"


def test_it_tells_how_far_it_is_and_can_be_broken_off() -> None:
    told: list[tuple[int, int]] = []

    def answer(waveform: np.ndarray) -> Prediction:
        return Prediction(("a", "b"), (0.6, 0.4), "a", 0.6, False, 0.0)

    whole = occlude(
        sound_with_a_cue(),
        RATE,
        answer,
        bands=2,
        slices=4,
        progress=lambda done, total, _: told.append((done, total)),
    )
    assert whole is not None
    assert told == [(done, 14) for done in range(1, 15)]
    assert occlude(sound_with_a_cue(), RATE, answer, cancelled=lambda: len(told) >= 14) is None
