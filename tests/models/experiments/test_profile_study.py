"""What a profile is built from, that it is the analyzer's own estimate, and that a curve tells the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from desktop_app.inference.voice_profile import FAR, VoiceModel, VoiceProfile, VoiceStatistics
from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig
from models.architectures.whisper.voice_head import VoiceHead
from models.commands.profile import table
from models.data.enrolment import People, draw, estimate_voices
from models.errors import LeakError
from models.evaluation.metrics import softmax
from models.experiments.profile_candidates import (
    Candidate,
    Variant,
    compare,
    inner_splits,
    speaker_directions,
)
from models.experiments.profile_study import Condition, Split, corpus_splits, run_study, speaker_splits
from models.training.whisper.gated_head import (
    GatedHead,
    fit_gated_head,
    random_voices,
    with_speech_gate,
    within_speakers,
)

DIM, CLASSES = 12, 3


def world(
    speakers: int = 12, clips: int = 24, shift: float = 3.0, emotion: float = 1.0, seed: int = 0
) -> tuple[np.ndarray, People]:
    """Voices that differ by a shift in every direction, by default far more than emotions do."""
    rng = np.random.default_rng(seed)
    directions = emotion * rng.normal(size=(CLASSES, DIM))
    targets = np.tile(np.arange(CLASSES), speakers * clips // CLASSES)
    who = np.repeat(np.arange(speakers), clips)
    voices = shift * rng.normal(size=(speakers, DIM))
    x = voices[who] + directions[targets] + 0.7 * rng.normal(size=(len(who), DIM))
    corpora = np.where(who < speakers // 2, "north", "south")
    names = np.array([f"s{k:02}" for k in who])
    return x.astype(np.float32), People(targets, names, corpora, rng.uniform(1, 3, len(who)))


def views(x: np.ndarray) -> dict[str, np.ndarray]:
    return {"trimmed": x, "whole": x + np.float32(0.01)}


def fit(seen: dict[str, np.ndarray], people: People) -> GatedHead:
    return fit_gated_head(seen, people, CLASSES, strength=1.0)


class TestEnrolment:
    SECONDS = np.array([2.0, 3.0, 1.0, 5.0, 4.0, 2.0])

    def test_the_judged_clip_is_never_enrolled(self) -> None:
        weights = draw(self.SECONDS, np.inf, np.random.default_rng(0))
        assert np.all(np.diag(weights) == 0)
        assert weights.sum(axis=1) == pytest.approx(self.SECONDS.sum() - self.SECONDS)

    def test_but_for_the_protocol_that_is_named_so(self) -> None:
        weights = draw(self.SECONDS, np.inf, np.random.default_rng(0), own_clip=True)
        assert np.array_equal(weights, np.tile(self.SECONDS, (6, 1)))

    def test_no_more_speech_than_asked_for_but_at_least_one_clip(self) -> None:
        for seed in range(20):
            rng = np.random.default_rng(seed)
            assert np.all(draw(self.SECONDS, 7.0, rng).sum(axis=1) <= 7.0)
            assert np.all((draw(self.SECONDS, 0.1, rng) > 0).sum(axis=1) == 1)

    def test_only_allowed_clips_are_drawn(self) -> None:
        allowed = np.array([True, False, True, False, False, False])
        weights = draw(self.SECONDS, np.inf, np.random.default_rng(0), allowed)
        assert weights[1] == pytest.approx([2, 0, 1, 0, 0, 0])
        assert weights[0] == pytest.approx([0, 0, 1, 0, 0, 0])

    @pytest.mark.parametrize("moods", [None, 2.0, 3.0, 9.0])
    def test_the_voices_are_those_that_the_analyzer_builds(self, moods: float | None) -> None:
        rng = np.random.default_rng(3)
        default = VoiceStatistics(np.full(DIM, 5, np.float32), rng.uniform(0.5, 2, DIM).astype(np.float32))
        x = (5 + rng.normal(0.5, 1.2, (6, DIM))).astype(np.float32)
        x[2] += 3 * FAR  # a slammed door
        weights = draw(self.SECONDS, 9.0, rng)
        answers = None if moods is None else softmax(moods * rng.normal(size=(6, 4)))
        means, stds = estimate_voices(weights, x, default, answers=answers)
        for row, mean, std in zip(weights, means, stds, strict=True):
            used = row > 0
            said = None if answers is None else answers[used]
            profile = VoiceProfile.build(VoiceModel("m", "", default), x[used], row[used], said)
            voice = profile.statistics()
            assert mean == pytest.approx(voice.mean, rel=1e-4)
            assert std == pytest.approx(voice.std, rel=1e-3)


class TestTheHead:
    def test_the_default_voice_changes_nothing(self) -> None:
        x, people = world()
        head = fit(views(x), people)
        voices = (np.broadcast_to(head.base.mean, x.shape), np.broadcast_to(head.base.std, x.shape))
        assert head.logits(x, voices) == pytest.approx(head.logits(x), abs=1e-5)

    def test_the_gate_opens_with_the_distance_of_the_voice(self) -> None:
        x, people = world()
        head = fit(views(x), people)
        gates = [float(head.gate(head.base.mean + step * head.base.std)) for step in (0.0, 0.2, 1.0, 9.0)]
        assert gates == sorted(gates)
        assert gates[0] == 0
        assert gates[-1] > 0.99

    def test_the_base_deviation_is_that_within_a_speaker(self) -> None:
        x, people = world(shift=50.0)
        assert np.all(within_speakers(x, people).std < 3)

    def test_a_share_of_the_voices_it_learns_with_is_neutral_only(self) -> None:
        x, people = world()
        base = within_speakers(x, people)

        def voices(share: float) -> np.ndarray:
            rng = np.random.default_rng(0)
            return random_voices(x, people, base, rng, neutral=0, neutral_share=share)[0]

        changed = np.any(voices(0.5) != voices(0.0), axis=1)
        assert 0.3 < changed.mean() < 0.7

    def test_torch_computes_the_same(self) -> None:
        x, people = world()
        head = with_speech_gate(fit(views(x), people), x, 5 + 3 * x)
        module = VoiceHead(DIM, CLASSES, head.softness).eval()
        tensors = {name: torch.from_numpy(values) for name, values in head.arrays().items()}
        del tensors["softness"]
        module.load_state_dict(tensors)
        mean, std = (x[people.speakers == "s03"].mean(axis=0), x[people.speakers == "s03"].std(axis=0))
        voices = (np.broadcast_to(mean, x.shape), np.broadcast_to(std, x.shape))
        given = (torch.from_numpy(x), torch.from_numpy(mean), torch.from_numpy(std))
        assert module(*given).detach().numpy() == pytest.approx(head.logits(x, voices), abs=1e-4)
        base = (torch.from_numpy(head.base.mean), torch.from_numpy(head.base.std))
        assert module(given[0], *base).detach().numpy() == pytest.approx(head.logits(x), abs=1e-4)

    def test_a_network_takes_the_head_and_gives_it_back(self) -> None:
        x, people = world()
        encoder = EncoderConfig(layers=1, width=DIM // 2, heads=2, max_positions=200)
        model = EmotionModel(EmotionModelConfig(("a", "b", "c"), encoder, (1,))).eval()
        head = with_speech_gate(fit(views(x), people), x, 5 + 3 * x)
        head.put_into(model)
        again = GatedHead.of(model)
        assert again.logits(x) == pytest.approx(head.logits(x))
        assert model.voice_mean.numpy() == pytest.approx(head.base.mean)
        with pytest.raises(ValueError, match="softness"):
            replace(head, softness=0.5).put_into(model)


class TestTheSpeechGate:
    def test_noise_gets_no_preference_and_speech_keeps_its_own(self) -> None:
        x, people = world(shift=0.5)
        rng = np.random.default_rng(1)
        noise = rng.normal(4.0, 1.0, (200, DIM)).astype(np.float32)
        head = fit(views(x), people)
        gated = with_speech_gate(head, x, noise[:100])
        assert np.mean(gated.is_speech(x) > 0.5) >= 0.98
        assert np.mean(gated.is_speech(noise[100:]) < 0.5) > 0.95
        assert np.mean(gated.logits(x).argmax(axis=1) == head.logits(x).argmax(axis=1)) == 1.0
        spread = np.ptp(gated.logits(noise[100:]), axis=1) / np.ptp(head.logits(noise[100:]), axis=1)
        assert np.median(spread) < 0.2

    def test_without_one_everything_is_speech(self) -> None:
        x, people = world()
        assert np.all(fit(views(x), people).is_speech(x) == 1.0)


class TestTheCurve:
    CONDITIONS = (Condition("mixed", 12.0), Condition("mixed", np.inf), Condition("own clips", np.inf))

    def run(self, x: np.ndarray, people: People, splits: list[Split]) -> list:
        return run_study(views(x), people, splits, fit, conditions=self.CONDITIONS, draws=2)

    def test_where_voices_differ_a_profile_helps_and_a_longer_one_helps_more(self) -> None:
        x, people = world(emotion=3.0)  # which is told without doubt, so that moods are
        (curve,) = self.run(x, people, list(corpus_splits(people, ["south"])))
        short, long, own = curve.points
        assert curve.uar_without < short.uar < long.uar
        assert long.gain == pytest.approx(long.uar - curve.uar_without)
        assert long.gain_interval[0] > 0
        assert own.gain > 0.1
        assert (curve.speakers, curve.clips) == (6, 144)
        assert short.mean_s <= 12.0
        assert short.at_most_s == 12.0
        assert long.at_most_s is None

    def test_where_all_voices_are_alike_it_costs_little(self) -> None:
        x, people = world(shift=0.0)
        (curve,) = self.run(x, people, list(corpus_splits(people, ["south"])))
        assert curve.worst_gain > -0.05

    def test_folds_of_a_corpus_are_one_test_and_every_speaker_counts_once(self) -> None:
        x, people = world()
        folds = {"north": [{"s00", "s01", "s02"}, {"s03", "s04", "s05"}]}
        (curve,) = self.run(x, people, list(speaker_splits(people, folds)))
        assert (curve.test, curve.speakers, curve.clips) == ("north, unseen speakers", 6, 144)

    def test_a_speaker_on_both_sides_is_refused(self) -> None:
        x, people = world()
        leak = Split("leak", np.ones(len(x), bool), people.speakers == "s01")
        with pytest.raises(LeakError, match="s01"):
            self.run(x, people, [leak])

    def test_a_split_may_bring_embeddings_of_its_own(self) -> None:
        x, people = world()
        (split,) = corpus_splits(people, ["south"])
        blank = Split(split.test_name, split.train, split.test, views(np.zeros_like(x)))
        (curve,) = self.run(x, people, [blank])
        assert curve.uar_without == pytest.approx(1 / CLASSES)

    def test_the_table_names_every_length_and_the_least_gain(self) -> None:
        x, people = world()
        curves = self.run(x, people, list(corpus_splits(people, ["north", "south"])))
        lines = table(curves)
        assert "12 s" in lines[1]
        assert "own clips" in lines[1]
        assert lines[4].startswith("mean, unseen corpus")
        assert lines[-1].startswith("The least gain of any length: ")


class TestCandidates:
    def test_inner_folds_never_touch_the_corpus_that_is_left_out(self) -> None:
        _, people = world()
        for split in inner_splits(people, ["north", "south"]):
            left_out = "south" if split.test_name == "north, inner" else "north"
            used = split.train | split.test
            assert left_out not in set(people.corpora[used])
            assert not np.any(split.train & split.test)

    def test_each_is_judged_with_the_same_heads(self) -> None:
        x, people = world()
        told: list[str] = []
        names = [Candidate("as shipped"), Candidate("stranger", head="stranger"), Candidate("rank 1", rank=1)]
        found = compare(views(x), people, ["north", "south"], CLASSES, 0, candidates=names, say=told.append)
        assert list(found) == ["as shipped", "stranger", "rank 1"]
        assert sum("fitted" in line for line in told) == 6
        nones = {name: [curve.uar_without for curve in curves] for name, curves in found.items()}
        assert nones["as shipped"] == nones["stranger"] == nones["rank 1"]

    def test_a_low_rank_keeps_the_shift_along_its_directions_alone(self) -> None:
        x, people = world()
        head = fit(views(x), people)
        directions = speaker_directions(x, people, head.base)
        weights = draw(people.seconds, 30.0, np.random.default_rng(0))
        answers = softmax(head.logits(x))
        full, low = (
            Variant(head, directions, Candidate("", rank=rank), 0).voices(weights, x, answers)[0]
            - head.base.mean
            for rank in (None, 2)
        )
        along = (full / head.base.std) @ directions[:2].T
        assert (low / head.base.std) @ directions[:2].T == pytest.approx(along, abs=1e-4)
        assert (low / head.base.std) @ directions[2:].T == pytest.approx(0.0, abs=1e-4)
