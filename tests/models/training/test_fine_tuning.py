"""Training the encoder: padding changes nothing, a run is repeatable, and a killed one goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig
from models.corpora.base import LABELS
from models.data.enrolment import People
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.protocols import splits
from models.training.whisper.batches import Batch, ClipSpectra, WeightedBatches, collate
from models.training.whisper.embeddings import EmbeddingCache
from models.training.whisper.fine_tuning import FineTuning, VoiceBank
from models.training.whisper.fit import draw_shares, fit
from models.training.whisper.held_out import hold_out
from models.training.whisper.material import WEIGHTS_FILE, Material, Sources, build_model, load_material
from models.training.whisper.run_config import RunConfig

pytestmark = pytest.mark.slow

RATE = 16_000


def config(**fit_fields: object) -> RunConfig:
    fields = {"epochs": 2, "draws": 12, "batch": 4, "average_decay": 0.9, **fit_fields}
    return RunConfig.model_validate(
        {
            "name": "small",
            "corpora": ["ravdess_speech"],
            "layers": 1,
            "pool_layers": [1],
            "head": {"noise_pieces": 20},
            "fit": fields,
            "augment": {"noise": 0.5, "mask": 0.5},
        }
    )


@pytest.fixture(scope="module")
def material(random_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Four actors, three emotions: a tone for each emotion, in a voice for each actor."""
    root = tmp_path_factory.mktemp("corpora")
    rng = np.random.default_rng(0)
    for actor in range(1, 5):
        folder = root / "ravdess_speech" / f"Actor_{actor:02d}"
        folder.mkdir(parents=True)
        for emotion in (3, 4, 5):
            time = np.arange(round(0.6 * RATE)) / RATE
            tone = np.sin(2 * np.pi * (100 * emotion + 7 * actor) * time)
            sound = 0.3 * tone + 0.01 * rng.standard_normal(len(time))
            soundfile.write(folder / f"03-01-{emotion:02d}-01-01-01-{actor:02d}.wav", sound, RATE)
    weights, cache = random_encoder / WEIGHTS_FILE, tmp_path_factory.mktemp("cache")
    return load_material(("ravdess_speech",), root, weights, cache, layers=1, pool_layers=(1,))


def small_model() -> EmotionModel:
    torch.manual_seed(0)
    encoder = EncoderConfig(layers=2, width=32, heads=4, max_positions=200)
    return EmotionModel(EmotionModelConfig(LABELS, encoder, (1, 2), 1.0)).eval()


def test_a_padded_batch_gives_what_its_clips_give_alone():
    model = small_model()
    waves = [torch.randn(1, samples) * 0.1 for samples in (8_000, 12_345, 31_999)]
    spectra = [model.front_end(wave)[0].numpy() for wave in waves]
    batch = collate([(spectrum, 0, 0) for spectrum in spectra])
    with torch.inference_mode():
        together = model.embed_padded(batch.log_mel, batch.frames)
        alone = torch.cat([model.embed(wave) for wave in waves])
    assert torch.allclose(together, alone, atol=1e-5)


def test_an_epoch_draws_corpora_and_classes_evenly_and_noise_as_often_as_asked(material):
    weights = np.array([1.0 if clip.emotion == "happy" else 0.1 for clip in material.clips])
    rows = np.arange(len(material.clips))
    batches = WeightedBatches(rows, weights, material.seconds, config(draws=4000, batch=10, noise=0.25))
    keys = [key for batch in batches for key in batch]
    assert len(keys) == 4000
    assert np.mean([row < 0 for _, _, row in keys]) == pytest.approx(0.25, abs=0.03)
    happy = [material.clips[row].emotion == "happy" for _, _, row in keys if row >= 0]
    assert np.mean(happy) == pytest.approx(1.0 / 1.2, abs=0.03)
    first = [key for batch in batches for key in batch]
    batches.set_epoch(1)
    assert first == keys
    assert [key for batch in batches for key in batch] != keys


def test_corpora_are_drawn_evenly_or_by_how_many_voices_they_have():
    def drawn(evenly: str) -> dict[str, float]:
        clips = [
            *((f"a{n}", "wide", emotion) for n in range(6) for emotion in (0, 1)),
            *((f"b{n}", "narrow", emotion) for n in range(2) for emotion in (0, 0, 0, 1)),
        ]
        people = People(
            np.array([emotion for *_, emotion in clips]),
            np.array([speaker for speaker, *_ in clips]),
            np.array([corpus for _, corpus, _ in clips]),
            np.ones(len(clips)),
        )
        shares = draw_shares(people, evenly)
        narrow = people.corpora == "narrow"
        assert shares[narrow & (people.targets == 0)].sum() == pytest.approx(
            shares[narrow & (people.targets == 1)].sum()
        )
        return shares[narrow].sum() / shares.sum()

    assert drawn("corpora") == pytest.approx(0.5)
    assert drawn("speakers") == pytest.approx(2 / 8)


def test_dropout_takes_away_what_tells_a_clip_from_its_own_voice():
    module = FineTuning(
        small_model(), VoiceBank(torch.zeros(1, 128), torch.zeros(1).long()), config(dropout=0.25)
    )
    embedding, mean, std = torch.randn(400, 128), torch.randn(400, 128), torch.ones(400, 128)
    thinned, same_mean, same_std = module._thinned(embedding, mean, std)
    gone = torch.isclose(thinned, mean)
    assert float(gone.float().mean()) == pytest.approx(0.25, abs=0.01)
    assert torch.allclose((thinned - mean)[~gone], ((embedding - mean) / 0.75)[~gone], atol=1e-5)
    assert same_mean is mean
    assert same_std is std


def test_the_same_key_is_the_same_spectrum_and_another_epoch_another(material):
    data = ClipSpectra(material, config(), ())
    one, again, later = (data[key][0] for key in ((0, 2, 5), (0, 2, 5), (1, 2, 5)))
    assert np.array_equal(one, again)
    assert one.shape != later.shape or not np.array_equal(one, later)


def test_noise_is_to_be_answered_with_no_preference():
    module = FineTuning(small_model(), VoiceBank(torch.zeros(1, 128), torch.zeros(1).long()), config())
    batch = Batch(
        torch.zeros(2, 80, 10), torch.tensor([10, 10]), torch.tensor([4, -1]), torch.tensor([0, -1])
    )
    wanted = module._wanted(batch)
    assert wanted[0].tolist() == [0, 0, 0, 0, 1, 0, 0, 0]
    assert torch.allclose(wanted[1], torch.full((8,), 1 / 8))


def test_the_voice_bank_knows_each_speakers_mean_and_deviation():
    embeddings = torch.randn(20, 6)
    speakers = torch.tensor([0] * 12 + [1] * 8)
    bank = VoiceBank(torch.zeros(20, 6), speakers)
    bank.note(torch.arange(20), embeddings)
    bank.refresh()
    mean, std = bank.of(torch.tensor([3, 15]))
    assert torch.allclose(mean[0], embeddings[:12].mean(0), atol=1e-6)
    assert torch.allclose(std[1], embeddings[12:].std(0, unbiased=False), atol=1e-5)


@pytest.mark.slow
def test_a_run_is_repeatable_and_one_that_was_killed_goes_on(material, random_encoder, tmp_path, monkeypatch):
    train = material.speakers != "ravdess-04"

    def run(folder: Path) -> dict[str, torch.Tensor]:
        weights = random_encoder / WEIGHTS_FILE
        return fit(material, train, ~train, config(), weights=weights, folder=folder).state_dict()

    whole, again = run(tmp_path / "one"), run(tmp_path / "two")
    assert all(torch.equal(whole[name], again[name]) for name in whole)

    killed = ClipSpectra.__getitem__

    def die_in_the_second_epoch(self: ClipSpectra, key: tuple[int, int, int]) -> object:
        if key[0] == 1:
            raise OSError("the disk is gone")
        return killed(self, key)

    with monkeypatch.context() as patch:
        patch.setattr(ClipSpectra, "__getitem__", die_in_the_second_epoch)
        with pytest.raises(OSError, match="the disk is gone"):
            run(tmp_path / "three")
    assert (tmp_path / "three" / "last.ckpt").is_file()
    resumed = run(tmp_path / "three")
    assert all(torch.allclose(whole[name], resumed[name], atol=1e-6) for name in whole)


@pytest.mark.slow
def test_a_held_out_speaker_is_judged_once_and_read_from_the_folder_the_second_time(
    material, random_encoder, tmp_path, monkeypatch
):
    (split, *_) = splits("leave-one-speaker-out", material.clips, material.hashes, corpus="ravdess_speech")
    sources = Sources(random_encoder / WEIGHTS_FILE, NoiseBank(), ())
    linear = config(epochs=0)
    held = hold_out(material, split, linear, tmp_path, sources=sources, conditions=("trimmed", "noise-10dB"))
    assert held.probabilities("trimmed").shape == (3, 8)
    assert np.allclose(held.probabilities("noise-10dB").sum(axis=1), 1.0)
    assert 0.2 <= held.calibration.temperature <= 10.0
    model = build_model(random_encoder / WEIGHTS_FILE, 2, (2,))
    other = replace(material, cache=EmbeddingCache(tmp_path / "cache", model, "as before"))
    chosen = linear.model_copy(update={"layers": 2, "pool_layers": (2,)})
    beside = hold_out(other, split, chosen, tmp_path, sources=sources, conditions=("trimmed",))
    assert beside.encoder != held.encoder  # other layers of the same encoder are other embeddings
    assert not np.allclose(beside.heard["trimmed"].embeddings, held.heard["trimmed"].embeddings)
    monkeypatch.setattr("models.training.whisper.embeddings.embed", None)  # nothing is computed again
    again = hold_out(material, split, linear, tmp_path, sources=sources, conditions=("trimmed",))
    assert np.array_equal(again.probabilities("trimmed"), held.probabilities("trimmed"))
