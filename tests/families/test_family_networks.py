"""What single networks do beyond the battery: positions, folders of weights, what is learnt and what not."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
import torch

from models.architectures.blocks import add_low_rank
from models.architectures.building import build_network
from models.architectures.efficientnet import EfficientNet
from models.architectures.hugging_face import folder_state
from models.architectures.network import Network
from models.architectures.registry import TorchFamily, family_named
from models.architectures.transformer_simplified import RelativeAttention
from models.errors import NotHereError, TrainingError
from models.features.chain import parse_chain

pytestmark = pytest.mark.slow  # transformers takes seconds to import

WAVES = torch.randn(3, 8000, generator=torch.Generator().manual_seed(0))
ENCODERS = ("wav2vec2", "hubert", "wavlm", "data2vec")


def built(name: str, **parameters: object) -> Network:
    """The tiny network of a family for four classes, but for `parameters`."""
    family = family_named(name)
    assert isinstance(family, TorchFamily)
    spec = family.tiny_features or family.features
    shape = parse_chain(spec).output_shape if spec else (None,)
    torch.manual_seed(0)
    return family.build(family.Parameters(**{**family.tiny, **parameters}), shape, 4)


def learnt(network: Network) -> set[str]:
    return {name for name, parameter in network.named_parameters() if parameter.requires_grad}


def one_step(network: Network, features: torch.Tensor) -> None:
    network.train()
    optimiser = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
    for _ in range(2):
        optimiser.zero_grad()
        network(features)[0].square().mean().backward()
        optimiser.step()
    network.eval()


def test_relative_attention_scores_a_pair_by_its_content_and_its_distance():
    torch.manual_seed(0)
    attention = RelativeAttention(width=8, heads=2, dropout=0.0).eval()
    torch.nn.init.normal_(attention.distance_bias)
    token = torch.randn(1, 1, 8).expand(1, 6, 8)  # the same everywhere: only the distance tells pairs apart
    scores = attention.scores(token)
    for behind in range(-5, 6):
        line = torch.diagonal(scores, offset=-behind, dim1=2, dim2=3)
        assert torch.allclose(line, line[..., :1].expand_as(line), atol=1e-6)
    assert not torch.allclose(scores[0, 0, 0, 1], scores[0, 0, 1, 0], atol=1e-4)


def test_the_simplified_transformer_gives_auxiliary_logits_while_training():
    network = built("transformer-simplified").eval()
    features = parse_chain(family_named("transformer-simplified").tiny_features)(WAVES)
    outputs = network.training_outputs(features)
    assert torch.equal(outputs.logits, network(features)[0])
    assert [a.shape for a in outputs.auxiliary] == [outputs.logits.shape]
    assert built("transformer-simplified", supervised=0).training_outputs(features).auxiliary == ()


@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoder_is_read_from_a_folder_with_its_own_scaling(name, tmp_path):
    one = built(name, tuned="frozen", checkpointing=False)
    one.encoder.save_pretrained(tmp_path)
    other = built(name, tuned="frozen", checkpointing=False, random=None, folder=str(tmp_path))
    for network in (one, other):
        torch.manual_seed(1)
        torch.nn.init.normal_(network.projection.weight)
        network.eval()
    # Only the head is random, and it was drawn anew.
    other.projection, other.head = one.projection, one.head
    assert torch.allclose(one(WAVES)[0], other(WAVES)[0], atol=1e-6)
    assert torch.allclose(other(3 * WAVES + 0.1)[0], other(WAVES)[0], atol=1e-4)
    (tmp_path / "preprocessor_config.json").write_text('{"do_normalize": false}')
    assert other.normalise
    assert not built(name, tuned="frozen", checkpointing=False, random=None, folder=str(tmp_path)).normalise


@pytest.mark.parametrize("tuned", ["frozen", "last", "lora", "all"])
def test_what_is_tuned_changes_and_nothing_else(tuned):
    network = built("wav2vec2", tuned=tuned, layers=1)
    before = copy.deepcopy(network.state_dict())
    one_step(network, WAVES)
    changed = {n for n, value in network.state_dict().items() if not torch.equal(value, before[n])}
    body = {name.removeprefix("encoder.") for name in changed if name.startswith("encoder.")}
    assert {"head.weight", "projection.weight"} <= changed
    if tuned == "frozen":
        assert not body
    elif tuned == "last":
        assert body
        assert all(name.startswith("encoder.layers.1.") for name in body)
    elif tuned == "lora":
        assert body
        assert all(name.endswith((".up", ".down")) for name in body)
    else:
        assert any("layers.0" in name for name in body)
        assert not any(name.startswith("feature_extractor.") for name in body)


@pytest.mark.parametrize("tuned", ["last", "lora", "all"])
def test_checkpointing_gives_the_same_gradients(tuned):
    gradients = []
    for checkpointing in (False, True):
        network = built("hubert", tuned=tuned, layers=1, checkpointing=checkpointing).train()
        network(WAVES)[0].square().mean().backward()
        gradients.append({n: p.grad for n, p in network.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys() == learnt(network)
    for name, gradient in gradients[0].items():
        assert torch.allclose(gradient, gradients[1][name], atol=1e-6), name


def test_a_low_rank_layer_begins_as_it_was():
    layers = torch.nn.ModuleDict({"q_proj": torch.nn.Linear(4, 4), "other": torch.nn.Linear(4, 4)})
    x = torch.randn(2, 4)
    before = layers["q_proj"](x)
    assert add_low_rank(layers, ["q_proj"], rank=2, alpha=4.0) == 1
    assert torch.equal(layers["q_proj"](x), before)
    with pytest.raises(TrainingError, match="No linear layer is called k_proj"):
        add_low_rank(layers, ["k_proj"], rank=2, alpha=4.0)


def test_efficientnet_takes_trained_weights_from_a_folder(tmp_path):
    one = built("efficientnet-b2")
    assert isinstance(one, EfficientNet)
    norms = [m for m in one.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert all(torch.equal(norm.weight, torch.ones_like(norm.weight)) for norm in norms)
    torch.nn.init.uniform_(norms[0].weight)
    one.backbone.save_pretrained(tmp_path)
    with pytest.raises(TrainingError, match="images of 1 channels, and these have 3"):
        family_named("efficientnet-b2").build(
            family_named("efficientnet-b2").Parameters(folder=str(tmp_path)), (3, 32, 32), 4
        )
    other = built("efficientnet-b2", folder=str(tmp_path))
    images = torch.rand(2, 1, 48, 48)
    assert torch.allclose(one.eval()(images)[1], other.eval()(images)[1], atol=1e-6)


def test_a_folder_that_does_not_fit_is_told_in_a_sentence(tmp_path):
    with pytest.raises(TrainingError, match="needs the folder of a trained encoder"):
        built("wav2vec2", random=None)
    with pytest.raises(NotHereError, match="does not exist"):
        built("wav2vec2", random=None, folder=str(tmp_path / "nowhere"))
    with pytest.raises(NotHereError, match="EMOSCOPE_NOWHERE is not set"):
        built("wav2vec2", random=None, folder="$EMOSCOPE_NOWHERE")
    built("hubert", tuned="frozen").encoder.save_pretrained(tmp_path)
    with pytest.raises(TrainingError, match="holds a model of the type 'hubert', and 'wav2vec2' is wanted"):
        built("wav2vec2", random=None, folder=str(tmp_path))
    _drop_a_tensor(tmp_path)
    with pytest.raises(TrainingError, match="lacks 1 weights"):
        built("hubert", random=None, folder=str(tmp_path))


def test_weights_that_were_replaced_by_others_of_the_same_size_are_other_weights(tmp_path):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"first")
    first = folder_state(tmp_path)
    assert folder_state(tmp_path) == first
    weights.write_bytes(b"other")
    os.utime(weights, ns=(0, 0))
    assert folder_state(tmp_path) != first


def _drop_a_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    tensors.pop("encoder.layers.0.attention.q_proj.weight")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


@pytest.mark.parametrize(
    ("name", "parameters", "shape", "told"),
    [
        ("mlp", {}, (20, None), "one vector a clip"),
        ("cnn1d", {}, (40,), "features over time"),
        ("cnn2d", {}, (128, None), "takes images"),
        ("cnn2d", {}, (1, 4, 128), "halves its image 3 times"),
        ("crnn-attention", {}, (8, None), "halves its rows 4 times"),
        ("conv-transformer-ultimate", {"heads": 3}, (175, None), "cannot be shared by 3 heads"),
        ("transformer-simplified", {"supervised": 9}, (128, None), "no layer 9 to supervise"),
        ("efficientnet-b3", {}, (3, 16, 16), "at least 32 x 32"),
        ("wav2vec2", {"random": {}}, (128, None), "takes the waveform"),
        ("wav2vec2", {"random": {}, "keep": 9}, (None,), "has 2 layers, and 9 are asked for"),
    ],
)
def test_features_and_parameters_that_do_not_fit_are_told(name, parameters, shape, told):
    family = family_named(name)
    with pytest.raises(TrainingError, match=told):
        family.build(family.Parameters(**parameters), shape, 4)


def test_a_network_that_memory_cannot_hold_is_told(monkeypatch):
    family = family_named("crnn-base")
    with pytest.raises(TrainingError, match="too large for the memory of this computer") as caught:
        build_network(family, family.Parameters(hidden=1_000_000), (64, None), 4)
    assert "smaller numbers under `model`" in caught.value.hint
    monkeypatch.setattr("models.architectures.building.machine_bytes", lambda: 1_000_000)
    with pytest.raises(TrainingError, match="too large"):
        build_network(family, family.Parameters(), (64, None), 4)
    assert build_network(family, family.Parameters(hidden=16, channels=(8,)), (64, None), 4)


def test_features_of_too_few_frames_are_told():
    family = family_named("crnn-base")
    with pytest.raises(TrainingError, match="cannot take features of 128 x 7") as caught:
        build_network(family, family.Parameters(), (128, 7), 4)
    assert "more `seconds`" in caught.value.hint
    assert build_network(family, family.Parameters(), (128, 100), 4).training
