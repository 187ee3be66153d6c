"""What was said, in every format of results; and nothing of it where nobody asked."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from recordings import LABELS, MADE_WITH, TALK, analysis, rated

from desktop_app.analysis.formats import FORMATS, RecordingResult
from desktop_app.analysis.recording import analyze_channels
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.core.fusion import FusedModel, Fusion, Weights
from desktop_app.core.label_set import LabelSet
from desktop_app.core.transcript import NOTHING_SAID, FusedEmotion, TextEmotion, Transcript, Word, WrittenBy
from desktop_app.core.types import FloatArray, Prediction

SAID = Transcript(
    'He <b>said</b> "no".',
    "en",
    0.98,
    tuple(
        Word(word, 1.1 + 0.3 * k, 1.3 + 0.3 * k, 0.9) for k, word in enumerate(["He", "<b>said</b>", '"no".'])
    ),
)
TEXTS = (SAID, Transcript("=1+1"), NOTHING_SAID, NOTHING_SAID)


@pytest.fixture
def heard() -> RecordingAnalysis:
    plain = analysis(*TALK)
    pairs = zip(plain.segments, TEXTS, strict=True)
    return replace(plain, segments=tuple(replace(one, transcript=said) for one, said in pairs))


def written(name: str, *, heard: RecordingAnalysis) -> str:
    asked = any(segment.transcript is not None for segment in heard.segments)
    made_with = replace(MADE_WITH, words_model=WrittenBy("whisper-base", "ef" * 32)) if asked else MADE_WITH
    return FORMATS[name].write(RecordingResult.of(made_with, [heard]))


@pytest.mark.parametrize("name", FORMATS)
def test_where_nobody_asked_no_format_tells_of_words(name: str) -> None:
    report = written(name, heard=analysis(*TALK))
    assert "transcript" not in report
    assert "words_model" not in report
    assert '"words"' not in report
    assert "What was said" not in report


def test_json(heard: RecordingAnalysis) -> None:
    report = json.loads(written("json", heard=heard))
    assert (report["words_model"], report["words_model_sha256"]) == ("whisper-base", "ef" * 32)
    said = report["files"][0]["segments"][0]["transcript"]
    assert said | {"words": said["words"][:1]} == {
        "text": SAID.text,
        "language": "en",
        "language_probability": 0.98,
        "words": [{"word": "He", "start_s": 1.1, "end_s": 1.3, "probability": 0.9}],
    }
    assert report["files"][0]["segments"][2]["transcript"] == {
        "text": "",
        "language": None,
        "language_probability": None,
        "words": [],
    }


def test_csv_has_a_last_column_in_which_nothing_is_a_formula(heard: RecordingAnalysis) -> None:
    plain, *_ = csv.reader(io.StringIO(written("csv", heard=analysis(*TALK))))
    head, *rows = csv.reader(io.StringIO(written("csv", heard=heard)))
    assert head == [*plain, "text"]
    assert [row[-1] for row in rows] == [SAID.text, "'=1+1", "", ""]
    assert {len(row) for row in rows} == {len(head)}


def test_subtitles_have_it_beneath_the_label(heard: RecordingAnalysis) -> None:
    assert '\nangry 75 %\nHe ‹b›said‹/b› "no".\n' in written("srt", heard=heard)
    assert '\nangry 75 %\nHe &lt;b&gt;said&lt;/b&gt; "no".\n' in written("vtt", heard=heard)


def test_praat_has_a_tier_of_texts_and_one_of_words(heard: RecordingAnalysis) -> None:
    grid = written("textgrid", heard=heard)
    tiers = [line.split('"')[1] for line in grid.splitlines() if line.startswith("        name")]
    assert tiers == ["emotion", "confidence", "text", "words"]
    assert 'text = "He <b>said</b> ""no""."' in grid
    words = grid.partition('name = "words"')[2]
    assert [line.strip() for line in words.splitlines() if "xmin" in line or "text" in line][1:7] == [
        *("xmin = 0", 'text = ""', "xmin = 1.1", 'text = "He"', "xmin = 1.3", 'text = ""')
    ]


def test_the_page_shows_it_escaped_and_says_what_it_is(heard: RecordingAnalysis) -> None:
    page = written("html", heard=heard)
    assert '<td class="said" lang="en"><bdi>He &lt;b&gt;said&lt;/b&gt; &quot;no&quot;.</bdi></td>' in page
    assert "<b>said</b>" not in page
    assert "<th>What was said</th>" in page
    assert "The words have no part in how the voice is judged" in page
    assert "<dd>whisper-base</dd>" in page


@pytest.fixture
def fused(heard: RecordingAnalysis) -> RecordingAnalysis:
    """The first utterance has words that tell an emotion, the second has none."""
    kind = replace(SAID, emotion=TextEmotion(("joy", "calmness"), (0.3, 0.7)))
    answers = (FusedEmotion(LABELS, (0.625, 0.375), 0.7), FusedEmotion(LABELS, (0.5, 0.5)), None, None)
    segments = [replace(one, fused=answer) for one, answer in zip(heard.segments, answers, strict=True)]
    return replace(heard, segments=(replace(segments[0], transcript=kind), *segments[1:]))


def test_what_voice_and_words_say_together_is_in_json_table_and_page(fused: RecordingAnalysis) -> None:
    made_with = replace(
        MADE_WITH, words_model=WrittenBy("whisper-base", "ef" * 32), fusion=("own.fusion.json", "cd" * 32)
    )
    found = RecordingResult.of(made_with, [fused])
    report = json.loads(FORMATS["json"].write(found))
    assert report["fusion"] == {"path": "own.fusion.json", "sha256": "cd" * 32}
    segments = report["files"][0]["segments"]
    assert segments[0]["fused"] == {
        "label": "calm",
        "uncertain": True,
        "probabilities": {"calm": 0.625, "angry": 0.375},
    }
    assert segments[0]["label"] == "angry", "the voice's own answer is what it was"
    assert "fused" not in segments[2]

    head, *rows = csv.reader(io.StringIO(FORMATS["csv"].write(found)))
    assert head[-5:] == ["text", "fused_label", "fused_uncertain", "fused_p_calm", "fused_p_angry"]
    assert rows[0][-5:] == [SAID.text, "calm", "true", "0.625000", "0.375000"]
    assert rows[2][-4:] == ["", "", "", ""]
    assert {len(row) for row in rows} == {len(head)}

    page = FORMATS["html"].write(found)
    assert page.count("Voice and words: uncertain (calm 62&nbsp;%).") == 1, "not where no words tell anything"
    assert "stands in the remarks" in page
    assert "fused" not in FORMATS["json"].write(RecordingResult.of(MADE_WITH, [analysis(*TALK)]))


def test_fewer_emotions_divide_what_voice_and_words_say_too(fused: RecordingAnalysis) -> None:
    labels = ("calm", "angry", "sad")
    whole = Prediction(labels, (0.2, 0.3, 0.5), "sad", 0.5, uncertain=False)
    one = SegmentResult(0.0, 1.0, whole, SAID, FusedEmotion(labels, (0.6, 0.2, 0.2)))
    among = replace(fused, segments=(one,)).among(LabelSet.of(labels, ("calm", "angry")), 0.3)
    answer = among.segments[0].fused
    assert answer is not None
    assert answer.as_mapping() == pytest.approx({"calm": 0.75, "angry": 0.25})


class Twice:
    """Judges the first utterance as a voice, and the second as none."""

    labels, dimensions, sample_rate, abstain_below = LABELS, (), 16_000, 0.0

    def __init__(self) -> None:
        self.asked = 0

    def predict(self, _: FloatArray) -> Prediction:
        self.asked += 1
        return rated(0.9, nobody=self.asked > 1)


def test_only_a_voice_is_written_down_and_its_words_have_the_recordings_times() -> None:
    rng = np.random.default_rng(1)
    quiet = rng.normal(0, 1e-4, 16_000)
    loud = np.sin(2 * np.pi * 150 * np.arange(16_000) / 16_000) * 0.3
    sound = np.concatenate([quiet, loud, quiet, quiet, loud, quiet]).astype(np.float32)[:, np.newaxis]
    asked: list[tuple[int, int]] = []

    told = TextEmotion(("calmness", "anger"), (0.999, 0.001))
    fusion = Fusion(
        FusedModel("voice", "a" * 64, LABELS),
        FusedModel("words", "b" * 64, told.labels),
        (Weights(1.0, 1.0), Weights(1.0, 1.0)),
    )

    def write_down(waveform: FloatArray, rate: int) -> Transcript:
        asked.append((len(waveform), rate))
        return Transcript("Yes.", "en", 0.9, (Word("Yes.", 0.3, 0.8, 0.9),), told)

    (found,) = analyze_channels("x.wav", [sound], 16_000, Twice, write_down=write_down, fusion=fusion)
    first, second = found.segments
    assert first == SegmentResult(first.start_s, first.end_s, rated(0.9), first.transcript, first.fused)
    assert first.fused is not None
    assert first.fused.label == "calm", "the voice says angry, the words calm"
    assert second.fused is None
    assert first.transcript is not None
    (word,) = first.transcript.words
    assert first.start_s <= word.start_s < word.end_s <= first.end_s + 0.1
    assert second.transcript == NOTHING_SAID
    assert len(asked) == 1
