"""The model that comes with the program: where it lies, and its SHA-256, so that no other is taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from desktop_app.inference.errors import ModelError

ZOO: Final = Path(__file__).parents[2] / "models" / "zoo"

SHIPPED: Final[Mapping[str, str]] = {
    "whisper-base-4-tuned.int8.onnx": "d66d9bcf2dc26ddedf2e0507a151bbd1e41c7e6f888cb5d6bd4f9fd2e2e2dee8",
}
"""SHA-256 of each file of models/zoo, by name: `sha256sum models/zoo/*.onnx`."""


def shipped_model() -> Path:
    """The model file that comes with the program. Raises ModelError if there is none."""
    found = sorted(ZOO.glob("*.onnx"))
    if not found:
        raise ModelError(
            f"No model is installed: there is no .onnx file in '{ZOO}'.",
            "Name one with --model FILE, or make one with: python -m models train",
        )
    return found[0]


def lies_in_zoo(path: Path) -> bool:
    """Whether a model file lies where those of the program do, so that its path is not worth remembering."""
    return ZOO in path.parents


def is_shipped(path: Path, sha256: str) -> bool:
    """Whether a file is, to the last bit, one that comes with the program.

    Raises
    ------
    ModelError
        If it lies in such a file's place and is another.
    """
    expected = SHIPPED.get(path.name)
    if expected is not None and sha256 != expected and path.resolve() == (ZOO / path.name).resolve():
        raise ModelError(
            "it is not the model that this version of the program was released with: its SHA-256 begins "
            f"with {sha256[:12]}, expected {expected[:12]}",
            "It was changed or not copied whole: install the program again.",
            code="model.not_the_shipped",
        )
    return sha256 in SHIPPED.values()
