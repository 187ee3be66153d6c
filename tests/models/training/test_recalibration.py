"""What a model doubts: novelty, its temperature, the gate for voices, and what tells speakers apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from desktop_app.core.types import FloatArray
from models.architectures.whisper.doubt import Doubt
from models.evaluation.metrics import ece_of
from models.training.calibration import Answers, Calibration, fit_familiarity
from models.training.whisper.novelty import NoveltyScale, fit_scale, principal_directions
from models.training.whisper.recalibration import Domain, answers_of, cross_fitted, fit
from models.training.whisper.voice_gate import fit_voice_gate, noise_pieces

DIM, WAYS = 64, 6
RNG = np.random.default_rng(3)
BASIS = np.linalg.qr(RNG.normal(size=(DIM, DIM)))[0].T


def embeddings(count: int, seconds: float, *, shift: float = 0.0, seed: int = 0) -> FloatArray:
    """Clips that vary widely in a few ways, and a little in all others, the more the shorter they are."""
    rng = np.random.default_rng(seed)
    inside = 3 * rng.normal(size=(count, WAYS)) @ BASIS[:WAYS]
    outside = 0.5 * np.sqrt(1 + 1 / seconds) * rng.normal(size=(count, DIM))
    return (inside + outside + shift * BASIS[-1]).astype(np.float32)


@pytest.fixture(scope="module")
def scale() -> NoveltyScale:
    long, short = embeddings(400, 4.0, seed=1), embeddings(400, 0.5, seed=2)
    directions = principal_directions([long[:200], long[200:]], WAYS)
    views = [(long, np.full(400, 4.0)), (short, np.full(400, 0.5))]
    return fit_scale(directions, views, np.ones(400))


def test_known_voices_have_no_novelty_at_any_length_and_another_microphone_has(scale: NoveltyScale) -> None:
    for seconds in (0.5, 1.0, 4.0):
        lengths = np.full(200, seconds)
        known = scale.novelty(embeddings(200, seconds, seed=5), lengths)
        assert abs(np.median(known)) < 0.1
        other = scale.novelty(embeddings(200, seconds, shift=6.0, seed=5), lengths)
        assert np.median(other) > 0.4
    assert scale.shortness == pytest.approx(1.0, rel=0.3)


def test_the_graph_computes_the_same_novelty(scale: NoveltyScale) -> None:
    doubt = Doubt(DIM, WAYS, 0)
    doubt.directions.copy_(torch.from_numpy(scale.directions))
    doubt.reference.fill_(scale.reference)
    doubt.shortness.fill_(scale.shortness)
    usual = embeddings(8, 1.3, shift=2.0)
    found = doubt.novelty(torch.from_numpy(usual), 1.3).numpy()
    assert found == pytest.approx(scale.novelty(usual, np.full(8, 1.3)), abs=1e-4)


def answers(novelty: float, *, sharper: float = 1.0, count: int = 4000, seed: int = 0) -> Answers:
    """Answers that are `sharper` than they are right."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.normal(size=(count, 4))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = (chances.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    speakers = rng.integers(8, size=count).astype(str)
    return answers_of(
        sharper * logits,
        targets,
        allowed=np.arange(4),
        seconds=np.full(count, 1e6),
        speakers=speakers,
        novelty=np.full(count, novelty),
    )


def test_the_slope_is_found_by_which_novelty_makes_answers_too_sure() -> None:
    found = fit_familiarity(
        [answers(0.0), answers(0.5, sharper=np.exp(0.4)), answers(1.0, sharper=np.exp(0.8))]
    )
    assert found.slope == pytest.approx(0.8, abs=0.1)
    assert found.temperature == pytest.approx(1.0, abs=0.08)
    strange = answers(1.0, sharper=np.exp(0.8), seed=9)
    before = ece_of(Calibration(1.0, 0.0).probabilities(strange), strange.targets)
    assert ece_of(found.probabilities(strange), strange.targets) < before / 3


def domain(corpus: str, found: Answers, *, known: bool = False) -> Domain:
    return Domain(corpus, known, {"trimmed": found}, 8)


def test_nothing_of_a_corpus_is_in_the_constants_that_it_is_judged_by() -> None:
    usual = [domain("a", answers(0.0, seed=1), known=True), domain("b", answers(0.6, sharper=1.5, seed=2))]
    for other in (answers(0.9, sharper=2.0, seed=3), answers(0.9, sharper=0.2, seed=4)):
        row = cross_fitted([*usual, domain("c", other)])[-1]
        alone = fit(usual)
        assert row["domain"] == "c"
        assert (row["slope"], row["threshold"]) == (alone.slope, alone.threshold)


def test_the_threshold_lets_enough_of_the_answers_be_right() -> None:
    domains = [domain("a", answers(0.0, seed=1), known=True), domain("b", answers(0.6, seed=2))]
    chosen = fit(domains)
    for one in domains:
        sure = chosen.probabilities(one.views["trimmed"]).max(axis=1) >= chosen.threshold
        right = chosen.probabilities(one.views["trimmed"]).argmax(axis=1) == one.views["trimmed"].targets
        assert right[sure].mean() > (0.8 if one.known else 0.65)


def test_the_voice_gate_names_noise_and_lets_all_but_a_few_clips_of_speech_through() -> None:
    speech = [embeddings(300, 2.0, seed=seed) + 2 * BASIS[-2] for seed in (1, 2)]
    noise = (embeddings(120, 2.0, seed=3) - 2 * BASIS[-2]).astype(np.float32)
    weight, bias = fit_voice_gate(speech, noise, np.repeat(np.arange(40), 3).astype(str))
    unheard = embeddings(1000, 2.0, seed=8)
    assert ((unheard + 2 * BASIS[-2]) @ weight + bias < 0).mean() < 0.01
    assert ((unheard - 2 * BASIS[-2]) @ weight + bias < 0).mean() > 0.95


def test_a_voice_gate_learns_of_a_single_recording_too() -> None:
    noise = (embeddings(12, 2.0, seed=3) - 2 * BASIS[-2]).astype(np.float32)
    speech = (embeddings(300, 2.0, seed=1) + 2 * BASIS[-2]).astype(np.float32)
    weight, bias = fit_voice_gate([speech], noise, np.array(["rain"] * 12))
    assert 0.9 <= (noise @ weight + bias <= 0).mean() <= 1.0
    assert (speech @ weight + bias > 0).mean() > 0.95


def test_pieces_of_noise_are_as_long_as_utterances_and_one_of_them_is_the_loudest() -> None:
    recording = 1e-5 * np.ones(16000 * 10, dtype=np.float32)
    recording[16000 * 7 : 16000 * 7 + 800] = 0.5
    found = list(noise_pieces([("bang", recording), ("nothing", np.zeros(16000, np.float32))], 16000))
    assert {name for name, _ in found} == {"bang"}
    assert np.abs(found[0][1]).max() == 0.5
    assert all(0.4 <= len(piece) / 16000 <= 3 for _, piece in found)
