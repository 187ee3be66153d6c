"""Who speaks is told by what was heard before, and each speaker has a voice; nobody gets another one's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import SESSION, AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.speakers import RULE, SpeakerVoices
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile, VoiceStatistics, blend

Tiny = Callable[..., Path]

DIM, RATE = 32, 16_000
MODEL = VoiceModel("m", "0" * 64, VoiceStatistics(np.zeros(4, np.float32), np.ones(4, np.float32)))


def people(count: int) -> FloatArray:
    """Where speakers are, [count, DIM], twice as far apart as is usual."""
    spread = 2 * np.sqrt(RULE.between)
    return (spread * np.random.default_rng(1).normal(size=(count, DIM))).astype(np.float32)


class Session:
    """Utterances of speakers, each in a mood of its own, as points about where the speaker is."""

    def __init__(self, places: FloatArray) -> None:
        self.places = places
        self.voices = SpeakerVoices(VoiceProfile(MODEL, rule=SESSION))
        self._rng = np.random.default_rng(0)

    def says(self, who: int, seconds: float = 3.0, scatter: float = 1.0) -> int | None:
        """Whom the analyzer takes it for."""
        point = self.places[who] + scatter * self._rng.normal(size=DIM)
        answer = self._rng.dirichlet(np.full(4, 0.1))  # of many moods
        embedding = (self._rng.normal(size=4) + who).astype(np.float32)
        decision = self.voices.decide(point, seconds)
        self.voices.everyone.update(embedding, seconds, answer)
        self.voices.learn(decision, point, embedding=embedding, answer=answer, seconds=seconds)
        return decision.number

    def say(self, order: Sequence[int]) -> list[int | None]:
        return [self.says(who) for who in order]


def test_two_people_in_turns_come_back_to_their_own_voices() -> None:
    session = Session(people(2))
    assert session.say([0, 0, 0, 1, 1]) == [1, 1, 1, None, 2], "one utterance alone founds nobody"
    assert session.say([0, 1, 0, 1, 1, 0]) == [1, 2, 1, 2, 2, 1]
    session.say(islice(cycle([0, 1]), 30))
    first, second = (one.voice for one in session.voices.heard.known)
    assert first.mean.mean() == pytest.approx(0, abs=0.4)
    assert second.mean.mean() == pytest.approx(1, abs=0.4)
    assert first.segments + second.segments == session.voices.everyone.segments


def test_a_third_person_is_a_third_speaker() -> None:
    session = Session(people(3))
    session.say([0, 1, 0, 1, 2, 1, 2])
    assert session.say([0, 1, 2]) == [1, 2, 3]


def test_one_person_in_several_moods_stays_one() -> None:
    session = Session(people(1))
    mood = np.zeros(DIM)
    for utterance in range(60):
        if utterance % 6 == 0:  # a mood lasts for some utterances
            mood = 0.7 * np.random.default_rng(utterance).normal(size=DIM)
        session.places = people(1) + mood.astype(np.float32)
        assert session.says(0, scatter=0.8) in {1, None}
    assert len(session.voices.heard.known) == 1


def test_who_is_between_two_speakers_is_nobody_and_is_judged_by_what_was_heard_of_everyone() -> None:
    session = Session(people(2))
    session.say([0, 1] * 15)
    known = [one.mean for one in session.voices.heard.known]
    voices, everyone = session.voices, session.voices.everyone
    decision = voices.decide(np.mean(known, axis=0), 3.0)
    assert (decision.number, decision.stranger) == (None, False)
    use, statistics = voices.use(decision)
    assert use.speaker is None
    assert use.seconds == everyone.seconds
    assert np.array_equal(statistics.mean, blend(everyone.sums, MODEL.default).mean)


def test_somebody_unknown_is_judged_by_the_default_voice() -> None:
    session = Session(people(3))
    session.say([0, 1] * 15)
    decision = session.voices.decide(session.places[2], 3.0)
    assert decision.stranger
    use, statistics = session.voices.use(decision)
    assert (use.seconds, use.weight, use.speaker, statistics) == (0, 0, None, None)


def test_a_speakers_voice_stands_on_what_was_heard_of_everyone() -> None:
    session = Session(people(2))
    session.say([0, 1] * 15)
    voices = session.voices
    for one in voices.heard.known:
        use, statistics = voices.use(voices.decide(one.mean, 3.0))
        assert (use.speaker, use.seconds) == (one.number, one.voice.seconds)
        expected = blend(one.voice, blend(voices.everyone.sums, MODEL.default))
        assert statistics.mean == pytest.approx(expected.mean)
        assert use.weight > max(one.voice.share, voices.everyone.sums.share)


def test_a_short_word_is_no_evidence_for_a_new_speaker() -> None:
    session = Session(people(2))
    session.say([0] * 5)
    assert {session.says(1, seconds=0.5) for _ in range(5)} == {None}
    assert len(session.voices.heard.speakers) == 1
    assert session.says(0, seconds=0.5) == 1


def test_evidence_that_nothing_agrees_with_is_dropped() -> None:
    session = Session(people(2))
    session.say([0] * 5)
    session.says(1)
    assert len(session.voices.heard.speakers) == 2
    session.say([0] * RULE.waits)
    assert len(session.voices.heard.speakers) == 1


def test_so_many_speakers_are_kept_and_who_was_long_unheard_goes() -> None:
    count = RULE.most + 2
    session = Session(people(count))
    for who in range(count):
        session.say([who, who])
    assert [one.number for one in session.voices.heard.known] == list(range(3, count + 1))
    assert session.says(count - 1) == count
    assert session.say([0, 0])[-1] == count + 1, "who is forgotten is a new speaker"


class TestTheEngine:
    """With a tiny model, which tells speakers by their pitch and moods by loudness."""

    @staticmethod
    def tone(gain: float, hertz: float, seconds: float = 3.0) -> FloatArray:
        time = np.arange(round(seconds * RATE)) / RATE
        return (gain * np.sin(2 * np.pi * hertz * time)).astype(np.float32)

    LOW, HIGH = 1000.0, 2000.0
    GAINS = (0.9, 0.05, 0.5, 0.02, 0.7, 0.1) * 3

    @pytest.fixture
    def engine(self, tiny_model: Tiny) -> EmotionEngine:
        return EmotionEngine.load(tiny_model(voice=True, speaker=True, sharpness=60.0))

    def told(self, session: AdaptiveEngine) -> list[int | None]:
        """Two people by turns, three utterances each."""
        found = []
        for place, gain in enumerate(self.GAINS):
            hertz = (self.LOW, self.HIGH)[place // 3 % 2]
            found.append(session.predict(self.tone(gain, hertz)).voice.speaker)
        return found

    def test_it_tells_who_speaks_and_judges_by_that_voice(self, engine: EmotionEngine) -> None:
        session = AdaptiveEngine(engine)
        assert self.told(session) == [1, 1, 1, None, 2, 2, *([1] * 3 + [2] * 3) * 2]
        for hertz, number in ((self.LOW, 1), (self.HIGH, 2)):
            sound = self.tone(0.3, hertz)
            preview, found = session.preview(sound), session.predict(sound)
            assert preview.voice == found.voice
            assert preview.probabilities == found.probabilities
            assert found.voice.speaker == session.voice_use.speaker == number
            assert found.voice.weight > 0.3
            assert found.voice.seconds < 0.6 * session.voice.seconds

    def test_what_was_forgotten_is_recalled_with_all_speakers(self, engine: EmotionEngine) -> None:
        session = AdaptiveEngine(engine)
        self.told(session)
        known = session.voice_use
        expected = session.preview(self.tone(0.3, self.LOW))
        session.forget_voice()
        assert session.predict(self.tone(0.3, self.HIGH)).voice.speaker == 1, "counted anew"
        session.recall_voice()
        assert session.voice_use == known
        assert session.preview(self.tone(0.3, self.LOW)).voice == expected.voice

    def test_silence_says_nothing_of_who_speaks(self, engine: EmotionEngine) -> None:
        session = AdaptiveEngine(engine)
        self.told(session)
        heard = session.voice_use
        assert session.predict(np.zeros(RATE, np.float32)).voice == heard
        assert session.voice_use == heard

    @pytest.mark.parametrize("case", ["enrolled", "told", "unable"])
    def test_all_is_one_persons_where_that_is_known(
        self, engine: EmotionEngine, tiny_model: Tiny, case: str
    ) -> None:
        known = None
        if case == "enrolled":
            known = VoiceProfile(engine.voice_model)
            known.update(engine.predict(self.tone(0.5, self.LOW)).embedding, 3.0)
        if case == "unable":
            engine = EmotionEngine.load(tiny_model(voice=True, sharpness=60.0))
        session = AdaptiveEngine(engine, known, one_speaker=case == "told")
        assert set(self.told(session)) == {None}
        assert session.voice_use.seconds >= 3.0 * len(self.GAINS) - 0.1 * len(self.GAINS)


@pytest.mark.corpora
@pytest.mark.slow
def test_the_shipped_model_tells_two_real_speakers_apart(corpora: Path) -> None:
    from models.corpora.base import read_waveform
    from models.corpora.registry import load_corpus

    engine = EmotionEngine.load(threads=1)
    if not engine.tells_speakers:
        pytest.skip("the shipped model does not tell speakers apart")
    clips, _ = load_corpus("emotale", corpora / "emotale")
    names = sorted({clip.speaker for clip in clips})
    of_each = [[clip for clip in clips if clip.speaker == name][:12] for name in (names[0], names[-1])]
    session = AdaptiveEngine(engine)
    found: list[list[int | None]] = [[], []]
    for turn in range(8):
        for clip in of_each[turn % 2][turn // 2 * 3 : turn // 2 * 3 + 3]:
            told = session.predict(read_waveform(clip.path, engine.sample_rate)).voice
            found[turn % 2].append(told.speaker)
    first, second = ([number for number in numbers[3:] if number is not None] for numbers in found)
    assert sum(number == 1 for number in first) >= 7
    assert sum(number == 2 for number in second) >= 7
