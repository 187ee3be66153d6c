"""A whole front end from one line of text, as one module: waveform in, features out.

The line is what a person types after `--frontend` and what a checkpoint stores: features joined by `+`, then
`|pool:...` and `|standardise`, both optional. A feature or a step may have words behind `:`, separated by
commas, as in `mfcc:n_mfcc=40,delta=2+chroma|pool:mean,std,p90|standardise`: `name=value` for a feature, bare
words for a step. docs/features.md lists the features and their parameters.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import FeatureError
from models.features.cepstral import Delta, Mfcc, MfccParams
from models.features.image import LogMelImage, LogMelImageParams
from models.features.mel import (
    LogMelParams,
    LogMelSpectrogram,
    MelParams,
    MelSpectrogram,
    WhisperLogMel,
    WhisperParams,
)
from models.features.pitch import Pitch, PitchParams
from models.features.pooling import FirstSeconds, Pool, Standardise
from models.features.spectral import (
    ContrastParams,
    Rms,
    RolloffParams,
    SpectralBandwidth,
    SpectralCentroid,
    SpectralContrast,
    SpectralFlatness,
    SpectralRolloff,
    ZeroCrossingRate,
)
from models.features.spectrum import (
    Feature,
    FrameParams,
    SpectralFeature,
    Spectrogram,
    SpectrogramParams,
    StftParams,
)
from models.features.tonal import Chroma, Tonnetz

FEATURES: dict[str, tuple[Any, Any]] = {
    "stft": (Spectrogram, SpectrogramParams),
    "mel": (MelSpectrogram, MelParams),
    "logmel": (LogMelSpectrogram, LogMelParams),
    "whisper": (WhisperLogMel, WhisperParams),
    "image": (LogMelImage, LogMelImageParams),
    "mfcc": (Mfcc, MfccParams),
    "chroma": (Chroma, StftParams),
    "tonnetz": (Tonnetz, StftParams),
    "contrast": (SpectralContrast, ContrastParams),
    "centroid": (SpectralCentroid, StftParams),
    "bandwidth": (SpectralBandwidth, StftParams),
    "rolloff": (SpectralRolloff, RolloffParams),
    "flatness": (SpectralFlatness, StftParams),
    "zcr": (ZeroCrossingRate, FrameParams),
    "rms": (Rms, FrameParams),
    "pitch": (Pitch, PitchParams),
}
"""The features that a front end can name, each with the dataclass of its parameters."""

STEPS = ("pool", "standardise")

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class Branch(nn.Module):
    """One feature, followed by its first `delta` derivatives: [batch, rows, frames]; an image as it is.

    `name` is what its rows are called by, such as `mfcc_03` and, of the derivatives, `mfcc_delta_03` and
    `mfcc_delta2_03`.
    """

    def __init__(self, feature: Feature, delta: int = 0, name: str = "") -> None:
        super().__init__()
        self.feature = feature
        self.name = name
        self.deltas = nn.ModuleList(Delta(order) for order in range(1, delta + 1))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        first, *rest = self.feature.output_shape
        assert first is not None  # noqa: S101  # only the last axis may be one of frames
        return (first * (1 + len(self.deltas)), *rest)

    def row_names(self) -> list[str]:
        """Names of the rows, in their order."""
        heads = [self.name, *(f"{self.name}_{word}" for word in ("delta", "delta2")[: len(self.deltas)])]
        return [f"{head}_{row}" if row else head for head in heads for row in self.feature.row_names]

    def forward(self, waveform: Tensor, spectra: dict[Hashable, Tensor]) -> Tensor:
        """`spectra` holds the power spectra that earlier branches have computed, and takes this one's."""
        feature = self.feature
        if isinstance(feature, SpectralFeature):
            settings = feature.stft.settings
            if settings not in spectra:
                spectra[settings] = feature.stft(waveform)
            rows = feature.of_power(spectra[settings])
        else:
            rows = feature(waveform)
        if not self.deltas:
            return rows
        return torch.cat([rows, *(delta(rows) for delta in self.deltas)], dim=1)


class FeatureChain(nn.Module):
    """Waveform float32 [batch, samples] -> features, computed for each clip by itself.

    Without `pool`: [batch, rows, frames], the rows of the features in their order; an image is
    [batch, channels, height, width]. With `pool`: [batch, dim], the first statistic of all rows, then the
    second, and so on.

    Attributes
    ----------
    spec : str
        The shortest line that gives this chain again.
    sample_rate : int
    output_shape : tuple of (int or None)
        Shape of what one clip gives; None is the number of frames.
    output_dim : int
        The first of `output_shape`: rows, numbers or channels.
    names : tuple of str
        What each of the `output_dim` numbers is: `mfcc_03_mean`, `chroma_05_std`; without `pool`, what each
        row is. Of two features of the same name the second one's begin with `mfcc2`. No two are equal.
    minimum_samples : int
    minimum_seconds : float
        The shortest clip that has features.
    pooled : bool
        Whether a clip gives one vector, whatever its length.
    standardise : Standardise or None
        To be fitted on the training speakers; part of the state of the module.
    """

    def __init__(
        self, spec: str, sample_rate: int, branches: Sequence[Branch], pool: Pool | None, standardise: bool
    ) -> None:
        super().__init__()
        self.spec = spec
        self.sample_rate = sample_rate
        self.branches = nn.ModuleList(branches)
        self.pool = pool
        self.minimum_samples = max(branch.feature.minimum_samples for branch in branches)
        first = sum(branch.output_shape[0] or 0 for branch in branches)
        self.output_dim = first * len(pool.statistics) if pool else first
        self.output_shape = (self.output_dim,) if pool else (self.output_dim, *branches[0].output_shape[1:])
        rows = [name for branch in branches for name in branch.row_names()]
        self.names = tuple(f"{row}_{s}" for s in pool.statistics for row in rows) if pool else tuple(rows)
        self.standardise = Standardise(self.output_dim) if standardise else None

    @property
    def pooled(self) -> bool:
        return self.pool is not None

    @property
    def minimum_seconds(self) -> float:
        return self.minimum_samples / self.sample_rate

    def forward(self, waveform: Tensor) -> Tensor:
        spectra: dict[Hashable, Tensor] = {}
        rows = [branch(waveform, spectra) for branch in self.branches]
        if self.pool is not None:
            # Each branch alone, so that their frames need not agree.
            features = torch.cat([self.pool(part) for part in rows], dim=2).reshape(-1, self.output_dim)
        else:
            features = torch.cat(rows, dim=1) if len(rows) > 1 else rows[0]
        return features if self.standardise is None else self.standardise(features)


def parse_chain(spec: str, sample_rate: int = 16_000) -> FeatureChain:
    """The front end that `spec` describes, for waveforms at `sample_rate` Hz.

    Parameters
    ----------
    spec : str
        For example `mfcc:n_mfcc=40,delta=2|pool:mean,std` or `mfcc+rms|pool:mean,p10,p90|standardise`.

    Raises
    ------
    FeatureError
        If a name is unknown, a value does not fit, or the parts do not go together.
    """
    terms, steps = split_spec(spec)
    called = [term.name for term in terms]
    built = [
        _branch(term, sample_rate, term.name + str(called[: place + 1].count(term.name)).removeprefix("1"))
        for place, term in enumerate(terms)
    ]
    branches = [branch for branch, _ in built]
    pool, standardise = _steps(steps)
    _check_shapes(terms, branches, pooled=pool is not None)
    words = ["+".join(text for _, text in built)]
    if pool is not None:
        words.append(f"pool:{','.join(pool.statistics)}")
    if standardise:
        words.append("standardise")
    return FeatureChain("|".join(words), sample_rate, branches, pool, standardise)


def front_end(spec: str | None, seconds: float | None, sample_rate: int = 16_000) -> nn.Sequential:
    """Waveform [batch, samples] -> features of it.

    Parameters
    ----------
    spec : str, optional
        See `parse_chain`; without it the waveform stays as it is.
    seconds : float, optional
        Of each clip only its first so many, filled up with silence.

    Raises
    ------
    FeatureError
        See `parse_chain`.
    """
    parts: list[nn.Module] = [] if seconds is None else [FirstSeconds(seconds, sample_rate)]
    if spec is not None:
        parts.append(parse_chain(spec, sample_rate))
    return nn.Sequential(*parts).eval()


def params_class(name: str) -> Any:
    """The dataclass of parameters of a feature.

    Raises
    ------
    FeatureError
        If there is no such feature; the sentence names those that there are.
    """
    if name not in FEATURES:
        raise FeatureError(f"There is no feature '{name}'; known are {', '.join(sorted(FEATURES))}.")
    return FEATURES[name][1]


def build_feature(name: str, params: Any) -> Feature:
    """The feature called `name`, with parameters of its own dataclass."""
    feature: Feature = FEATURES[name][0](params)
    return feature


def _branch(term: Term, sample_rate: int, name: str) -> tuple[Branch, str]:
    """A branch, and the shortest text that gives it again."""
    params_type = params_class(term.name)
    values = read_values(term, {**parameters_of(params_type), "delta": int})
    delta = values.pop("delta", 0)
    try:
        params = params_type(sample_rate=sample_rate, **values)
        if delta not in (0, 1, 2):
            raise FeatureError(f"delta must be 0, 1 or 2, not {delta}.")
        feature = build_feature(term.name, params)
    except FeatureError as error:
        raise FeatureError(f"{term.name}: {error.message}", error.hint) from None
    if delta and len(feature.output_shape) != 2:
        raise FeatureError(f"{term.name} has no frames, and so no delta.")
    return Branch(feature, delta, name), write_term(term.name, params, [f"delta={delta}"] if delta else [])


def _steps(terms: Sequence[Term]) -> tuple[Pool | None, bool]:
    names = [term.name for term in terms]
    for name in names:
        if name not in STEPS:
            raise FeatureError(f"There is no step '{name}'; known are {', '.join(STEPS)}.")
    if names != [name for name in STEPS if name in names]:
        raise FeatureError("The steps are pool and standardise, each once and in this order.")
    pool = None
    for term in terms:
        if term.name == "pool":
            pool = Pool(term.words or ("mean", "std"))
        elif term.words:
            raise FeatureError("standardise takes no parameters; its figures are fitted.")
    return pool, "standardise" in names


def _check_shapes(terms: Sequence[Term], branches: Sequence[Branch], *, pooled: bool) -> None:
    for term, branch in zip(terms, branches, strict=True):
        if len(branch.output_shape) != 2 and (pooled or len(branches) > 1):
            raise FeatureError(f"{term.name} is a picture: it can be neither joined to features nor pooled.")
        if not pooled and branch.feature.grid != branches[0].feature.grid:
            raise FeatureError(
                f"{terms[0].name} and {term.name} have frames at different times, so they cannot be joined.",
                "Give them the same hop_length, n_fft (frame_length) and center, or pool them.",
            )


@dataclass(frozen=True, slots=True)
class Term:
    """A name and the words behind its colon."""

    name: str
    words: tuple[str, ...]


def split_spec(spec: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The features and the steps that `spec` names, as they are written."""
    features, *steps = "".join(spec.split()).split("|")
    return tuple(_term(part, spec) for part in features.split("+")), tuple(
        _term(part, spec) for part in steps
    )


def _term(text: str, spec: str) -> Term:
    name, colon, words = text.partition(":")
    if not name:
        raise FeatureError(
            f"The front end '{spec}' lacks a name before or after one of '+', '|' and ':'.",
            "Write it like mfcc:n_mfcc=40,delta=2+rms|pool:mean,std.",
        )
    return Term(name, tuple(words.split(",")) if colon else ())


def read_values(term: Term, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """The `name=value` words of a feature, each converted to the type that `kinds` gives for its name.

    Raises
    ------
    FeatureError
        If a word is no assignment, names no parameter or one twice, or has a value of another type.
    """
    values: dict[str, Any] = {}
    for word in term.words:
        name, equals, text = word.partition("=")
        if not equals or name not in kinds:
            raise FeatureError(f"{term.name} has no parameter '{name}'; it takes {', '.join(kinds)}.")
        if name in values:
            raise FeatureError(f"{term.name} has {name} twice.")
        values[name] = _value(term.name, name, text, kinds[name])
    return values


def parameters_of(params: type) -> dict[str, Any]:
    """Name and type of each field of a dataclass of parameters, the sample rate excepted."""
    hints = typing.get_type_hints(params)
    return {field.name: hints[field.name] for field in fields(params) if field.name != "sample_rate"}


def write_term(name: str, params: Any, more: Sequence[str] = ()) -> str:
    """The shortest text that gives `params` again: only what differs from the defaults."""
    words = []
    for field in fields(params):
        value = getattr(params, field.name)
        if field.name != "sample_rate" and value != field.default:
            words.append(f"{field.name}={_text(value)}")
    words += more
    return f"{name}:{','.join(words)}" if words else name


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "none" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _value(feature: str, name: str, text: str, kind: Any) -> Any:
    expected = []
    for option in typing.get_args(kind) if _is_union(kind) else (kind,):
        if option is types.NoneType:
            expected.append("none")
            if text == "none":
                return None
        elif typing.get_origin(option) is typing.Literal:
            expected += typing.get_args(option)
            if text in typing.get_args(option):
                return text
        elif option is bool:
            expected.append("0 or 1")
            if text.lower() in _BOOLEANS:
                return _BOOLEANS[text.lower()]
        elif (number := _number(text, option)) is not None:
            return number
        else:
            expected.append("a whole number" if option is int else "a number")
    raise FeatureError(f"{feature} needs {' or '.join(expected)} for {name}, not '{text}'.")


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _number(text: str, kind: type) -> float | int | None:
    try:
        number = kind(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
