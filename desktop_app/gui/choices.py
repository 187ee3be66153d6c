"""What a person chooses for the whole window: source, channel, model, emotions, detector, theme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.detector_choice import AUTO_DETECTOR
from desktop_app.gui.state import entries
from desktop_app.gui.state.allowed_labels import chosen
from desktop_app.gui.state.notices import DETECTOR, MODEL, SECOND_MODEL, SOURCE
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.widgets.dialogs import ask_model

if TYPE_CHECKING:
    from desktop_app.audio.devices import Device
    from desktop_app.gui.jobs import Job
    from desktop_app.gui.window import MainWindow


class Choices:
    """Hands each choice to the controller, shows it in the toolbar, and has it remembered.

    What a person begins takes away what was said of the thing before.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._controller = window.controller
        self._toolbar = window.toolbar
        self._remembered = window.remembered
        self._detector = window.controller.detector
        self._detector_picked = ""  # by a person, so that it is remembered once it is in use
        self._most_channels = 0
        self.devices: list[Device] = []
        self._in_folder: list[str] = []
        controller, toolbar = self._controller, self._toolbar
        controller.devices_listed.connect(self.fill_sources)
        controller.in_use.loaded.connect(self._model_loaded)
        controller.in_use.doubtful.connect(self._remembered.model_doubtful)
        controller.in_use.answered.connect(self._remembered.model_answered)
        controller.detector_used.connect(self._detector_used)
        controller.voice.used.connect(self._voice_used)
        toolbar.refresh.clicked.connect(self.refresh_devices)
        toolbar.source.activated.connect(self._source_picked)
        toolbar.channel.activated.connect(self._channel_picked)
        toolbar.model.activated.connect(self._model_picked)
        self.fill_sources([])
        self.fill_models()

    # --- what is heard ------------------------------------------------------------------------------------

    def fill_sources(self, devices: list[Device]) -> None:
        choice = self._controller.choice
        self.devices = devices
        self._toolbar.source.fill(entries.sources(devices, choice), choice)
        self._most_channels = max((device.channels for device in devices), default=0)
        self.fill_channels()

    @property
    def most_channels(self) -> int:
        """As many as anything has that was heard or is open."""
        window = self._window
        shown = window.recording.recording if window.made("recordings") else None
        return max(self._most_channels, window.model.channels, 0 if shown is None else shown.channels)

    def fill_channels(self) -> None:
        choice = self._controller.channel
        self._toolbar.channel.fill(entries.channels(self.most_channels, choice), choice)

    def refresh_devices(self) -> None:
        self._window.begins(SOURCE)
        self._controller.list_devices(refresh=True)

    def use_source(self, choice: SourceChoice) -> None:
        self._window.back_to_live()
        self._window.begins(SOURCE)
        self._controller.set_source(choice)
        self._toolbar.source.choose(choice)
        self._remembered.keep_source(choice)

    def use_microphone(self, key: str) -> None:
        """Take this microphone wherever one is listened to; it is not opened if nothing is listened to."""
        choice = SourceChoice("microphone", key)
        self._remembered.keep_source(choice)
        if self._controller.choice.kind == "microphone" and choice != self._controller.choice:
            self._window.begins(SOURCE)
            self._controller.set_source(choice, listen=False)
            self.fill_sources(self.devices)

    def hear(self, choice: ChannelChoice) -> None:
        """Hear this of several channels from now on, and in the recordings that are open."""
        if choice == self._controller.channel:
            return
        self._window.dismiss()
        self._controller.set_channel(choice)
        self.fill_channels()
        self._window.analyze_again()

    def _source_picked(self, place: int) -> None:
        choice = self._toolbar.source.itemData(place)
        if isinstance(choice, SourceChoice):
            self.use_source(choice)

    def _channel_picked(self, place: int) -> None:
        choice = self._toolbar.channel.itemData(place)
        if isinstance(choice, ChannelChoice):
            self.pick_channel(choice)

    def pick_channel(self, choice: ChannelChoice) -> None:
        self._remembered.keep("channel", str(choice))
        self.hear(choice)

    # --- how speech is found, and whose it is -------------------------------------------------------------

    def adapt(self, on: bool) -> None:
        """Learn voices from now on, and in the recordings that are open, or not."""
        if on != self._controller.voice.adapts:
            self._controller.voice.adapt(on)
            self._window.analyze_again()

    def adapt_picked(self, on: bool) -> None:
        self._remembered.keep("adapt", on)
        self.adapt(on)

    def pick_detector(self, name: str) -> None:
        """How speech is found from now on, and in the recordings that are open."""
        self._window.begins(DETECTOR)
        self._detector_picked = name
        self._controller.jobs.cancel("loading the detector")  # another one, not wanted any more
        if name == AUTO_DETECTOR:
            self._remembered.keep("detector", name)  # there always is one that it can be
        if name == self._controller.detector:
            self._detector_used(name)
        else:
            self._controller.use_detector(name)

    def _detector_used(self, name: str) -> None:
        self._window.actions_.refresh()
        picked, self._detector_picked = self._detector_picked, ""
        if picked == name:
            self._remembered.keep("detector", picked)
        if name != self._detector:
            self._detector = name
            self._window.analyze_again()

    def use_profile(self, path: Path) -> None:
        """Begin with the voice of a profile, live and in the recordings that are open."""
        self._window.dismiss()
        self._controller.voice.use_profile(path)

    def _voice_used(self, _: str) -> None:
        self._window.actions_.refresh()
        self._window.analyze_again()

    # --- the model ----------------------------------------------------------------------------------------

    def load_model(self, path: Path | None, *, again: bool = False) -> None:
        """Load a model file, None for the shipped one; `again` one that failed last time."""
        self._window.begins(MODEL)
        path = None if path is None else path.absolute()
        self._remembered.model_chosen("" if path is None else str(path))
        self._controller.in_use.load(path, again=again)

    def open_model(self) -> None:
        path = ask_model(self._window, self._window.settings.model_folder)
        if path is not None:
            self.load_model(path)
        else:
            self.fill_models()

    def compare(self) -> None:
        """Let a second model judge as well, or not any more."""
        second = self._controller.second
        if second.on:
            second.compare(None)
            return
        path = ask_model(self._window, self._window.settings.model_folder)
        if path is not None:
            self._window.begins(SECOND_MODEL)
            second.compare(path)

    def answer_with(self, labels: Sequence[str]) -> None:
        """Allow these of the model's emotions as answers, all if none is named; also in what is open."""
        self._controller.answer_with(labels)
        if self._window.made("recordings"):
            self._window.shelf.answer_otherwise()

    def choose_labels(self) -> None:
        """Let a person choose which of the model's emotions may be answers; nothing stops meanwhile."""
        if self._controller.engine is None:
            return
        from desktop_app.gui.widgets.labels_dialog import LabelsDialog

        dialog = LabelsDialog(self._window, self._controller.allowed.label_set)
        dialog.chosen.connect(self._labels_chosen)
        self._controller.in_use.loaded.connect(dialog.reject)  # another model has other emotions
        dialog.open()

    def _labels_chosen(self, labels: tuple[str, ...]) -> None:
        self.pick_labels(list(chosen(self._controller.allowed.label_set.model_labels, labels)))

    def pick_labels(self, labels: list[str]) -> None:
        """Allow these emotions as answers, also at the next start; all if none is named."""
        self._window.dismiss()
        self._remembered.keep("labels", labels)
        self.answer_with(labels)

    def fill_models(self) -> None:
        """List those that were used before, and those of the folder of models, anew."""
        engine = self._controller.engine
        path = str(engine.path) if engine is not None else ""
        there = self.models()
        known = {data for _, data in there}
        self._toolbar.model.fill(there, path if path in known else "")

    def models(self) -> entries.Entries:
        """The models that can be chosen."""
        there = [path for path in self._in_folder if Path(path).is_file()]
        return entries.models(self._remembered.recent_models(), there)

    def look_into_folder(self) -> None:
        """Offer the models of the folder for them, once they are found."""
        asked = self._window.settings.model_folder

        def work(_: Job) -> list[str]:
            from desktop_app.inference.model_library import models_folder

            return entries.models_of(models_folder(asked))

        def done(found: list[str]) -> None:
            if found != self._in_folder:
                self._in_folder = found
                self.fill_models()
                self._remembered.changed.emit("model")

        self._controller.jobs.start("looking for models", work, done, lambda _: None)

    def _model_picked(self, place: int) -> None:
        picked = self._toolbar.model.itemData(place)
        if picked == entries.OPEN_MODEL:
            self.open_model()
        elif isinstance(picked, str):
            self.load_model(Path(picked) if picked else None)

    def _model_loaded(self, path: str) -> None:
        self._remembered.model_loaded(path)
        self.fill_models()
        self._window.actions_.refresh()

    # --- the look -----------------------------------------------------------------------------------------

    def set_theme(self, mode: str) -> None:
        self._remembered.keep("theme", mode)
        self._window.theme.set_mode(mode)
        self._window.actions_.refresh()
