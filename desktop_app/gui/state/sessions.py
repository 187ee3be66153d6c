"""What the window tells of sessions that are kept: rows, figures, comparisons, and the words. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop_app.core.language import localised, mark, tr
from desktop_app.gui.state.words import capital, clock, emotion, in_numbers, percent
from desktop_app.sessions.records import EndedBy, Session, Utterance
from desktop_app.sessions.store import OpenedSession

_MOST_EMOTIONS: Final = 3
NO_SOUND: Final = mark("No sound was kept of this session")
IS_LIVE: Final = mark("This session is being kept now: end it first")

_KEPT: Final = {
    (False, False): mark(
        "While a microphone is heard, it is kept when each utterance was and how it sounded, with your own "
        "names and notes. Words and sound are not kept. It lies in {folder}, on this computer alone."
    ),
    (False, True): mark(
        "While a microphone is heard, it is kept when each utterance was and how it sounded, with your own "
        "names and notes. Words are not kept; the sound is, in a file beside them. It lies in {folder}, on "
        "this computer alone."
    ),
    (True, False): mark(
        "While a microphone is heard, it is kept when each utterance was, what was said and how it sounded, "
        "with your own names and notes. Sound is not kept. It lies in {folder}, on this computer alone."
    ),
    (True, True): mark(
        "While a microphone is heard, it is kept when each utterance was, what was said and how it sounded, "
        "with your own names and notes, and the sound, in a file beside them. It lies in {folder}, on this "
        "computer alone."
    ),
}
"""By whether what is said is written down, and whether the sound is kept."""


def what_is_kept(folder: Path, *, on: bool, with_sound: bool, words: bool = False) -> str:
    """What is kept at this moment, and where, in plain words; `words`: what is said is written down."""
    if not on:
        return tr(
            "Nothing is kept now. What was kept before lies in {folder}, on this computer alone."
        ).format(folder=folder)
    text = _KEPT[words, with_sound]
    return tr(text).format(folder=folder)


def when(session: Session) -> str:
    """When it began, here, as it can be searched for."""
    return f"{datetime.fromtimestamp(session.started).astimezone():%Y-%m-%d %H:%M}"


def called(session: Session) -> str:
    """Its name, or a plain one."""
    if session.name:
        return capital(session.name)
    return tr("Session {number}").format(number=session.id)


def shares_of(session: Session) -> tuple[tuple[str, float], ...]:
    """For each emotion its share of the time in which some emotion was answered; the largest first."""
    total = sum(session.answers_s.values())
    if not total:
        return ()
    shares = ((label, seconds / total) for label, seconds in session.answers_s.items())
    return tuple(sorted(shares, key=lambda share: -share[1]))


def emotions_text(session: Session) -> str:
    """Those with the most time, such as `Happy 60 %, sad 30 %`."""
    shares = shares_of(session)[:_MOST_EMOTIONS]
    text = ", ".join(f"{emotion(label)} {percent(share)}" for label, share in shares)
    if session.means:
        means = in_numbers(tuple(session.means), tuple(session.means.values()))
        text = f"{text}; {means}" if text else means
    return capital(text) if text else tr("None was sure")


def detail(session: Session, model: str = "") -> str:
    """A line about it: when, how long, how much was said, with which device and model."""
    said = tr("1 utterance")
    if session.utterances != 1:
        said = tr("{count} utterances").format(count=session.utterances)
    parts = [when(session), clock(session.seconds), said]
    if session.lost:
        parts.append(tr("{count} not judged").format(count=session.lost))
    if session.live:
        parts.append(tr("being kept now"))
    elif session.ended_by is EndedBy.INTERRUPTED:
        parts.append(tr("interrupted"))
    elif session.ended_by is EndedBy.FAILED:
        parts.append(tr("ended by a failure"))
    return " · ".join(part for part in (*parts, session.device, model) if part)


@dataclass(frozen=True, slots=True)
class Figures:
    """A session in numbers.

    Attributes
    ----------
    shares : mapping
        For each emotion that could be answered its share of the time in which some emotion was answered.
    speech_share : float
        Of the session's time.
    per_minute : float
        Utterances for each minute of the session.
    confidence : float or None
        Mean over utterances with an answer; None if there is none.
    uncertain : float or None
        Share of utterances without an answer.
    corrected : int
        Utterances whose answer a person replaced.
    means : mapping
        Of each dimension the mean over the speech that a model of dimensions has judged.
    """

    session: Session
    shares: Mapping[str, float]
    utterances: int
    speech_s: float
    speech_share: float
    per_minute: float
    confidence: float | None
    uncertain: float | None
    corrected: int
    means: Mapping[str, float]

    @classmethod
    def of(cls, opened: OpenedSession) -> Figures:
        labels = dict.fromkeys(label for engine in opened.engines for label in engine.labels)
        seconds = dict.fromkeys(labels, 0.0)
        said = [
            each for each in opened.utterances if answer(each) is not None or not each.prediction.not_a_voice
        ]
        for each in said:
            label = answer(each)
            if label is not None:
                seconds[label] = seconds.get(label, 0.0) + each.duration_s
        total = sum(seconds.values())
        answered = [each for each in said if answer(each) is not None and each.corrected is None]
        sure = [each.prediction.confidence for each in answered]
        unsure = sum(answer(each) is None and not is_point(each) for each in said)
        speech_s = sum(each.duration_s for each in said)
        length_s = max(opened.session.seconds, speech_s)
        return cls(
            opened.session,
            {label: part / total if total else 0.0 for label, part in seconds.items()},
            len(said),
            speech_s,
            speech_s / length_s if length_s else 0.0,
            60 * len(said) / length_s if length_s else 0.0,
            sum(sure) / len(sure) if sure else None,
            unsure / len(said) if said else None,
            sum(each.corrected is not None for each in said),
            opened.session.means,
        )

    @property
    def doubt(self) -> str:
        """A sentence about what was not sure, or not right; empty if all was."""
        share = percent(self.uncertain or 0.0)
        if self.uncertain and self.corrected:
            text = tr("{share} of the utterances were uncertain; {count} corrected by you.")
        elif self.uncertain:
            text = tr("{share} of the utterances were uncertain.")
        else:
            text = tr("{count} corrected by you.") if self.corrected else ""
        return text.format(share=share, count=self.corrected)

    def rows(self, *, values: bool = False) -> list[tuple[str, str]]:
        """What each figure is, and its value, for people; with `values` also those of dimensions."""
        means = in_numbers(tuple(self.means), tuple(self.means.values())) or "–"
        return [
            (tr("Began"), when(self.session)),
            (tr("Length"), clock(self.session.seconds)),
            (tr("Speech"), f"{clock(self.speech_s)} ({percent(self.speech_share)})"),
            (tr("Utterances"), str(self.utterances)),
            (tr("Utterances per minute"), localised(f"{self.per_minute:.1f}")),
            (tr("Mean confidence"), "–" if self.confidence is None else percent(self.confidence)),
            *([(tr("Mean values"), means)] if values else []),
            (tr("Uncertain"), "–" if self.uncertain is None else percent(self.uncertain)),
            (tr("Corrected by you"), str(self.corrected)),
        ]


def answer(said: Utterance) -> str | None:
    """The emotion of an utterance: a person's word, or the model's; None if neither is sure."""
    if said.corrected is not None:
        return said.corrected
    prediction = said.prediction
    return None if prediction.uncertain or prediction.not_a_voice else prediction.label or None


def is_point(said: Utterance) -> bool:
    """It was judged by a model of dimensions, and its values can be relied on."""
    prediction = said.prediction
    return bool(prediction.dimensions) and not (prediction.uncertain or prediction.not_a_voice)


def labels_of(figures: Sequence[Figures]) -> tuple[str, ...]:
    """The emotions that any of them has, each once."""
    return tuple(dict.fromkeys(label for each in figures for label in each.shares))


def file_stem(session: Session) -> str:
    """A name for a file that is made of it: letters and digits of its own name, or its date."""
    name = "".join(sign if sign.isalnum() or sign in "-_" else " " for sign in session.name)
    name = "-".join(name.split())[:60]
    date = f"{datetime.fromtimestamp(session.started).astimezone():%Y-%m-%d-%H%M}"
    return f"{date}-{name}" if name else f"session-{session.id}-{date}"
