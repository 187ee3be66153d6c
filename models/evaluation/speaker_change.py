"""What a voice for each speaker is worth where several speak at one microphone.

Streams are joined from the clips of strangers, and each clip is judged by those before it, as the analyzer
hears them: with a voice for each speaker whom it recognises, beside the same stream with the speakers told,
with one voice for all, and without adaptation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from desktop_app.inference.adaptation import SESSION
from desktop_app.inference.speakers import RULE, Decision, SpeakerRule, SpeakerVoices
from desktop_app.inference.voice_profile import VoiceProfile
from models.evaluation.adaptation import Judge, Say, among
from models.evaluation.bootstrap import SpeakerSums, paired_differences
from models.evaluation.metrics import IntArray, Probabilities, uar_of

Clips = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Streams:
    """So many speakers, who say so many clips in each turn; one speaker has no turns."""

    speakers: int
    shortest: int = 1
    longest: int = 3

    @property
    def name(self) -> str:
        if self.speakers == 1:
            return "one speaker"
        return f"{self.speakers} speakers, turns of {self.shortest} to {self.longest}"

    def draw(self, speakers: Names, rng: np.random.Generator) -> Iterator[Clips]:
        """Streams [utterances] of clips; speakers who are left over are in none."""
        names = rng.permutation(np.unique(speakers))
        for first in range(0, len(names) - self.speakers + 1, self.speakers):
            group = names[first : first + self.speakers]
            waiting = [rng.permutation(np.flatnonzero(speakers == name)).tolist() for name in group]
            heard: list[int] = []
            last = -1
            while any(waiting):
                others = [place for place, clips in enumerate(waiting) if clips and place != last]
                last = int(rng.choice(others)) if others else last
                count = int(rng.integers(self.shortest, self.longest + 1))
                heard += waiting[last][:count]
                del waiting[last][:count]
            yield np.array(heard, dtype=np.int64)


STREAMS: Final = (Streams(1), Streams(2), Streams(3), Streams(2, 3, 8))
WAYS: Final = ("without", "one voice", "recognised", "told")
"""``without`` adaptation; ``one voice`` for all; a voice for each speaker, who is ``recognised``, as the
analyzer does, or ``told``."""


def hear(
    judge: Judge,
    stream: Sequence[int],
    *,
    told: Sequence[str] | None = None,
    one_voice: bool = False,
    rule: SpeakerRule = RULE,
) -> tuple[Probabilities, list[Decision]]:
    """Answers [clips, classes] as `AdaptiveEngine` gives them, and who was taken to say each.

    `told` are the speakers' names, to be used in place of what is recognised; with `one_voice` all is one
    person's.

    Raises
    ------
    ValueError
        If the model does not tell speakers apart.
    """
    voices = SpeakerVoices(VoiceProfile(judge.voice_model, rule=SESSION), rule)
    answers, decisions = [], []
    for place, clip in enumerate(stream):
        plain = judge.plain(clip)
        if plain.speaker is None:
            raise ValueError("the model does not tell speakers apart")
        if one_voice:
            decision = Decision(1, place=0)
        elif told is not None:
            decision = _told(voices, told[: place + 1])
        else:
            decision = voices.decide(plain.speaker, plain.seconds)
        _, statistics = voices.use(decision)
        answers.append(plain.probabilities if statistics is None else judge.adapted(clip, statistics))
        decisions.append(decision)
        voices.everyone.update(plain.embedding, plain.seconds, plain.undoubted)
        voices.learn(
            decision,
            plain.speaker,
            embedding=plain.embedding,
            answer=plain.undoubted,
            seconds=plain.seconds,
        )
    return np.array(answers), decisions


def _told(voices: SpeakerVoices, names: Sequence[str]) -> Decision:
    number = list(dict.fromkeys(names)).index(names[-1]) + 1
    known = voices.heard.speakers
    places = [place for place, one in enumerate(known) if one.number == number]
    return Decision(number, place=places[0] if places else len(known))


def study(
    judge: Judge,
    targets: IntArray,
    speakers: Names,
    *,
    allowed: Clips,
    repeats: int = 1,
    kinds: Sequence[Streams] = STREAMS,
    rule: SpeakerRule = RULE,
    say: Say = lambda text: None,
) -> dict[str, Any]:
    """Figures of each kind of stream, as JSON values; parameters are those of `adaptation.study`."""
    found = {}
    for kind in kinds:
        if len(np.unique(speakers)) < kind.speakers:
            continue
        clips: list[Clips] = []
        answers: dict[str, list[Probabilities]] = {way: [] for way in WAYS}
        changes = Changes()
        for seed in range(repeats):
            for stream in kind.draw(speakers, np.random.default_rng(seed)):
                clips.append(stream)
                order, names = stream.tolist(), speakers[stream].tolist()
                recognised, decisions = hear(judge, order, rule=rule)
                one = hear(judge, order, one_voice=True)[0]
                answers["without"].append(np.array([judge.plain(clip).probabilities for clip in order]))
                answers["one voice"].append(one)
                answers["recognised"].append(recognised)
                alone = kind.speakers == 1
                answers["told"].append(one if alone else hear(judge, order, told=names, rule=rule)[0])
                changes.count(names, decisions, [judge.plain(clip).seconds for clip in order])
        heard = np.concatenate(clips)
        truth = np.searchsorted(allowed, targets[heard])
        sums = {
            way: SpeakerSums.of(
                among(np.concatenate(parts), allowed), truth, speakers[heard].tolist(), len(allowed)
            )
            for way, parts in answers.items()
        }
        found[kind.name] = {
            "utterances": len(heard),
            "speakers": len(sums["without"].names),
            "uar": {way: uar_of(one.confusion.sum(axis=0)) for way, one in sums.items()},
            "gain": {
                f"recognised over {way}": paired_differences(sums[way], sums["recognised"])["uar"]
                for way in WAYS
                if way != "recognised"
            },
            **changes.figures(),
        }
        uars = found[kind.name]["uar"]
        say(f"{kind.name}: " + ", ".join(f"{way} {100 * uars[way]:.1f}" for way in WAYS))
    return found


class Changes:
    """How changes of the speaker are noticed, and what is taken for one and is none."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._utterances = self._right = self._nobody = 0
        self._turns = self._false = self._streams = self._numbers = 0
        self._delays: list[tuple[int, float]] = []

    def count(self, names: Sequence[str], decisions: Sequence[Decision], seconds: Sequence[float]) -> None:
        """Take in a stream: who said each utterance, who was taken for it, and how long each is."""
        people = sorted(set(names))
        self._streams += 1
        self._numbers += len({one.number for one in decisions if one.number is not None})
        owners = _owners([people.index(name) for name in names], decisions)
        right = [
            one.number is not None and owners.get(one.number) == people.index(name)
            for name, one in zip(names, decisions, strict=True)
        ]
        self._seconds += sum(seconds)
        self._utterances += len(names)
        self._right += sum(right)
        self._nobody += sum(one.number is None for one in decisions)
        starts = [place for place in range(1, len(names)) if names[place] != names[place - 1]]
        self._turns += len(starts)
        for start, end in pairwise([*starts, len(names)]):
            noticed = next((place for place in range(start, end) if right[place]), None)
            if noticed is not None:
                self._delays.append((noticed - start, sum(seconds[start:noticed])))
        last = None
        for place, one in enumerate(decisions):
            if one.number is None:
                continue
            same = place > 0 and names[place] == names[place - 1]
            self._false += last is not None and one.number != last and same
            last = one.number

    def figures(self) -> dict[str, Any]:
        """As JSON values; `delay` is that of the turns that were noticed while they went on."""
        utterances, spoken = np.mean(self._delays, axis=0) if self._delays else (np.nan, np.nan)
        return {
            "speakers_found": self._numbers / self._streams,
            "assigned": self._right / self._utterances,
            "unsure": self._nobody / self._utterances,
            "turns": self._turns,
            "noticed": len(self._delays) / self._turns if self._turns else None,
            "delay_utterances": float(utterances) if self._delays else None,
            "delay_s": float(spoken) if self._delays else None,
            "false_switches_an_hour": 3600 * self._false / self._seconds,
        }


def _owners(people: Sequence[int], decisions: Sequence[Decision]) -> dict[int, int]:
    """The person behind each number: one number a person, so that the most utterances fit."""
    numbers = sorted({one.number for one in decisions if one.number is not None})
    together = np.zeros((len(numbers), max(people) + 1))
    for person, one in zip(people, decisions, strict=True):
        if one.number is not None:
            together[numbers.index(one.number), person] += 1
    rows, columns = linear_sum_assignment(-together)
    return {numbers[row]: int(column) for row, column in zip(rows, columns, strict=True)}


def table(found: dict[str, Any], percent: Callable[[float], str] = lambda x: f"{100 * x:.1f}") -> list[str]:
    """Lines for a person: of each corpus the kinds of stream."""
    lines = [f"{'':<32}" + "".join(f"{way:>12}" for way in WAYS) + "   recognised over one voice, without"]
    for corpus, kinds in found.items():
        lines.append(corpus)
        for kind, row in kinds.items():
            told = ", ".join(_gain(row["gain"][f"recognised over {way}"]) for way in ("one voice", "without"))
            uars = "".join(f"{percent(row['uar'][way]):>12}" for way in WAYS)
            lines.append(f"  {kind:<30}{uars}   {told}")
            told = (
                f"{row['speakers_found']:.1f} speakers found, {percent(row['assigned'])} % assigned rightly, "
            )
            told += f"{percent(row['unsure'])} % to nobody; "
            if row["noticed"] is not None:
                told += f"{percent(row['noticed'])} % of {row['turns']} turns noticed"
                if row["delay_s"] is not None:
                    told += f" after {row['delay_utterances']:.1f} utterances, {row['delay_s']:.1f} s"
                told += "; "
            lines.append(f"    {told}{row['false_switches_an_hour']:.0f} false switches an hour of speech")
    return lines


def _gain(gain: tuple[float, tuple[float, float] | None]) -> str:
    difference, interval = gain
    told = "" if interval is None else f" [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"
    return f"{100 * difference:+.1f}{told}"
