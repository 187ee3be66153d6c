"""A Hugging Face folder exported for the window, in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import hf_folders
import pytest

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.state.model_export import UNNAMED, export_folder, missing_for_export
from desktop_app.inference.model_library import Origin, listed

pytestmark = pytest.mark.slow


def test_a_folder_becomes_a_file_that_was_verified_and_each_step_is_told(tmp_path: Path) -> None:
    folder = hf_folders.make_folder("wav2vec2", tmp_path / "hub")
    told: list[tuple[str, int, int]] = []
    assert missing_for_export() is None
    export_folder(
        folder, tmp_path / "out.onnx", cancel=lambda: False, on_step=lambda *step: told.append(step)
    )
    made = listed(tmp_path / "out.onnx", Origin.FOLDER)
    assert made.manifest is not None
    assert made.manifest.labels == tuple(hf_folders.LABELS)
    assert any("reading" in what for what, _, _ in told)
    assert any(0 < done <= total for _, done, total in told)


def test_a_folder_without_names_is_told_apart_and_exported_with_names(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "wav2vec2"}')
    with pytest.raises(EmoscopeError, match="does not name its 2 classes") as refused:
        export_folder(folder, tmp_path / "out.onnx", cancel=lambda: False, on_step=lambda *_: None)
    assert refused.value.code == UNNAMED
    assert not (tmp_path / "out.onnx").exists()


def test_a_regression_without_names_becomes_a_file_of_dimensions(tmp_path: Path) -> None:
    folder = hf_folders.make_folder("wav2vec2", tmp_path / "hub")
    config = json.loads((folder / "config.json").read_text())
    numbers = range(len(hf_folders.LABELS))
    config |= {
        "problem_type": "regression",
        "id2label": {k: f"LABEL_{k}" for k in numbers},
        "label2id": {f"LABEL_{k}": k for k in numbers},
    }
    (folder / "config.json").write_text(json.dumps(config))
    names = ["arousal", "dominance", "valence", "liking"]
    quiet = {"cancel": lambda: False, "on_step": lambda *_: None}
    with pytest.raises(EmoscopeError, match="does not name its 4 dimensions") as refused:
        export_folder(folder, tmp_path / "out.onnx", **quiet)
    assert refused.value.code == UNNAMED
    export_folder(folder, tmp_path / "out.onnx", labels=names, **quiet)
    made = listed(tmp_path / "out.onnx", Origin.FOLDER)
    assert made.manifest is not None
    assert made.manifest.dimensions == tuple(names)


def test_an_export_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(EmoscopeError) as cancelled:
        export_folder(tmp_path, tmp_path / "out.onnx", cancel=lambda: True, on_step=lambda *_: None)
    assert cancelled.value.code == "export.cancelled"
