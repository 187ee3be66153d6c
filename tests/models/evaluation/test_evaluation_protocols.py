"""Each protocol keeps voices and sounds apart, and the one that does not says so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import CallError
from models.commands.evaluate import folder_name
from models.corpora.base import LABELS, Clip
from models.errors import LeakError
from models.evaluation.cross_validation import cross_validate
from models.evaluation.folds import check_disjoint, linked_speakers, speaker_folds
from models.evaluation.protocols import (
    PROTOCOLS,
    RAVDESS_5,
    RAVDESS_6,
    Split,
    check_split,
    inner_folds,
    splits,
)


def corpus(name: str, speakers: list[str], genders: str = "FM", takes: int = 2) -> list[Clip]:
    return [
        Clip(Path(name, f"{speaker}-{emotion}-{take}.wav"), name, speaker, emotion, genders[number % 2])
        for number, speaker in enumerate(speakers)
        for emotion in LABELS
        for take in range(takes)
    ]


def actors(name: str = "ravdess_speech", count: int = 24, takes: int = 1) -> list[Clip]:
    return corpus(name, [f"ravdess-{actor:02d}" for actor in range(1, count + 1)], "MF", takes)


def sounds(clips: list[Clip]) -> dict[Path, str]:
    return {clip.path: f"{number:08x}" for number, clip in enumerate(clips)}


def people(clips: list[Clip], rows: np.ndarray) -> set[str]:
    return {clip.speaker for clip, chosen in zip(clips, rows, strict=True) if chosen}


@pytest.mark.parametrize("protocol", [name for name in PROTOCOLS if name != "speaker-dependent"])
def test_no_voice_and_no_sound_stands_on_two_sides(protocol):
    clips = actors() + corpus("emodb", [f"emodb-{k}" for k in range(10)])
    hashes = sounds(clips)
    tested = None if protocol == "leave-one-corpus-out" else "ravdess_speech"
    found = splits(protocol, clips, hashes, corpus=tested, count=6)
    for split in found:
        sides = [people(clips, rows) for rows in (split.train, split.validation, split.test)]
        assert sides[0]
        assert sides[2]
        assert sides[0].isdisjoint(sides[2])
        assert sides[1].isdisjoint(sides[0] | sides[2])
        assert not split.speaker_dependent
    if protocol != "fixed":
        times = np.sum([split.test for split in found], axis=0)
        assert set(times[[tested in (None, clip.corpus) for clip in clips]]) == {1}


def test_the_published_folds_of_ravdess_name_each_actor_once():
    for lists, size in ((RAVDESS_6, 4), (RAVDESS_5, 5)):
        assert sorted(actor for fold in lists for actor in fold) == list(range(1, 25))
        assert max(map(len, lists)) == size
    clips = actors()
    first = splits("ravdess-6", clips, sounds(clips))[0]
    assert people(clips, first.test) == {"ravdess-01", "ravdess-11", "ravdess-20", "ravdess-21"}


def test_the_published_folds_are_for_ravdess_alone():
    clips = corpus("emodb", [f"emodb-{k}" for k in range(10)])
    with pytest.raises(LeakError, match="RAVDESS"):
        splits("ravdess-6", clips, sounds(clips))


def test_six_folds_of_24_actors_are_two_women_and_two_men_each():
    clips = actors()
    gender = {clip.speaker: clip.gender for clip in clips}
    for fold in speaker_folds(clips, 6):
        assert sorted(gender[speaker] for speaker in fold) == ["F", "F", "M", "M"]


def test_an_actor_in_two_corpora_is_in_one_fold_and_never_trains_for_the_own_test():
    clips = actors() + actors("ravdess_song")
    folds = speaker_folds(clips, 6)
    assert sum(map(len, folds)) == 24
    for split in splits("ravdess-6", clips, sounds(clips), corpus="ravdess_speech"):
        tested = people(clips, split.test)
        assert people(clips, split.train).isdisjoint(tested)
        singing = [clip.corpus == "ravdess_song" for clip in clips]
        assert not split.test[singing].any()


def test_speakers_who_share_a_sound_are_held_out_together():
    clips = actors(count=6)
    hashes = sounds(clips)
    hashes[clips[0].path] = hashes[clips[-1].path]  # the first and the last actor
    assert frozenset({"ravdess-01", "ravdess-06"}) in linked_speakers(clips, hashes)
    for split in splits("leave-one-speaker-out", clips, hashes):
        check_split(clips, split, hashes)
    assert len(splits("leave-one-speaker-out", clips, hashes)) == 5


@pytest.mark.parametrize(
    "protocol", ["speaker-folds", "leave-one-speaker-out", "leave-one-corpus-out", "fixed"]
)
def test_speakers_are_held_out_together_even_if_the_sound_they_share_was_joined(protocol):
    clips = [
        # The first clip of six actors was found under another name as well, and is not there any more.
        replace(clip, twins=frozenset({clip.speaker.replace("ravdess", "mine")}))
        if clip.emotion == LABELS[0] and clip.speaker <= "ravdess-06"
        else clip
        for clip in actors(count=12) + corpus("mine", [f"mine-{k:02d}" for k in range(1, 13)])
    ]
    pairs = [group for group in linked_speakers(clips) if len(group) > 1]
    assert len(pairs) == 6
    for split in splits(protocol, clips, sounds(clips), count=3):
        sides = [people(clips, rows) for rows in (split.train, split.validation, split.test)]
        for group in pairs:
            assert sum(bool(group & side) for side in sides if side) <= 1
    with pytest.raises(LeakError, match="mine-"):
        check_disjoint([clip for clip in clips if clip.corpus == "mine"], clips[:1])


def test_the_fixed_split_has_both_genders_and_does_not_move_when_a_corpus_is_added():
    clips = actors()
    (split,) = splits("fixed", clips, sounds(clips))
    gender = {clip.speaker: clip.gender for clip in clips}
    for rows in (split.validation, split.test):
        assert sorted(gender[s] for s in people(clips, rows)) == ["F", "F", "M", "M"]
    more = clips + corpus("emodb", [f"emodb-{k}" for k in range(10)])
    (again,) = splits("fixed", more, sounds(more))
    assert people(more, again.test) & people(clips, np.ones(len(clips), bool)) == people(clips, split.test)


def test_a_leak_is_refused_whoever_made_the_split():
    clips = actors(count=4)
    hashes = sounds(clips)
    speakers = np.array([clip.speaker for clip in clips])
    test = speakers == "ravdess-01"
    nobody = np.zeros(len(clips), bool)
    with pytest.raises(LeakError, match="ravdess-01"):
        check_split(clips, Split("speaker-folds", "mine", ~nobody, nobody, test), hashes)
    with pytest.raises(LeakError, match="ravdess-01"):
        check_split(clips, Split("speaker-folds", "mine", ~test, test, test), hashes)
    with pytest.raises(LeakError, match="nothing to train"):
        check_split(clips, Split("speaker-folds", "mine", nobody, nobody, test), hashes)
    hashes[clips[0].path] = hashes[clips[-1].path]
    with pytest.raises(LeakError, match="identical"):
        check_split(clips, Split("speaker-folds", "mine", ~test, nobody, test), hashes)


def test_clips_of_unknown_speakers_cannot_be_split():
    clips = [replace(clip, speaker="folder-unknown") for clip in actors(count=2)]
    with pytest.raises(LeakError, match="not known"):
        speaker_folds(clips, 2)


def test_too_few_speakers_are_refused():
    with pytest.raises(LeakError, match="3 speakers cannot be shared out over 5") as caught:
        speaker_folds(actors(count=3), 5)
    assert "fewer folds: --folds, and --outer of a search" in caught.value.hint


def test_a_speaker_dependent_split_says_so_and_still_keeps_identical_clips_together():
    clips = actors(count=6, takes=3)
    hashes = sounds(clips)
    for clip in clips[::3]:  # each first take exists twice
        hashes[clip.path] = hashes[clip.path.with_name(clip.path.name.replace("-0.wav", "-1.wav"))]
    found = splits("speaker-dependent", clips, hashes)
    for split in found:
        assert split.speaker_dependent
        assert "speaker-dependent" in split.name
        assert people(clips, split.train) & people(clips, split.test)
        train = {hashes[c.path] for c, chosen in zip(clips, split.train, strict=True) if chosen}
        test = {hashes[c.path] for c, chosen in zip(clips, split.test, strict=True) if chosen}
        assert train.isdisjoint(test)
    assert (np.sum([split.test for split in found], axis=0) == 1).all()


def test_an_unknown_protocol_or_corpus_is_a_wrong_call():
    clips = actors(count=2)
    with pytest.raises(CallError, match="speaker-folds"):
        splits("random", clips, sounds(clips))
    with pytest.raises(CallError, match="emodb"):
        splits("fixed", clips, sounds(clips), corpus="emodb")


def test_inner_folds_stay_inside_the_training_clips():
    clips = actors(count=12)
    hashes = sounds(clips)
    outer = splits("speaker-folds", clips, hashes, count=4)[0]
    validated = np.zeros(len(clips), dtype=int)
    for fit, validation in inner_folds(clips, outer.train, hashes):
        assert not ((fit | validation) & outer.test).any()
        assert people(clips, fit).isdisjoint(people(clips, validation))
        validated += validation
    assert np.array_equal(validated.astype(bool), outer.train)


def a_guess(seen: list[Split]):
    """A recipe that notes what it was trained on and knows the answer of nobody."""

    def fit(split: Split):
        seen.append(split)
        return lambda rows: np.tile(np.full(len(LABELS), 1 / len(LABELS)), (int(rows.sum()), 1))

    return fit


def test_cross_validation_tests_each_clip_once_and_carries_the_protocol():
    clips = actors(count=8)
    hashes = sounds(clips)
    seen: list[Split] = []
    plan = splits("speaker-folds", clips, hashes, count=4)
    found = cross_validate(clips, hashes, plan, a_guess(seen))
    assert seen == plan
    assert found.rows.all()
    assert found.tested == clips
    assert found.protocol_told.startswith("speaker-folds")
    dependent = splits("speaker-dependent", clips, hashes)
    assert "SPEAKER-DEPENDENT" in cross_validate(clips, hashes, dependent, a_guess([])).protocol_told


@pytest.mark.parametrize(("count", "told"), [(20, "; only 20 of the 24 actors are here"), (24, "(EmoBox)")])
def test_published_folds_tell_how_many_of_their_actors_are_here(count, told):
    clips = actors(count=count)
    plan = splits("ravdess-6", clips, sounds(clips))
    found = cross_validate(clips, sounds(clips), plan, a_guess([]))
    assert found.protocol_told.endswith(told)


def test_cross_validation_refuses_a_clip_that_is_tested_twice():
    clips = actors(count=8)
    hashes = sounds(clips)
    plan = splits("speaker-folds", clips, hashes, count=4)
    with pytest.raises(LeakError, match="twice"):
        cross_validate(clips, hashes, [*plan, plan[0]], a_guess([]))


def test_the_folds_of_the_corpora_here_are_disjoint(corpora):
    from models.corpora import load_corpus

    clips, hashes = load_corpus("ravdess_speech", corpora / "ravdess_speech")
    for split in splits("ravdess-6", clips, hashes):
        check_disjoint(
            [c for c, chosen in zip(clips, split.train, strict=True) if chosen],
            [c for c, chosen in zip(clips, split.test, strict=True) if chosen],
            hashes,
        )


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("without emodb-03, emodb-08", "leave-one-speaker-out-without-emodb-03,-emodb-08"),
        ("without mine-../Anna: 1", r"leave-one-speaker-out-[0-9a-f]{12}"),
        (f"without {'声' * 60}", r"leave-one-speaker-out-[0-9a-f]{12}"),
        ("without mine-Jr.", r"leave-one-speaker-out-[0-9a-f]{12}"),
        (f"without {', '.join(f'mine-{k}' for k in range(90))}", r"leave-one-speaker-out-[0-9a-f]{12}"),
    ],
)
def test_the_folder_of_a_split_can_be_made_whoever_is_tested(name, folder):
    nobody = np.zeros(0, dtype=bool)
    assert re.fullmatch(folder, folder_name(Split("leave-one-speaker-out", name, nobody, nobody, nobody)))
