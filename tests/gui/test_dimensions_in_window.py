"""A model of dimensions in the window: a point in the plane with its trace, lines over time, tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from gui_events import engine, final, partial
from pytestqt.qtbot import QtBot
from running import made_up_speech
from tiny_model import make_tiny_model

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.envelope import Envelope
from desktop_app.core.types import Cause, EngineChanged, FinalResult, PartialResult, Prediction
from desktop_app.gui.look.theme import DARK, LIGHT
from desktop_app.gui.state.headline import Kind
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.timeline_data import TimelineSegment, describe
from desktop_app.gui.state.utterance_rows import Column
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.widgets.plane import TRACE_S, PlaneWidget
from desktop_app.gui.window import MainWindow

AVD = ("arousal", "dominance", "valence")


def point(*values: float, because: Cause | None = None, nobody: bool = False) -> Prediction:
    uncertain = because is not None or nobody
    return Prediction(
        (), (), "", 0.0, uncertain, because=because, not_a_voice=nobody, dimensions=AVD, values=values
    )


def a_partial(said: Prediction, end_s: float = 1.0) -> PartialResult:
    return PartialResult(0, 0.2, end_s, said, 20.0)


def a_final(said: Prediction, segment: int = 0, start_s: float = 0.2) -> FinalResult:
    return FinalResult(segment, start_s, start_s + 1.5, said, 20.0)


def of_dimensions() -> EngineChanged:
    return EngineChanged("avd", (), "CPUExecutionProvider", dimensions=AVD)


class TestTheState:
    def test_the_headline_says_on_which_side_of_the_middle_it_is(self) -> None:
        model = ViewModel()
        model.apply(of_dimensions())
        model.apply(a_partial(point(0.9, 0.5, 0.2)))
        assert (model.headline.kind, model.headline.title) == (Kind.POINT, "Negative, active")
        assert model.headline.confidence is None
        assert model.point == (0.9, 0.5, 0.2)
        model.apply(a_final(point(0.52, 0.5, 0.48)))
        assert model.headline.title == "Neutral"
        assert model.take_announcement() == "Neutral"

    def test_doubt_keeps_its_cause_and_tells_the_values(self) -> None:
        model = ViewModel()
        model.apply(of_dimensions())
        model.apply(a_final(point(0.9, 0.5, 0.2, because=Cause.SHORT)))
        assert model.headline.kind is Kind.UNCERTAIN
        assert model.headline.detail == "Too short to tell. Arousal 0.90, dominance 0.50, valence 0.20."

    def test_where_nobody_speaks_there_is_no_point(self) -> None:
        model = ViewModel()
        model.apply(of_dimensions())
        model.apply(a_final(point(0.9, 0.5, 0.2, nobody=True)))
        assert model.point == ()

    def test_speech_that_goes_on_may_be_at_the_very_ends_of_all_scales(self) -> None:
        model = ViewModel()
        model.apply(of_dimensions())
        model.apply(a_partial(point(0.0, 0.0, 0.0)))
        (segment,) = model.timeline
        assert not segment.not_a_voice
        model.apply(a_partial(point(0.0, 0.0, 0.0, nobody=True), 1.5))
        assert segment.not_a_voice

    def test_a_result_of_the_model_before_is_not_shown(self) -> None:
        model = ViewModel()
        model.apply(engine())
        model.apply(partial("angry"))
        model.apply(of_dimensions())
        assert model.point == ()
        assert model.probabilities == ()
        model.apply(final("angry"))
        assert model.headline.kind is Kind.STATE

    def test_a_segment_is_read_out_with_its_values(self) -> None:
        said = point(0.9, 0.5, 0.2)
        segment = TimelineSegment(0, 0.0, 1.0, AVD, [(1.0, said.values)], said, dimensional=True)
        assert describe(segment) == "Negative, active (arousal 0.90, dominance 0.50, valence 0.20)"


@pytest.fixture
def plane(qtbot: QtBot) -> PlaneWidget:
    made = PlaneWidget()
    qtbot.addWidget(made)
    made.set_dimensions(AVD, {})
    made.resize(300, 400)
    made.show()
    return made


class TestThePlane:
    def test_the_point_glides_and_its_trace_fades(self, plane: PlaneWidget) -> None:
        plane.set_values((0.2, 0.5, 0.2))
        plane.step(0.02)
        plane.set_values((0.8, 0.5, 0.9))
        assert plane.step(0.02)
        assert 0.2 < plane.values[0] < 0.8
        for _ in range(60):
            plane.step(0.05)
        assert plane.values == pytest.approx((0.8, 0.5, 0.9))
        assert len(plane.trace) > 5
        assert plane.trace[0] == pytest.approx((0.2, 0.2))
        moving = [plane.step(0.5) for _ in range(round(2 * TRACE_S))]
        assert moving[0]
        assert not moving[-1], "a trace that has faded wants no more pictures"

    def test_where_motion_is_reduced_it_jumps_and_leaves_no_trace(self, plane: PlaneWidget) -> None:
        plane.set_values((0.2, 0.5, 0.2))
        plane.step(1e6)  # as the animator steps then
        plane.set_values((0.8, 0.5, 0.9))
        assert not plane.step(1e6)
        assert plane.values == pytest.approx((0.8, 0.5, 0.9))

    def test_it_is_told_to_people_who_do_not_see_it(self, plane: PlaneWidget) -> None:
        plane.set_values((0.8, 0.5, 0.9))
        told = "Positive, active: arousal 0.80, dominance 0.50, valence 0.90"
        assert plane.accessibleDescription() == told
        plane.set_values((0.8, 0.5, 0.9), doubtful=True)
        assert plane.accessibleDescription().startswith("Uncertain: ")
        plane.set_values(())
        assert (plane.values, plane.accessibleDescription()) == ((), "No result yet")

    @pytest.mark.parametrize("size", [(260, 128), (300, 230), (420, 600), (900, 900)])
    @pytest.mark.parametrize("names", [AVD, ("arousal", "tension"), ("valence", "arousal")])
    def test_the_point_is_drawn_where_it_belongs(
        self, plane: PlaneWidget, size: tuple[int, int], names: tuple[str, ...]
    ) -> None:
        plane.resize(*size)
        plane.set_dimensions(names, {})
        for tokens in (LIGHT, DARK):
            plane.apply_theme(tokens)
            plane.set_values((0.9,) * len(names), at_once=True)
            area, scales = plane._areas()
            assert plane.rect().contains(scales.toAlignedRect().adjusted(1, 1, -1, -1))
            picture = plane.grab().toImage()
            if "valence" not in names:
                assert area.isEmpty()
                continue
            assert area.width() >= 100
            at = plane._where(area, 0.9, 0.9).toPoint() * picture.devicePixelRatio()
            assert picture.pixelColor(at).name().upper() == tokens.accent.upper()


class TestTheLivePage:
    def test_a_plane_takes_the_place_of_the_bars_and_gives_it_back(
        self, window: MainWindow, qtbot: QtBot
    ) -> None:
        live = window.live
        window.model.apply(of_dimensions())
        window.model.apply(a_final(point(0.8, 0.5, 0.2)))
        live.show_changes(window.model.take_changes())
        assert live.plane.isVisible()
        assert not live.bars.isVisible()
        assert live.plane.values == pytest.approx((0.8, 0.5, 0.2))
        window.model.apply(engine())
        live.show_changes(window.model.take_changes())
        assert live.bars.isVisible()
        assert not live.plane.isVisible()

    def test_the_table_shows_values_and_no_confidence(self, window: MainWindow) -> None:
        live = window.live
        window.model.apply(of_dimensions())
        window.model.apply(a_final(point(0.8, 0.5, 0.2)))
        live.show_utterances(True)
        table = live.utterances.table
        rows = table.utterances.rows
        assert rows.text(0, Column.LABEL) == "Negative, active"
        assert rows.text(0, Column.SECOND) == "arousal 0.80, dominance 0.50, valence 0.20"
        assert table.isColumnHidden(Column.CONFIDENCE)
        assert table.utterances.titles[Column.SECOND] == "Values"
        assert "Values" in rows.as_table([0])

    @pytest.mark.parametrize("count", [3, 3000])
    def test_lines_over_time_lie_at_their_values_however_many_there_are(
        self, window: MainWindow, count: int
    ) -> None:
        window.resize(1000, 700)
        window.model.apply(of_dimensions())
        for k in range(count):
            window.model.apply(a_final(point(0.25, 0.5, 0.75), k, 2.0 * k))
        live = window.live
        live.show_changes(window.model.take_changes())
        plots = live.plots
        assert plots is not None
        plots.choose_span(float("inf"))
        plots.show_news()
        picture = plots.grab().toImage()
        row = plots.rows["probabilities"]
        left, area = plots._gutter, row.area
        top = row.box.mapToScene(0, 0).y()
        seen: set[int] = set()
        for y in range(int(area.height())):
            colours = {
                picture.pixelColor(left + x, int(top) + y).name() for x in range(2, int(area.width()) - 2, 3)
            }
            for place, name in enumerate(AVD):
                if any(_alike(colour, window.model.colours[name].light) for colour in colours):
                    seen.add(place)
                    share = 1 - y / area.height()
                    assert share == pytest.approx((0.25, 0.5, 0.75)[place], abs=0.06)
        assert seen == {0, 1, 2}


def _alike(one: str, other: str) -> bool:
    parts = [[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in (one, other)]
    return max(abs(a - b) for a, b in zip(*parts, strict=True)) < 40


@pytest.fixture
def talk(tmp_path: Path) -> AnalyzedRecording:
    """Eight seconds; a segment of 1.5 s begins at 0.5, 2.5 and 4.5 s, the second of which is doubtful."""
    path = tmp_path / "talk.wav"
    sound = (0.2 * np.sin(np.arange(8 * 16_000) / 20)).astype(np.float32)
    soundfile.write(path, sound, 16_000)
    said = (point(0.2, 0.5, 0.3), point(0.6, 0.4, 0.8, because=Cause.NOISE), point(0.9, 0.9, 0.9))
    results = tuple(
        SegmentResult(2.0 * k + 0.5, 2.0 * k + 2.0, prediction) for k, prediction in enumerate(said)
    )
    outline = Envelope(16_000)
    outline.push(sound)
    analysis = RecordingAnalysis(str(path), 8.0, 16_000, results, overall_prediction(results, 0.0))
    return AnalyzedRecording(path, analysis, outline, "avd", "", "CPUExecutionProvider", (), dimensions=AVD)


class TestARecording:
    def test_the_point_is_the_mean_until_a_segment_is_chosen(
        self, window: MainWindow, talk: AnalyzedRecording
    ) -> None:
        view = shown(window, talk)
        assert view.plane.isVisible()
        assert not view.bars.isVisible()
        assert view.plane.values == pytest.approx(talk.overall.values)  # type: ignore[union-attr]
        assert view.headline.headline.kind is Kind.POINT
        view.track.select(2)
        assert view.plane._easing.target == pytest.approx((0.9, 0.9, 0.9))
        trail = [values for values, strength in view.plane._trail if strength > 0]
        assert trail == [(0.2, 0.5, 0.3), (0.6, 0.4, 0.8), (0.9, 0.9, 0.9)]
        assert "0:04.5 to 0:06.0" in view.answer.heading.text()

    def test_the_table_has_the_values_and_what_is_doubtful(
        self, window: MainWindow, talk: AnalyzedRecording
    ) -> None:
        table = shown(window, talk).table
        texts = [[table.segments._text(column, each) for column in (2, 4)] for each in talk.segments()]
        assert texts[0][0] == "Negative, calm"
        assert texts[1][0] == "Uncertain"
        assert texts[1][1].endswith("noise")
        assert table.isColumnHidden(3)
        table.selectRow(0)
        table.label_wanted.emit(1)  # there is no first emotion
        assert window.recording._said == {}

    def test_the_summary_tells_means(self, window: MainWindow, talk: AnalyzedRecording) -> None:
        view = shown(window, talk)
        view.panel.show_page(1)
        assert "arousal 0.57 on average, 0.20 to 0.90" in view.panel.summary.accessibleDescription()
        assert not view.panel.summary.grab().isNull()


def shown(window: MainWindow, talk: AnalyzedRecording) -> Any:
    from gui_events import show_result

    show_result(window, talk)
    return window.recording


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("speech") / "talk.wav"
    soundfile.write(path, np.concatenate([made_up_speech((0.6, 0.6)) for _ in range(3)]), 16_000)
    return path


@pytest.mark.slow
def test_a_running_window_takes_a_model_of_dimensions_and_compares_nothing_with_it(
    listening: MainWindow, other_model_file: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    file = make_tiny_model(tmp_path / "avd.onnx", dimensions=AVD, sharpness=3.0, seed=5)
    second = listening.controller.second
    second.compare(other_model_file)
    until(lambda: second.on)
    listening.controller.in_use.load(file)
    until(lambda: listening.model.dimensions == AVD)
    until(lambda: listening.live.plane.values != (), 30)
    assert not second.on
    assert "one of these gives dimensions" in listening.banner.message
    listening.actions_.refresh()
    assert not listening.actions_["emotions"].isEnabled()
    second.compare(other_model_file)
    until(lambda: second._path is None)  # loaded, and refused
    assert not second.on
