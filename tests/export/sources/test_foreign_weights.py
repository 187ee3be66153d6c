"""What lies in the place of weights, or is no classifier of one emotion out of several, is called what it is.

Nothing here is exported: each is refused before.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import zipfile
from pathlib import Path

import foreign_networks
import pytest
import torch
from foreign_networks import LABELS
from safetensors.torch import save_file, save_model
from torch import nn

from export.cli import main
from export.errors import ExportError, LabelError, ParityError, UnsafeFileError, UnsupportedOperatorError
from export.safety import fit_weights, read_tensors
from export.sources.base import check_labels
from export.sources.hf import load_folder
from export.sources.sklearn_file import read_classifier
from export.sources.torch_module import load_module

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
PAGE = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>\n"
RATE = 16_000


def weights_of(name: str, folder: Path) -> Path:
    torch.manual_seed(1)
    path = folder / f"{name}.pt"
    torch.save(getattr(foreign_networks, name)().state_dict(), path)
    return path


def load(name: str, weights: Path) -> nn.Module:
    return load_module(f"foreign_networks:{name}", weights, LABELS, RATE).module


@pytest.mark.parametrize(("content", "name"), [(POINTER, "a Git LFS pointer"), (PAGE, "a web page")])
@pytest.mark.parametrize("trust_pickle", [False, True])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".bin"])
def test_what_lies_in_the_place_of_weights_is_called_by_its_name(
    content: bytes, name: str, trust_pickle: bool, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=name) as caught:
        read_tensors(path, trust_pickle=trust_pickle)
    assert "trust" not in str(caught.value)


@pytest.mark.skipif("EMOSCOPE_CASES" not in os.environ, reason="EMOSCOPE_CASES is not set")
@pytest.mark.parametrize(
    ("file", "name"), [("git-lfs-pointer-named.pt", "git lfs pull"), ("html-page-named.pt", "web page")]
)
def test_the_files_that_people_met_are_called_by_their_names(
    file: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = Path(os.environ["EMOSCOPE_CASES"]) / file
    call = ["torch", "--module", "foreign_networks:lazy", "--weights", str(weights), "--labels", "a,b"]
    assert main([*call, "--out", str(tmp_path / "o.onnx")]) == 1
    told = capsys.readouterr().err
    assert name in told
    assert "trust" not in told


@pytest.mark.parametrize("suffix", [".skops", ".pkl", ".joblib"])
def test_the_same_in_the_place_of_a_pipeline(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"pipeline{suffix}"
    path.write_bytes(POINTER)
    with pytest.raises(ExportError, match="Git LFS pointer") as caught:
        read_classifier(path)
    assert "trust" not in str(caught.value)


@pytest.mark.parametrize("command", ["verify", "inspect", "quantize"])
def test_the_same_in_the_place_of_a_model_file(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(POINTER)
    more = ["--to", "int8", "--out", str(tmp_path / "o.onnx")] if command == "quantize" else []
    assert main([command, str(path), *more]) == 1
    assert "git lfs pull" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"just text, no weights", b'{"a": 1}', b"\x89HDF\r\n\x1a\n" + bytes(100)]
)
def test_nobody_is_invited_to_trust_what_is_no_pickle(content: bytes, tmp_path: Path) -> None:
    for name, read in (("weights.pt", read_tensors), ("pipeline.pkl", read_classifier)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ExportError, match="neither") as caught:
            read(path)  # type: ignore[operator]
        assert "trust" not in str(caught.value)


def test_safetensors_are_known_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    save_file({"w": torch.ones(2)}, path)
    assert list(read_tensors(path)) == ["w"]


def test_a_header_that_no_model_needs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    with path.open("wb") as file:
        file.write((60_000_000).to_bytes(8, "little") + b"{")
        file.truncate(70_000_000)
    with pytest.raises(UnsafeFileError, match="their header has 60,000,000 bytes"):
        read_tensors(path)


@pytest.mark.parametrize(("name", "read"), [("w.pt", read_tensors), ("p.skops", read_classifier)])
def test_an_archive_that_unfolds_to_gigabytes_is_refused_unread(
    name: str, read: object, tmp_path: Path
) -> None:
    path = tmp_path / name
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("data.npy", "w") as out,
    ):
        for _ in range(300):
            out.write(bytes(1_000_000))
    with pytest.raises(UnsafeFileError, match="would unfold"):
        read(path)  # type: ignore[operator]


# --- torch ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noted", [True, False])
def test_tied_weights_that_were_saved_once_are_loaded(noted: bool, tmp_path: Path) -> None:
    torch.manual_seed(1)
    trained, path = foreign_networks.tied(), tmp_path / "tied.safetensors"
    if noted:
        save_model(trained, str(path))
        assert len(read_tensors(path)) == len(trained.state_dict())
    else:
        kept = {key: t.contiguous() for key, t in trained.state_dict().items() if key != "first.weight"}
        save_file(kept, path)
    network = foreign_networks.tied()
    fit_weights(network, read_tensors(path), "w")
    assert torch.equal(network.first.weight, trained.first.weight)
    assert network.first.weight is network.second.weight


def test_lazy_layers_get_their_shapes_from_one_run(tmp_path: Path) -> None:
    torch.manual_seed(1)
    trained = foreign_networks.lazy()
    trained(torch.zeros(2, RATE))
    path = tmp_path / "lazy.pt"
    torch.save(trained.state_dict(), path)
    module = load("lazy", path)
    waveform = torch.randn(2, RATE)
    assert torch.allclose(module(waveform), trained(waveform))


def test_lazy_layers_that_one_run_does_not_reach_are_named(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    torch.save({"a": torch.ones(1)}, path)
    with pytest.raises(ExportError, match=r"lazy layers.*'unused\.weight'"):
        load("lazy_and_unused", path)


@pytest.mark.parametrize("name", ["dropout_left_on", "remembers_its_last_call"])
def test_a_model_that_differs_from_itself_is_no_fault_of_the_exporter(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        ParityError, match="The model itself gives other logits when it hears the same"
    ) as caught:
        load(name, weights_of(name, tmp_path))
    assert "dropout" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["sigmoid", "sigmoid_reshaped", "hard_sigmoid", "sigmoid_by_hand", "mean_of_sigmoids"]
)
def test_scores_that_stand_each_for_itself_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="a sigmoid") as caught:
        load(name, weights_of(name, tmp_path))
    assert caught.value.code == "export.labels.scores"


@pytest.mark.parametrize("name", ["small_logits", "log_softmax", "sigmoid_inside"])
def test_logits_are_not_taken_for_scores(name: str, tmp_path: Path) -> None:
    load(name, weights_of(name, tmp_path))


# --- labels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "labels", [("0", "1"), ("LABEL_0", "LABEL_1"), ("1.0", "2.0"), ("class 1", "class 2")]
)
def test_labels_that_only_count_are_refused(labels: tuple[str, ...]) -> None:
    with pytest.raises(LabelError, match="numbers and no names") as caught:
        check_labels(labels)
    assert "--labels" in caught.value.hint


def test_labels_that_are_too_long_are_told_before_the_work() -> None:
    with pytest.raises(LabelError, match=r"Label 2 of 2 .*201 characters"):
        check_labels(("calm", "x" * 201))
    check_labels(("calm", "x" * 200, "type 2"))


@pytest.mark.slow
def test_digits_in_a_hugging_face_folder_are_no_names(tmp_path: Path) -> None:
    config = {"model_type": "wav2vec2", "id2label": {"0": "0", "1": "1"}, "label2id": {"0": 0, "1": 1}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(LabelError, match="does not name its 2 classes"):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "why"),
    [(POINTER, "Git LFS pointer"), (b"[" * 10**6, "nested"), (b" " * 20_000_000, "too large")],
)
def test_a_configuration_that_is_none_is_told(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ExportError, match=why):
        load_folder(tmp_path)


# --- scikit-learn -----------------------------------------------------------------------------------------


def test_trees_without_a_converter_are_refused_in_one_sentence_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "booster.skops"
    content = {"__module__": "catboost.core"}
    schema = {"__class__": "Pipeline", "__module__": "sklearn.pipeline", "content": content}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
    with pytest.raises(UnsupportedOperatorError, match="CatBoost, for which there is no converter"):
        read_classifier(path)
    call = ["sklearn", str(path), "--frontend", "mfcc|pool:mean", "--out", str(tmp_path / "o.onnx")]
    assert main(call) == 1
    told = capsys.readouterr().err
    assert "LGBMClassifier" in told
    assert "trust" not in told


def test_a_pickle_of_a_package_that_is_not_there_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "booster.pkl"
    path.write_bytes(b"\x80\x02ccatboost.core\nCatBoostClassifier\n.")
    with pytest.raises(UnsupportedOperatorError, match="CatBoost"):
        read_classifier(path, trust_pickle=True)
    monkeypatch.setitem(sys.modules, "xgboost", None)
    monkeypatch.setitem(sys.modules, "xgboost.sklearn", None)
    path.write_bytes(b"\x80\x02cxgboost.sklearn\nXGBClassifier\n.")
    with pytest.raises(UnsupportedOperatorError, match="XGBoost, which is not installed") as caught:
        read_classifier(path, trust_pickle=True)
    assert "pip install xgboost-cpu" in caught.value.hint


def test_something_that_is_no_classifier_in_a_pickle_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "list.pkl"
    path.write_bytes(pickle.dumps([1]))
    with pytest.raises(UnsafeFileError, match="it is a pickle"):
        read_classifier(path)


# --- the call ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--out", "x" * 300 + ".onnx"], "file name too long"),
        (["--out", "o.onnx", "--name", "n" * 3000], "at most 2000 characters"),
        (["--out", "o.onnx", "--licence", "a\nb"], "one line"),
        (["--out", "o.onnx", "--temperature", "1e-300"], "from 0.01 to 100"),
        (["--out", "o.onnx", "--max-seconds", "1e-299"], "from 0.1 to 600"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_work(
    more: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    call = ["torch", "--module", "foreign_networks:lazy", "--weights", "w.pt", "--labels", "a,b"]
    try:
        code = main([*call, *more])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    told = capsys.readouterr().err
    assert why in told
    assert "reading" not in told
