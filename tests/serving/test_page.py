"""The page at `/` in a real browser: open a recording or record one, see what was said how, and hear it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from browser import Browser, find_browser
from service_process import ServiceProcess

PAGE = Path(__file__).parents[2] / "desktop_app" / "serving" / "page"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium; Debian has it as chromium-headless-shell"
    ),
]
SHOWN = "!document.getElementById('timeline').hidden && !document.getElementById('choose').disabled"


@pytest.fixture
def browser(talks: Path) -> Iterator[Browser]:
    with Browser(talks / "talk.wav") as page:
        yield page


def test_a_recording_is_opened_judged_and_played(
    service: ServiceProcess, talks: Path, browser: Browser
) -> None:
    browser.open(f"{service.address}/")
    browser.wait_for("document.getElementById('model').textContent === 'tiny'")
    browser.choose_files("#file", [talks / "talk.wav"])
    browser.wait_for(SHOWN)
    segments = service.upload(talks / "talk.wav").json["files"][0]["segments"]
    said = ["uncertain" if segment["uncertain"] else segment["label"] for segment in segments]
    rows = "[...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[1].textContent)"
    assert browser.value(rows) == said
    assert browser.value("document.querySelectorAll('#blocks button').length") == 2
    assert browser.value("document.getElementById('source').textContent") == "talk.wav"
    assert len(browser.value("document.getElementById('bars').innerText").splitlines()) >= 8
    drawn = "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0))"
    assert browser.value(f"{drawn}(document.getElementById('wave'))")
    browser.value("document.querySelectorAll('#blocks button')[1].click()")
    browser.wait_for(f"document.getElementById('sound').currentTime >= {segments[1]['start_s']} - 0.01")
    assert browser.complaints() == []
    own = (service.address, f"blob:{service.address}", "about:blank", "data:image/svg")  # signs of the player
    assert [address for address in browser.asked_for() if not address.startswith(own)] == []


def test_a_block_shows_what_was_said_whole_or_in_its_tooltip_alone(
    service: ServiceProcess, talks: Path, browser: Browser
) -> None:
    browser.open(f"{service.address}/")
    browser.choose_files("#file", [talks / "talk.wav"])
    browser.wait_for(SHOWN)
    blocks = "[...document.querySelectorAll('#blocks button')]"
    seen = "getComputedStyle(b.firstChild).visibility === 'visible'"
    for width, shows in ((1000, True), (120, False)):
        browser.look((width, 900))
        browser.wait_for(f"{blocks}.every((b) => ({seen}) === {str(shows).lower()})")
        assert browser.value(f"{blocks}.every((b) => b.title === b.ariaLabel && b.title.includes(': '))")
        whole = "b.firstChild.scrollWidth <= b.firstChild.clientWidth"
        assert browser.value(f"{blocks}.every((b) => !({seen}) || {whole})")


def test_what_is_recorded_is_judged_live_and_then_as_a_whole(
    service: ServiceProcess, browser: Browser
) -> None:
    browser.open(f"{service.address}/", dark=True)
    browser.wait_for("document.getElementById('model').textContent === 'tiny'")
    browser.value("document.getElementById('record').click()")
    judged = "[...document.querySelectorAll('#bars em')].some((share) => share.textContent)"
    browser.wait_for(judged)
    browser.value("document.getElementById('record').click()")
    browser.wait_for(SHOWN)
    assert browser.value("document.querySelectorAll('#blocks button').length") >= 1
    assert browser.complaints() == []


def test_a_failure_is_shown_in_its_sentence_and_the_key_is_asked_for(
    model: Path, talks: Path, tmp_path: Path, browser: Browser
) -> None:
    key = "a-key-of-sufficient-length"
    with ServiceProcess("--model", model, "--workers", 1, EMOSCOPE_KEY=key) as keyed:
        browser.open(f"{keyed.address}/")
        browser.wait_for("!document.getElementById('access').hidden")
        browser.value(f"document.getElementById('key').value = '{key}'")
        browser.value("document.querySelector('#access button').click()")
        browser.wait_for("document.getElementById('model').textContent === 'tiny'")
        (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 a letter")
        browser.choose_files("#file", [talks / "talk.wav"])
        browser.wait_for(SHOWN)
        browser.choose_files("#file", [tmp_path / "letter.pdf"])
        browser.wait_for("document.getElementById('status').classList.contains('bad')")
        assert "letter.pdf" in browser.value("document.getElementById('status').textContent")
        for part in ("answer", "timeline"):
            assert browser.value(f"document.getElementById('{part}').hidden"), "the answer to another one"


def test_the_browser_of_these_tests_leaves_nothing(talks: Path) -> None:
    with Browser(talks / "talk.wav") as page:
        profile = str(page.profile)
        assert any(profile in word for process in processes() for word in process)
    assert not any(profile in word for process in processes() for word in process)
    assert not page.profile.exists()


def processes() -> list[list[str]]:
    return [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]


@pytest.mark.parametrize("scheme", ["LIGHT", "DARK"])
def test_the_colours_are_those_of_the_window(scheme: str) -> None:
    from desktop_app.gui.look import theme

    style = (PAGE / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    told = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", blocks[scheme == "DARK"]))
    assert len(told) > 12
    for name, colour in told.items():
        assert getattr(getattr(theme, scheme), name.replace("-", "_")) == colour, name
