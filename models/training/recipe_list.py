"""The recipes that ship, each with a line about it, what it needs and what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from models.architectures.hugging_face import folder_named
from models.errors import NotHereError, TrainingError
from models.recipes.recipe import Recipe, load_recipe

FOLDER: Final = Path(__file__).parents[1] / "recipes"

# Processor seconds of one thread for a clip of 3 s: once, for its features under all conditions; and in each
# fit, with all its epochs: `core_seconds` of the league's folds, on the four corpora (docs/recipes.md). Those
# of efficientnet-small, conv-transformer-ultimate and the Whisper recipes are estimated.
COSTS: Final[Mapping[str, tuple[float, float]]] = {
    "logistic-regression": (0.12, 0.0002),
    "random-forest": (0.12, 0.005),
    "lightgbm": (0.12, 0.002),
    "gradient-boosting": (0.12, 0.006),
    "svm-rbf": (0.12, 0.003),
    "mlp": (0.21, 0.08),
    "cnn1d": (0.03, 0.11),
    "efficientnet-small": (0.03, 0.39),
    "crnn-attention": (0.02, 0.18),
    "cnn2d": (0.02, 0.25),
    "crnn-base": (0.02, 0.19),
    "conv-transformer-ultimate": (0.08, 0.48),
    "transformer-simplified": (0.02, 0.57),
    "whisper-base-3-linear": (0.8, 0.01),
    "whisper-base-4-tuned": (0.8, 2.0),
}
_BY_GPU: Final = frozenset({"efficientnet-b2", "efficientnet-b3", "wav2vec2", "hubert", "wavlm", "data2vec"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One recipe.

    Attributes
    ----------
    about : str
        The first sentence of the comment at its top.
    kind : str
        `classical`, `torch` or `whisper`.
    epochs : int
        The most of a fit; 1 for classical families.
    once_s, fit_s : float or None
        Processor seconds for each clip of 3 s: once, and in each of its fits. None: not measured.
    gpu : bool
        It takes days without a graphics card.
    missing : str
        What it needs and this computer does not have, as a sentence; empty if it can be trained.
    """

    name: str
    path: Path
    about: str
    family: str
    kind: str
    folds: int
    epochs: int
    once_s: float | None
    fit_s: float | None
    gpu: bool
    missing: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "path": str(self.path)}


def listed(folder: Path = FOLDER) -> list[Listed]:
    """All recipes of a folder, the cheapest first. Raises TrainingError if one of them is wrong."""
    found = [_listed(path) for path in sorted(folder.glob("*.yaml"))]
    return sorted(found, key=lambda each: (each.gpu, each.fit_s is None, each.fit_s or 0.0, each.name))


def _listed(path: Path) -> Listed:
    recipe = load_recipe(path)
    once_s, fit_s = COSTS.get(recipe.name, (None, None))
    return Listed(
        name=recipe.name,
        path=path,
        about=about(path.read_text(encoding="utf-8")),
        family=recipe.model.family,
        kind=recipe.model.of.fitted_by,
        folds=recipe.folds,
        epochs=max(1, getattr(recipe.fit, "epochs", 1)),
        once_s=once_s,
        fit_s=fit_s,
        gpu=recipe.name in _BY_GPU,
        missing=missing(recipe),
    )


def about(text: str) -> str:
    """The first sentence of the comment at the top of a recipe; empty if there is none."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    whole = " ".join(lines)
    return re.split(r"(?<=[a-z0-9)])\. ", whole, maxsplit=1)[0].rstrip(".") + "." if whole else ""


def missing(recipe: Recipe) -> str:
    """What a recipe needs and this computer does not have, as a sentence; empty if it can be trained."""
    weights = getattr(recipe.model.parameters, "folder", None)
    try:
        if weights is not None:
            folder_named(weights)
        if recipe.model.of.fitted_by == "whisper":
            from models.training.whisper.material import find_weights

            find_weights(None)
    except (NotHereError, TrainingError) as error:
        return str(error)
    return ""
