"""Whatever it was trained with, a model says in the analyzer what it said before, and claims no more."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from networks import NETWORKS, Trained
from source_networks import RATE

from export.cli import main
from export.signals import speech_like
from export.verification.runner import GraphRunner

pytestmark = [
    pytest.mark.slow,
    # What transformers says of the filters that AST was trained with.
    pytest.mark.filterwarnings("ignore:At least one mel filter has all zero values"),
    # The MLP is stopped early, to be quick.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

EVERY = pytest.mark.parametrize("name", NETWORKS)
ONE_OF_A_KIND = pytest.mark.parametrize("name", ["waveform_cnn", "wav2vec2", "logistic regression"])

STEPS = ("reading", "exporting", "verifying")

Make = Callable[[str], Trained]


def loud_enough(wave: np.ndarray) -> np.ndarray:
    """What the engine gives to a model: doubled until it peaks at -40 dBFS, if it is softer than that."""
    while 0 < np.abs(wave).max() < 0.01:
        wave = 2 * wave
    return wave


@EVERY
def test_the_analyzer_says_what_the_model_says(name, trained: Make, exported):
    model, engine = trained(name), exported(name).engine
    assert engine.labels == model.labels
    answers = []
    for kind, wave in model.waves.items():
        expected = model.probabilities(loud_enough(wave))
        found = engine.predict(wave)
        assert found.probabilities == pytest.approx(expected, abs=model.tolerance), kind
        if np.diff(np.sort(expected)[-2:]) > 2 * model.tolerance:
            assert found.label == model.labels[int(expected.argmax())], kind
        answers.append(expected)
    # Else nothing was compared: classes are told apart, and so are sounds.
    assert np.ptp(answers, axis=1).max() > 0.02
    assert np.ptp(answers, axis=0).max() > 2 * model.tolerance


@EVERY
def test_a_batch_of_any_length_gives_what_its_waveforms_give_alone(name, exported):
    runner = GraphRunner(exported(name).path.read_bytes())
    shortest = exported(name).engine.manifest.min_seconds
    for seconds in (shortest, shortest + 0.77):
        waves = np.stack([speech_like(round(seconds * RATE), RATE, seed) for seed in range(3)])
        alone = np.concatenate([runner.logits(wave[None]) for wave in waves])
        np.testing.assert_allclose(runner.logits(waves), alone, atol=1e-4)


@EVERY
def test_the_embedding_is_there_if_the_model_gives_one(name, trained: Make, exported):
    model, engine = trained(name), exported(name).engine
    wave = next(iter(model.waves.values()))
    found = engine.predict(wave).embedding
    if callable(model.embedding):
        np.testing.assert_allclose(found, model.embedding(wave), atol=1e-4)
    else:
        assert (found is not None) == model.embedding


@EVERY
def test_the_manifest_holds_what_a_person_said_and_nothing_else_is_claimed(name, trained: Make, exported):
    manifest = exported(name).engine.manifest
    told = {
        "name": manifest.name,
        "licence": manifest.licence,
        "temperature": manifest.temperature,
        "abstain_below": manifest.abstain_below,
        "min_seconds": manifest.min_seconds,
        "max_seconds": manifest.max_seconds,
        "labels": manifest.labels,
        "sample_rate": manifest.sample_rate,
        "corpora": manifest.trained_on.corpora,
        "speakers": manifest.trained_on.speakers,
        "uar": manifest.metrics.uar,
        "protocol": manifest.metrics.protocol,
    }
    unknown = {
        "licence": "unknown",
        "temperature": 1.0,
        "abstain_below": 0.5,
        "min_seconds": 0.25,
        "max_seconds": 10.0,
        "sample_rate": RATE,
        "corpora": (),
        "speakers": None,
        "uar": None,
        "protocol": "not measured",
    }
    assert told == {**unknown, "labels": trained(name).labels, **trained(name).manifest}


@EVERY
def test_the_command_tells_its_steps_and_what_came_out(name, trained: Make, exported):
    model, done = trained(name), exported(name)
    steps = [line.split()[0] for line in done.err.splitlines()]
    assert [step for step in steps if step in STEPS] == list(STEPS)  # once each: the first exporter did it
    assert f"by the {model.exporter} exporter" in done.out
    assert done.out.strip().endswith(f"labels {', '.join(model.labels)}")
    assert len(done.out.splitlines()) == 1


@ONE_OF_A_KIND
def test_the_file_is_verified_and_described_without_the_model(name, trained: Make, exported, capsys):
    path = str(exported(name).path)
    assert main(["verify", path]) == 0
    assert "batch = single" in capsys.readouterr().out
    assert main(["inspect", path, "--json"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)["files"]
    assert facts["inputs"] == {"waveform": ["batch", "samples"]}
    assert tuple(facts["manifest"]["labels"]) == trained(name).labels
    assert (facts["precision"], facts["note"]) == ("fp32", "")
    assert facts["macs"] > 0


def test_sound_that_is_too_short_for_a_network_is_uncertain(exported):
    """Silence is added, and said to be no speech."""
    assert exported("needs_seconds").engine.predict(speech_like(RATE, RATE)).uncertain
