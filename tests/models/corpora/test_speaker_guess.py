"""Who may speak where nothing tells it: patterns are offered, never used unasked."""

from __future__ import annotations

import pytest

from models.corpora.speaker_guess import guess_speakers


def clips(*names: str) -> list[tuple[str, str]]:
    """Each in two classes."""
    return [(name.format(label), label) for name in names for label in ("angry", "sad")]


@pytest.mark.parametrize(
    ("names", "kind", "found"),
    [
        (("{}/anna-01.wav", "{}/anna-02.wav", "{}/ben-01.wav", "{}/ben-02.wav"), "prefix", ("anna", "ben")),
        (("{}/anna01.wav", "{}/anna02.wav", "{}/ben01.wav", "{}/ben02.wav"), "letters", ("anna", "ben")),
        (("anna/{}/1.wav", "anna/{}/2.wav", "ben/{}/1.wav", "ben/{}/2.wav"), "folder_above", ("anna", "ben")),
        (("{}/anna/1.wav", "{}/anna/2.wav", "{}/ben/1.wav", "{}/ben/2.wav"), "folder_below", ("anna", "ben")),
    ],
)
def test_names_that_return_in_several_classes_may_be_speakers(
    names: tuple[str, ...], kind: str, found: tuple[str, ...]
) -> None:
    (guess,) = guess_speakers(clips(*names))
    assert (guess.kind, guess.names, guess.speakers) == (kind, found, 2)


@pytest.mark.parametrize(
    "paths",
    [
        [("angry/angry_1.wav", "angry"), ("angry/angry_2.wav", "angry"), ("sad/sad_1.wav", "sad")],
        [("angry/1.wav", "angry"), ("sad/2.wav", "sad")],
        [("angry/a-1.wav", "angry"), ("sad/b-1.wav", "sad"), ("sad/c-1.wav", "sad")],
        [],
    ],
    ids=["the class itself", "numbers alone", "somebody in each clip", "nothing"],
)
def test_what_is_no_speaker_is_not_offered(paths: list[tuple[str, str]]) -> None:
    assert guess_speakers(paths) == ()
