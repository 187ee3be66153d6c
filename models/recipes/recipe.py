"""The recipe of a model, read from YAML: data, features, family, fit, augmentation, calibration.

What stands under `model` and `fit` is typed by the family that `model` names, so that a wrong name or value
is told before any work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    Field,
    SerializeAsAny,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from desktop_app.core.foreign_files import ReadError, read_regular
from models.architectures.registry import Family, Parameters, family_named
from models.corpora.views import VIEWS
from models.errors import FeatureError, TrainingError
from models.recipes.config import AugmentConfig, Batch, FitConfig, Part, Rate, Share, Weight
from models.yaml_files import MOST_CHARACTERS, in_words, is_plain, load_yaml, yaml_problem

Count = Annotated[int, Field(ge=1)]
USUAL_TEST = "ravdess_speech"
LEAST_SECONDS, MOST_SECONDS = 0.1, 60.0
"""Of the part of a clip that is heard."""
_CHANGES_OF_SPECTRA = {"mask": ("frames", "image"), "vocal_tract": ("frames",)}
"""Augmentations of features, and what features they can change."""


class DataPart(Part):
    """What is learnt from.

    `corpora` are folders below EMOSCOPE_CORPORA, in any spelling, or NAME=PATH; own data is `folder=PATH`.
    `test` is the corpus that is cross-validated; if none is named, RAVDESS speech, or else the first.
    `classes` are the emotions that are told apart (None: those of the eight that the corpora have), `cap` is
    the most clips of each class (the first by their hashes), `views` how training hears each clip
    (`models/corpora/views.py`), and `seconds` the part of it from the start, filled up with silence (None:
    what the family's authors take).
    """

    corpora: Annotated[tuple[str, ...], Field(min_length=1)]
    test: str = USUAL_TEST
    classes: tuple[str, ...] | None = None
    cap: Count | None = None
    views: Annotated[tuple[str, ...], Field(min_length=1)] = ("whole", "trimmed")
    seconds: Annotated[float, Field(ge=LEAST_SECONDS, le=MOST_SECONDS)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _tests_what_it_has(cls, data: Any) -> Any:
        named = data.get("corpora") if isinstance(data, dict) else None
        if named and isinstance(named, list | tuple) and "test" not in data:
            plain = [str(name).partition("=")[0] for name in named]
            return {**data, "test": USUAL_TEST if USUAL_TEST in plain else plain[0]}
        return data

    @field_validator("classes")
    @classmethod
    def _are_classes(cls, classes: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if classes is not None and (len(classes) < 2 or len(set(classes)) < len(classes)):
            raise ValueError("it names two classes at least, each once")
        return classes

    @field_validator("views")
    @classmethod
    def _are_views(cls, views: tuple[str, ...]) -> tuple[str, ...]:
        for view in views:
            if view not in VIEWS:
                raise ValueError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        return views


class CalibrationPart(Part):
    """How probabilities are made to mean what they say.

    Of the training speakers one in `inner_folds` is kept from the fit: epochs are chosen, temperature and
    threshold fitted on them. Confidence is below the threshold for all but `coverage` of their clips. With
    `refit` a second model learns from them too, and keeps what was found on them.
    """

    inner_folds: Annotated[int, Field(ge=2)] = 8
    coverage: Share = 0.8
    refit: bool = False


class ScheduleConfig(Part):
    """The rate's way from the optimiser's own.

    `kind`: `constant`; `cosine` to `floor` at the last step; `restarts`, the same every `period` epochs from
    the top (both Loshchilov and Hutter, "SGDR", ICLR 2017); `plateau`, times `factor` whenever the validation
    has not improved for `patience` epochs (the loss of training, where `refit` leaves nobody to validate).
    `warm_up` is the share of all steps in which the rate first rises
    from 0 (not with `plateau`); `floor` the share of the rate that it never falls below.
    """

    kind: Literal["constant", "cosine", "restarts", "plateau"] = "constant"
    warm_up: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    floor: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    period: Annotated[int, Field(ge=1)] = 10
    factor: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.5
    patience: Annotated[int, Field(ge=0)] = 3


class TorchFit(Part):
    """How a network is fitted by gradient descent.

    An epoch is every clip once, or with `evenly` as many draws: each class, and either each corpus or each
    speaker of it, as often as the others. `loss` is cross-entropy, or focal with
    `focal_gamma`; with `class_weights` rare classes weigh more. `auxiliary` is the share of the loss that
    earlier layers have in families with deep supervision. `gender` and `intensity` are the weights of further
    heads that tell these, and are not in the file. After `patience` epochs without a gain on the inner
    speakers the fit ends; the best epoch is kept. `accumulate` batches make one step. `precision` is that of
    the computation; weights are kept in 32 bits.
    """

    epochs: Annotated[int, Field(ge=1, le=1000)] = 50
    batch: Batch = 32
    optimizer: Literal["adam", "adamw", "sgd"] = "adamw"
    rate: Rate = 1e-3
    weight_decay: Weight = 0.01
    schedule: ScheduleConfig = ScheduleConfig()
    evenly: Literal["no", "corpora", "speakers"] = "no"
    loss: Literal["cross-entropy", "focal"] = "cross-entropy"
    focal_gamma: Weight = 2.0
    class_weights: bool = False
    label_smoothing: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    auxiliary: Share = 0.3
    gender: Weight = 0.0
    intensity: Weight = 0.0
    gradient_clip: Annotated[float, Field(gt=0.0, le=1e6, allow_inf_nan=False)] = 1.0
    accumulate: Annotated[int, Field(ge=1, le=10_000)] = 1
    patience: Count | None = 10
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "bf16-mixed"


class ClassicalFit(Part):
    """How an estimator of scikit-learn's kind is fitted.

    `evenly`: each class weighs the same, and either each corpus or each speaker of it; `classes` weighs
    classes alone. `copies` of each clip with the recipe's augmentation are learnt beside it.
    """

    evenly: Literal["no", "classes", "corpora", "speakers"] = "classes"
    copies: Annotated[int, Field(ge=0, le=20)] = 0


FITS: Mapping[str, type[BaseModel]] = {"torch": TorchFit, "classical": ClassicalFit, "whisper": FitConfig}


class Model(Part):
    """A family and its parameters; in YAML they stand side by side."""

    family: str
    parameters: SerializeAsAny[Parameters]

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "family" not in data:
            return data
        given = {name: value for name, value in data.items() if name != "family"}
        if isinstance(given.get("parameters"), Parameters):
            return data
        if isinstance(given.get("parameters"), dict):  # as `model_dump` writes it
            given = given["parameters"]
        try:
            family = family_named(str(data["family"]))
        except TrainingError as error:
            raise ValueError(
                f"{error.message[0].lower()}{error.message[1:-1]}. {error.hint}".rstrip(".")
            ) from None
        return {"family": family.name, "parameters": family.Parameters.model_validate(given)}

    @property
    def of(self) -> Family:
        """The family itself."""
        return family_named(self.family)


class Recipe(Part):
    """A whole recipe. `folds` is the number of speaker-disjoint folds that `train` measures it with."""

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    folds: Annotated[int, Field(ge=2)] = 5
    data: DataPart
    features: str | None = None
    model: Model
    fit: SerializeAsAny[BaseModel]
    augment: AugmentConfig = AugmentConfig()
    calibration: CalibrationPart = CalibrationPart()

    @model_validator(mode="before")
    @classmethod
    def _has_a_fit(cls, data: Any) -> Any:
        return {"fit": {}, **data} if isinstance(data, dict) else data

    @field_validator("fit", mode="before")
    @classmethod
    def _fit_of_family(cls, fit: Any, info: ValidationInfo) -> Any:
        model = info.data.get("model")  # None if something is wrong with it, which is told first
        if model is None or not isinstance(fit, dict):
            return fit
        return FITS[model.of.fitted_by].model_validate(fit)

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not is_plain(name):
            raise ValueError(f"files are named after it, so it is a plain word, not {name!r}")
        return name

    @model_validator(mode="after")
    def _has_features(self) -> Recipe:
        family = self.model.of
        spec = self.front_end
        if family.fitted_by != "whisper":  # whose spectrum is inside of it
            for name, kinds in _CHANGES_OF_SPECTRA.items():
                if getattr(self.augment, name) and family.takes not in kinds:
                    raise ValueError(
                        f"{name} is for {' and '.join(kinds)}, and {family.name} takes {family.takes}"
                    )
        if family.takes == "waveform":
            if spec is not None:
                raise ValueError(f"{family.name} takes the waveform itself: leave `features` out")
            return self
        if spec is None:
            raise ValueError(f"{family.name} needs `features`")
        from models.features.chain import parse_chain

        try:
            shape = parse_chain(spec).output_shape
        except FeatureError as error:
            raise ValueError(f"`features`: {error.message.rstrip('.')}") from None
        given = {1: "vector", 2: "frames", 3: "image"}[len(shape)]
        images = [name for name in ("affine", "jitter", "mirror") if getattr(self.augment, name)]
        if images and given != "image":
            raise ValueError(f"{images[0]} changes images, and `features` give {given}")
        if given != family.takes:
            hint = "; pool them: |pool:mean,std" if (given, family.takes) == ("frames", "vector") else ""
            raise ValueError(f"{family.name} takes {family.takes}, and `features` give {given}{hint}")
        return self

    @model_validator(mode="after")
    def _changes_what_is_learnt(self) -> Recipe:
        if not isinstance(self.fit, ClassicalFit):
            return self
        if self.augment.mixup:
            raise ValueError(f"mixup mixes clips of a batch, and {self.model.family} has no batches")
        changes = [name for name, share in self.augment.model_dump().items() if share]
        if changes and not self.fit.copies:
            raise ValueError(
                f"{changes[0]} changes copies of the clips, and {self.model.family} is to learn none: "
                "set `copies` under `fit`, such as 1"
            )
        return self

    @property
    def front_end(self) -> str | None:
        """The features that are computed: the recipe's own, or its family's."""
        return self.features or self.model.of.features

    @property
    def seconds(self) -> float | None:
        """The part of each clip that is heard."""
        return self.data.seconds or self.model.of.seconds


def load_recipe(path: Path, *, name: str = "", corpora: Sequence[str] = (), test: str = "") -> Recipe:
    """Read a recipe; a `name`, `corpora` or a corpus to `test` that are given take the place of its own.

    Raises
    ------
    TrainingError
        If it cannot be read, or names the first field that is wrong.
    """
    try:
        data = load_yaml(read_regular(path, 4 * MOST_CHARACTERS, "recipe").decode("utf-8-sig"))
    except ReadError as error:
        raise TrainingError(error.message, error.hint) from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"The recipe {path} is not YAML: it is not UTF-8.") from error
    except yaml.YAMLError as error:
        raise TrainingError(f"The recipe {path} is not YAML: {yaml_problem(error)}.") from error
    if isinstance(data, dict):
        data |= {"name": name} if name else {}
        part = data.get("data")
        if isinstance(part, dict):
            if corpora:
                part.pop("test", None)
            part |= ({"corpora": list(corpora)} if corpora else {}) | ({"test": test} if test else {})
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(str(part) for part in wrong["loc"])
        raise TrainingError(
            f"The recipe {path} is wrong{f' at {field!r}' if field else ''}: {in_words(wrong)}.",
            "models/recipes holds complete examples.",
        ) from error
