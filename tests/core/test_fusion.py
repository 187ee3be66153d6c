"""Voice and words as one answer, and the file that says how."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.fusion import (
    FusedModel,
    Fusion,
    FusionError,
    Weights,
    by_words,
    contradiction,
    shared_labels,
)
from desktop_app.core.fusion_file import read_fusion, write_fusion
from desktop_app.core.label_set import LabelSet
from desktop_app.core.transcript import NOTHING_SAID, TextEmotion, Transcript
from desktop_app.core.types import Prediction

VOICE = FusedModel("voice-4", "a" * 64, ("neutral", "happy", "sad", "angry"))
TEXT = FusedModel("words-3", "b" * 64, ("joy", "anger", "irony"))
BY_VOICE = (0.1, 0.2, 0.3, 0.4)


def fusion(*weights: Weights) -> Fusion:
    return Fusion(VOICE, TEXT, weights or (Weights(),) * 4)


def spoken(probabilities: tuple[float, ...] = BY_VOICE, *, uncertain: bool = False) -> Prediction:
    best = int(np.argmax(probabilities))
    return Prediction(VOICE.labels, probabilities, VOICE.labels[best], probabilities[best], uncertain)


def said(*probabilities: float) -> Transcript:
    return Transcript("Thank you.", "en", 0.9, (), TextEmotion(TEXT.labels, probabilities))


def test_weights_of_the_voice_alone_give_its_answer_whatever_is_said() -> None:
    assert fusion().combine(BY_VOICE, (0.98, 0.01, 0.01)) == pytest.approx(BY_VOICE, abs=1e-9)


def test_words_move_the_emotions_that_both_models_know_by_their_names() -> None:
    weighted = fusion(*(Weights(1.0, 0.5, 0.0) for _ in VOICE.labels))
    neutral, happy, sad, angry = weighted.combine(BY_VOICE, (0.9, 0.05, 0.05))
    assert happy > 0.2, "joy is happy"
    assert angry < 0.4, "anger is angry"
    assert neutral / sad == pytest.approx(0.1 / 0.3), "the words know neither: the voice alone tells them"
    assert neutral + happy + sad + angry == pytest.approx(1.0)


def test_labels_that_mean_one_emotion_count_together() -> None:
    assert shared_labels(("happy", "sad", "angry"), ("gratitude", "joy", "anger", "irony")) == [
        [0, 1],
        [],
        [2],
    ]
    assert shared_labels(("happy", "love"), ("joy", "love")) == [[0], [1]], "the voice has a word of its own"


def test_words_that_tell_nothing_move_nothing() -> None:
    weighted = fusion(*(Weights(1.0, 0.7, 0.0) for _ in VOICE.labels))
    assert weighted.combine(BY_VOICE, (1 / 3, 1 / 3, 1 / 3)) == pytest.approx(BY_VOICE, abs=1e-9)


def test_no_single_word_forbids_an_answer() -> None:
    weighted = fusion(*(Weights(1.0, 1.0, 0.0) for _ in VOICE.labels))
    certain_of_another = weighted.combine((0.0, 0.01, 0.0, 0.99), (1.0, 0.0, 0.0))
    assert certain_of_another[3] > 0.01


def test_without_words_the_answer_is_the_voices_and_without_a_voice_there_is_none() -> None:
    weighted = fusion(*(Weights(0.5, 1.0, 0.3) for _ in VOICE.labels))
    for nothing in (NOTHING_SAID, Transcript("Guten Tag", "de", 0.9)):
        answer = weighted.answer(spoken(), nothing, 0.3)
        assert answer is not None
        assert answer.probabilities == BY_VOICE
        assert answer.label == "angry"
    assert weighted.answer(spoken(), None, 0.3) is None, "nobody asked for words"
    assert weighted.answer(replace(spoken(), not_a_voice=True), said(1.0, 0.0, 0.0), 0.3) is None
    other_model = replace(spoken(), labels=("a", "b", "c", "d"), label="a")
    assert weighted.answer(other_model, said(1.0, 0.0, 0.0), 0.3) is None


def test_it_is_uncertain_by_the_rule_of_the_voices_model() -> None:
    weighted = fusion(*(Weights(1.0, 0.5, 0.0) for _ in VOICE.labels))
    short = replace(spoken(uncertain=True), short_or_silent=True)
    neither = said(1 / 3, 1 / 3, 1 / 3)  # 0.4 as by the voice alone
    for prediction, words, expected in (
        (spoken(), neither, True),
        (spoken(), said(0.01, 0.98, 0.01), False),
        (short, said(0.01, 0.98, 0.01), True),
    ):
        answer = weighted.answer(prediction, words, 0.5)
        assert answer is not None
        assert answer.uncertain is expected
        assert answer.data()["uncertain"] is expected
    few = LabelSet.of(VOICE.labels, ("sad", "angry"))
    answer = weighted.answer(spoken(), neither, 0.5)
    assert answer is not None
    assert answer.among(few).uncertain, "0.57 is not much of two"


def test_a_fusion_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.fusion.json"
    made = Fusion(VOICE, TEXT, tuple(Weights(1.0, k / 4, -k / 8) for k in range(4)), {"speakers": 12})
    write_fusion(path, made)
    found = read_fusion(path)
    assert found == made
    assert found.fitted == {"speakers": 12}


def test_a_fusion_of_other_models_is_refused_with_what_to_do() -> None:
    made = fusion()
    made.check(VOICE, TEXT)
    for voice, text, code in (
        (replace(VOICE, labels=(*VOICE.labels, "calm")), TEXT, "fusion.labels"),
        (VOICE, replace(TEXT, labels=("joy", "anger")), "fusion.labels"),
        (replace(VOICE, sha256="c" * 64), TEXT, "fusion.model"),
        (VOICE, replace(TEXT, sha256="c" * 64), "fusion.model"),
    ):
        with pytest.raises(FusionError, match="emoscope-models fuse") as told:
            made.check(voice, text)
        assert told.value.code == code


def test_what_is_no_fusion_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.fusion.json"
    write_fusion(path, fusion())
    good = json.loads(path.read_text("utf-8"))
    hostile: list[object] = [
        "{",
        "[]",
        "[" * 100_000,
        {**good, "kind": "emoscope voice profile"},
        {**good, "format_version": 9},
        {**good, "weights": {"happy": good["weights"]["happy"]}},
        {**good, "weights": {**good["weights"], "sad": {"voice": 1e300, "words": 0, "bias": 0}}},
        {**good, "weights": {**good["weights"], "sad": {"voice": True, "words": 0, "bias": 0}}},
        {**good, "weights": {**good["weights"], "sad": {"voice": -5, "words": 0, "bias": 0}}},
        {**good, "voice": {**good["voice"], "labels": ["happy", "happy"]}},
        {**good, "text": {"name": "\x1b[2J", "sha256": "", "labels": ["a", "b"]}},
        {**good, "fitted": 3},
    ]
    for content in hostile:
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        with pytest.raises(FusionError) as told:
            read_fusion(path)
        assert told.value.code == "fusion.file"
    for missing in (tmp_path / "none.fusion.json", tmp_path):
        with pytest.raises(FusionError) as told:
            read_fusion(missing)
        assert told.value.code == "fusion.file"


def test_kind_words_in_an_angry_voice_contradict_one_another() -> None:
    angry, kind = spoken((0.05, 0.1, 0.1, 0.75)), TextEmotion(TEXT.labels, (0.8, 0.1, 0.1))
    found = contradiction(angry, kind)
    assert found is not None
    assert (found.words, found.words_confidence) == ("happy", 0.8), "in the voice's words"
    assert (found.voice, found.voice_confidence) == ("angry", 0.75)


def test_words_are_counted_by_their_meaning_before_the_likeliest_is_told() -> None:
    text = TextEmotion(("joy", "gratitude", "anger", "irony"), (0.3, 0.31, 0.35, 0.04))
    shares, likeliest = by_words(text, VOICE.labels)
    assert shares == pytest.approx((None, 0.61, None, 0.35))
    assert VOICE.labels[likeliest or 0] == "happy", "and not anger, the likeliest of four"
    assert contradiction(spoken((0.05, 0.1, 0.1, 0.75)), text) is not None
    ironic = TextEmotion(text.labels, (0.1, 0.1, 0.1, 0.7))
    assert by_words(ironic, VOICE.labels)[1] is None


def test_what_is_unsure_neutral_or_of_one_mind_contradicts_nothing() -> None:
    angry, kind = spoken((0.05, 0.1, 0.1, 0.75)), TextEmotion(TEXT.labels, (0.8, 0.1, 0.1))
    assert contradiction(angry, None) is None
    assert contradiction(spoken((0.05, 0.1, 0.1, 0.75), uncertain=True), kind) is None
    assert contradiction(angry, TextEmotion(TEXT.labels, (0.5, 0.3, 0.2))) is None
    assert contradiction(angry, TextEmotion(TEXT.labels, (0.1, 0.8, 0.1))) is None, "anger is angry"
    assert contradiction(spoken((0.9, 0.05, 0.05, 0.0)), kind) is None, "kind words in a neutral voice"
    assert contradiction(spoken((0.05, 0.1, 0.75, 0.1)), kind) is None, "these words know nothing sad"
    ironic = TextEmotion(TEXT.labels, (0.1, 0.1, 0.8))
    assert contradiction(angry, ironic) is None, "this voice knows no irony"
    neutral = TextEmotion(("neutral", "anger"), (0.9, 0.1))
    assert contradiction(angry, neutral) is None, "neutral words say nothing"
