"""A front end from one line of text: its grammar, its sentences, its shapes, its figures."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from feature_references import RATE, FeatureGraph

from models.errors import FeatureError
from models.features.chain import FEATURES, parameters_of, parse_chain

pytestmark = pytest.mark.slow


def noise(batch: int = 2, seconds: float = 1.0, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(batch, round(seconds * RATE), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ("mfcc", (20, None)),
        ("mfcc:n_mfcc=40,delta=2", (120, None)),
        ("mfcc:n_mfcc=40,delta=2|pool:mean,std", (240,)),
        ("mfcc+chroma+rms|pool:mean,std,p10,p90", (4 * (20 + 12 + 1),)),
        ("whisper+pitch:voicing=1|pool:max", (82,)),
        ("logmel+rms", (129, None)),
        ("image", (1, 128, 128)),
        ("image:size=300,colours=viridis|standardise", (3, 300, 300)),
    ],
)
def test_a_chain_tells_the_shape_of_what_it_gives(spec, shape):
    chain = parse_chain(spec, RATE)
    features = chain(noise())
    assert chain.output_shape == shape
    assert chain.output_dim == shape[0]
    assert chain.pooled == ("pool" in spec)
    assert tuple(features.shape[1:])[: len(shape) - (shape[-1] is None)] == tuple(d for d in shape if d)
    assert chain.minimum_seconds == chain.minimum_samples / RATE <= 0.25


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("rms+zcr|pool:mean,p2.5", ("rms_mean", "zcr_mean", "rms_p2.5", "zcr_p2.5")),
        ("pitch:voicing=1|pool:max", ("pitch_max", "pitch_voicing_max")),
        (
            "mfcc:n_mfcc=2,delta=2",
            ("mfcc_00", "mfcc_01", "mfcc_delta_00", "mfcc_delta_01", "mfcc_delta2_00", "mfcc_delta2_01"),
        ),
        ("rms+rms:hop_length=256|pool:std", ("rms_std", "rms2_std")),
        ("image:colours=magma", ("image_00", "image_01", "image_02")),
    ],
)
def test_each_number_has_a_name(spec, names):
    assert parse_chain(spec, RATE).names == names


def test_a_name_stands_at_the_place_of_its_number():
    """The loudness is the only row that doubles with the sound, and its largest is the third statistic's."""
    chain = parse_chain("mfcc:n_mfcc=3,delta=1+rms+chroma|pool:mean,std,max", RATE)
    assert len(chain.names) == len(set(chain.names)) == chain.output_dim
    wave = noise(1)
    once, twice = chain(wave)[0], chain(2 * wave)[0]
    (doubled,) = torch.nonzero(torch.isclose(twice, 2 * once) & (once > 0), as_tuple=True)
    assert {"rms_mean", "rms_std", "rms_max"} <= {chain.names[place] for place in doubled}
    assert once[chain.names.index("rms_max")] == pytest.approx(float(parse_chain("rms", RATE)(wave).max()))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("mfcc:n_mfcc=20", "mfcc"),
        (" mfcc : n_mfcc=40 , delta=2 + rms | pool ", "mfcc:n_mfcc=40,delta=2+rms|pool:mean,std"),
        ("logmel:top_db=none,htk=true,ref=max", "logmel:htk=1,ref=max,top_db=none"),
        ("mel:fmin=50.0,fmax=7e3", "mel:fmin=50,fmax=7000"),
        ("stft:center=0|pool:p2.5,median|standardise", "stft:center=0|pool:p2.5,median|standardise"),
    ],
)
def test_the_canonical_spec_is_the_shortest_and_gives_the_same_chain(written, canonical):
    chain = parse_chain(written, RATE)
    again = parse_chain(chain.spec, RATE)
    assert chain.spec == again.spec == canonical
    assert torch.equal(chain(noise()), again(noise()))


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("mfc", "There is no feature 'mfc'; known are bandwidth, centroid, chroma,"),
        ("", "lacks a name"),
        ("mfcc+|pool", "lacks a name"),
        ("mfcc:n_mfc=40", "mfcc has no parameter 'n_mfc'; it takes n_fft, hop_length,"),
        ("mfcc:n_mfcc=many", "mfcc needs a whole number for n_mfcc, not 'many'"),
        ("mfcc:n_mfcc=20,n_mfcc=30", "mfcc has n_mfcc twice"),
        ("mfcc:n_mfcc=200", "n_mfcc must lie between 1 and n_mels"),
        ("mfcc:delta=3", "delta must be 0, 1 or 2"),
        ("logmel:ref=loud", "logmel needs a number or max for ref, not 'loud'"),
        ("logmel:top_db=inf", "logmel needs a number or none for top_db"),
        ("mel:fmax=9000", "0 <= fmin < fmax <= 8000 Hz, not 0 and 9000"),
        ("stft:center=maybe", "stft needs 0 or 1 for center"),
        ("stft:win_length=4096", "win_length must lie between 1 and n_fft (2048), not 4096"),
        ("stft:hop_length=0", "hop_length must lie between 1 and 16384, not 0"),
        ("stft:n_fft=16381", "n_fft=16381 has too large a prime factor"),
        ("stft:n_fft=400,hop_length=5", "at most 64 frames may overlap"),
        ("rms:frame_length=1", "frame_length must lie between 2 and 16384, not 1"),
        ("pitch:fmin=5", "Two periods of fmin=5 Hz must fit into frame_length"),
        ("contrast:n_bands=7", "take fewer n_bands or a lower fmin"),
        ("image:colours=jet", "image needs grey or viridis or magma for colours, not 'jet'"),
        ("image|pool", "image is a picture"),
        ("image+rms", "image is a picture"),
        ("image:delta=1", "image has no frames"),
        ("mfcc+whisper", "mfcc and whisper have frames at different times"),
        (
            "mfcc|pool:average",
            "no statistic 'average'; known are mean, std, min, max, median and percentiles",
        ),
        ("mfcc|pool:p101", "no statistic 'p101'"),
        ("mfcc|pool:mean,mean", "names a statistic twice"),
        ("mfcc|normalise", "There is no step 'normalise'; known are pool, standardise"),
        ("mfcc|standardise|pool", "in this order"),
        ("mfcc|standardise:1", "takes no parameters"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(spec, sentence):
    with pytest.raises(FeatureError) as caught:
        parse_chain(spec, RATE)
    assert sentence in caught.value.message
    assert "\n" not in str(caught.value)


def test_whispers_features_need_16_khz():
    with pytest.raises(FeatureError, match="16000 Hz, not 8000"):
        parse_chain("whisper", 8000)


@pytest.mark.parametrize("name", sorted(set(FEATURES) - {"whisper", "contrast"}))
def test_features_know_other_rates(name):
    assert torch.isfinite(parse_chain(name, 8000)(noise())).all()


def test_pooling_is_numpys():
    frames = parse_chain("mfcc", RATE)(noise())[0].numpy()
    pooled = parse_chain("mfcc|pool:mean,std,min,max,median,p10,p99.5", RATE)(noise())[0].numpy()
    expected = [
        frames.mean(axis=1),
        frames.std(axis=1),
        frames.min(axis=1),
        frames.max(axis=1),
        *np.percentile(frames, [50, 10, 99.5], axis=1),
    ]
    np.testing.assert_allclose(pooled, np.concatenate(expected), rtol=1e-5, atol=1e-4)


def test_joined_features_are_those_of_each_in_their_order():
    joined = parse_chain("chroma+rms+centroid", RATE)(noise())
    alone = [parse_chain(name, RATE)(noise()) for name in ("chroma", "rms", "centroid")]
    assert torch.equal(joined, torch.cat(alone, dim=1))


def test_features_at_different_times_can_be_pooled_together():
    joined = parse_chain("whisper+pitch|pool:mean,max", RATE)(noise())
    whisper, pitch = (parse_chain(f"{name}|pool:mean,max", RATE)(noise()) for name in ("whisper", "pitch"))
    expected = [whisper[:, :80], pitch[:, :1], whisper[:, 80:], pitch[:, 1:]]  # all means, then all maxima
    assert torch.equal(joined, torch.cat(expected, dim=1))


def test_one_spectrum_serves_all_features_that_need_the_same(tmp_path):
    def transforms(spec: str) -> int:
        """How often the large matrix of the DFT's second step is in the graph."""
        graph = onnx.load(FeatureGraph(parse_chain(spec, RATE), tmp_path).path).graph
        constants = [node.attribute[0].t for node in graph.node if node.op_type == "Constant"]
        return sum(list(tensor.dims) == [33, 1, 64, 64] for tensor in [*graph.initializer, *constants])

    assert transforms("centroid+bandwidth+flatness+chroma+mfcc|pool") == 1
    assert transforms("centroid+contrast|pool") == 2  # contrast needs more digits


@pytest.mark.parametrize("name", sorted(set(FEATURES) - {"whisper"}))
def test_quantisers_find_no_weights_in_a_front_end(tmp_path, name):
    """They look for products with a constant on the right."""
    graph = onnx.load(FeatureGraph(parse_chain(name, RATE), tmp_path).path).graph
    constants = {node.output[0] for node in graph.node if node.op_type == "Constant"}
    constants |= {tensor.name for tensor in graph.initializer}
    assert not [node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in constants]


def test_the_document_names_every_feature_and_its_parameters():
    text = (Path(__file__).parents[3] / "docs" / "features.md").read_text(encoding="utf-8")
    for name, (_, params) in FEATURES.items():
        assert f"`{name}`" in text
        for parameter in parameters_of(params):
            assert re.search(rf"`{parameter}[`=]", text), f"{parameter} of {name}"


def test_standardisation_changes_nothing_until_it_is_fitted_and_travels_with_the_state(tmp_path):
    plain, chain = parse_chain("mfcc+zcr|pool", RATE), parse_chain("mfcc+zcr|pool|standardise", RATE)
    clips = torch.cat([noise(8, seed=seed) * 10**-seed for seed in range(3)])
    assert torch.equal(chain(clips), plain(clips))
    assert chain.standardise is not None
    chain.standardise.fit(plain(clips))
    standardised = chain(clips)
    assert standardised.mean(dim=0).abs().max() < 1e-3
    assert (standardised.std(dim=0, correction=0) - 1).abs().max() < 1e-3
    assert set(chain.state_dict()) == {"standardise.mean", "standardise.std"}
    again = parse_chain(chain.spec, RATE)
    again.load_state_dict(chain.state_dict())
    assert torch.equal(again(clips), standardised)
    (graph,) = FeatureGraph(again, tmp_path)(clips.numpy())
    assert np.abs(graph - standardised.numpy()).max() < 1e-3


def test_what_never_varies_is_not_divided_by_its_rounding():
    chain = parse_chain("rms|pool:min|standardise", RATE)
    assert chain.standardise is not None
    chain.standardise.fit(torch.full((10, 1), 0.3) + 1e-8 * torch.randn(10, 1))
    assert chain.standardise.std.item() == 1.0
