"""Does what the page "Settings" asks for: each change is remembered, and takes effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.language import mark, tr
from desktop_app.gui.commands import COMMANDS, title_of
from desktop_app.gui.pages.settings import SettingsPage
from desktop_app.gui.state import entries, settings_file, shortcuts
from desktop_app.gui.state.notices import Notice, saved
from desktop_app.gui.state.settings import CHOICES, chosen_values, default_of
from desktop_app.gui.state.settings_rows import Context, rows
from desktop_app.gui.widgets.controls import keys_text
from desktop_app.inference.model_library import models_folder
from desktop_app.words.models import knows_english_only

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

PAGE = "settings"
_KEYS_LEFT_OUT = mark("Keys that were given twice, or that cannot be chosen, are left out.")
_BELONGS = mark("{keys} belongs to “{command}”. Give that other keys first.")
_FILTER = mark("Settings (*.json);;All files (*)")
_DOCUMENTS = {
    "text_model": (mark("Choose a text model"), mark("Models (*.onnx);;All files (*)")),
    "fusion": (mark("Choose a fusion"), mark("Fusions (*.fusion.json);;All files (*)")),
}


class Preferences(QObject):
    """Between the page, the settings and what they are about."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._remembered = window.remembered
        self.page = page = self._make_page()
        choices, controller = window.choices, window.controller

        def kept(name: str, use: Callable[[Any], None] = lambda _: None) -> Callable[[Any], None]:
            def keep_and_use(value: Any) -> None:
                window.remembered.keep(name, value)
                use(value)

            return keep_and_use

        self._use: Mapping[str, Callable[[Any], object]] = {
            "device": choices.use_microphone,
            "backend": kept("backend", controller.set_backend),
            "channel": lambda value: choices.pick_channel(ChannelChoice.parse(value)),
            "detector": choices.pick_detector,
            "min_level_dbfs": kept("min_level_dbfs", window.live.meter.set_limit),
            "adapt": choices.adapt_picked,
            "model": lambda value: choices.load_model(Path(value) if value else None),
            "model_folder": kept("model_folder", lambda _: choices.look_into_folder()),
            "provider": kept("provider", controller.in_use.set_provider),
            "labels": choices.pick_labels,
            "words": kept("words", self._write_down),
            "text_model": kept("text_model", lambda _: self._weigh_words()),
            "fusion": kept("fusion", lambda _: self._weigh_words()),
            "theme": choices.set_theme,
            "language": kept("language"),
            "reduced_motion": kept("reduced_motion", window.animator.reduce),
            "keep_sessions": window.keeping.keep,
            "keep_session_sound": window.keeping.keep_sound,
            "shortcuts": kept("shortcuts", window.actions_.use_keys),
        }
        page.seen.connect(self.show)
        page.chosen.connect(self.set)
        page.opened.connect(self._open)
        page.reset.connect(lambda name: self.set(name, self._default(name)))
        page.all_reset.connect(self.reset_all)
        page.keys_chosen.connect(self.set_keys)
        page.keys_reset.connect(self.reset_keys)
        page.import_asked.connect(self._ask_import)
        page.export_asked.connect(self._ask_export)
        self._remembered.changed.connect(lambda _: self._refresh())
        controller.devices_listed.connect(lambda _: self._refresh())
        controller.in_use.loaded.connect(lambda _: self._refresh())
        controller.words_told.connect(self._refresh)
        controller.detector_used.connect(lambda _: self._refresh())
        self.show()

    def _make_page(self) -> SettingsPage:
        window = self._window
        commands = [(command.name, title_of(command)) for command in COMMANDS]
        return SettingsPage(rows(window.settings, self._context()), commands, window)

    # --- showing ------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._window.on(PAGE):
            self.show()

    def show(self) -> None:
        """Show the settings as they are now."""
        settings = self._window.settings
        self.page.show_rows(rows(settings, self._context()))
        self.page.show_keys(self._window.actions_.keys, frozenset(settings.shortcuts))

    def _context(self) -> Context:
        window, controller = self._window, self._window.controller
        engine = controller.engine
        return Context(
            devices=window.choices.devices,
            channels=window.choices.most_channels,
            microphone=window.remembered.device,
            model_folder=str(models_folder()),
            models=window.choices.models(),
            detector=controller.detector,
            provider="" if engine is None else engine.provider,
            provider_notice="" if engine is None else engine.notice,
            english_words=window.settings.words and knows_english_only(),
            text_model_refused=controller.transcripts.text_refused,
            for_this_run=frozenset(window.remembered.for_this_run),
        )

    # --- changing -----------------------------------------------------------------------------------------

    def set(self, name: str, value: Any) -> None:
        """A person has chosen this; what cannot be is left as it is."""
        if name == "model" and value == entries.OPEN_MODEL:
            self._window.choices.open_model()
        else:
            self._use[name](value)
        self._window.actions_.refresh()
        self.show()

    def _write_down(self, on: bool) -> None:
        self._window.keeping.write_down(on)
        self._window.analyze_again()

    def _weigh_words(self) -> None:
        settings = self._window.settings
        self._window.controller.words.weigh(settings.text_model, settings.fusion)
        self._window.analyze_again()

    def _open(self, name: str) -> None:
        """The button of a setting."""
        if name == "labels":
            self._window.choices.choose_labels()
            return
        if name in _DOCUMENTS:
            title, kinds = _DOCUMENTS[name]
            path, _ = QFileDialog.getOpenFileName(self._window, tr(title), "", tr(kinds))
            if path:
                self.set(name, path)
            return
        before = str(models_folder(self._window.settings.model_folder))
        folder = QFileDialog.getExistingDirectory(self._window, tr("Choose a folder of models"), before)
        if folder:
            self.set(name, folder)

    def _default(self, name: str) -> Any:
        return "" if name == "device" else default_of(name)

    def set_keys(self, name: str, keys: str) -> None:
        """Give a command these keys, unless something else has them; that is told then."""
        usual = {command.name: command.keys for command in COMMANDS}
        own = dict(self._window.settings.shortcuts)
        keys = shortcuts.normal_keys(keys)
        found = shortcuts.taken(keys, name, usual, own)
        if found is not None:
            titles = {command.name: title_of(command) for command in COMMANDS}
            told = tr(_BELONGS) if found.command else found.use
            why = told.format(keys=keys_text(found.keys), command=titles.get(found.command, ""))
            self.page.refuse_keys(name, self._window.actions_.keys[name], frozenset(own), why)
            return
        own.pop(name, None)
        if keys != usual[name]:
            own[name] = keys
        self.set("shortcuts", own)

    def reset_keys(self, name: str) -> None:
        """The usual keys again, unless another command was given them; that is told then."""
        usual = {command.name: command.keys for command in COMMANDS}
        self.set_keys(name, usual[name])

    def reset_all(self) -> None:
        """Take every default; what was chosen before can be had again."""
        self._replace(
            {name: self._default(name) for name in CHOICES}, tr("Every setting is reset."), tr("reset")
        )

    def _replace(self, values: Mapping[str, Any], told: str, step: str, hint: str = "") -> None:
        before = self._now()
        wanted = {name: values[name] for name in CHOICES if name in values and values[name] != before[name]}
        self._take(values)
        after = self._now()

        def possible() -> bool:
            """Nothing of it was chosen otherwise since: what is newer is never taken back with it."""
            now = self._now()  # a model is remembered only once it runs: until then it is as before
            return all(now[name] in (value, before[name], after[name]) for name, value in wanted.items())

        def take_back() -> None:
            for name in wanted:
                self._use[name](before[name])
            self._window.actions_.refresh()
            self.show()

        undo = self._window.model.undo.push(step, take_back, possible=possible)
        self._say(Notice(told, hint, trouble=False, undo=undo, page=PAGE))

    def _take(self, values: Mapping[str, Any]) -> bool:
        """Set each of these that is another one now."""
        now = self._now()
        for name in CHOICES:
            if name in values and values[name] != now[name]:
                self._use[name](values[name])
        self._window.actions_.refresh()
        self.show()
        return True

    def _now(self) -> dict[str, Any]:
        return chosen_values(self._window.settings) | {"device": self._remembered.device}

    # --- files --------------------------------------------------------------------------------------------

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Import settings"), "", tr(_FILTER))
        if name:
            self.take_in(Path(name))

    def take_in(self, path: Path) -> None:
        """Take the settings of a file; what cannot be used of it is told."""
        try:
            values, problem = settings_file.read_export(path)
        except EmoscopeError as error:
            self._say(Notice.of(error, PAGE))
            return
        usual = {command.name: command.keys for command in COMMANDS}
        own = values.get("shortcuts", {})
        now = shortcuts.keys_of(usual, own)
        if any(now.get(name) != keys for name, keys in own.items()):
            problem = sentences(problem, tr(_KEYS_LEFT_OUT))
            values["shortcuts"] = {name: keys for name, keys in own.items() if now.get(name) == keys}
        host_api = values.pop("host_api", "")
        if values.get("device") and host_api:
            values["device"] = f"{values['device']}, {host_api}"
        self._replace(
            values,
            tr("The settings of {name} are in use.").format(name=path.name),
            tr("import of settings"),
            problem,
        )

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Export settings"), "emoscope-settings.json", tr(_FILTER)
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        try:
            settings_file.export(self._window.settings, path)
        except EmoscopeError as error:
            self._say(Notice.of(error, PAGE))
        else:
            self._say(saved(path.name, path.parent, PAGE))

    def _say(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()
