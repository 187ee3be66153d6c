"""A Hugging Face audio classifier gives in the analyzer what its own feature extractor and class give."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hf_folders import (
    LABELS,
    RATE,
    ast_extractor,
    speech_extractor,
    whisper_extractor,
)
from networks import Trained
from safetensors.torch import load_file, save_file

from export.build import ManifestOptions, manifest_of
from export.cli import main
from export.errors import ExportError, LabelError, UnsafeFileError, WeightsError
from export.signals import kinds
from export.sources.hf import load_folder
from export.sources.hf_front_ends import front_end_of

# What transformers says of the filters that AST was trained with.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:At least one mel filter has all zero values"),
]


@pytest.fixture
def copy(trained: Callable[[str], Trained], tmp_path: Path) -> Path:
    """A wav2vec 2.0 classifier, to be changed."""
    return Path(shutil.copytree(trained("wav2vec2").source, tmp_path / "copy"))


def edit(path: Path, **fields: Any) -> None:
    content = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in {**content, **fields}.items() if v is not None}))


EXTRACTORS = {
    "wav2vec2": speech_extractor,
    "wav2vec2, as it is": lambda: speech_extractor(do_normalize=False),
    "whisper": whisper_extractor,
    "whisper large": lambda: whisper_extractor(feature_size=128),
    "ast": ast_extractor,
    "ast, not normalised": lambda: ast_extractor(do_normalize=False),
}


@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize("seconds", [0.25, 2.0, 5.3])
def test_the_features_are_those_of_the_feature_extractor(name, seconds):
    extractor = EXTRACTORS[name]()
    front_end, _ = front_end_of(extractor)
    for kind, wave in kinds(round(seconds * RATE), RATE).items():
        found = front_end(torch.from_numpy(wave)[None])[0].numpy()
        given = extractor(wave, sampling_rate=RATE, return_tensors="np")
        expected = given[extractor.model_input_names[0]][0]
        assert found.shape == expected.shape
        # Kaldi's logarithm of what little is left of a loud clip's lowest bands.
        atol = 5e-3 if name == "ast, not normalised" else 5e-4
        np.testing.assert_allclose(found, expected, atol=atol, err_msg=kind)


def test_a_longer_waveform_than_the_model_hears_is_cut_by_the_analyzer(trained):
    facts = load_folder(trained("whisper").source).facts
    assert facts.longest_seconds == 4.0


def test_the_licence_of_the_model_card_is_kept(copy):
    (copy / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-nc-4.0\n---\n# A model\n")
    assert manifest_of(load_folder(copy), ManifestOptions()).licence == "cc-by-nc-4.0"


def test_a_folder_of_several_files_of_weights_is_read_whole(copy):
    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    names = sorted(tensors)
    shards = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for shard, inside in shards.items():
        save_file({name: tensors[name] for name in inside}, copy / shard)
    index = {"weight_map": {name: shard for shard, inside in shards.items() for name in inside}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    assert load_folder(copy).facts.labels == LABELS


def test_a_shard_outside_of_the_folder_is_refused(copy):
    (copy / "model.safetensors").rename(copy.parent / "elsewhere.safetensors")
    index = {"weight_map": {"classifier.bias": "../elsewhere.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UnsafeFileError, match="outside of the folder"):
        load_folder(copy)


def rewrite(folder: Path, **changes: torch.Tensor | None) -> None:
    tensors: dict[str, Any] = {**load_file(folder / "model.safetensors"), **changes}
    kept = {name.replace("__", "."): t for name, t in tensors.items() if t is not None}
    save_file(kept, folder / "model.safetensors")


def without(folder: Path, *names: str) -> None:
    tensors = {k: v for k, v in load_file(folder / "model.safetensors").items() if not k.startswith(names)}
    save_file(tensors, folder / "model.safetensors")


def test_a_missing_head_is_an_error_that_names_it(copy, capsys, tmp_path):
    without(copy, "classifier", "projector")
    out = tmp_path / "out.onnx"
    assert main(["hf", str(copy), "--out", str(out)]) == 1
    message = capsys.readouterr().err
    assert "'classifier.bias', 'classifier.weight', 'projector.bias', 'projector.weight'" in message
    assert not out.exists()


def test_a_head_of_a_class_of_ones_own_is_an_error_that_names_both(copy):
    without(copy, "classifier", "projector")
    rewrite(copy, classifier__dense__weight=torch.ones(32, 32))
    edit(copy / "config.json", architectures=["Wav2Vec2ForSpeechClassification"])
    with pytest.raises(WeightsError, match=r"hold 1 .*'classifier\.dense\.weight'") as caught:
        load_folder(copy)
    assert "Wav2Vec2ForSpeechClassification" in caught.value.hint


def test_a_head_for_other_classes_is_an_error(copy):
    tensors = load_file(copy / "model.safetensors")
    tensors["classifier.weight"] = torch.ones(6, 16)
    save_file(tensors, copy / "model.safetensors")
    with pytest.raises(WeightsError, match=r"'classifier\.weight'"):
        load_folder(copy)


def test_the_names_that_older_versions_gave_to_weights_are_known(copy):
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    tensors = load_file(copy / "model.safetensors")
    for new, before in old.items():
        tensors = {name.replace(new, before): tensor for name, tensor in tensors.items()}
    assert any(name.endswith("weight_g") for name in tensors)
    save_file(tensors, copy / "model.safetensors")
    weight = load_folder(copy).module.get_parameter(
        "body.wav2vec2.encoder.pos_conv_embed.conv.parametrizations.weight.original0"
    )
    assert torch.equal(weight, tensors["wav2vec2.encoder.pos_conv_embed.conv.weight_g"])


def test_weights_that_only_training_uses_may_be_missing(copy):
    without(copy, "wav2vec2.masked_spec_embed")
    assert load_folder(copy).facts.labels == LABELS


def test_classes_without_names_are_refused_and_can_be_named(copy):
    edit(copy / "config.json", id2label={str(k): f"LABEL_{k}" for k in range(4)}, label2id=None)
    with pytest.raises(LabelError, match="does not name its 4 classes"):
        load_folder(copy)
    assert load_folder(copy, labels=LABELS).facts.labels == LABELS
    with pytest.raises(LabelError, match="4 logits and there are 3 labels"):
        load_folder(copy, labels=LABELS[:3])


def test_swapped_labels_are_noticed(copy):
    edit(copy / "config.json", label2id={"neutral": 1, "happy": 0, "sad": 2, "angry": 3})
    with pytest.raises(LabelError, match="contradicts itself"):
        load_folder(copy)


def test_a_table_of_labels_without_numbers_is_one_sentence(copy):
    edit(copy / "config.json", label2id={LABELS[0]: "x"})
    with pytest.raises(LabelError, match="contradicts itself"):
        load_folder(copy)


@pytest.mark.parametrize("rate", [0, -16000, "16 kHz"])
def test_a_sampling_rate_that_is_none_is_one_sentence(rate, copy):
    edit(copy / "preprocessor_config.json", sampling_rate=rate)
    with pytest.raises(ExportError, match=r"sampling rate|feature extractor"):
        load_folder(copy)


def test_numbers_of_labels_with_a_gap_are_refused(copy):
    edit(copy / "config.json", id2label={"0": "a", "1": "b", "3": "c", "4": "d"}, label2id=None)
    with pytest.raises(LabelError, match="gap"):
        load_folder(copy)


def test_a_model_of_classes_that_do_not_exclude_one_another_is_refused(copy):
    edit(copy / "config.json", problem_type="multi_label_classification")
    with pytest.raises(LabelError, match="multi_label_classification"):
        load_folder(copy)


@pytest.mark.parametrize(
    ("file", "fields", "why"),
    [
        ("config.json", {"model_type": "bert"}, "'bert'"),
        ("config.json", {"hidden_size": 31}, "Wav2Vec2ForSequenceClassification"),
        ("preprocessor_config.json", {"feature_extractor_type": "SpeechT5FeatureExtractor"}, "SpeechT5"),
    ],
)
def test_what_is_not_known_is_refused(file, fields, why, copy):
    edit(copy / file, **fields)
    with pytest.raises(ExportError, match=why):
        load_folder(copy)


@pytest.mark.parametrize("missing", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_is_one_sentence(missing, copy):
    (copy / missing).unlink()
    with pytest.raises(ExportError) as caught:
        load_folder(copy)
    assert str(copy) in caught.value.message
    assert "save_pretrained" in caught.value.hint


def test_a_feature_extractor_of_another_model_is_refused(trained, tmp_path):
    source = Path(shutil.copytree(trained("whisper").source, tmp_path / "whisper"))
    whisper_extractor(feature_size=128).save_pretrained(source)
    with pytest.raises(ExportError, match="wants 80 mel bands, and its feature extractor gives 128"):
        load_folder(source)


@pytest.mark.parametrize(
    ("kind", "other", "named"),
    [
        ("wav2vec2", whisper_extractor, "type wav2vec2, which is fed by a Wav2Vec2FeatureExtractor"),
        ("whisper", speech_extractor, "type whisper, which is fed by a WhisperFeatureExtractor"),
    ],
)
def test_a_feature_extractor_of_another_kind_of_model_is_named(kind, other, named, trained, tmp_path):
    source = Path(shutil.copytree(trained(kind).source, tmp_path / kind))
    other().save_pretrained(source)
    with pytest.raises(ExportError, match=named) as caught:
        load_folder(source)
    assert type(other()).__name__ in str(caught.value)
    assert "--frontend" not in str(caught.value)


class Intruder:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def test_a_pickle_with_code_among_the_weights_is_refused_and_never_run(copy, tmp_path):
    tensors: dict[str, Any] = dict(load_file(copy / "model.safetensors"))
    (copy / "model.safetensors").unlink()
    torch.save(tensors, copy / "pytorch_model.bin")
    assert load_folder(copy).facts.labels == LABELS
    torch.save(tensors | {"x": Intruder(tmp_path / "trace")}, copy / "pytorch_model.bin")
    with pytest.raises(UnsafeFileError, match="mkdir"):
        load_folder(copy)
    assert not (tmp_path / "trace").exists()


def test_code_in_the_folder_is_never_run(copy, tmp_path):
    trace = tmp_path / "trace"
    (copy / "own.py").write_text(f"import os\nos.mkdir({str(trace)!r})\n")
    edit(
        copy / "config.json",
        auto_map={"AutoConfig": "own.Config", "AutoModelForAudioClassification": "own.M"},
    )
    edit(copy / "preprocessor_config.json", auto_map={"AutoFeatureExtractor": "own.Extractor"})
    assert load_folder(copy).facts.labels == LABELS
    assert not trace.exists()
