"""What is wrong with a file is told before any of it runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from broken_graphs import AXIS, HEAD, LOUDNESS, constant, graph, head, node, sound
from onnx import TensorProto, helper
from tiny_model import make_tiny_model

from desktop_app.core.errors import EmoscopeError
from export.errors import ModelFileError, ParityError, ShapeError, UnsafeFileError, UnsupportedOperatorError
from export.verification import structure
from export.verification.checks import run
from export.verification.runner import open_graph
from export.verification.structure import check_structure, parse, read_content, serialize


def refuse(model: onnx.ModelProto, folder: Path | None = None) -> None:
    check_structure(model, folder)
    open_graph(model.SerializeToString())


def test_a_sound_graph_is_not_refused() -> None:
    refuse(sound())


@pytest.mark.parametrize("share", np.linspace(0, 0.999, 25))
def test_a_file_cut_off_anywhere_is_refused(share: float, tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(EmoscopeError):
        run({"path": str(path)}, lambda *_: None)


@pytest.mark.parametrize("content", [b"", b"Dear reader", bytes(1000)])
def test_what_is_no_graph_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ModelFileError, match="no ONNX file"):
        parse(content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"nowhere.onnx cannot be read: No such file"):
        read_content(tmp_path / "nowhere.onnx")


def test_a_file_over_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.onnx"
    with path.open("wb") as stream:
        stream.truncate(2**31 + 10)  # a hole: no disk, and no memory unless it is read
    with pytest.raises(ModelFileError, match=r"2\.00 GB, and an ONNX file can hold at most 2 GB"):
        read_content(path)


def test_a_graph_too_large_for_one_file_is_told_before_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "MAX_BYTES", 100)
    with pytest.raises(ModelFileError, match="at most 2 GB"):
        serialize(sound())


def external(location: str, name: str = "head") -> TensorProto:
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[1, 3])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


@pytest.mark.parametrize(
    "location",
    [
        "/etc/passwd",
        "../secret.bin",
        "data/../../secret.bin",
        "C:\\secret.bin",
        "..\\secret.bin",
        "\\\\host\\s",
    ],
)
def test_weights_outside_of_the_folder_are_unsafe(location: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeFileError, match="Do not use it"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS, external(location)]), tmp_path)


def test_a_link_out_of_the_folder_is_unsafe(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(12))
    (tmp_path / "inside" / "weights.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(UnsafeFileError, match="a link that leaves"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS, external("weights.bin")]), tmp_path / "inside")


def test_a_path_hidden_in_a_node_is_found() -> None:
    hidden = node("Constant", [], ["head"], value=external("../secret.bin"))
    with pytest.raises(UnsafeFileError):
        refuse(graph([hidden, *LOUDNESS, *head("power")], [AXIS]))


def test_a_path_hidden_in_an_inner_graph_is_found() -> None:
    value = helper.make_tensor_value_info("inner", TensorProto.FLOAT, [1, 3])
    branch = helper.make_graph(
        [node("Constant", [], ["inner"], value=external("../secret.bin"))], "branch", [], [value]
    )
    chosen = node("If", ["yes"], ["head"], then_branch=branch, else_branch=branch)
    with pytest.raises(UnsafeFileError):
        refuse(graph([chosen, *LOUDNESS, *head("power")], [AXIS, constant("yes", True, np.bool_)]))


def test_weights_in_a_second_file_are_refused_because_a_model_is_one_file(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="outside of the file"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS, external("weights.bin")]), tmp_path)


@pytest.mark.parametrize("domain", ["", "com.example", "com.microsoft", "ai.onnx.ml"])
def test_an_unknown_operator_is_named(domain: str) -> None:
    strange = node("Frobnicate", ["power"], ["strange"], domain=domain)
    model = graph([*LOUDNESS, strange, *head("strange")], [AXIS, HEAD], domains=[domain] if domain else [])
    with pytest.raises(UnsupportedOperatorError, match="'Frobnicate'"):
        refuse(model)


def test_a_domain_that_is_not_imported_is_named() -> None:
    strange = node("Frobnicate", ["power"], ["strange"], domain="com.example")
    with pytest.raises(UnsupportedOperatorError, match=r"'com\.example', which the file does not import"):
        refuse(graph([*LOUDNESS, strange, *head("strange")], [AXIS, HEAD]))


def test_a_function_of_the_models_own_is_no_unknown_operator() -> None:
    own = helper.make_function(
        "own", "Twice", ["x"], ["y"], [node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 18)]
    )
    twice = node("Twice", ["power"], ["double"], domain="own")
    model = graph([*LOUDNESS, twice, *head("double")], [AXIS, HEAD], domains=["own"])
    model.functions.append(own)
    refuse(model)


def test_an_operator_set_of_the_future_is_unsupported() -> None:
    with pytest.raises(UnsupportedOperatorError, match=r"too new.*till opset"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS, HEAD], opset=99))


def test_a_file_format_of_the_future_is_unsupported() -> None:
    model = sound()
    model.ir_version = 99
    with pytest.raises(UnsupportedOperatorError, match="too new"):
        refuse(model)


def test_missing_head_weights_are_named() -> None:
    with pytest.raises(ShapeError, match="'head'"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS]))


def test_weights_that_are_not_a_number_are_named_and_counted() -> None:
    broken = constant("head", [[np.nan, 1.0, np.nan]])
    with pytest.raises(ParityError, match="2 of the 3 numbers in the weights 'head' are NaN"):
        refuse(graph([*LOUDNESS, *head("power")], [AXIS, broken]))


def test_infinity_is_let_through_because_masks_use_it() -> None:
    floor = constant("floor", -np.inf)
    masked = node("Max", ["power", "floor"], ["masked"])
    refuse(graph([*LOUDNESS, masked, *head("masked")], [AXIS, HEAD, floor]))
