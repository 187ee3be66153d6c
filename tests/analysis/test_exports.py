"""One list of formats: each says what was found, and what a person says of it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from recordings import MADE_WITH, SAID, TALK, analysis, rated, talk

from desktop_app.analysis.captions import to_audacity, to_srt, to_vtt
from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.formats import FORMATS, RecordingResult
from desktop_app.analysis.report import file_data
from desktop_app.analysis.summary import summarize
from desktop_app.analysis.textgrid import to_textgrid


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_can_tell_every_recording(kind: str) -> None:
    for found in ([analysis(*TALK, corrections=SAID)], [analysis()], [analysis(duration_s=0.0)]):
        text = FORMATS[kind].write(RecordingResult.of(MADE_WITH, found))
        assert text.encode().decode() == text
    both = [analysis(*TALK, channel=1, corrections=SAID), analysis(channel=2)]
    text = FORMATS[kind].write(RecordingResult.of(MADE_WITH, both))
    assert "tense" in text
    assert "sighs" in text


class TestCaptions:
    def test_srt_has_a_cue_for_each_stretch_in_which_somebody_speaks(self) -> None:
        assert to_srt([talk()]) == (
            "1\n00:00:01,000 --> 00:00:02,500\nangry 75 %\n\n"
            "2\n00:00:04,000 --> 00:00:05,250\nuncertain (angry 50 %)\n\n"
            "3\n00:00:08,000 --> 00:00:10,000\ncalm 90 %\n"
        )

    def test_hours_and_milliseconds_are_whole(self) -> None:
        late = file_data(analysis((3599.9996, 7325.0514, rated(0.75)), duration_s=7400.0))
        assert "01:00:00,000 --> 02:02:05,051" in to_srt([late])
        assert "01:00:00.000 --> 02:02:05.051" in to_vtt([late])

    def test_vtt_holds_what_was_corrected_and_noted_and_escapes_it(self) -> None:
        text = to_vtt([talk(corrections=SAID)])
        assert text.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n")
        assert "Anna: tense (corrected)\nListen &lt;here&gt; &amp; now. Again.\n" in text
        assert "calm 90 %\nGood.\n" in text
        assert "00:00:10.500 --> 00:00:11.500\nsighs (corrected)\n" in text

    def test_a_label_can_neither_end_a_cue_nor_begin_one(self) -> None:
        evil = Correction(0.9, 2.6, "a\n\n9\n00:00:00,000 --> 00:00:09,000\nevil", "<script>\n\nx").cleaned()
        for text in (to_srt([talk(corrections=[evil])]), to_vtt([talk(corrections=[evil])])):
            assert len(re.findall(r"^\S+ --> \S+$", text, flags=re.MULTILINE)) == 3
            assert "<" not in text

    def test_audacity_reads_a_line_of_three_for_each_stretch(self) -> None:
        rows = list(csv.reader(io.StringIO(to_audacity([talk(corrections=SAID)])), delimiter="\t"))
        assert rows == [
            ["1.000000", "2.500000", "Anna: tense (corrected): Listen <here> & now. Again."],
            ["4.000000", "5.250000", "uncertain (angry 50 %)"],
            ["6.000000", "6.500000", "not a voice"],
            ["8.000000", "10.000000", "calm 90 %: Good."],
            ["10.500000", "11.500000", "sighs (corrected)"],
        ]

    def test_channels_are_told_apart(self) -> None:
        both = [talk(channel=1), file_data(analysis((0.5, 1.5, rated(0.2)), channel=2))]
        assert to_audacity(both).startswith("0.500000\t1.500000\tchannel 2: calm 80 %\n1.000000\t")


class TestCorrectionsInOtherFormats:
    def test_json_keeps_what_the_model_says_and_adds_what_a_person_says(self) -> None:
        data = json.loads(
            FORMATS["json"].write(RecordingResult.of(MADE_WITH, [analysis(*TALK, corrections=SAID)]))
        )
        (file,) = data["files"]
        first, second, _, last = file["segments"]
        assert (first["label"], first["corrected"], first["corrected_label"]) == ("angry", True, "tense")
        assert (first["note"], first["speaker_name"]) == ("Listen <here> & now.\nAgain.", "Anna")
        assert (second["corrected"], second["corrected_label"], second["note"]) == (False, None, None)
        assert (last["corrected"], last["note"]) == (False, "Good.")
        assert [(one["label"], one["segments"]) for one in file["corrections"]] == [
            ("tense", [0]),
            ("", [3]),
            ("sighs", []),
        ]

    def test_csv_has_columns_at_the_end_and_a_row_for_what_is_no_segment(self) -> None:
        text = FORMATS["csv"].write(RecordingResult.of(MADE_WITH, [analysis(*TALK, corrections=SAID)]))
        rows = list(csv.DictReader(io.StringIO(text)))
        assert list(rows[0])[-4:] == ["corrected", "corrected_label", "note", "speaker_name"]
        assert (rows[0]["label"], rows[0]["corrected_label"], rows[0]["speaker_name"]) == (
            "angry",
            "tense",
            "Anna",
        )
        assert (rows[4]["start_s"], rows[4]["label"], rows[4]["p_calm"], rows[4]["corrected_label"]) == (
            "10.5000",
            "",
            "",
            "sighs",
        )

    def test_a_note_is_never_a_formula(self) -> None:
        evil = [Correction(1.0, 2.5, "=1+1", "@SUM(A1)", "+Anna")]
        text = FORMATS["csv"].write(RecordingResult.of(MADE_WITH, [analysis(*TALK, corrections=evil)]))
        row = next(csv.DictReader(io.StringIO(text)))
        assert (row["corrected_label"], row["note"], row["speaker_name"]) == ("'=1+1", "'@SUM(A1)", "'+Anna")

    def test_a_textgrid_has_the_label_and_a_tier_of_notes(self) -> None:
        text = to_textgrid([talk(corrections=SAID)])
        assert re.findall(r'name = "(.*)"', text) == ["emotion", "confidence", "note"]
        assert 'text = "tense"' in text
        assert 'text = "Listen <here> & now. Again."' in text
        assert 'text = "sighs"' in text
        assert re.findall(r'name = "(.*)"', to_textgrid([talk()])) == ["emotion", "confidence"]

    def test_somebody_may_say_that_nobody_speaks(self) -> None:
        door = talk(corrections=[Correction(1.0, 2.5, "Not a voice")])
        assert "angry 75 %" not in to_srt([door])
        assert "not a voice (corrected)" in to_audacity([door])
        assert summarize(door).speech_s == pytest.approx(3.25)


class TestSummary:
    def test_it_adds_up_the_speech_by_what_stands_for_it(self) -> None:
        found = summarize(talk(corrections=SAID))
        assert (found.segments, found.not_a_voice, found.corrected, found.notes) == (3, 1, 2, 2)
        assert (found.speech_s, found.uncertain_s, found.not_a_voice_s) == (4.75, 1.25, 0.5)
        assert [(one.label, one.seconds, one.segments) for one in found.labels] == [
            ("calm", 2.0, 1),
            ("tense", 1.5, 1),
            ("uncertain", 1.25, 1),
        ]
        assert sum(one.share for one in found.labels) == pytest.approx(1.0)
        calm, tense, _ = found.labels
        assert calm.probability == pytest.approx((1.5 * 0.25 + 1.25 * 0.5 + 2 * 0.9) / 4.75)
        assert tense.probability is None

    def test_a_segment_counts_in_each_minute_by_what_lies_in_it(self) -> None:
        long = analysis((50.0, 130.0, rated(0.9)), (170.0, 171.0, rated(0.1)), duration_s=200.0)
        minutes = summarize(file_data(long)).minutes
        assert [(one.start_s, one.end_s) for one in minutes] == [(0, 60), (60, 120), (120, 180), (180, 200)]
        assert [dict(one.seconds) for one in minutes] == [
            {"angry": 10.0},
            {"angry": 60.0},
            {"angry": 10.0, "calm": 1.0},
            {},
        ]

    def test_without_speech_there_are_minutes_and_no_labels(self) -> None:
        found = summarize(file_data(analysis(duration_s=60.0)))
        assert found.labels == ()
        assert [one.speech_s for one in found.minutes] == [0.0]
        assert summarize(file_data(analysis(duration_s=0.0))).minutes == ()
