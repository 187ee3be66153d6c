"""Weights are read without running code, whole, and from their own folder; or it is said why not."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from export.errors import ExportError, UnsafeFileError, WeightsError
from export.safety import fit_weights, inside, read_tensors


class Intruder:
    """Leaves a folder behind wherever it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))


def test_a_pickle_with_code_in_it_is_refused_and_its_code_never_runs(tmp_path):
    trace, path = tmp_path / "trace", tmp_path / "weights.pt"
    torch.save({"weight": torch.ones(2), "extra": Intruder(trace)}, path)
    with pytest.raises(UnsafeFileError, match="mkdir") as caught:
        read_tensors(path)
    assert "--trust-pickle" in caught.value.hint
    assert not trace.exists()


def test_a_pickle_that_was_not_written_by_torch_is_refused_too(tmp_path):
    trace, path = tmp_path / "trace", tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps(Intruder(trace), protocol=2))
    with pytest.raises(UnsafeFileError):
        read_tensors(path)
    assert not trace.exists()


def test_a_pickle_is_read_by_whoever_trusts_it(tmp_path, network):
    path = tmp_path / "whole.pt"
    torch.save(network, path)
    with pytest.raises(UnsafeFileError, match="Sequential"):
        read_tensors(path)
    assert read_tensors(path, trust_pickle=True).keys() == network.state_dict().keys()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_a_torchscript_archive_is_a_program(tmp_path, network):
    path = tmp_path / "scripted.pt"
    torch.jit.save(torch.jit.trace(network, torch.zeros(1, 3)), path)
    with pytest.raises(UnsafeFileError, match="TorchScript"):
        read_tensors(path)


def test_what_is_refused_is_told_without_the_warnings_of_torch(tmp_path, recwarn):
    scripted = tmp_path / "scripted.pt"
    torch.jit.save(torch.jit.script(nn.ReLU()), scripted)
    pickled = tmp_path / "weights.pkl"
    pickled.write_bytes(pickle.dumps(Intruder(tmp_path / "trace"), protocol=4))
    recwarn.clear()
    for path in (scripted, pickled):
        with pytest.raises(UnsafeFileError):
            read_tensors(path)
    assert not recwarn.list


@pytest.mark.parametrize("key", [None, "state_dict", "model_state_dict", "model", "net"])
def test_a_training_checkpoint_is_unpacked(key, tmp_path, network):
    path = tmp_path / "epoch.ckpt"
    state = network.state_dict()
    torch.save(state if key is None else {key: state, "epoch": 3}, path)
    assert read_tensors(path).keys() == state.keys()


def test_a_file_without_tensors_is_refused(tmp_path):
    path = tmp_path / "weights.pt"
    torch.save({"epoch": 3, "lr": 0.1}, path)
    with pytest.raises(ExportError, match="no named tensors, but dict with the keys 'epoch', 'lr'"):
        read_tensors(path)


def test_a_file_with_two_models_and_no_word_which_is_refused_with_their_names(tmp_path, network):
    path = tmp_path / "weights.pt"
    torch.save({"student": network.state_dict(), "teacher": network.state_dict()}, path)
    with pytest.raises(ExportError, match="'student', 'teacher'"):
        read_tensors(path)


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pt"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"no weights at all"])
def test_what_is_no_file_of_weights_is_one_sentence(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ExportError, match=name):
        read_tensors(path)


@pytest.mark.parametrize("kept", [-7, 0.5])
@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pt", "old.pt"])
def test_a_truncated_file_is_said_to_be_cut_off(name, kept, tmp_path, network):
    path = tmp_path / name
    if path.suffix == ".pt":
        torch.save(network.state_dict(), path, _use_new_zipfile_serialization=name != "old.pt")
    else:
        save_file(network.state_dict(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])
    with pytest.raises(ExportError, match=r"the file is cut off"):
        read_tensors(path)


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pt"])
def test_an_empty_file_is_said_to_be_empty(name, tmp_path):
    (tmp_path / name).touch()
    with pytest.raises(ExportError, match="the file is empty"):
        read_tensors(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    for name in ("nowhere.safetensors", "nowhere.pt"):
        with pytest.raises(ExportError, match="nowhere"):
            read_tensors(tmp_path / name)


def test_weights_that_are_not_numbers_are_named(tmp_path, network):
    state = network.state_dict()
    state["1.bias"][1] = float("nan")
    path = tmp_path / "weights.safetensors"
    save_file(state, path)
    with pytest.raises(WeightsError, match=r"'1\.bias' holds 1 number"):
        read_tensors(path)


def test_missing_and_unknown_weights_are_named(network):
    state = dict(network.state_dict())
    state["2.weight"] = state.pop("1.weight")
    with pytest.raises(WeightsError, match=r"lack 1 .*'1\.weight'.* hold 1 .*'2\.weight'"):
        fit_weights(network, state, "w")


def test_a_counter_that_only_training_uses_may_be_missing(network):
    normalised = nn.Sequential(network[0], nn.BatchNorm1d(4))
    state = {name: t for name, t in normalised.state_dict().items() if "num_batches" not in name}
    fit_weights(normalised, state, "w")


def test_weights_of_another_shape_are_told_with_both_shapes(network):
    state = dict(network.state_dict()) | {"1.weight": torch.ones(3, 4)}
    with pytest.raises(WeightsError, match=r"'1\.weight' is \[3, 4\].*\[2, 4\]"):
        fit_weights(network, state, "w")


@pytest.mark.parametrize("prefix", ["model.", "module.", "model.module.", "_orig_mod.", "net._orig_mod."])
def test_the_prefix_of_a_wrapper_is_dropped(prefix, network):
    state = {prefix + name: tensor + 1 for name, tensor in network.state_dict().items()}
    fit_weights(network, state, "w")
    assert torch.equal(network.state_dict()["0.bias"], state[f"{prefix}0.bias"])


@pytest.mark.parametrize("prefix", ["", "model."])
def test_what_only_the_training_used_is_left_out_and_told(prefix, network):
    state = {prefix + name: tensor + 1 for name, tensor in network.state_dict().items()}
    state |= {"criterion.weight": torch.ones(2), "val_f1.confmat": torch.ones(2, 2)}
    told: list[str] = []
    fit_weights(network, state, "w", told.append)
    assert torch.equal(network.state_dict()["0.bias"], state[f"{prefix}0.bias"])
    assert told == ["left out of w, as they belong to the training: 'criterion.weight', 'val_f1.confmat'"]


def test_a_layer_beside_the_model_may_be_its_head_and_is_refused_by_name(network):
    state = {f"model.{name}": tensor for name, tensor in network.state_dict().items()}
    with pytest.raises(WeightsError, match=r"hold 1 .*'projector\.weight'") as caught:
        fit_weights(network, state | {"projector.weight": torch.ones(2)}, "w")
    assert "state_dict()" in caught.value.hint


def test_weights_that_hold_the_model_twice_are_refused(network):
    state = {f"{part}.{name}": t for part in ("ema", "model") for name, t in network.state_dict().items()}
    with pytest.raises(WeightsError, match=r"2 times, under 'ema\.', 'model\.'"):
        fit_weights(network, state, "w")


@pytest.mark.parametrize(
    "name", ["../w.bin", "a/../../w.bin", "/etc/passwd", "C:\\w.bin", "\\w.bin", "..\\w.bin"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name, tmp_path):
    with pytest.raises(UnsafeFileError, match="outside of the folder"):
        inside(tmp_path, name)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    folder, secret = tmp_path / "model", tmp_path / "secret.bin"
    folder.mkdir()
    secret.write_bytes(b"secret")
    (folder / "shard.bin").symlink_to(secret)
    with pytest.raises(UnsafeFileError, match=r"shard\.bin"):
        inside(folder, "shard.bin")
    assert inside(folder, "other.bin") == folder / "other.bin"
