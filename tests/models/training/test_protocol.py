"""Splits that leak are refused, figures are right, and choices never see the test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from models.corpora import READERS, load_corpus
from models.corpora.base import LABELS, Clip
from models.errors import CorpusError, LeakError
from models.evaluation.folds import check_disjoint, speaker_folds
from models.evaluation.linear_head import balance, fit_head
from models.evaluation.metrics import confusion, ece_of, macro_f1_of, report, softmax, uar_of
from models.training.calibration import Answers, Calibration, fit_doubt, fit_scale, fit_threshold

RNG = np.random.default_rng(0)


def clip(speaker: str, corpus: str = "x", gender: str = "F") -> Clip:
    return Clip(Path(f"{speaker}.wav"), corpus, speaker, "happy", gender)


def test_every_speaker_is_in_exactly_one_fold_and_folds_are_even():
    clips = [clip(f"s{k}", "a" if k < 10 else "b", "F" if k % 2 else "M") for k in range(20)] * 3
    folds = speaker_folds(clips, 5)
    assert sorted(s for fold in folds for s in fold) == sorted({c.speaker for c in clips})
    assert {len(fold) for fold in folds} == {4}
    assert all(any(int(s[1:]) < 10 for s in fold) and any(int(s[1:]) >= 10 for s in fold) for fold in folds)


def test_a_speaker_on_both_sides_is_refused():
    with pytest.raises(LeakError, match="s1"):
        check_disjoint([clip("s1"), clip("s2")], [clip("s1")])


def test_an_identical_clip_on_both_sides_is_refused():
    one, other = clip("s1"), clip("s2")
    with pytest.raises(LeakError, match="identical"):
        check_disjoint([one], [other], {one.path: "abc", other.path: "abc"})


def test_figures_agree_with_scikit_learn():
    truth = RNG.integers(0, 4, 300)
    predicted = np.where(RNG.random(300) < 0.6, truth, RNG.integers(0, 4, 300))
    matrix = confusion(truth, predicted, 4)
    assert uar_of(matrix) == pytest.approx(balanced_accuracy_score(truth, predicted))
    assert macro_f1_of(matrix) == pytest.approx(f1_score(truth, predicted, average="macro"))


def test_calibration_error_is_zero_for_honest_and_large_for_boastful_probabilities():
    truth = (RNG.random(20_000) < 0.7).astype(np.int64)
    honest = np.tile([0.3, 0.7], (20_000, 1))
    assert ece_of(honest, truth) < 0.01
    assert ece_of(np.tile([0.01, 0.99], (20_000, 1)), truth) == pytest.approx(0.29, abs=0.02)


def test_the_interval_holds_the_figure_and_shrinks_with_more_speakers():
    def width(speakers: int) -> float:
        rng = np.random.default_rng(1)
        truth = rng.integers(0, 2, speakers * 40)
        skill = np.repeat(rng.uniform(0.4, 0.9, speakers), 40)
        right = rng.random(len(truth)) < skill
        probabilities = np.eye(2)[np.where(right, truth, 1 - truth)]
        found = report(probabilities, truth, np.repeat(np.arange(speakers), 40).astype(str).tolist(), "ab")
        low, high = found.uar_interval
        assert low < found.uar < high
        assert found.worst_speaker_uar <= found.uar
        return high - low

    assert width(40) < width(6)


def answers(seconds: float, factor: float = 3.0, clips: int = 4_000) -> Answers:
    """Answers that are surer of themselves than they should be, by a factor."""
    logits = RNG.standard_normal((clips, 3))
    truth = np.array([RNG.choice(3, p=row) for row in softmax(logits)])
    return Answers((factor * logits).astype(np.float32), truth, np.full(clips, seconds), np.ones(clips))


def test_temperature_undoes_overconfidence_and_short_speech_is_doubted_more():
    # With 1 s of doubt, one second of speech counts 1 / 2 and three count 3 / 4.
    parts = [answers(seconds, 3.0 * (seconds + 1.0) / seconds) for seconds in (1.0, 3.0)]
    temperature, doubt_s = fit_doubt(parts)
    assert temperature == pytest.approx(3.0, rel=0.1)
    assert doubt_s == pytest.approx(1.0, abs=0.25)


def test_where_length_makes_no_difference_short_speech_is_hardly_doubted():
    temperature, doubt_s = fit_doubt([answers(1.0), answers(3.0)])
    assert temperature == pytest.approx(3.0, rel=0.1)
    assert doubt_s < 0.15


def test_the_head_for_known_voices_is_made_as_sure_as_it_should_be():
    plain = Calibration(temperature=1.0, threshold=0.0)
    found = answers(2.0, factor=2.0)
    scale = fit_scale(plain, lambda by: [replace(found, logits=found.logits * np.float32(by))])
    assert scale == pytest.approx(0.5, rel=0.1)


def test_the_threshold_gives_the_stated_coverage():
    probabilities = softmax(RNG.standard_normal((5_000, 8)))
    threshold = fit_threshold(probabilities, np.ones(5_000), 0.8)
    assert (probabilities.max(axis=1) >= threshold).mean() == pytest.approx(0.8, abs=0.01)


def test_each_corpus_and_each_class_in_it_weighs_the_same():
    targets = np.array([0] * 10 + [1] * 30 + [0] * 5 + [1] * 5)
    corpora = np.array(["a"] * 40 + ["b"] * 10)
    weights = balance(targets, corpora)
    assert weights.mean() == pytest.approx(1.0)
    sums = [weights[(corpora == c) & (targets == t)].sum() for c in "ab" for t in (0, 1)]
    assert sums == pytest.approx([12.5] * 4)


def test_the_head_learns_and_a_class_without_clips_never_wins():
    targets = np.repeat([0, 1, 3], 50)
    x = (RNG.standard_normal((150, 6)) + 3 * np.eye(6)[targets]).astype(np.float32)
    head = fit_head([x, x + 0.01], targets, np.array(["a"] * 150), 1.0, 4)
    predicted = head.logits(x).argmax(axis=1)
    assert (predicted == targets).mean() > 0.9
    assert 2 not in predicted


NAMES = {
    "ravdess_speech": ("Actor_07/03-01-05-02-01-02-07.wav", "angry", "M"),
    "ravdess_song": ("Actor_08/03-02-02-01-01-01-08.wav", "calm", "F"),
    "emodb": ("03a01Fa.wav", "happy", "M"),
    "emovo": ("pau-f1-l4.wav", None, None),
}


@pytest.mark.parametrize("name", ["ravdess_speech", "ravdess_song", "emodb"])
def test_a_reader_knows_the_published_names(name):
    path, emotion, gender = NAMES[name]
    found = READERS[name].parse(Path(path))
    assert (found.emotion, found.gender, found.corpus) == (emotion, gender, name)
    assert READERS[name].parse(Path("holiday.wav")) is None


def test_identical_clips_count_once(tmp_path):
    for actor in ("01", "02"):
        folder = tmp_path / f"Actor_{actor}"
        folder.mkdir()
        (folder / f"03-01-03-01-02-01-{actor}.wav").write_bytes(b"the same sound")
    clips, hashes = load_corpus("ravdess_speech", tmp_path)
    assert len(clips) == len(hashes) == 1


def test_a_wrong_folder_is_one_sentence(tmp_path):
    with pytest.raises(CorpusError, match="holds no clip"):
        load_corpus("emodb", tmp_path)
    with pytest.raises(CorpusError, match="does not exist"):
        load_corpus("emodb", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "clips", "speakers"),
    [("ravdess_speech", 1200, 20), ("emodb", 454, 10), ("emovo", 588, 6), ("nemo", 2235, 9)],
)
def test_the_corpora_are_read_completely(corpora, name, clips, speakers):
    found, _ = load_corpus(name, corpora / name)
    assert (len(found), len({c.speaker for c in found})) == (clips, speakers)
    assert {c.emotion for c in found} <= set(LABELS)
