"""Every state of the window of which there is a picture, and how it is brought about."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from window_stage import SIZE, Stage

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow


# --- live ---------------------------------------------------------------------------------------------------


def live_empty(stage: Stage) -> None:
    import numpy as np

    room = np.random.default_rng(1).normal(scale=1e-3, size=60 * 16000)
    window = stage.open("file", stage.file("room.wav", room))
    stage.until(lambda: window.model.now_s > 4)


def live_loading(stage: Stage) -> None:
    from desktop_app.gui.state.settings import Settings
    from desktop_app.gui.window import MainWindow

    stage.window = MainWindow(stage.theme, Settings(), stage.folder / "window.json")
    stage.window.resize(*SIZE)
    stage.window.show()


def live_speaking(stage: Stage) -> None:
    from desktop_app.core.types import CaptureState
    from desktop_app.gui.state.headline import Kind

    window = stage.open()
    stage.until(
        lambda: (
            (
                window.model.now_s > 9
                and window.model.state is CaptureState.SPEAKING
                and window.model.headline.kind is Kind.EMOTION
            )
            or window.model.now_s > 18
        )
    )


def live_uncertain(stage: Stage) -> None:
    from desktop_app.gui.state.headline import Kind

    window = stage.open()
    stage.until(lambda: window.model.now_s > 3 and window.model.headline.kind is Kind.UNCERTAIN)
    stage.let_pass(0.5)


def live_not_a_voice(stage: Stage) -> None:
    from gui_events import final, tick

    window = stage.open("file", stage.file("quiet.wav", [0.0] * 16000 * 60))
    stage.until(lambda: window.model.now_s > 3)
    stage.hold()
    now = window.model.now_s
    labels = window.model.labels
    for event in (
        tick(now + 1.0, speaking=True, columns=100, peak=0.4),
        final(labels[0], now + 1.0, 0, now, labels=labels, nobody=True),
        tick(now + 2.0, columns=100, peak=0.01),
    ):
        window.model.apply(event)
    window.controller.changed.emit()


def live_paused(stage: Stage) -> None:
    from desktop_app.core.types import CaptureState

    window = stage.open()
    stage.until(lambda: window.model.now_s > 8)
    window.toggle_capture()
    stage.until(lambda: window.model.state is CaptureState.PAUSED)


def live_no_microphone(stage: Stage) -> None:
    from desktop_app.core.types import CaptureState

    window = stage.open("microphone")
    stage.until(lambda: window.model.state is CaptureState.NO_MICROPHONE)


def live_failed(stage: Stage) -> None:
    from desktop_app.core.types import CaptureState

    broken = stage.folder / "broken.wav"
    broken.write_bytes(b"RIFF of nothing")
    window = stage.open("file", broken)
    stage.until(lambda: window.model.state is CaptureState.FAILED)


def live_message(stage: Stage) -> None:
    window = stage.open()
    stage.until(lambda: window.model.now_s > 5)
    window.clear()


def live_frozen(stage: Stage) -> None:
    window = stage.open()
    stage.until(lambda: window.model.now_s > 8)
    window.live.timeline.freeze(True)
    now_s = window.model.now_s
    stage.until(lambda: window.model.now_s > now_s + 4)


def live_spectrogram(stage: Stage) -> None:
    window = stage.open()
    stage.until(lambda: window.live.plots is not None)
    window.live.timeline.show_spectrogram(True)
    stage.until(lambda: window.model.now_s > 12)


def live_two_models(stage: Stage) -> None:
    """Paused while a second model judges the same speech: the most that stands at the left at once."""
    from tiny_model import make_tiny_model

    from desktop_app.core.types import CaptureState

    window = stage.open()
    stage.until(lambda: bool(window.model.labels))
    other = make_tiny_model(stage.folder / "another model.onnx", window.model.labels, sharpness=30)
    window.controller.second.compare(other)
    stage.until(lambda: window.controller.second.answers.agreement != "")
    window.toggle_capture()
    stage.until(lambda: window.model.state is CaptureState.PAUSED)


def live_table(stage: Stage) -> None:
    window = stage.open()
    window.live.show_utterances(True)
    stage.until(lambda: len(window.model.utterances) >= 4)


# --- recordings ---------------------------------------------------------------------------------------------


def recordings_empty(stage: Stage) -> None:
    stage.open(rest=True).go("recordings")


def recordings_working(stage: Stage) -> None:
    import numpy as np
    import soundfile

    from desktop_app.audio.demo import demo_path

    demo, rate = soundfile.read(demo_path())
    path = stage.folder / "a long talk.wav"
    soundfile.write(path, np.tile(demo, 40), rate)
    window = stage.open(rest=True)
    window.open_recordings([path])
    stage.until(lambda: window.recording.progress.bar.value() > 50)


def recordings_done(stage: Stage) -> None:
    from desktop_app.audio.demo import demo_path

    window = stage.open(rest=True)
    mine = stage.folder / "talk.ogg"  # what is said of a recording is written beside it
    shutil.copy(demo_path(), mine)
    window.open_recordings([mine])
    stage.until(lambda: window.recording.recording is not None)
    stage.let_pass(1.0)


def recordings_corrected(stage: Stage) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    recordings_done(stage)
    assert stage.window is not None
    table = stage.window.recording.table
    for row, key in ((0, Qt.Key.Key_4), (2, Qt.Key.Key_3)):
        table.selectRow(row)
        QTest.keyClick(table, key)
    stage.let_pass(1.0)


def recordings_spectrogram(stage: Stage) -> None:
    recordings_done(stage)
    assert stage.window is not None
    timeline = stage.window.recording.timeline
    timeline.show_lane("spectrogram", True)
    stage.let_pass(1.5)


# --- voices -------------------------------------------------------------------------------------------------


def voices_empty(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.go("voices")


def voices_list(stage: Stage) -> None:
    import numpy as np

    from desktop_app.inference.voice_profile import VoiceProfile

    window = stage.open(rest=True)
    engine = window.controller.engine
    assert engine is not None
    model, rng = engine.voice_model, np.random.default_rng(3)
    for name, count in (("Ada", 40), ("Grandfather, at the telephone", 12), ("Bo", 4)):
        sounds = model.default.mean + rng.normal(size=(count, model.dim)) * model.default.std
        answers = rng.dirichlet(np.full(len(engine.labels), 0.2), count)
        profile = VoiceProfile.build(model, sounds, rng.uniform(1, 4, count), answers)
        window.voices.library.save(name, profile)
    window.go("voices")
    window.voices.use("Ada")


def train_missing(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.go("train")
    window.train_page.show_missing("torch, lightning, pydantic", 'pip install -e ".[cpu,train]"')


def _looked(stage: Stage, *, told: bool) -> MainWindow:
    """A window on the page of training that has looked at a folder."""
    from spoken_corpus import write_corpus

    root = write_corpus(stage.folder / "my voice")
    if not told:
        (root / "emoscope.yaml").unlink()
    window = stage.open(rest=True)
    window.go("train")
    setup = window.train_page.setup
    stage.until(lambda: setup.recipes.count() > 0)
    window.training.look_at_folders([root])
    stage.until(lambda: setup.looked is not None)
    return window


def train_empty(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.go("train")
    stage.until(lambda: window.train_page.setup.recipes.count() > 0)


def train_unknown(stage: Stage) -> None:
    _looked(stage, told=False)


def train_running(stage: Stage) -> None:
    window = _looked(stage, told=True)
    window.train_page.setup.choose_recipe("mlp")
    window.training.start()
    run = window.training.run
    assert run is not None
    stage.until(lambda: 1 in run.state.fits and len(run.state.fits[1].epochs) > 20)
    run.pause()
    stage.until(lambda: run.state.paused)


def train_finished(stage: Stage) -> None:
    window = _looked(stage, told=True)
    window.train_page.setup.choose_recipe("logistic-regression")
    window.training.start()
    run = window.training.run
    assert run is not None
    stage.until(lambda: run.state.over)


def voices_teaching(stage: Stage) -> None:
    window = stage.open()
    window.go("voices")
    window.voices.teach()
    stage.let_pass(8.0)


# --- sessions -----------------------------------------------------------------------------------------------


def sessions_empty(stage: Stage) -> None:
    stage.open(rest=True).go("sessions")


def sessions_list(stage: Stage) -> None:
    """Three that are kept as live ones are, of what the demo says."""
    _keep_sessions(stage)
    stage.open(rest=True).go("sessions")
    stage.let_pass(2.0)


def sessions_opened(stage: Stage) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    sessions_list(stage)
    page: Any = stage.window and stage.window.pages.page("sessions")
    page.list.table.setFocus()
    page.list.table.selectRow(0)
    QTest.keyClick(page.list.table, Qt.Key.Key_Return)
    stage.until(lambda: page.side == "opened")
    stage.let_pass(1.5)


def _keep_sessions(stage: Stage) -> None:
    import numpy as np
    from gui_events import LABELS, engine, final, state

    from desktop_app.core.types import CaptureState
    from desktop_app.sessions.folder import sessions_folder
    from desktop_app.sessions.writer import About, SessionWriter

    rng = np.random.default_rng(8)
    for count in (24, 7, 3):
        writer = SessionWriter(sessions_folder(), About("microphone"), lambda failure: None)
        writer.start()
        writer.post(engine())
        writer.post(state(CaptureState.LISTENING))
        for number in range(count):
            label = str(rng.choice(LABELS[:5]))
            begin_s = 6.0 * number + 1.0
            share = float(rng.uniform(0.3, 0.9))
            writer.post(final(label, begin_s + 2.0, number, begin_s, confidence=share, uncertain=share < 0.4))
        writer.stop()


# --- settings and help --------------------------------------------------------------------------------------


def _changed_settings(stage: Stage) -> MainWindow:
    window = stage.open(rest=True)
    for name, value in (("min_level_dbfs", -45.0), ("reduced_motion", True), ("shortcuts", {"freeze": "Q"})):
        window.preferences.set(name, value)
    window.go("settings")
    return window


def settings_sound(stage: Stage) -> None:
    _changed_settings(stage)


def settings_model(stage: Stage) -> None:
    from desktop_app.gui.state.settings import Group

    _changed_settings(stage).settings_page.show_group(Group.MODEL)


def settings_keys(stage: Stage) -> None:
    from desktop_app.gui.state.settings import Group

    window = _changed_settings(stage)
    window.settings_page.show_group(Group.KEYS)
    window.preferences.set_keys("open_folder", "Ctrl+O")


def settings_search(stage: Stage) -> None:
    _changed_settings(stage).settings_page.search.setText("model")


def first_run(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.help.welcome(first=True)
    stage.dialog = window.help.welcomed


def help_keys(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.help.show_keys()
    stage.dialog = window.help.dialog


def help_about(stage: Stage) -> None:
    window = stage.open(rest=True)
    window.help.about()
    stage.dialog = window.help.dialog


# --- models -------------------------------------------------------------------------------------------------


def models_list(stage: Stage) -> None:
    from tiny_model import make_tiny_model

    from desktop_app.inference.model_library import models_folder

    folder = models_folder()
    folder.mkdir(parents=True)
    make_tiny_model(folder / "forest.onnx", ("angry", "happy", "neutral", "sad"), manifest={"name": "Forest"})
    make_tiny_model(folder / "eight.onnx", manifest={"name": "Eight emotions"}, sharpness=30, seed=3)
    (folder / "pointer.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    window = stage.open(rest=True)
    window.go("models")
    stage.until(lambda: len(window.models_page.list.rows.rows) == 4)
    stage.let_pass(6.0)


def models_compared(stage: Stage) -> None:
    models_list(stage)
    assert stage.window is not None
    page = stage.window.models_page
    rows = {row.title: row.model for row in page.list.rows.rows}
    page.compared.emit(rows["whisper-base-4-tuned"], rows["Eight emotions"])
    page.compared_side.demo_button.click()
    stage.until(lambda: page.compared_side.shows_result)


# --- lab ----------------------------------------------------------------------------------------------------


def lab_empty(stage: Stage) -> None:
    stage.open(rest=True).go("lab")


def _lab(stage: Stage, view: str) -> None:
    """Three seconds of the demo in this view."""
    from desktop_app.audio.demo import demo_path

    window = stage.open(rest=True)
    window.lab.read(demo_path(), 2.0, 5.0)
    page: Any = window.pages.page("lab")
    page.choose(view)
    stage.until(lambda: page.clip is not None and (window.lab.result is not None or view == "heard"))
    stage.let_pass(0.5)


def lab_stft(stage: Stage) -> None:
    _lab(stage, "stft")


def lab_energy(stage: Stage) -> None:
    _lab(stage, "parseval")


def lab_formants(stage: Stage) -> None:
    _lab(stage, "resonances")


def lab_poles(stage: Stage) -> None:
    _lab(stage, "z_plane")


def lab_heard(stage: Stage) -> None:
    _lab(stage, "heard")
    assert stage.window is not None
    window, page = stage.window, stage.window.pages.page("lab")
    stage.until(page.controls.run_button.isEnabled)  # type: ignore[attr-defined]
    window.lab.ask_model()
    stage.until(lambda: window.lab.result is not None)


STATES: dict[str, Callable[[Stage], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        *(live_loading, live_empty, live_speaking, live_uncertain, live_not_a_voice, live_paused),
        *(live_no_microphone, live_failed, live_message, live_frozen, live_spectrogram),
        *(live_two_models, live_table),
        *(recordings_empty, recordings_working, recordings_done, recordings_corrected),
        recordings_spectrogram,
        *(voices_empty, voices_list, voices_teaching),
        *(sessions_empty, sessions_list, sessions_opened),
        *(lab_empty, lab_stft, lab_energy, lab_formants, lab_poles, lab_heard),
        *(settings_sound, settings_model, settings_keys, settings_search),
        *(first_run, help_keys, help_about),
        *(models_list, models_compared),
        *(train_missing, train_empty, train_unknown, train_running, train_finished),
    )
}
