"""What a person can do in the window, as data: one row a command, with its keys and where it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.core.language import mark, tr
from desktop_app.gui.views import VIEWS, View

if TYPE_CHECKING:
    from desktop_app.gui.pages.recording import RecordingView
    from desktop_app.gui.window import MainWindow

APPEARANCE = mark("Appearance")
EXPORT = mark("Export")
HELP = mark("Help")
INPUT = mark("Input")
MODEL = mark("Model")
PAGES = mark("Pages")
RECORDING = mark("Recording")
SESSIONS = mark("Sessions")
VIEW = mark("View")
VOICE = mark("Voice")
ONE_TICKED = frozenset({APPEARANCE, PAGES})
"""Submenus of which one command at a time is ticked."""


def _always(_: MainWindow) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the menu.

    Attributes
    ----------
    name : str
        By which the code knows it.
    text : str or callable
        As the menu shows it; a callable is asked again whenever something has changed.
    run : callable
        Does it.
    keys : str
        Its shortcut, as `QKeySequence` reads it.
    shown_only : bool
        The shortcut is a key that focused controls need themselves (Space, Escape): the menu shows it, and
        the window acts on what they leave.
    keys_work : callable
        Where such a key does this, and not what the page has for it.
    sign, tip : str
        An icon of `look.icons`, and a sentence.
    enabled : callable
        Whether it works now, and where it would work: exactly there it can be chosen.
    checked : callable or None
        Whether its tick is set; None for commands without one.
    menu : str
        The submenu in which it stands, empty for the menu itself. A submenu has the place of its first one.
    begins : bool
        A line stands above it, or above the submenu that it is the first of.
    on_plots : bool
        It stands in the context menu of plots, too.
    title : str
        What it is called where `text` changes.
    """

    name: str
    text: str | Callable[[MainWindow], str]
    run: Callable[[MainWindow], object]
    keys: str = ""
    shown_only: bool = False
    keys_work: Callable[[MainWindow], bool] = _always
    sign: str = ""
    tip: str = ""
    enabled: Callable[[MainWindow], bool] = _always
    checked: Callable[[MainWindow], bool] | None = None
    menu: str = ""
    begins: bool = False
    on_plots: bool = False
    title: str = ""


def title_of(command: Command) -> str:
    """What it is called, wherever it stands."""
    return tr(command.title or str(command.text))


def _on_workbench(window: MainWindow) -> bool:
    """Whether one recording is in sight."""
    return window.on("recordings") and window.recordings.shows_one


def _recording(window: MainWindow) -> RecordingView | None:
    """The view of one recording; None as long as the page of recordings was not needed."""
    return window.recording if window.made("recordings") else None


def _plays(window: MainWindow) -> bool:
    one = _recording(window)
    return one is not None and one.playback.playing


def _loops(window: MainWindow) -> bool:
    one = _recording(window)
    return one is not None and one.playback.loop is not None


def _filters(window: MainWindow) -> bool:
    one = _recording(window)
    return one is not None and one.panel.filters


def _undo_text(window: MainWindow) -> str:
    step = window.model.undo.latest
    return tr("Undo") if step is None else tr("Undo {name}").format(name=step.name)


def _themes() -> tuple[Command, ...]:
    def row(mode: str, text: str) -> Command:
        return Command(
            f"theme_{mode}",
            text,
            lambda window: window.choices.set_theme(mode),
            checked=lambda window: window.theme.mode == mode,
            menu=tr(APPEARANCE),
        )

    return row("auto", tr("As the system")), row("light", tr("Light")), row("dark", tr("Dark"))


def _pages() -> tuple[Command, ...]:
    """A row for each page, in the order of the navigation."""

    def row(place: int, view: View) -> Command:
        return Command(
            f"page_{view.name}",
            view.title,
            lambda window: window.go(view.name),
            f"Ctrl+{place}",
            tip=view.tip,
            checked=lambda window: window.on(view.name),
            menu=tr(PAGES),
        )

    return tuple(row(place, view) for place, view in enumerate(VIEWS, 1))


COMMANDS = (
    Command(
        "capture",
        lambda window: tr("Start") if window.capture_waits else tr("Pause"),
        lambda window: window.toggle_capture(),
        "Space",
        shown_only=True,
        keys_work=lambda window: window.on("live"),
        enabled=lambda window: window.controller.engine is not None,
        title=mark("Start or pause listening"),
    ),
    Command(
        "open_recording",
        mark("Open recording…"),
        lambda window: window.open_recording(),
        "Ctrl+O",
        sign="folder",
    ),
    Command(
        "open_folder",
        mark("Open folder…"),
        lambda window: window.shelf.ask_folder(),
        "Ctrl+Shift+O",
        sign="folder",
        tip=mark("Analyze all recordings of a folder"),
    ),
    Command("play_demo", mark("Play the demo"), lambda window: window.play_demo(), "Ctrl+D", sign="play"),
    Command(
        "next_recording",
        mark("Next recording"),
        lambda window: window.step_recording(1),
        "Alt+Right",
        sign="next",
        begins=True,
        enabled=lambda window: _on_workbench(window) and window.shelf.can_step(1),
        menu=RECORDING,
    ),
    Command(
        "previous_recording",
        mark("Previous recording"),
        lambda window: window.step_recording(-1),
        "Alt+Left",
        sign="previous",
        enabled=lambda window: _on_workbench(window) and window.shelf.can_step(-1),
        menu=RECORDING,
    ),
    Command(
        "all_recordings",
        mark("All open recordings"),
        lambda window: window.shelf.show_list(),
        "Alt+Up",
        sign="menu",
        enabled=_on_workbench,
        menu=RECORDING,
    ),
    Command(
        "play",
        lambda window: tr("Pause the recording") if _plays(window) else tr("Play the recording"),
        lambda window: window.recording.playback.toggle(),
        "Space",
        shown_only=True,
        keys_work=lambda window: window.on("recordings"),
        sign="play",
        enabled=lambda window: _on_workbench(window) and window.recording.playback.ready,
        menu=RECORDING,
        title=mark("Play or pause the recording"),
    ),
    Command(
        "loop",
        mark("Loop"),
        lambda window: window.recording.timeline.loop(window.recording.playback.loop is None),
        "L",
        sign="loop",
        tip=mark("Play the chosen segment, or what is shown, again and again"),
        enabled=lambda window: _on_workbench(window) and window.recording.timeline.can_loop,
        checked=_loops,
        menu=RECORDING,
    ),
    Command(
        "filter",
        mark("Filter the segments"),
        lambda window: window.recording.panel.show_filter(not window.recording.panel.filters),
        "Ctrl+F",
        sign="filter",
        tip=mark("Show only some of the segments: by label, confidence, or words"),
        enabled=lambda window: _on_workbench(window) and window.recording.panel.can_filter,
        checked=_filters,
        menu=RECORDING,
    ),
    Command(
        "remove_recording",
        mark("Remove from the list"),
        lambda window: window.shelf.remove_shown(),
        "Ctrl+W",
        sign="close",
        tip=mark("Close the recording that is shown; its file stays where it is"),
        enabled=lambda window: window.on("recordings") and window.shelf.can_remove,
        menu=RECORDING,
    ),
    Command(
        "look_in_lab",
        mark("Look at it in the lab"),
        lambda window: window.look_in_lab(),
        "Ctrl+Shift+L",
        sign="lab",
        tip=mark("Spectra, features and resonances of the chosen segment, or of what was said last"),
        enabled=lambda window: window.can_look_in_lab(),
        on_plots=True,
        menu=RECORDING,
    ),
    Command(
        "export",
        mark("Export the result…"),
        lambda window: window.exports.ask_format(),
        "Ctrl+E",
        sign="export",
        enabled=lambda window: window.exports.possible,
        menu=EXPORT,
    ),
    Command(
        "freeze",
        mark("Freeze"),
        lambda window: window.live.timeline.freeze(not window.live.timeline.frozen),
        "F",
        sign="freeze",
        tip=mark("Keep what is shown in its place while the sound goes on"),
        enabled=lambda window: window.on("live") and window.live.plots is not None,
        checked=lambda window: window.live.timeline.frozen,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "jump",
        mark("Jump to now"),
        lambda window: window.live.timeline.jump(),
        "J",
        tip=mark("Show the newest sound again"),
        enabled=lambda window: window.on("live") and window.live.timeline.held,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "spectrogram",
        mark("Spectrogram"),
        lambda window: window.live.timeline.show_spectrogram(not window.live.timeline.shows_spectrogram),
        "S",
        sign="spectrogram",
        tip=mark("Show which frequencies the sound has"),
        enabled=lambda window: window.on("live") and window.live.plots is not None,
        checked=lambda window: window.live.timeline.shows_spectrogram,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "utterances",
        mark("Utterances"),
        lambda window: window.live.show_utterances(not window.live.shows_utterances),
        "U",
        sign="table",
        tip=mark("Show what was said as a table, to be sorted, searched and copied"),
        enabled=lambda window: window.on("live"),
        checked=lambda window: window.live.shows_utterances,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "whole_session",
        mark("Whole session"),
        lambda window: window.live.timeline.show_whole(not window.live.timeline.shows_whole),
        "W",
        tip=mark("Show everything since the beginning"),
        enabled=lambda window: window.on("live") and window.live.plots is not None,
        checked=lambda window: window.live.timeline.shows_whole,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "time_of_day",
        mark("Tell the time of day"),
        lambda window: window.live.timeline.tell_day(not window.live.timeline.tells_day),
        "T",
        tip=mark("Label the axis with the time of day instead of that since the beginning"),
        enabled=lambda window: window.on("live") and window.live.plots is not None,
        checked=lambda window: window.live.timeline.tells_day,
        on_plots=True,
        menu=VIEW,
    ),
    Command(
        "export_plot",
        mark("Export plot…"),
        lambda window: window.exports.ask_plot(),
        "Ctrl+Shift+E",
        tip=mark("Save what the plot shows as a picture: PNG or SVG"),
        enabled=lambda window: window.shown_plots() is not None,
        on_plots=True,
        menu=EXPORT,
    ),
    Command(
        "open_model", mark("Open model…"), lambda window: window.choices.open_model(), "Ctrl+M", menu=MODEL
    ),
    Command(
        "second_model",
        lambda window: (
            tr("Stop comparing") if window.controller.second.on else tr("Compare with another model…")
        ),
        lambda window: window.choices.compare(),
        "Ctrl+Shift+M",
        tip=mark("Let a second model judge the same speech, and show where the two differ"),
        enabled=lambda window: window.on("live") and window.controller.engine is not None,
        menu=MODEL,
        title=mark("Compare with another model, or stop comparing"),
    ),
    Command(
        "emotions",
        mark("Emotions…"),
        lambda window: window.choices.choose_labels(),
        "Ctrl+L",
        tip=mark("Choose which of the model's emotions may be answers"),
        enabled=lambda window: window.controller.engine is not None and not window.model.dimensions,
        menu=MODEL,
    ),
    Command(
        "refresh",
        mark("Look for microphones"),
        lambda window: window.choices.refresh_devices(),
        "F5",
        sign="refresh",
        menu=INPUT,
    ),
    Command(
        "adapt",
        mark("Adapt to the voice"),
        lambda window: window.choices.adapt_picked(not window.controller.voice.adapts),
        tip=mark("Judge by what was heard of the voice before, live and in recordings"),
        checked=lambda window: window.controller.voice.adapts,
        menu=VOICE,
    ),
    Command(
        "new_speaker",
        mark("New speaker"),
        lambda window: window.new_speaker(),
        "Ctrl+N",
        sign="speaker",
        tip=mark("Somebody else speaks: forget the voice, and learn a new one"),
        enabled=lambda window: window.on("live") and window.controller.voice.can_be_forgotten,
        menu=VOICE,
    ),
    Command(
        "silero",
        mark("Tell speech from other sounds (Silero VAD)"),
        lambda window: window.choices.pick_detector(
            ENERGY if window.controller.detector == ENERGY_SILERO else ENERGY_SILERO
        ),
        tip=mark("Dishes, doors and dogs are no speech then. By energy alone they may be."),
        checked=lambda window: window.controller.detector == ENERGY_SILERO,
        menu=INPUT,
    ),
    Command(
        "keep_sessions",
        mark("Keep sessions"),
        lambda window: window.keeping.keep(not window.controller.keeper.on),
        tip=mark(
            "Keep when each utterance was and how it sounded, on this computer; words only while what is "
            "said is written down"
        ),
        checked=lambda window: window.controller.keeper.on,
        menu=SESSIONS,
    ),
    Command(
        "keep_sound",
        mark("Keep the sound of sessions, too"),
        lambda window: window.keeping.keep_sound(not window.controller.keeper.with_sound),
        tip=mark("Record what is heard by a microphone, so that sessions can be played"),
        enabled=lambda window: window.controller.keeper.on,
        checked=lambda window: window.controller.keeper.with_sound,
        menu=SESSIONS,
    ),
    *_pages(),
    *_themes(),
    Command(
        "clear",
        mark("Clear what was heard"),
        lambda window: window.clear(),
        "Ctrl+K",
        sign="clear",
        begins=True,
        tip=mark("Empty the live page; what is known of the voice stays"),
        enabled=lambda window: window.can_clear,
    ),
    Command(
        "undo",
        _undo_text,
        lambda window: window.undo(),
        "Ctrl+Z",
        sign="undo",
        tip=mark("Take back what was done last"),
        enabled=lambda window: window.model.undo.latest is not None,
        title=mark("Undo"),
    ),
    Command(
        "back",
        mark("Back to live"),
        lambda window: window.back_to_live(),
        "Esc",
        shown_only=True,
        sign="back",
        enabled=lambda window: not window.on("live"),
    ),
    Command(
        "keys",
        mark("Keys"),
        lambda window: window.help.show_keys(),
        "F1",
        sign="info",
        begins=True,
        tip=mark("Every key and what it does, to be searched"),
        menu=HELP,
    ),
    Command("welcome", mark("First steps…"), lambda window: window.help.welcome(), menu=HELP),
    Command(
        "diagnostics",
        mark("Copy diagnostics"),
        lambda window: window.help.copy_diagnostics(),
        tip=mark(
            "Check everything as “emoscope doctor” does, and copy what was found, without personal data"
        ),
        menu=HELP,
    ),
    Command(
        "log",
        mark("Open log folder"),
        lambda window: window.help.open_log(),
        tip=mark("Where failures and warnings are written down"),
        menu=HELP,
    ),
    Command("about", mark("About Emoscope"), lambda window: window.help.about(), menu=HELP),
    Command("quit", mark("Quit"), lambda window: window.close(), "Ctrl+Q"),
)
