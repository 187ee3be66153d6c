"""How the Whisper network is trained: what its strategy needs of a recipe, in one value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from models.architectures.whisper.family import WhisperParameters
from models.errors import TrainingError
from models.recipes.config import AugmentConfig, FitConfig, Part, Positive
from models.recipes.recipe import Recipe, load_recipe


class HeadConfig(Part):
    """The heads that training begins with: logistic regressions on the frozen encoder's embeddings.

    `strength` is the inverse regularisation (C) for one view of each clip. `noise_pieces` is the number of
    pieces of noise, and of speech, from which the trained network learns where nobody speaks; 0 for none.
    """

    strength: Positive = 0.003
    noise_pieces: Annotated[int, Field(ge=0)] = 1200


class RunConfig(Part):
    """A whole run; `whisper_run` makes it of a recipe.

    `corpora` are folders below EMOSCOPE_CORPORA, in any spelling, or NAME=PATH. `test_corpus` is
    cross-validated in `folds`. Of the training speakers of each fold, one in `inner_folds` is left out, for
    the temperature and the threshold; with `refit` a second network learns from them too, which takes twice
    as long.
    """

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    corpora: Annotated[tuple[str, ...], Field(min_length=1)]
    test_corpus: str = "ravdess_speech"
    folds: Annotated[int, Field(ge=2)] = 5
    inner_folds: Annotated[int, Field(ge=2)] = 8
    refit: bool = True
    layers: Annotated[int, Field(ge=1, le=6)] = 3
    pool_layers: tuple[int, ...] = (2, 3)
    head: HeadConfig = HeadConfig()
    fit: FitConfig = FitConfig()
    augment: AugmentConfig = AugmentConfig()


def whisper_run(recipe: Recipe) -> RunConfig:
    """What the trainer of the Whisper network needs of a recipe.

    Raises
    ------
    TrainingError
        If it is a recipe of another family, or asks for what this family does not do.
    """
    model = recipe.model
    if not isinstance(model.parameters, WhisperParameters) or not isinstance(recipe.fit, FitConfig):
        raise TrainingError(
            f"The recipe '{recipe.name}' is of the family {model.family}; this is done for 'whisper' only.",
            "Give models/recipes/whisper-tuned.yaml, or one like it.",
        )
    data = recipe.data
    for name in ("classes", "cap", "seconds"):
        if getattr(data, name) is not None:
            raise TrainingError(
                f"The family whisper takes whole clips of the eight emotions: it has no `{name}`.",
                f"Leave `{name}` out of `data`.",
            )
    parameters = model.parameters
    return RunConfig(
        name=recipe.name,
        seed=recipe.seed,
        corpora=data.corpora,
        test_corpus=data.test,
        folds=recipe.folds,
        inner_folds=recipe.calibration.inner_folds,
        refit=recipe.calibration.refit,
        layers=parameters.layers,
        pool_layers=parameters.pool_layers,
        head=HeadConfig(strength=parameters.strength, noise_pieces=parameters.noise_pieces),
        fit=recipe.fit,
        augment=recipe.augment,
    )


def load_whisper_run(path: Path) -> RunConfig:
    """`whisper_run` of the recipe in a file. Raises TrainingError."""
    return whisper_run(load_recipe(path))
