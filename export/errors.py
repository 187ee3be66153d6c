"""One type for each way in which an export can be wrong."""

from __future__ import annotations

from desktop_app.core.errors import EmoscopeError


class ExportError(EmoscopeError):
    """The export failed; nothing was written."""


class ModelFileError(ExportError):
    """The file cannot be read: missing, cut off, no ONNX file, or too large for the format."""


class ShapeError(ExportError):
    """An input or output has another name, type or shape than the model file's contract."""


class DynamicAxisError(ExportError):
    """An axis that must be dynamic is not: the graph fails at another length or batch size."""


class ParityError(ExportError):
    """The graph computes something else than it should: than the torch model, alone than in a batch, ..."""


class LabelError(ExportError):
    """Labels and logits do not fit together."""


class UnsupportedOperatorError(ExportError):
    """The graph needs an operator, or an operator set, that ONNX Runtime does not have."""


class WeightsError(ExportError):
    """Weights are missing, left over, of another shape, or not finite."""


class UnsafeFileError(ExportError):
    """The file could run code or reach outside its own folder."""


class CrashError(ExportError):
    """The graph brought down the process that checked it, used up its memory, or never came back."""
