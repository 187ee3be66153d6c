"""Features inside a graph: librosa's values in ONNX Runtime, at any length and in any batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import scipy.signal
import soundfile
import torch
from feature_references import (
    RATE,
    REFERENCES,
    FeatureGraph,
    Reference,
    Several,
    artificial_signals,
    some_speech,
)

from models.features.cepstral import Delta
from models.features.chain import parse_chain

pytestmark = pytest.mark.slow

SPECS = [reference.spec for reference in REFERENCES]
SIGNALS = {"speech": some_speech(), **artificial_signals()}

Graphs = dict[str, FeatureGraph]
Newer = tuple[Sequence[str], FeatureGraph]


@pytest.fixture(scope="module")
def graphs(tmp_path_factory) -> Graphs:
    """Each feature as a graph of its own, by the older exporter, which takes a fraction of a second."""
    folder = tmp_path_factory.mktemp("graphs")
    return {spec: FeatureGraph(parse_chain(spec, RATE), folder) for spec in SPECS}


@pytest.mark.parametrize("kind", SIGNALS)
@pytest.mark.parametrize("reference", REFERENCES, ids=SPECS)
def test_a_graph_gives_what_librosa_gives(graphs: Graphs, reference: Reference, kind):
    waveform = SIGNALS[kind]
    (ours,) = graphs[reference.spec](waveform[None])
    assert reference.difference(ours[0], waveform) <= reference.tolerance


@pytest.mark.corpora
@pytest.mark.parametrize("pattern", ["ravdess_speech/Actor_01/*", "emodb/*", "nemo/*"])
def test_a_graph_gives_what_librosa_gives_for_real_voices(graphs: Graphs, corpora: Path, pattern):
    clip = sorted(corpora.glob(pattern))[0]
    clip = sorted(clip.rglob("*.*"))[0] if clip.is_dir() else clip
    waveform, rate = soundfile.read(clip, dtype="float32")
    assert rate == RATE
    for reference in REFERENCES:
        (ours,) = graphs[reference.spec](waveform[None])
        assert reference.difference(ours[0], waveform) <= reference.tolerance, reference.spec


@pytest.mark.parametrize("spec", SPECS)
def test_a_batch_gives_what_its_clips_give_one_by_one_and_torch_agrees(graphs: Graphs, spec):
    chain, graph = parse_chain(spec, RATE), graphs[spec]
    generator = np.random.default_rng(1)
    for samples in (300, RATE // 4, 9_999, 7 * RATE):
        gains = np.array([[0.5], [0.0], [1e-3], [0.1], [1e-5]])
        batch = (gains * generator.standard_normal((5, samples))).clip(-1, 1).astype(np.float32)
        (together,) = graph(batch)
        alone = np.concatenate([graph(clip[None])[0] for clip in batch])
        with torch.inference_mode():
            torchs = chain(torch.from_numpy(batch)).numpy()
        assert np.isfinite(together).all()
        assert together.shape == alone.shape == torchs.shape
        scale = np.abs(torchs).max()
        # Of colours and roll-off, rounding may choose the neighbour.
        step = 0.02 if spec.startswith("image:") else 1e-3 if spec == "rolloff" else 2e-5
        assert np.abs(together - alone).max() <= step * scale
        assert np.abs(together - torchs).max() <= step * scale


@pytest.mark.parametrize("spec", SPECS)
def test_the_shortest_clip_that_is_promised_has_features(graphs: Graphs, spec):
    chain = parse_chain(spec, RATE)
    shortest = np.full((1, chain.minimum_samples), 0.1, dtype=np.float32)
    for features in (chain(torch.from_numpy(shortest)).numpy(), graphs[spec](shortest)[0]):
        assert features.size > 0
        assert np.isfinite(features).all()


def test_both_exporters_give_the_same_vector(tmp_path):
    spec = "mfcc:delta=1|pool:mean,p90"
    chain = parse_chain(spec, RATE)
    old, new = (FeatureGraph(chain, tmp_path, dynamo=dynamo) for dynamo in (False, True))
    for samples in (RATE // 4, 3 * RATE + 7):
        batch = 0.1 * np.random.default_rng(2).standard_normal((3, samples)).astype(np.float32)
        np.testing.assert_allclose(old(batch)[0], new(batch)[0], rtol=1e-4, atol=1e-4)


# One of each kind whose operators the exporters translate in different ways; all of them take a minute.
FEW = ("contrast", "rolloff", "pitch")


@pytest.fixture(
    scope="module", params=[FEW, pytest.param(SPECS, marks=pytest.mark.proof)], ids=["few", "all"]
)
def newer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Newer:
    """Features, one output each, by the newer exporter: it takes a second or two for each."""
    specs: Sequence[str] = request.param
    chains = Several([parse_chain(spec, RATE) for spec in specs])
    folder = tmp_path_factory.mktemp("newer")
    return specs, FeatureGraph(chains, folder, dynamo=True, outputs=len(specs))


def test_the_newer_exporter_gives_what_librosa_gives(newer: Newer):
    specs, graph = newer
    references = [reference for reference in REFERENCES if reference.spec in specs]
    assert len(references) == len(specs)
    for kind, waveform in SIGNALS.items():
        for reference, ours in zip(references, graph(waveform[None]), strict=True):
            assert reference.difference(ours[0], waveform) <= reference.tolerance, (reference.spec, kind)


@pytest.mark.parametrize(("size", "samples"), [(1, 300), (2, RATE // 4), (5, 7 * RATE)])
def test_the_newer_exporter_takes_any_length_and_batch(newer: Newer, size, samples):
    specs, graph = newer
    batch = 0.1 * np.random.default_rng(3).standard_normal((size, samples)).astype(np.float32)
    for spec, ours in zip(specs, graph(batch), strict=True):
        with torch.inference_mode():
            assert ours.shape == tuple(parse_chain(spec, RATE)(torch.from_numpy(batch)).shape), spec


def test_pitch_follows_a_voice_and_tells_voiced_from_unvoiced():
    time = np.arange(2 * RATE) / RATE
    voice = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 8)).astype(np.float32) * 0.2
    noise = 0.1 * np.random.default_rng(4).standard_normal(2 * RATE).astype(np.float32)
    frequency, voiced = parse_chain("pitch:voicing=1", RATE)(torch.from_numpy(voice)[None])[0, :, 3:-3]
    assert (frequency - 140).abs().max() < 0.5
    assert voiced.min() == 1
    assert parse_chain("pitch:voicing=1", RATE)(torch.from_numpy(noise)[None])[0, 1].max() == 0


def test_a_picture_has_low_frequencies_at_the_bottom_and_time_to_the_right():
    time = np.arange(2 * RATE) / RATE
    rising = 0.5 * np.sin(2 * np.pi * (200 * time + 1700 * time**2)).astype(np.float32)
    picture = parse_chain("image", RATE)(torch.from_numpy(rising)[None])[0, 0]
    brightest = picture.argmax(dim=0)
    assert brightest[5] > 90
    assert brightest[-5] < 30


@pytest.mark.parametrize("frames", [1, 2, 5, 8])
def test_delta_of_few_frames_takes_the_ends_as_going_on(frames):
    rows = torch.randn(2, 3, frames, generator=torch.Generator().manual_seed(5))
    going_on = scipy.signal.savgol_filter(rows.numpy(), 9, polyorder=1, deriv=1, mode="nearest")
    middle = (frames - 1) // 2
    slopes = Delta(1)(rows).numpy()
    assert slopes.shape == rows.shape
    np.testing.assert_allclose(slopes[..., : middle + 1], going_on[..., [middle] * (middle + 1)], atol=1e-6)
