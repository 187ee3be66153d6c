"""Model files at hand: listed without being run, kept, deleted and brought back."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_model import make_tiny_model

from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.errors import ModelError
from desktop_app.inference.initializers import file_metadata, metadata_text
from desktop_app.inference.manifest import MANIFEST_KEY
from desktop_app.inference.model_library import ModelLibrary, Origin, models_folder
from desktop_app.inference.shipped import shipped_model
from desktop_app.inference.speed import MeasuredSpeeds, Speed, measure_speed

Tiny = Callable[..., Path]


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "models")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_tiny_model(tmp_path / "mine.onnx", ("dull", "bright"), manifest={"name": "Mine"})


def no_trash(_: Path) -> None:
    """A system without one."""


def test_the_shipped_one_stands_first_then_the_folder_by_name_then_files_from_elsewhere(
    library: ModelLibrary, model: Path
) -> None:
    library.folder.mkdir()
    for name in ("b.onnx", "A.onnx", "notes.txt"):
        shutil.copy(model, library.folder / name)
    found = library.models([model, library.folder / "b.onnx", Path("/nowhere.onnx")])
    assert [(each.origin, each.path.name) for each in found] == [
        (Origin.SHIPPED, shipped_model().name),
        (Origin.FOLDER, "A.onnx"),
        (Origin.FOLDER, "b.onnx"),
        (Origin.ELSEWHERE, "mine.onnx"),
    ]
    assert found[1].name == "Mine"
    assert found[1].manifest is not None
    assert found[1].manifest.labels == ("dull", "bright")


def test_a_path_that_cannot_even_be_looked_at_hides_no_model(library: ModelLibrary, tmp_path: Path) -> None:
    assert library.models([tmp_path / f"{'x' * 300}.onnx"]) == library.models()


def test_files_that_cannot_be_used_are_listed_with_the_reason(library: ModelLibrary, model: Path) -> None:
    library.folder.mkdir()
    whole = model.read_bytes()
    contents = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n",
        "text": b"no model at all",
    }
    for name, content in contents.items():
        (library.folder / f"{name}.onnx").write_bytes(content)
    (library.folder / "folder.onnx").mkdir()
    make_tiny_model(library.folder / "odd.onnx", manifest={"temperature": -1})
    make_tiny_model(library.folder / "stranger.onnx", without_manifest=True)
    problems = {each.path.stem: each.problem for each in library.models()[1:]}
    assert problems == {
        "cut": "It is not an ONNX model, or was cut off.",
        "empty": "It is empty.",
        "folder": "It is not a regular file.",
        "odd": "The manifest field 'temperature' must be from 0.01 to 1000, found -1.",
        "pointer": "It is a Git LFS pointer: it only names the file, which was never downloaded.",
        "stranger": "It has no manifest, so it was not made with emoscope-export.",
        "text": "It is not an ONNX model, or was cut off.",
    }


def test_the_manifest_of_a_file_is_found_without_its_graph_being_read(model: Path) -> None:
    for path in (model, shipped_model()):
        content = path.read_bytes()
        with path.open("rb") as file:
            assert file_metadata(file, len(content), MANIFEST_KEY) == metadata_text(content, MANIFEST_KEY)
            assert file_metadata(file, len(content), "another key") is None


def test_large_files_are_listed_as_fast_as_small_ones(library: ModelLibrary) -> None:
    library.folder.mkdir()
    for number in range(30):
        os.link(shipped_model(), library.folder / f"{number}.onnx")
    library.models()  # what reads manifests is imported by the first
    begin = time.process_time()
    assert len(library.models()) == 31
    assert time.process_time() - begin < 0.5, "0.6 GB are not read for it"


def test_a_model_is_kept_once_and_under_a_free_name(
    library: ModelLibrary, model: Path, tmp_path: Path
) -> None:
    kept = library.take_in(model)
    assert kept == library.folder / "mine.onnx"
    assert kept.read_bytes() == model.read_bytes()
    assert library.take_in(model) == kept, "it is there already"
    (tmp_path / "other").mkdir()
    other = make_tiny_model(tmp_path / "other" / "mine.onnx", seed=7)
    assert library.take_in(other) == library.folder / "mine 2.onnx"


def test_a_broken_model_is_refused_and_nothing_is_kept(library: ModelLibrary, tmp_path: Path) -> None:
    # A name of its own: other tests have files of the same bytes, and pretend that they were tried.
    told = {"name": "Broken in the library"}
    broken = make_tiny_model(tmp_path / "broken.onnx", nan_weights=True, untried=True, manifest=told)
    with pytest.raises(ModelError, match="is not finite for its self-test"):
        library.take_in(broken)
    with pytest.raises(ModelError, match="does not exist"):
        library.take_in(tmp_path / "nothing.onnx")
    assert not library.folder.exists()


def test_a_deleted_model_goes_to_the_trash_and_comes_back(
    library: ModelLibrary, model: Path, tmp_path: Path
) -> None:
    kept = library.take_in(model)
    trash = tmp_path / "Trash"
    note = trash / "info" / "mine.onnx.trashinfo"

    def to_trash(path: Path) -> Path:
        for part in ("files", "info"):
            (trash / part).mkdir(parents=True)
        note.write_text("[Trash Info]\n")
        return path.rename(trash / "files" / path.name)

    deleted = library.delete(kept, to_trash)
    assert not kept.exists()
    library.restore(deleted)
    assert kept.read_bytes() == model.read_bytes()
    assert not note.exists(), "the trash does not list what is not in it"


def test_without_a_trash_it_goes_to_a_folder_beside_the_others(library: ModelLibrary, model: Path) -> None:
    kept = library.take_in(model)
    deleted = library.delete(kept, no_trash)
    assert deleted.lies == library.folder / "deleted" / "mine.onnx"
    assert [each.origin for each in library.models()] == [Origin.SHIPPED]
    library.take_in(model)
    with pytest.raises(ModelError, match="another file"):
        library.restore(deleted)
    kept.unlink()
    library.restore(deleted)
    assert kept.exists()


def test_the_shipped_model_is_not_deleted(library: ModelLibrary) -> None:
    with pytest.raises(ModelError, match="came with the program"):
        library.delete(shipped_model(), no_trash)
    assert shipped_model().exists()


def test_the_environment_names_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMOSCOPE_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    assert models_folder("asked") == Path("asked")


class TestSpeed:
    def test_a_model_is_timed_in_a_process_of_its_own(self, library: ModelLibrary, model: Path) -> None:
        library.take_in(model)
        speed = measure_speed(library.models()[1])
        assert 0 < speed.ms < 1000
        assert speed.seconds == 3.0

    def test_a_model_that_breaks_is_a_sentence(self, library: ModelLibrary) -> None:
        library.folder.mkdir()
        make_tiny_model(library.folder / "broken.onnx", nan_weights=True, manifest={"name": "Broken"})
        with pytest.raises(ModelError, match="speed of 'Broken' could not be measured"):
            measure_speed(library.models()[1])

    def test_what_was_measured_is_known_until_the_file_changes(
        self, library: ModelLibrary, model: Path, tmp_path: Path
    ) -> None:
        library.take_in(model)
        place = tmp_path / "cache" / "speeds.json"
        listed = library.models()[1]
        MeasuredSpeeds(place).keep(listed, Speed(12.5, 3.0))
        assert MeasuredSpeeds(place).of(listed) == Speed(12.5, 3.0)
        os.utime(listed.path, (1, 1))
        assert MeasuredSpeeds(place).of(library.models()[1]) is None
        place.write_text("{ broken")
        assert MeasuredSpeeds(place).of(listed) is None


def test_a_kept_model_can_be_loaded(library: ModelLibrary, model: Path) -> None:
    engine = EmotionEngine.load(library.take_in(model), "cpu")
    assert engine.name == "Mine"
    engine.close()
