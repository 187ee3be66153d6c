"""The strip at the bottom: what runs, how fast, and what was lost, in plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_app.core.language import localised, mark, tr
from desktop_app.core.types import VoiceUse
from desktop_app.gui.look.theme import Space, Tokens, Type, font
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.state.words import capital, known_of_voice, known_of_voice_shortly, whose_voice

_FIELDS: dict[str, tuple[str, str]] = {
    "provider": (mark("Runs on"), mark("What ONNX Runtime really uses, asked after the model was loaded")),
    "model": (mark("Model"), mark("The model in use")),
    "inference": (mark("Inference"), mark("Milliseconds the model needed for the latest result")),
    "latency": (mark("Latency"), mark("From the arrival of the last sample to the result on screen's way")),
    "voice": (
        mark("Voice"),
        (
            mark(
                "How much speech is known of the voice heard live, and how far it counts in place "
                "of the model's average voice: little while it was heard in one mood only"
            )
        ),
    ),
    "dropped": (
        mark("Lost"),
        mark("Sound that did not arrive or was too much for the computer, and speech that was not judged"),
    ),
}

_RECORDING = mark("Recording sound")
_NOT_LEARNT = mark("not learnt")
_SWITCHED_OFF = mark("Every voice is judged as an unknown one: adapting to it is switched off in the menu")
_CANNOT_LEARN = mark("Every voice is judged as an unknown one: this model cannot learn voices")

_NARROW = 980  # pixels

_PROVIDERS = {"CPUExecutionProvider": "CPU", "CUDAExecutionProvider": "GPU (CUDA)"}


class StatusStrip(QFrame):
    """Six fields; each is a label with a tooltip that says what it means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self._tokens: Tokens | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L + 4, 0, Space.L + 4, Space.S)
        layout.setSpacing(Space.XL)
        self.recording = QLabel(self)
        self.recording.setTextFormat(Qt.TextFormat.RichText)
        self.recording.setAccessibleName(tr(_RECORDING))
        self.recording.setAccessibleDescription(tr("What is heard is written to the disk, as sound, too"))
        self.recording.setToolTip(tr("What is heard is recorded with the session; the menu switches it off"))
        self.recording.hide()
        layout.addWidget(self.recording)
        self._labels: dict[str, QLabel] = {}
        for name, (title, tip) in _FIELDS.items():
            label = QLabel(self)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setToolTip(tr(tip))
            label.setAccessibleName(tr(title))
            if name == "model":
                label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            layout.addWidget(label, 1 if name == "model" else 0)
            self._labels[name] = label
        self.setAccessibleName(tr("Status"))
        self._texts: dict[str, str] = {}
        self._alarm = False
        self._voice: VoiceUse | None = None
        self._of_recording: str | None = None
        self._write(dict.fromkeys(_FIELDS, "–"))

    def text(self, name: str) -> str:
        """The value of a field as shown."""
        return self._texts[name]

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        for label in self._labels.values():
            label.setFont(font(Type.SMALL, 450, True))
        self.recording.setFont(font(Type.SMALL, 650))
        self.recording.setText(f'<span style="color:{tokens.danger}">●&nbsp;{tr(_RECORDING)}</span>')
        texts, self._texts = self._texts, {}
        self._write(texts)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._labels["inference"].setVisible(not self._narrow)
        if self._voice is not None:
            self._write({"voice": self._known(self._voice)})
        self._fit_model()

    @property
    def _narrow(self) -> bool:
        return self.width() < _NARROW

    def _known(self, voice: VoiceUse) -> str:
        return known_of_voice_shortly(voice) if self._narrow else known_of_voice(voice)

    def _voice_of(self, model: ViewModel) -> str:
        self._voice = model.voice
        tip = tr(_FIELDS["voice"][1])
        if not model.adapts:
            tip = tr(_SWITCHED_OFF)
        elif not model.learnable:
            tip = tr(_CANNOT_LEARN)
        elif self._voice is not None and self._voice.seconds > 0:
            tip = f"{capital(whose_voice(self._voice))}\n{tip}"
        self._labels["voice"].setToolTip(tip)
        if self._voice is not None:
            return self._known(self._voice)
        return "–" if model.adapts and model.learnable else tr(_NOT_LEARNT)

    def show_recording(self, on: bool) -> None:
        """Whether sound is written to the disk now."""
        self.recording.setVisible(on)
        self._fit_model()

    def show_lost_of(self, recording: str | None, model: ViewModel) -> None:
        """What is lost of the recording that is shown ("" for nothing), or None for the live sound."""
        self._of_recording = recording
        self._texts.pop("dropped", None)  # the colour may change with the same words
        self.show_model(model)

    def show_model(self, model: ViewModel) -> None:
        stats = model.stats
        texts = {
            "provider": _PROVIDERS.get(model.provider, model.provider.replace("ExecutionProvider", ""))
            or "–",
            "model": model.model or tr("none"),
            "inference": localised(f"{model.inference_ms:.1f} ms") if model.inference_ms is not None else "–",
            "latency": f"{model.latency_ms:.0f} ms" if model.latency_ms is not None else "–",
            "voice": self._voice_of(model),
            "dropped": tr("nothing"),
        }
        self._alarm = False
        if stats is not None:
            lost = []
            if stats.dropped_s > 0 or stats.overflows:
                lost.append(
                    tr("{seconds} s of sound").format(seconds=localised(f"{stats.dropped_s:.2f}"))
                    if stats.dropped_s > 0
                    else tr("some sound")
                )
            if stats.finals_dropped:
                count = stats.finals_dropped
                lost.append(tr("1 result") if count == 1 else tr("{count} results").format(count=count))
            if lost and self._of_recording is None:
                texts["dropped"] = ", ".join(lost)
                self._alarm = True
            self._labels["inference"].setToolTip(
                _percentiles(tr(_FIELDS["inference"][1]), stats.inference_ms)
            )
            lead = tr("From the arrival of the last sample to the result; inference {time} of it").format(
                time=texts["inference"]
            )
            self._labels["latency"].setToolTip(_percentiles(lead, stats.partial_latency_ms))
        if self._of_recording:
            texts["dropped"] = self._of_recording
            self._alarm = True
        self._write(texts)
        self._fit_model()

    def _write(self, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            if self._texts.get(name) == text:
                continue
            self._texts[name] = text
            self._show(name, text)
            self._labels[name].setAccessibleDescription(text)
            if name == "model":
                self._labels[name].setToolTip(f"{tr(_FIELDS[name][1])}: {_escaped(text)}")

    def _show(self, name: str, text: str) -> None:
        t = self._tokens
        muted, ink = (t.ink_muted, t.ink_secondary) if t else ("gray", "gray")
        if name == "dropped" and self._alarm and t:
            ink = t.danger
        self._labels[name].setText(
            f'<span style="color:{muted}">{tr(_FIELDS[name][0])}</span>'
            f'&nbsp;&nbsp;<span style="color:{ink}">{_escaped(text)}</span>'
        )

    def _fit_model(self) -> None:
        """The model's name has the room that the others leave."""
        label, layout = self._labels["model"], self.layout()
        if layout is not None:
            layout.activate()
        metrics = QFontMetrics(label.font())
        room = label.width() - metrics.horizontalAdvance(f"{tr(_FIELDS['model'][0])}\u00a0\u00a0")
        self._show("model", metrics.elidedText(self._texts["model"], Qt.TextElideMode.ElideRight, room))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _percentiles(lead: str, values: object) -> str:
    shares = dict(values) if isinstance(values, dict) else {}
    known = [f"{name} {value:.0f} ms" for name, value in shares.items()]
    if not known:
        return lead
    return f"{lead}\n{tr('Since the start: {percentiles}').format(percentiles=', '.join(known))}"
