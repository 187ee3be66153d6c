"""The network: its front end, its shapes, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig, WhisperEncoder
from models.corpora.views import trim
from models.errors import TrainingError
from models.features.mel import LogMel, mel_filterbank

RATE = 16_000
SMALL = EncoderConfig(layers=2, width=32, heads=4, max_positions=200)


def small_model(level_reference: float | None = 1.0) -> EmotionModel:
    torch.manual_seed(0)
    config = EmotionModelConfig(("a", "b", "c"), SMALL, (1, 2), level_reference)
    return EmotionModel(config).eval()


def noise(seconds: float, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy((0.1 * rng.standard_normal(round(seconds * RATE))).astype(np.float32))[None]


def whisper_log_mel(waveform: np.ndarray) -> np.ndarray:
    """Whisper's recipe, by librosa."""
    import librosa

    power = np.abs(librosa.stft(waveform, n_fft=400, hop_length=160, window="hann", pad_mode="reflect")) ** 2
    mel = librosa.filters.mel(sr=RATE, n_fft=400, n_mels=80) @ power[:, :-1]
    log = np.log10(np.maximum(mel, 1e-10))
    return (np.maximum(log, log.max() - 8.0) + 4.0) / 4.0


@pytest.mark.slow  # librosa takes seconds to import
@pytest.mark.parametrize("kind", ["noise", "silence", "clipped", "chirp"])
def test_the_front_end_agrees_with_librosa(kind):
    import librosa

    waves = {
        "noise": noise(1.3)[0].numpy(),
        "silence": np.zeros(RATE, dtype=np.float32),
        "clipped": np.clip(50 * noise(1.0)[0].numpy(), -1, 1),
        "chirp": librosa.chirp(fmin=100, fmax=7_000, sr=RATE, duration=1.0).astype(np.float32),
    }
    ours = LogMel(None)(torch.from_numpy(waves[kind])[None])[0].numpy()
    assert np.abs(ours - whisper_log_mel(waves[kind])).max() < 2e-4


@pytest.mark.slow
def test_the_filters_are_librosas():
    import librosa

    reference = librosa.filters.mel(sr=RATE, n_fft=400, n_mels=80).T
    assert np.abs(mel_filterbank().numpy() - reference).max() < 1e-6


@pytest.mark.parametrize("seconds", [0.1, 0.25, 1.0, 3.7])
@pytest.mark.parametrize("batch", [1, 3])
def test_any_length_and_batch_size_gives_logits_and_an_embedding(seconds, batch):
    model = small_model()
    with torch.inference_mode():
        logits, embedding = model(noise(seconds).repeat(batch, 1))
    assert logits.shape == (batch, 3)
    assert embedding.shape == (batch, model.config.embedding_dim)
    assert torch.isfinite(logits).all()


def test_the_level_of_the_microphone_does_not_matter_when_the_front_end_is_relative():
    relative, absolute = small_model(1.0), small_model(None)
    wave = noise(1.0)
    with torch.inference_mode():
        assert torch.allclose(relative(wave)[0], relative(0.1 * wave)[0], atol=1e-4)
        assert not torch.allclose(absolute(wave)[0], absolute(0.1 * wave)[0], atol=1e-3)


def test_silence_gives_finite_logits():
    with torch.inference_mode():
        assert torch.isfinite(small_model()(torch.zeros(1, RATE))[0]).all()


def test_a_voice_profile_moves_the_logits_and_leaves_the_embedding_alone():
    model = small_model()
    dim = model.config.embedding_dim
    with torch.inference_mode():
        plain, embedding = model(noise(1.0))
        moved, same = model(noise(1.0), torch.full((dim,), 0.3), torch.full((dim,), 2.0))
    assert torch.equal(embedding, same)
    assert not torch.allclose(plain, moved)


def test_the_configuration_survives_json():
    config = EmotionModelConfig(("a", "b"), SMALL, (1, 2), 1.0)
    assert EmotionModelConfig.from_dict(config.to_dict()) == config


def test_weights_that_are_not_the_encoder_are_refused(tmp_path):
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"not weights")
    with pytest.raises(TrainingError, match="cannot be read"):
        WhisperEncoder(SMALL).load(wrong)


def test_the_pretrained_encoder_loads_completely(weights):
    encoder = WhisperEncoder()
    encoder.load(weights / "whisper-base-encoder.safetensors")
    assert encoder.conv1.weight.abs().mean() > 0.001


def test_trimming_keeps_the_speech_and_a_quarter_second_around_it():
    speech = 0.3 * np.sin(np.arange(RATE) / 5).astype(np.float32)
    clip = np.concatenate((np.zeros(RATE), speech, np.zeros(2 * RATE))).astype(np.float32)
    assert len(trim(clip, RATE)) == pytest.approx(1.5 * RATE, abs=0.05 * RATE)
