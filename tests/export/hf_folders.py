"""Folders of Hugging Face audio classifiers as `save_pretrained` writes them: small, with random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from export.signals import speech_like

RATE = 16_000
LABELS = ("neutral", "happy", "sad", "angry")
NAMES = {
    "id2label": dict(enumerate(LABELS)),
    "label2id": {label: number for number, label in enumerate(LABELS)},
}
SPEECH = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "classifier_proj_size": 16,
    **NAMES,
}
LARGE = {"do_stable_layer_norm": True, "feat_extract_norm": "layer", "use_weighted_layer_sum": True}
WHISPER = {
    "d_model": 32,
    "encoder_layers": 2,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_layers": 1,
    "decoder_attention_heads": 2,
    "decoder_ffn_dim": 64,
    "max_source_positions": 200,
    "vocab_size": 100,
    "classifier_proj_size": 16,
    **dict.fromkeys(("pad_token_id", "bos_token_id", "eos_token_id", "decoder_start_token_id"), 0),
    **NAMES,
}
AST = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_length": 256,
    "frequency_stride": 16,
    "time_stride": 16,
    **NAMES,
}


def speech_extractor(**more: Any) -> Any:
    return transformers.Wav2Vec2FeatureExtractor(**more)


def whisper_extractor(**more: Any) -> Any:
    return transformers.WhisperFeatureExtractor(**{"chunk_length": 4, **more})


def ast_extractor(**more: Any) -> Any:
    return transformers.ASTFeatureExtractor(**{"max_length": 256, **more})


KINDS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "wav2vec2": (transformers.Wav2Vec2Config, SPEECH, speech_extractor),
    "wav2vec2-large": (transformers.Wav2Vec2Config, SPEECH | LARGE, speech_extractor),
    "hubert": (transformers.HubertConfig, SPEECH, speech_extractor),
    "wavlm": (transformers.WavLMConfig, SPEECH, speech_extractor),
    "data2vec-audio": (
        transformers.Data2VecAudioConfig,
        SPEECH | {"num_conv_pos_embeddings": 3},
        speech_extractor,
    ),
    "sew": (transformers.SEWConfig, SPEECH | {"conv_dim": (16,) * 13}, speech_extractor),
    "unispeech-sat": (transformers.UniSpeechSatConfig, SPEECH, speech_extractor),
    "whisper": (transformers.WhisperConfig, WHISPER, whisper_extractor),
    "ast": (transformers.ASTConfig, AST, ast_extractor),
}


def make_folder(kind: str, folder: Path) -> Path:
    """A folder as `save_pretrained` writes it, of a small model with random weights."""
    config_class, values, extractor = KINDS[kind]
    torch.manual_seed(3)
    model_class: Any = transformers.MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING[config_class]
    model = model_class(config_class(**values)).eval()
    made = extractor()
    noise = made(speech_like(RATE, RATE), sampling_rate=RATE, return_tensors="pt")
    with torch.no_grad():
        # The random start makes all classes nearly alike. Logits twice as far apart would be, for some kinds,
        # as far from ONNX Runtime's as the verification allows: rounding goes through every layer.
        spread = 2 * model(**noise).logits.std()
        model.get_submodule("classifier.dense" if kind == "ast" else "classifier").weight.div_(spread)
    model.save_pretrained(folder)
    made.save_pretrained(folder)
    return folder


def by_transformers(folder: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Probabilities by the classes that transformers itself picks for the folder."""
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    model = transformers.AutoModelForAudioClassification.from_pretrained(folder).eval()

    def probabilities(wave: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            logits = model(**extractor(wave, sampling_rate=RATE, return_tensors="pt")).logits
        found: np.ndarray = logits.softmax(dim=-1)[0].numpy()
        return found

    return probabilities
