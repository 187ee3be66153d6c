"""What every family of models must do, whatever it is: one battery over all that are registered."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile
from family_bench import bench_of, recipe_of
from recorder import Recorder
from spoken_corpus import RATE

from desktop_app.analysis.recording import analyze_recording
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.files import open_recording
from desktop_app.core.types import FinalResult
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime.pipeline import Pipeline
from export.build import build_source
from export.manifest_writer import write_file
from models.architectures.registry import families
from models.commands.trained_source import source_of
from models.errors import TrainingError
from models.training.calibration import Calibration
from models.training.fit_calibrated import CalibratedModel, trainer_of

pytestmark = pytest.mark.slow  # torch, and the libraries of single families

NAMES = list(families())
NETWORKS = [name for name in NAMES if families()[name].fitted_by == "torch"]


def recall(logits: np.ndarray, targets: np.ndarray) -> float:
    return float(np.mean([(logits.argmax(1) == targets)[targets == k].mean() for k in np.unique(targets)]))


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_forty_clips_by_heart(name, bench, fitted):
    scores = fitted(name).scores(bench.fitting, "whole")
    assert recall(scores.logits, bench.table.targets[bench.fitting]) >= 0.9


@pytest.mark.parametrize("name", NAMES)
def test_killed_and_started_again_it_ends_where_it_would_have(
    name, bench, *, trainer, fitted, tmp_path, monkeypatch
):
    # The same figures to the last bit: so the seed decides them, too.
    recipe = recipe_of(name)
    if name in NETWORKS:
        recipe = recipe.model_copy(update={"fit": recipe.fit.model_copy(update={"epochs": 6})})
    of = trainer(recipe, bench.workshop)
    nobody = np.zeros_like(bench.fitting)
    with monkeypatch.context() as patched:
        _stop_half_way(patched, name)
        with pytest.raises((KeyboardInterrupt, SystemExit)):  # Lightning makes one of the other
            of.fit(bench.fitting, nobody, tmp_path / "fit", tmp_path)
    again = of.fit(bench.fitting, nobody, tmp_path / "fit", tmp_path)
    whole = fitted(name)
    if name in NETWORKS:
        whole = of.fit(bench.fitting, nobody, tmp_path / "whole", tmp_path / "other")
    wanted = whole.scores(bench.inner, "whole").logits
    np.testing.assert_array_equal(again.scores(bench.inner, "whole").logits, wanted)


def _stop_half_way(patched: pytest.MonkeyPatch, name: str) -> None:
    if name in NETWORKS:
        from models.training.fit_torch import GradientDescent

        _stop_in_epoch(patched, GradientDescent, 3)
        return
    if name == "whisper":
        from models.training.whisper.fine_tuning import FineTuning

        _stop_in_epoch(patched, FineTuning, 1)
        return

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    patched.setattr("models.training.fit_classical._save", stopped)


def _stop_in_epoch(patched: pytest.MonkeyPatch, kind: type, epoch: int) -> None:
    step = kind.training_step

    def until(self, batch, batch_idx):
        if self.current_epoch == epoch and batch_idx == 1:
            raise KeyboardInterrupt
        return step(self, batch, batch_idx)

    patched.setattr(kind, "training_step", until)


@pytest.mark.parametrize("name", NAMES)
def test_a_class_without_clips_is_told_and_never_wins(name, bench, trainer, tmp_path):
    fitting = bench.fitting & (bench.table.targets != bench.table.labels.index("sad"))
    recipe = recipe_of(name)
    if name in NETWORKS:
        recipe = recipe.model_copy(update={"fit": recipe.fit.model_copy(update={"epochs": 12})})
    bench.told.clear()
    model = trainer(recipe, bench.workshop).fit(fitting, np.zeros_like(fitting), tmp_path / "fit", tmp_path)
    assert any("'sad'" in sentence for sentence in bench.told)
    won = model.scores(fitting, "whole").logits.argmax(axis=1)
    assert (won == bench.table.labels.index("sad")).mean() <= 0.1


def test_a_clip_that_cannot_be_read_is_told_and_counted(spoken, tmp_path):
    for name in ("random-forest", "cnn2d"):
        root = shutil.copytree(spoken, tmp_path / name / "spoken")
        bench = bench_of(root)
        next((root / "angry").glob("s0_0.wav")).write_bytes(b"RIFF")
        model = trainer_of(recipe_of(name), bench.workshop).fit(
            bench.fitting, bench.inner, tmp_path / name / "fit", tmp_path / name
        )
        assert any("1 of 40 clips" in sentence for sentence in bench.told)
        assert len(model.failed) == 1
        for path in (root / "angry").glob("s[0-3]_?.wav"):
            path.write_bytes(b"RIFF" + path.name.encode())
        ruined = bench_of(root)
        with pytest.raises(TrainingError, match="8 of 40 clips failed"):
            trainer_of(recipe_of(name), ruined.workshop).fit(
                ruined.fitting, ruined.inner, tmp_path / name / "ruined", tmp_path / name / "other"
            )


def test_a_batch_that_fails_is_told_and_counted(bench, tmp_path, monkeypatch):
    from models.training.fit_torch import GradientDescent

    loss = GradientDescent._loss

    def sometimes(self, batch):
        if self.current_epoch == 2 and self.trainer.global_step % 5 == 1:
            raise RuntimeError("out of memory")
        return loss(self, batch)

    monkeypatch.setattr(GradientDescent, "_loss", sometimes)
    bench.told.clear()
    model = trainer_of(recipe_of("cnn2d"), bench.workshop).fit(
        bench.fitting, bench.inner, tmp_path / "fit", tmp_path
    )
    assert model.failed
    assert all("out of memory" in sentence for sentence in model.failed)
    assert any("batches failed" in sentence for sentence in bench.told)


@pytest.mark.parametrize("name", NAMES)
def test_it_becomes_one_file_that_answers_alike_live_and_offline(name, bench, fitted, tmp_path):
    calibrated = CalibratedModel(fitted(name), Calibration(1.3, 0.4, doubt_s=0.5))
    trained_on = {"corpora": ["spoken"], "speakers": 5, "split_sha256": None}
    facts = {"temperature": 1.3, "abstain_below": 0.4, "min_seconds": 0.4, "trained_on": trained_on}
    if name == "whisper":
        source = calibrated.fitted.source(calibrated.calibration, facts, tmp_path / "checkpoint")
    else:
        source = source_of(calibrated, recipe_of(name), bench.table.labels, facts)
    built = build_source(source)
    path = tmp_path / f"{name}.onnx"
    write_file(built.content, path)
    engine = EmotionEngine.load(path, "cpu", threads=1)
    with closing(engine):
        rows = np.flatnonzero(bench.inner)
        probabilities = calibrated.probabilities(calibrated.fitted.scores(bench.inner, "whole"))
        for row, wanted in zip(rows[:3], probabilities, strict=False):
            found = engine.predict(bench.workshop.waveform(int(row), "whole"))
            chances = dict(zip(found.labels, found.probabilities, strict=True))
            answered = np.array([chances[label] for label in bench.table.labels])
            # The Whisper network also answers with emotions that none of the clips has.
            np.testing.assert_allclose(answered / answered.sum(), wanted, atol=2e-3)
        offline = _offline(engine, _recording(bench, tmp_path))
        recorder = Recorder()
        pipeline = Pipeline(lambda: FileSource(tmp_path / "two.wav", paced=False), engine, recorder)
        pipeline.start()
        assert pipeline.wait(20)
        assert pipeline.stop()
    live = [(e.start_s, e.end_s, e.prediction.probabilities) for e in recorder.of(FinalResult)]
    assert len(live) == 2
    assert live == offline


def _recording(bench, folder: Path) -> Path:
    """Two clips with silence around them."""
    quiet = np.zeros(RATE, np.float32)
    rows = np.flatnonzero(bench.inner)
    parts = [quiet, bench.workshop.waveform(int(rows[0]), "whole"), quiet]
    parts += [bench.workshop.waveform(int(rows[-1]), "whole"), quiet]
    path = folder / "two.wav"
    soundfile.write(path, np.concatenate(parts), RATE)
    return path


def _offline(engine: EmotionEngine, path: Path) -> list[tuple[float, float, object]]:
    with open_recording(path) as file:
        found = analyze_recording(str(path), file.blocks(7_001), file.sample_rate, engine)
    return [(s.start_s, s.end_s, s.prediction.probabilities) for s in found.segments]


def test_features_that_are_no_numbers_are_told_and_left_out(bench, tmp_path, monkeypatch):
    from models.training.fit_classical import ClipVectors

    get = ClipVectors.get

    def with_a_hole(self, rows, condition):
        features, seconds, there = get(self, rows, condition)
        features = features.copy()
        features[3, 0] = np.nan
        return features, seconds, there

    monkeypatch.setattr(ClipVectors, "get", with_a_hole)
    bench.told.clear()
    trainer = trainer_of(recipe_of("random-forest"), bench.workshop)
    model = trainer.fit(bench.fitting, bench.inner, tmp_path / "fit", tmp_path)
    assert [sentence for sentence in model.failed if "no numbers" in sentence]
    assert any("1 of 40 clips" in sentence for sentence in bench.told)


def test_clips_that_cannot_be_read_are_left_out_of_the_table(spoken, tmp_path):
    root = shutil.copytree(spoken, tmp_path / "spoken")
    (root / "sad" / "s1_1.wav").write_bytes(b"RIFF")
    table, failed = bench_of(root).table.readable()
    assert len(table.clips) == 47
    assert len(failed) == 1
    assert "s1_1.wav" in failed[0]
    assert [len(table.waveform(row)) for row in (0, 46)] == [round(1.2 * RATE)] * 2
