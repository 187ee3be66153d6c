"""The manifest: what it accepts, and that a broken one is refused by the name of its field."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from desktop_app.inference.manifest import (
    Manifest,
    ManifestError,
    Metrics,
    SelfTest,
    TrainedOn,
    self_test_signal,
)

GOOD = Manifest(
    name="a test model",
    labels=("calm", "angry", "überrascht"),
    sample_rate=16000,
    min_seconds=0.3,
    max_seconds=8.0,
    temperature=1.5,
    abstain_below=0.4,
    trained_on=TrainedOn(("RAVDESS",), 24, "ab" * 32),
    metrics=Metrics("5 speaker-disjoint folds", 0.75, 0.76, 0.04, {"uar_interval": [0.7, 0.8]}),
    licence="CC BY-NC-SA 4.0",
    created="2026-01-31",
    source_sha256="01" * 32,
    self_test=SelfTest("chirp-v1", 1.5, (0.1, -2.0, 3.0), 1e-3),
)


def changed(path: str, value: Any) -> str:
    """The good manifest with one field set to another value, as JSON (NaN and Infinity included)."""
    data = GOOD.to_dict()
    *parents, last = path.split(".")
    inner: Any = data
    for name in parents:
        inner = inner[name]
    inner[last] = value
    return json.dumps(data)


def test_what_is_written_is_read_back_the_same() -> None:
    assert Manifest.from_json(GOOD.to_json()) == GOOD
    assert Manifest.from_json(GOOD.to_json().encode()) == GOOD


def test_unknown_figures_are_null_and_stay_unknown() -> None:
    text = changed("metrics", {"protocol": "not measured", "uar": None, "accuracy": None, "ece": None})
    manifest = Manifest.from_json(text)
    assert manifest.metrics == Metrics("not measured")
    text = changed("trained_on", {"corpora": [], "speakers": None, "split_sha256": None})
    assert Manifest.from_json(text).trained_on == TrainedOn()


def test_a_broken_manifest_is_never_written() -> None:
    from dataclasses import replace

    with pytest.raises(ManifestError, match="temperature"):
        replace(GOOD, temperature=float("nan")).to_json()


@pytest.mark.parametrize("name", list(GOOD.to_dict()))
def test_every_field_is_required(name: str) -> None:
    data = GOOD.to_dict()
    del data[name]
    with pytest.raises(ManifestError, match=f"'{name}' is missing") as caught:
        Manifest.from_json(json.dumps(data))
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("format_version", 3, "'format_version' must be 1 or 2, found 3."),
        ("kind", "classes", "'kind' is not one that format version 1 knows."),
        ("name", "", "'name' must not be empty, found ''."),
        ("name", "two\nlines", r"without line breaks or spaces at its ends, found 'two\nlines'."),
        ("name", "ends in a break\n", "'name' must be a text without line breaks"),
        ("labels", ["calm"], "'labels' must have at least 2 entries, found ['calm']."),
        ("labels", ["calm", "calm", "sad"], "'labels' must have no entry twice"),
        ("labels", ["calm", "", "sad"], "'labels[1]' must not be empty"),
        ("labels", ["calm", "sad"], "'self_test.logits' must have one number for each of the 2 labels,"),
        ("sample_rate", "16000", "'sample_rate' must be a whole number, found '16000'."),
        ("sample_rate", True, "'sample_rate' must be a whole number, found true."),
        ("sample_rate", 16000.5, "'sample_rate' must be a whole number"),
        ("min_seconds", 0, "'min_seconds' must be from 0.01 to 600, found 0."),
        ("min_seconds", 9, "'min_seconds' must be less than 'max_seconds' (8.0), found 9."),
        ("temperature", 0, "'temperature' must be from 0.01 to 1000, found 0."),
        ("temperature", float("nan"), "'temperature' must be a finite number, found nan."),
        ("temperature", 10**400, "'temperature' must be from 0.01 to 1000, found 1000"),
        ("abstain_below", 1.1, "'abstain_below' must be from 0 to 1, found 1.1."),
        ("trained_on.speakers", 0, "'trained_on.speakers' must be from 1 to 1000000000, found 0."),
        ("trained_on.split_sha256", "AB", "'trained_on.split_sha256' must be a SHA-256 in 64 lower-case"),
        ("metrics.uar", 75.9, "'metrics.uar' must be from 0 to 1, found 75.9."),
        ("metrics.spread", [float("inf")], "'metrics.spread[0]' must be a finite number, found inf."),
        ("created", "yesterday", "'created' must be an ISO date such as 2026-01-31, found 'yesterday'."),
        ("created", "2026-02-31", "'created' must be an ISO date"),
        ("source_sha256", None, "'source_sha256' must be a text, found null."),
        ("source_sha256", "01" * 32 + "\n", "'source_sha256' must"),
        ("self_test.signal", "noise", "'self_test.signal' must be 'chirp-v1' or 'vowels-v1', found 'noise'."),
        ("self_test.logits", [0.0, None, 1.0], "'self_test.logits[1]' must be a number, found null."),
        ("self_test.tolerance", 1e9, "'self_test.tolerance' must be from 1e-09 to 1, found"),
        ("temprature", 1.0, "'temprature' is not one that this version of the program knows."),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected_and_found(
    field: str, value: Any, sentence: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        Manifest.from_json(changed(field, value))
    assert sentence in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON: expecting value at line 1"),
        ('{"name": ', "not JSON"),
        ("[]", "must be a JSON object, found []"),
        ("null", "must be a JSON object, found null"),
        (b"\xff\xfe\xff", "not JSON text in UTF-8"),
        ("[" * 100_000, "not JSON"),
        ('{"metrics":' * 950 + "1" + "}" * 950, "The manifest"),
        ('{"name": "a", "name": "b"}', "names the field 'name' twice"),
        (changed("temperature", 1).replace('ture": 1', 'ture": 1e999'), "'temperature' must be a finite"),
    ],
)
def test_a_text_that_is_no_manifest_is_refused_in_a_sentence(text: str | bytes, sentence: str) -> None:
    with pytest.raises(ManifestError) as caught:
        Manifest.from_json(text)
    assert sentence in caught.value.message


def test_the_newer_version_is_told_before_its_unknown_fields() -> None:
    data = GOOD.to_dict() | {"format_version": 3, "adapters": []}
    with pytest.raises(ManifestError, match="format_version"):
        Manifest.from_json(json.dumps(data))


def version_2(**fields: Any) -> str:
    data = GOOD.to_dict() | {"format_version": 2, "kind": "classes", "graph_sha256": "0" * 64} | fields
    return json.dumps({name: value for name, value in data.items() if value is not None})


class TestVersion2:
    def test_it_says_what_kind_of_answer_the_model_gives_and_which_graph_is_meant(self) -> None:
        manifest = Manifest.from_json(version_2())
        assert (manifest.kind, manifest.graph_sha256) == ("classes", "0" * 64)
        assert Manifest.from_json(manifest.to_json()) == manifest

    def test_dimensions_have_a_name_and_a_scale_each_and_one_is_enough(self) -> None:
        test = GOOD.to_dict()["self_test"] | {"logits": [0.5]}
        text = version_2(
            kind="dimensions",
            labels=["arousal"],
            ranges=[[1, 7]],
            self_test=test,
            temperature=1,
            abstain_below=0,
        )
        manifest = Manifest.from_json(text)
        assert (manifest.labels, manifest.ranges) == (("arousal",), ((1.0, 7.0),))
        assert Manifest.from_json(manifest.to_json()) == manifest

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"kind": None}, "'kind' is missing"),
            ({"graph_sha256": None}, "'graph_sha256' is missing"),
            ({"kind": "text"}, "it is a text model: it reads what was said and hears nothing"),
            ({"kind": "dimensions"}, "'ranges' must have one entry for each of the 3 labels, found 0"),
            (
                {"kind": "dimensions", "ranges": [[0, 1], [1, 0], [0, 1]]},
                "'ranges[1]' must begin with the lower",
            ),
            ({"ranges": [[0, 1]] * 3}, "'ranges' is for a model of the kind 'dimensions'"),
        ],
    )
    def test_what_it_asks_for_is_told_by_field(self, fields: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ManifestError) as caught:
            Manifest.from_json(version_2(**fields))
        assert sentence in caught.value.message


class TestTheSelfTestSignal:
    def test_it_follows_its_published_formula(self) -> None:
        rate, seconds = 16000, 1.5
        signal = self_test_signal("chirp-v1", seconds, rate)
        assert signal.dtype == np.float32
        assert signal.shape == (24000,)
        for n in (0, 1000, 3000, 17001):
            t = n / rate
            phase = 2 * np.pi * (110 * t + 55 * t * t / seconds)
            x = 0.12 * (1 - np.cos(8 * np.pi * t)) * sum(np.sin(h * phase) / h for h in range(1, 13))
            assert signal[n] == pytest.approx(x, abs=1e-6)

    def test_vowels_have_a_pitch_that_glides_and_pauses_between_syllables(self) -> None:
        rate = 16000
        signal = self_test_signal("vowels-v1", 2.0, rate).astype(np.float64)
        for second, expected in ((0.45, 189.7), (1.25, 110.0)):  # the pitch at its highest and lowest
            piece = signal[round((second - 0.06) * rate) : round((second + 0.06) * rate)]
            heard = np.correlate(piece, piece, "full")[len(piece) - 1 :]
            period = 60 + int(heard[60:200].argmax())
            assert rate / period == pytest.approx(expected, rel=0.06)
        assert np.abs(signal[round(0.27 * rate) : round(0.33 * rate)]).max() < 0.1 * np.abs(signal).max()

    @pytest.mark.parametrize("name", ["chirp-v1", "vowels-v1"])
    def test_it_is_as_loud_as_speech_and_never_clips(self, name) -> None:
        signal = self_test_signal(name, 2.0, 16000)
        assert -24 < 20 * np.log10(np.sqrt(np.mean(signal**2))) < -12
        assert np.abs(signal).max() < 0.6

    def test_it_has_nothing_above_half_the_sample_rate(self) -> None:
        low = self_test_signal("chirp-v1", 1.0, 4000)
        high = self_test_signal("chirp-v1", 1.0, 16000)[::4]
        assert not np.allclose(low, high, atol=1e-3)  # the 10th to 12th harmonics are left out
        spectrum = np.abs(np.fft.rfft(low))
        assert spectrum[1990:].max() < 0.01 * spectrum.max()

    def test_an_unknown_name_is_refused(self) -> None:
        with pytest.raises(ManifestError, match="chirp-v1"):
            self_test_signal("noise", 1.0, 16000)
