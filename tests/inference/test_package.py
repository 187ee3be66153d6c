"""A model file is checked before anything of it is used, and a bad one is refused by name and field."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from desktop_app.inference.manifest import ManifestError
from desktop_app.inference.package import load_package
from desktop_app.inference.session import ModelError, open_session

Tiny = Callable[..., Path]


def test_a_good_file_is_loaded_with_its_manifest(tiny_model: Tiny) -> None:
    path = tiny_model()
    package = load_package(path)
    assert package.manifest.labels[0] == "neutral"
    assert package.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert package.session.provider == "CPUExecutionProvider"
    assert package.session.notice == ""
    assert package.voice_dim is None
    assert package.outputs == ("logits", "embedding")


def test_optional_parts_may_be_there_or_not(tiny_model: Tiny) -> None:
    assert load_package(tiny_model(voice=True)).voice_dim == 3
    assert load_package(tiny_model(embedding=False)).outputs == ("logits",)


def test_what_version_2_gives_beside_the_logits_is_known_by_name(tiny_model: Tiny) -> None:
    says = {"speech": 0.9, "novelty": 0.1, "certainty": [1.0, 1.0, 0.5], "another": 1.0}
    package = load_package(tiny_model(says=says, untried=True))
    assert package.outputs == ("logits", "embedding", "novelty", "speech", "certainty")


def test_a_graph_that_was_changed_after_its_manifest_was_written_is_refused(tiny_model: Tiny) -> None:
    path = tiny_model(says={"speech": 0.9}, manifest={"graph_sha256": "0" * 64})
    with pytest.raises(ModelError, match="changed after its manifest") as caught:
        load_package(path)
    assert (caught.value.code, caught.value.field) == ("model.changed", "graph_sha256")


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"output_name": "answers"}, "values"),
        ({"classes": 2}, "labels"),
        ({"manifest": {"abstain_below": 0.3}}, "abstain_below"),
        ({"manifest": {"ranges": [[0, 1]]}}, "ranges"),
        ({"manifest": {"ranges": [[0, 1], [1, 0], [0, 1]]}}, "ranges[1]"),
    ],
)
def test_a_broken_file_of_dimensions_is_refused_by_its_field(
    tiny_model: Tiny, fault: dict[str, Any], field: str
) -> None:
    with pytest.raises(ModelError) as caught:
        load_package(tiny_model(dimensions=("arousal", "dominance", "valence"), **fault))
    assert caught.value.field == field


@pytest.mark.parametrize("wrong", [{"speech": [0.5, 0.5]}, {"certainty": [1.0, 1.0]}])
def test_an_output_of_another_shape_is_refused_by_its_name(
    tiny_model: Tiny, wrong: dict[str, list[float]]
) -> None:
    with pytest.raises(ModelError) as caught:
        load_package(tiny_model(says=wrong, untried=True))
    assert caught.value.field in wrong


@pytest.mark.parametrize(
    ("fault", "field", "sentence"),
    [
        (
            {"without_manifest": True},
            "",
            "the manifest is missing ('emoscope.manifest' in the file's metadata).",
        ),
        ({"manifest": "{broken"}, "", "the manifest is not JSON"),
        (
            {"manifest": {"temperature": -1}},
            "temperature",
            "the manifest field 'temperature' must be from 0.01 to 1000, found -1.",
        ),
        (
            {"manifest": {"labels": ["calm", "sad"]}},
            "self_test.logits",
            "one number for each of the 2 labels, found 8",
        ),
        (
            {"classes": 5},
            "labels",
            "the manifest field 'labels' names 8 emotions and the output 'logits' has 5.",
        ),
        ({"input_name": "audio"}, "waveform", "the input 'waveform' is missing; its inputs are 'audio'."),
        (
            {"input_type": TensorProto.DOUBLE},
            "waveform",
            "the input 'waveform' must be of type tensor(float), found tensor(double).",
        ),
        ({"input_type": TensorProto.INT16}, "waveform", "found tensor(int16)."),
        (
            {"input_shape": ("batch", 16000)},
            "waveform",
            "the axis 'samples' of the input 'waveform' must be dynamic, found the fixed size 16000.",
        ),
        (
            {"input_shape": (1, "samples")},
            "waveform",
            "the axis 'batch' of the input 'waveform' must be dynamic",
        ),
        ({"input_shape": ("batch", 1, "samples")}, "waveform", "must have 2 axes [batch, samples], found 3"),
        (
            {"extra_input": True},
            "speaker",
            "the input 'speaker' has no default value, and nothing is known to feed it.",
        ),
        (
            {"output_name": "scores"},
            "logits",
            "the output 'logits' is missing; its outputs are 'scores', 'embedding'.",
        ),
        (
            {"output_type": TensorProto.DOUBLE},
            "logits",
            "the output 'logits' must be of type tensor(float), found tensor(double).",
        ),
        (
            {"nan_weights": True},
            "logits",
            "the output 'logits' is not finite for its self-test, so its weights are broken.",
        ),
        (
            {"self_test_off_by": 0.5},
            "self_test.logits",
            "the logits differ by 0.5 from the manifest field 'self_test.logits', and 0.001 is allowed.",
        ),
        ({"needs_samples": 20000}, "self_test", "its self-test cannot run"),
        ({"external_data": "weights.bin"}, "", "it keeps weights in a second file, and must be one file."),
    ],
)
def test_a_broken_model_is_refused_by_field(
    tiny_model: Tiny, fault: dict[str, object], field: str, sentence: str
) -> None:
    path = tiny_model(**fault)
    with pytest.raises(ModelError) as caught:
        load_package(path)
    assert caught.value.message.startswith(f"The model file '{path}' is refused: ")
    assert sentence in caught.value.message
    assert caught.value.field == field
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_broken_manifest_stays_a_manifest_error(tiny_model: Tiny) -> None:
    with pytest.raises(ManifestError):
        load_package(tiny_model(manifest={"temperature": -1}))


@pytest.mark.parametrize(
    "content",
    [b"RIFF\x00\x00\x00\x00WAVE" * 50, b"\x00" * 4096, b"import torch\n" * 100, os.urandom(10_000)],
    ids=["wav", "zeros", "text", "noise"],
)
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="it is not an ONNX model"):
        load_package(path)


def test_a_model_that_was_cut_off_is_refused_wherever_it_was_cut(tiny_model: Tiny) -> None:
    path = tiny_model()
    content = path.read_bytes()
    for length in range(1, len(content), 37):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError) as caught:
            load_package(path)
        assert "is refused" in caught.value.message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.onnx' does not exist"):
        load_package(tmp_path / "missing.onnx")
    with pytest.raises(ModelError, match="is a folder"):
        load_package(tmp_path)
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(ModelError, match=r"empty\.onnx' is empty"):
        load_package(tmp_path / "empty.onnx")
    with pytest.raises(ModelError, match=r"cannot be read|does not exist"):
        load_package("nul\0byte.onnx")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no endless file")
def test_an_endless_file_is_not_read() -> None:
    with pytest.raises(ModelError, match="not a regular file"):
        load_package("/dev/zero")


def test_a_file_over_2_gb_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)  # sparse: it takes no room
    with pytest.raises(ModelError, match=r"3\.0 GB, and at most 2 GB"):
        load_package(path)


@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin"])
def test_weights_in_the_working_folder_are_not_read_either(
    tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    path = tiny_model(external_data="weights.bin")
    content = path.read_bytes().replace(b"weights.bin", location.encode())
    if len(location) != len("weights.bin"):
        pytest.importorskip("onnx")
        import onnx

        model = onnx.load(str(path), load_external_data=False)
        for initializer in model.graph.initializer:
            for entry in initializer.external_data:
                if entry.key == "location":
                    entry.value = location
        content = model.SerializeToString()
        (path.parent / "inner").mkdir()
        monkeypatch.chdir(path.parent / "inner")
    else:
        monkeypatch.chdir(path.parent)
    path.write_bytes(content)
    with pytest.raises(ModelError, match="second file"):
        load_package(path)


class TestWhereItRuns:
    def test_cuda_that_cannot_be_had_is_told_and_the_cpu_used(self, tiny_model: Tiny) -> None:
        session = open_session(tiny_model().read_bytes(), "cuda")
        if session.provider == "CUDAExecutionProvider":
            pytest.skip("this machine has a graphics card that works")
        assert session.provider == "CPUExecutionProvider"
        assert "graphics card" in session.notice
        assert "runs on the CPU" in session.notice
        waveform = np.full((1, 8000), 0.1, np.float32)
        assert session.run(["logits"], {"waveform": waveform})[0].shape == (1, 8)

    def test_auto_says_nothing_about_a_card_that_nobody_asked_for(self, tiny_model: Tiny) -> None:
        session = open_session(tiny_model().read_bytes(), "auto")
        if session.provider == "CPUExecutionProvider":
            import onnxruntime

            offered = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
            assert bool(session.notice) == offered

    def test_a_card_that_fails_to_load_is_retried_once_on_the_cpu(
        self, tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """ONNX Runtime says that CUDA is there (it always does in the GPU build), and then throws."""
        import onnxruntime

        real = onnxruntime.InferenceSession
        asked: list[object] = []

        def without_cuda(model: bytes, options: object, *, providers: list[object], **rest: object) -> object:
            asked.append(providers[0])
            if isinstance(providers[0], tuple):
                os.write(2, b"[E:onnxruntime:Default] Failed to load libonnxruntime_providers_cuda.so\n")
                raise RuntimeError("[ONNXRuntimeError] : 1 : FAIL : libcudnn.so.9: cannot open shared object")
            return real(model, options, providers=providers, **rest)

        content = tiny_model().read_bytes()
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
        monkeypatch.setattr(onnxruntime, "InferenceSession", without_cuda)
        session = open_session(content, "auto")
        assert [a[0] if isinstance(a, tuple) else a for a in asked] == [
            "CUDAExecutionProvider",
            "CPUExecutionProvider",
        ]
        assert session.provider == "CPUExecutionProvider"
        assert session.notice == (
            "The graphics card could not be used (libcudnn.so.9: cannot open shared object), "
            "so the model runs on the CPU."
        )
        assert capfd.readouterr() == ("", "")

    def test_a_card_that_is_silently_not_used_is_noticed(
        self, tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without CUDA, ONNX Runtime raises nothing: it warns and runs on the CPU."""
        import onnxruntime

        real = onnxruntime.InferenceSession

        def only_cpu(model: bytes, options: object, *, providers: list[object], **rest: object) -> object:
            return real(model, options, providers=["CPUExecutionProvider"], **rest)

        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
        monkeypatch.setattr(onnxruntime, "InferenceSession", only_cpu)
        session = open_session(tiny_model().read_bytes(), "cuda")
        assert session.provider == "CPUExecutionProvider"
        assert "could not be used (CUDA or cuDNN does not load)" in session.notice

    def test_a_wrong_request_is_the_callers_fault(self, tiny_model: Tiny) -> None:
        content = tiny_model().read_bytes()
        with pytest.raises(ValueError, match="provider"):
            open_session(content, "tpu")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="threads"):
            open_session(content, "cpu", threads=0)


def test_nothing_of_onnx_runtime_reaches_the_terminal(tiny_model: Tiny) -> None:
    """It would warn of the optional inputs, of the missing graphics card, and of the error itself."""
    good, bad = tiny_model(voice=True), tiny_model(needs_samples=20000)
    code = (
        "import sys\n"
        "from desktop_app.inference.package import load_package, ModelError\n"
        "load_package(sys.argv[1], 'cuda')\n"
        "try: load_package(sys.argv[2])\n"
        "except ModelError: pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(good), str(bad)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_a_card_that_computes_something_else_is_not_used(
    tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A faulty driver must not make a good file look broken, nor its own answers look right."""
    from desktop_app.inference import package as package_module
    from desktop_app.inference.session import ModelSession

    class Card(ModelSession):
        def run(self, names: object, feeds: object) -> list[np.ndarray]:  # type: ignore[override]
            return [output + 1 for output in super().run(names, feeds)]  # type: ignore[arg-type]

    def open_on_card(model: bytes, provider: str, threads: int | None) -> ModelSession:
        session = open_session(model, "cpu")
        if provider == "cpu":
            return session
        card = Card(session._session)
        card.provider = "CUDAExecutionProvider"
        return card

    path = tiny_model()
    monkeypatch.setattr(package_module, "open_session", open_on_card)
    package = load_package(path, "cuda")
    assert package.session.provider == "CPUExecutionProvider"
    assert "other results than the model's self-test" in package.session.notice
