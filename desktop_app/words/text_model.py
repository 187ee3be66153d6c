"""How likely each emotion is by a sentence's words: a file of a text model with its own tokenizer.

It runs in the process that writes down what is said (`worker`), and in those that check and measure such a
file; the only importer of `tokenizers`, which it imports when a model is opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ModelError
from desktop_app.inference.package import naming
from desktop_app.inference.text_manifest import TextManifest
from desktop_app.inference.text_package import TextContent, TextGraph, read_text_content

_AT_ONCE: Final = 32
"""Texts of one run: more would take memory, and hardly less time."""


class TextModel:
    """A text model, checked and ready; `open` makes one of a file.

    Attributes
    ----------
    manifest : TextManifest
    """

    def __init__(self, content: TextContent) -> None:
        self.manifest: TextManifest = content.file.manifest
        self._tokenizer = _tokenizer(content.tokenizer, self.manifest.max_tokens)
        self._graph = TextGraph(content.content, self.manifest)

    @classmethod
    def open(cls, path: Path) -> TextModel:
        """Read, check and load a file, and put it to its self-test.

        Raises
        ------
        ModelError
            With one sentence that names the file and the field at fault.
        ImportError
            `tokenizers` is not installed.
        """
        content = read_text_content(path)
        with naming(path):
            model = cls(content)
            model.check()
        return model

    @property
    def labels(self) -> tuple[str, ...]:
        """The emotions that it tells."""
        return self.manifest.labels

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token numbers of each text, at most as many as the model takes. Raises ModelError."""
        with _told_of_tokenizer():
            found = [list(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        if not all(found):
            raise ModelError("its tokenizer makes no token of a text", code="model.tokenizer")
        return found

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Logits [texts, labels], texts of like length computed together. Raises ModelError."""
        tokens = self.tokens(texts)
        found: FloatArray = np.zeros((len(texts), len(self.labels)), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            found[rows] = self._graph.logits([tokens[row] for row in rows])
        return found

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """How likely each label is, [texts, labels]; each row adds up to 1. Raises ModelError."""
        scaled = self.logits(texts) / self.manifest.temperature
        exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: FloatArray = exponentials / exponentials.sum(axis=1, keepdims=True)
        return shares

    def check(self) -> None:
        """Raise ModelError if its tokenizer or its graph fails the manifest's self-test."""
        test = self.manifest.self_test
        tokens = self.tokens([test.text])[0]
        if tuple(tokens) != test.tokens:
            raise ModelError(
                "it fails its self-test: its tokenizer makes other tokens than the manifest field "
                "'self_test.tokens' names",
                field="self_test.tokens",
                code="model.self_test",
            )
        difference = float(np.max(np.abs(self.logits([test.text])[0] - np.asarray(test.logits))))
        if not difference <= test.tolerance:
            raise ModelError(
                f"it fails its self-test: the logits differ by {difference:.3g} from the manifest field "
                f"'self_test.logits', and {test.tolerance:.3g} is allowed",
                field="self_test.logits",
                code="model.self_test",
            )


def _tokenizer(text: str, max_tokens: int) -> Any:
    """What a tokenizer.json makes; how it cuts and fills up is the manifest's to say."""
    from tokenizers import Tokenizer

    with _told_of_tokenizer():
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
    return tokenizer


@contextlib.contextmanager
def _told_of_tokenizer() -> Iterator[None]:
    """Raise ModelError for whatever the library fails of."""
    try:
        yield
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelError(
            f"its tokenizer cannot be used: {why}", field="tokenizer", code="model.tokenizer"
        ) from error
