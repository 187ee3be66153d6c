"""The page of a recording needs nothing but itself, and believes nothing that it is told."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
import soundfile
from recordings import MADE_WITH, SAID, TALK, analysis, rated, talk

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.formats import FORMATS, RecordingResult
from desktop_app.analysis.heard_sound import HeardSound, Keep
from desktop_app.analysis.html_report import HtmlPart, to_html
from desktop_app.analysis.report import file_data
from desktop_app.core.types import SoundWarning

RATE = 16000
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Everything in a page: tags in their order, addresses, text; what is not closed fails."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def heard(keep: Keep = Keep.SOUND) -> HeardSound:
    """Twelve seconds of a tone that swells."""
    sound = HeardSound(RATE, keep)
    time_s = np.arange(12 * RATE) / RATE
    tone = (0.5 * time_s / 12 * np.sin(2 * np.pi * 220 * time_s)).astype(np.float32)
    for start in range(0, len(tone), RATE):
        sound.push(start, tone[start : start + RATE])
    return sound


def page(**changes: object) -> str:
    sound = heard()
    part = HtmlPart(talk(**changes), sound.outline, sound.flac())
    return to_html(MADE_WITH, [part], date(2026, 3, 1))


class InGerman(date):
    """As the C library writes it once Qt has chosen the user's language."""

    def strftime(self, _: str) -> str:
        return "01 Dezember 2026"


def test_the_day_is_written_as_the_page_is_whatever_the_system_speaks() -> None:
    page = to_html(MADE_WITH, [HtmlPart(talk())], InGerman(2026, 12, 1))
    assert "analyzed on 1 December 2026" in page


def test_nothing_comes_from_anywhere_else() -> None:
    text = page(corrections=SAID)
    without_sound = re.sub(r"(data:audio/flac;base64,)[A-Za-z0-9+/=]*", r"\1", text)
    assert re.search(r"https?:|//[a-z]|@import|@font-face", without_sound) is None
    for tag, attributes in Page(text).tags:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form", "img"}
        for name in ("src", "href", "xlink:href", "poster", "srcset", "action"):
            assert (attributes.get(name) or "#").startswith(("#", "data:audio/flac;base64,"))
    assert set(re.findall(r"url\((.)", text)) == {"#"}


def test_a_recording_of_several_answers_is_told_as_one() -> None:
    found = file_data(analysis((1.0, 3.0, rated(0.55)), (4.0, 6.0, rated(0.35))))
    found["overall"] |= {"uncertain": True, "uncertain_because": "between"}
    text = to_html(MADE_WITH, [HtmlPart(found)], date(2026, 3, 1))
    assert "Overall (several emotions were heard); closest: calm 55 %" in Page(text).words


def test_the_browser_is_told_to_load_and_to_run_nothing_else() -> None:
    text = page()
    (policy,) = (
        attributes["content"]
        for tag, attributes in Page(text).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "media-src data:" in policy
    assert not any(name.startswith("on") for _, attributes in Page(text).tags for name in attributes)


@pytest.mark.parametrize(
    "evil", ['"><script>alert(1)</script>', "</style><b>", "' onclick='x", "&lt;&#x3c;", "\u202e"]
)
def test_hostile_names_and_words_stay_text(evil: str) -> None:
    said = [Correction(0.9, 2.6, evil, evil, evil)]
    warned = [SoundWarning("clipped", evil)]
    text = page(path=f"{evil}.wav", corrections=said, warnings=warned)
    plain = page(
        path="a.wav", corrections=[Correction(0.9, 2.6, "x", "x", "x")], warnings=[SoundWarning("c", "x")]
    )
    assert [tag for tag, _ in Page(text).tags] == [tag for tag, _ in Page(plain).tags]
    assert [sorted(names) for _, names in Page(text).tags] == [sorted(names) for _, names in Page(plain).tags]
    assert text.count("<script") == 1


def test_it_tells_what_was_found_and_what_was_said() -> None:
    words = Page(page(path="/home/anna/private/talk.wav", corrections=SAID)).words
    assert "private" not in words  # where a recording lay is nobody's business
    assert "talk.wav" in words
    assert "0:12 long · 16 kHz · analyzed on 1 March 2026" in words
    assert "tense corrected" in words
    assert "The program heard: angry 75 %. Speaker: Anna ." in words
    assert "Listen <here> & now. Again." in words
    assert "Too much noise." in words
    assert "not a voice" in words
    assert "Licence of the model MIT" in words


def test_the_plots_are_svg_on_one_time_axis() -> None:
    text = page(corrections=SAID)
    plots = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    wave, stack = (ET.fromstring(plot) for plot in plots)  # noqa: S314 - our own
    columns = float(wave.attrib["viewBox"].split()[2])
    (band,) = (group for group in wave.iter("g") if group.attrib.get("class") == "c2")  # the label "tense"
    rect = next(band.iter("rect"))
    assert float(rect.attrib["x"]) / columns == pytest.approx(1.0 / 12, abs=1e-4)
    assert float(rect.attrib["width"]) / columns == pytest.approx(1.5 / 12, abs=1e-4)
    assert "left:8.3333%;width:12.5%" in text
    angry = next(path for path in stack.iter("path") if path.attrib["class"] == "c1")
    assert angry.attrib["d"].startswith("M83.333 0.00h125.000v75.00")  # 75 % of the height, from the top


def test_the_outline_follows_the_sound() -> None:
    (points,) = re.findall(r'<polygon id="p0-wave" points="([^"]*)"', page())
    tops = [float(point.split(",")[1]) for point in points.split()]
    count = len(tops) // 2
    reach = [50 - min(tops[k : k + count // 10]) for k in range(0, count - count // 10, count // 10)]
    assert reach == sorted(reach)
    assert reach[-1] > 40


def test_the_sound_is_in_it_without_loss() -> None:
    (sound,) = re.findall(r'src="data:audio/flac;base64,([^"]*)"', page())
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(sound)), dtype="int16")
    assert rate == RATE
    assert np.array_equal(samples, heard().samples)


def test_without_sound_and_outline_the_rest_is_there() -> None:
    text = to_html(MADE_WITH, [HtmlPart(talk())])
    assert "<audio" not in text
    assert "-wave" not in text.split("</style>")[1]
    assert "Utterance by utterance" in Page(text).words


def test_channels_that_were_heard_apart_have_a_part_each() -> None:
    parts = [HtmlPart(talk(channel=1)), HtmlPart(talk(channel=2))]
    found = Page(to_html(MADE_WITH, parts))
    assert [attributes.get("class") for tag, attributes in found.tags if tag == "article"] == ["part", "part"]
    assert "Channel 2" in found.words
    names = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(names) == len(set(names))


def test_a_long_recording_has_its_minutes() -> None:
    long = file_data(analysis(*TALK, duration_s=600.0))
    assert "Minute by minute" in Page(to_html(MADE_WITH, [HtmlPart(long)])).words
    assert "Minute by minute" not in Page(page()).words


def test_sound_that_comes_again_from_an_earlier_place_replaces_it() -> None:
    sound = HeardSound(RATE, Keep.SOUND)
    sound.push(0, np.full(1000, 0.25, np.float32))
    sound.push(600, np.full(200, -0.5, np.float32))
    assert sound.samples is not None
    assert sound.samples.tolist() == [8192] * 600 + [-16384] * 200
    assert heard(Keep.OUTLINE).samples is None


def test_sound_that_is_too_long_for_a_page_is_left_out_and_the_page_says_so() -> None:
    sound = HeardSound(10, Keep.SOUND)  # a rate at which an hour is small
    sound.push(0, np.zeros(36_001, np.float32))
    found = replace(analysis(*TALK), sound=sound)
    text = FORMATS["html"].write(RecordingResult.of(MADE_WITH, [found]))
    assert "<audio" not in text
    assert "longer than an hour" in Page(text).words
