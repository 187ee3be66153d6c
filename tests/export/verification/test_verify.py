"""A graph that is wrong is refused, with the kind of fault as the type of the error and the numbers in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import broken_graphs
import numpy as np
import onnx
import pytest
from broken_graphs import AXIS, CLASSES, HEAD, LOUDNESS, RATE, constant, graph, head, node
from onnx import TensorProto, helper, numpy_helper
from tiny_model import make_tiny_model

from desktop_app.inference.errors import ManifestError
from export.cli import main
from export.errors import DynamicAxisError, LabelError, ParityError, ShapeError
from export.verification.checks import run
from export.verification.verify import verify_graph

Check = Callable[..., dict[str, Any]]


@pytest.mark.slow
def test_a_sound_graph_passes_in_a_process_of_its_own_with_the_numbers() -> None:
    content = broken_graphs.sound().SerializeToString()
    steps: list[tuple[str, int, int]] = []
    found = verify_graph(
        content,
        RATE,
        CLASSES,
        reference=broken_graphs.sound_reference,
        progress=lambda *step: steps.append(step),
    )
    assert found.parity is not None
    assert 0 < found.parity < 1e-4
    assert found.batch < 1e-4
    assert found.repeat == 0
    assert {"lengths", "batch sizes", "hard input", "batch = single", "same as trained"} <= set(found.checks)
    assert found.details["lengths"] == "0.25, 1, 3.1, 7.9 s"
    assert found.not_repeated == ()
    assert steps[-1][1] < steps[-1][2]


@pytest.mark.parametrize(("axis", "name"), [("batch", "batch"), ("samples", "samples")])
def test_an_axis_declared_with_a_number_is_told(check: Check, axis: str, name: str) -> None:
    model = graph([*LOUDNESS, *head("power")], [AXIS, HEAD], **{axis: 2})
    with pytest.raises(DynamicAxisError, match=f"'{name}' of the input 'waveform' is fixed to 2"):
        check(model)


def test_a_length_frozen_inside_is_told_with_the_lengths_that_fail(check: Check) -> None:
    with pytest.raises(DynamicAxisError, match=r"fails on 0.25, 3.1, 7.9 s of sound and works on 1 s"):
        check(broken_graphs.frozen_in_a_reshape([-1, RATE]), min_seconds=0.25)


def test_a_batch_frozen_inside_is_told(check: Check) -> None:
    with pytest.raises(DynamicAxisError, match=r"batch of 2 waveforms.*and works on one"):
        check(broken_graphs.frozen_in_a_reshape([1, -1]))


def test_a_batch_that_is_forgotten_is_told(check: Check) -> None:
    with pytest.raises(DynamicAxisError, match=r"shape \[1, 3\], expected \[2, 3\]"):
        check(broken_graphs.forgets_the_batch())


def test_lengths_stay_within_what_the_model_is_made_for(check: Check) -> None:
    found = check(broken_graphs.sound(), min_seconds=0.5, max_seconds=3.0)
    assert found["details"]["lengths"] == "0.5, 1, 3 s"


def test_a_waveform_that_hears_its_neighbours_is_told(check: Check) -> None:
    with pytest.raises(ParityError, match=r"Waveform 2 of 2 .* has other logits in a batch than alone"):
        check(broken_graphs.neighbourly())


def test_logits_of_silence_that_are_not_a_number_are_told(check: Check) -> None:
    with pytest.raises(ParityError, match=r"silence input of 0.25 s are not finite: \[nan nan nan\]"):
        check(broken_graphs.divides_by_loudness())


def test_dropout_left_on_is_told(check: Check) -> None:
    with pytest.raises(ParityError, match=r"alone, by|second run"):
        check(broken_graphs.random())


def test_randomness_too_small_to_matter_in_a_batch_is_told_too(check: Check) -> None:
    with pytest.raises(ParityError, match="other logits on a second run"):
        check(broken_graphs.random(), batch_tolerance=100.0)


def test_a_graph_that_differs_from_its_reference_is_told_where_and_by_how_much(check: Check) -> None:
    def other(waveform: np.ndarray) -> np.ndarray:
        right = broken_graphs.sound_reference(waveform)
        return right + np.float32(0.01) * (np.abs(waveform).max() > 0.99) * np.array([1, 0, 0], np.float32)

    with pytest.raises(ParityError, match=r"On (clipped|loud) input of .* differ by 0.01") as told:
        check(broken_graphs.sound(), other)
    assert told.value.hint == "Over the limit: clipped, loud input, 8 of 24 waveforms."


def test_another_winner_is_an_error_however_small_the_difference(check: Check) -> None:
    near_tie = constant("head", [[0.0, 0.0, 0.0]])
    bias = constant("bias", [[1.0, 1.00005, 0.0]])
    model = graph(
        [*LOUDNESS, node("MatMul", ["power", "head"], ["raw"]), node("Add", ["raw", "bias"], ["logits"])],
        [AXIS, near_tie, bias],
    )

    def reference(waveform: np.ndarray) -> np.ndarray:
        return np.array([[1.00005, 1.0, 0.0]], np.float32)

    with pytest.raises(
        ParityError, match=r"another label wins than in the trained model \('sad' in place of 'happy'\)"
    ):
        check(model, reference, labels=("happy", "sad", "angry"))


def test_an_exact_tie_is_no_other_winner(check: Check) -> None:
    flat = graph([*LOUDNESS, *head("power")], [AXIS, constant("head", [[1.0, 1.0, 1.0]])])

    def reference(waveform: np.ndarray) -> np.ndarray:
        return np.mean(waveform**2, axis=1, keepdims=True) @ np.array([[1.0, 1.0, 1.0]], np.float32)

    assert check(flat, reference)["parity"] < 1e-6


def test_logits_in_another_order_are_a_label_error_that_names_both(check: Check) -> None:
    def reference(waveform: np.ndarray) -> np.ndarray:
        return broken_graphs.sound_reference(waveform)[:, [1, 0, 2]]

    with pytest.raises(LabelError, match="logit 1 is that of 'sad', logit 2 is that of 'happy'"):
        check(broken_graphs.sound(), reference, labels=("happy", "sad", "angry"))


def test_a_wrong_number_of_labels_is_a_label_error_with_both_numbers(check: Check) -> None:
    with pytest.raises(LabelError, match="gives 3 logits and there are 4 labels"):
        check(broken_graphs.sound(), classes=4)


def test_labels_in_another_order_than_the_trained_model_has_them_are_told(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", ("sad", "happy"))
    with pytest.raises(LabelError, match="Label 1 of the manifest is 'sad', and 'happy' in the trained"):
        run({"path": str(path), "labels": ("happy", "sad")}, lambda *_: None)


def test_logits_swapped_after_the_manifest_was_written_are_found_by_the_self_test(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", ("happy", "sad", "angry"))
    model = onnx.load(path)
    weights = next(tensor for tensor in model.graph.initializer if tensor.name == "weights")
    values = numpy_helper.to_array(weights)[:, [0, 2, 1]]
    weights.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), "weights"))
    onnx.save(model, path)
    with pytest.raises(LabelError, match="logit 2 is that of 'angry'"):
        run({"path": str(path)}, lambda *_: None)


def test_weights_changed_after_the_manifest_was_written_are_found_by_the_self_test(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", self_test_off_by=0.3)
    with pytest.raises(ParityError, match=r"differ by 0.3 from the self-test"):
        run({"path": str(path)}, lambda *_: None)


def test_another_name_or_type_of_input_or_output_is_a_shape_error(tmp_path: Path) -> None:
    for number, fault in enumerate(
        (
            {"input_name": "audio"},
            {"input_type": TensorProto.DOUBLE},
            {"input_shape": ("batch", "channels", "samples")},
            {"output_name": "probabilities"},
            {"output_type": TensorProto.DOUBLE},
            {"extra_input": True},
        )
    ):
        path = make_tiny_model(tmp_path / f"{number}.onnx", **fault)  # type: ignore[arg-type]
        with pytest.raises(ShapeError):
            run({"path": str(path)}, lambda *_: None)


def test_a_voice_that_became_a_constant_is_told(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", voice=True)
    assert "voice" in run({"path": str(path)}, lambda *_: None)["checks"]
    model = onnx.load(path)
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(3, np.float32), "zeros"))
    for made in model.graph.node:
        made.input[:] = ["zeros" if name == "voice_mean" else name for name in made.input]
    onnx.save(model, path)
    with pytest.raises(ParityError, match="Another voice profile changes nothing"):
        run({"path": str(path)}, lambda *_: None)


def test_half_a_voice_is_a_shape_error(check: Check) -> None:
    model = broken_graphs.sound()
    model.graph.input.append(helper.make_tensor_value_info("voice_mean", TensorProto.FLOAT, [1]))
    model.graph.initializer.append(constant("voice_mean", [0.0]))
    with pytest.raises(ShapeError, match="voice_mean' alone"):
        check(model)


def test_a_trained_model_that_fails_itself_is_told_apart_from_its_graph() -> None:
    def fails(waveform: np.ndarray) -> np.ndarray:
        if waveform.shape[1] > RATE:
            raise RuntimeError("shape '[-1, 16000]' is invalid")
        return broken_graphs.sound_reference(waveform)

    with pytest.raises(DynamicAxisError, match=r"trained model itself fails on speech-like input of 3.1 s"):
        verify_graph(broken_graphs.sound().SerializeToString(), RATE, CLASSES, reference=fails)


def test_a_trained_model_that_gives_no_numbers_is_told_apart_from_its_graph() -> None:
    def broken(waveform: np.ndarray) -> np.ndarray:
        return np.full((1, CLASSES), np.nan, np.float32)

    with pytest.raises(ParityError, match="trained model itself gives logits that are not finite"):
        verify_graph(broken_graphs.sound().SerializeToString(), RATE, CLASSES, reference=broken)


@pytest.mark.slow
def test_the_command_says_what_holds_and_what_it_could_not_repeat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", voice=True)
    assert main(["verify", str(path)]) == 0
    told = capsys.readouterr()
    assert "batch = single" in told.out
    assert "not repeated: same as trained" in told.out
    assert told.err == ""  # no bar where stderr is no terminal


@pytest.mark.slow
def test_the_command_tells_machines_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_tiny_model(tmp_path / "m.onnx")
    assert main(["verify", str(path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["schema_version"], facts["passed"], facts["precision"]) == (1, True, "fp32")
    assert facts["details"]["lengths"] == "0.3, 1, 3.1, 7.9 s"


@pytest.mark.slow
def test_the_command_names_the_file_and_the_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", nan_weights=True)
    assert main(["verify", str(path), "--json"]) == 1
    told = capsys.readouterr()
    facts = json.loads(told.out)
    assert (facts["passed"], facts["error"]["type"]) == (False, "ParityError")
    assert "m.onnx: 1 of the 24 numbers in the weights 'weights' are NaN" in told.err
    assert "Traceback" not in told.err


def test_a_file_without_a_manifest_is_refused(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "m.onnx", without_manifest=True)
    with pytest.raises(ManifestError, match="manifest is missing"):
        run({"path": str(path)}, lambda *_: None)
