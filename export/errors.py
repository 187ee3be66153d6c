"""One type for each way in which an export can be wrong."""

from __future__ import annotations

from desktop_app.core.errors import EmoscopeError


class ExportError(EmoscopeError):
    """The export failed; nothing was written."""

    default_code = "export"


class ModelFileError(ExportError):
    """The file cannot be read: missing, cut off, no ONNX file, or too large for the format."""

    default_code = "export.model_file"


class ShapeError(ExportError):
    """An input or output has another name, type or shape than the model file's contract."""

    default_code = "export.shape"


class DynamicAxisError(ExportError):
    """An axis that must be dynamic is not: the graph fails at another length or batch size."""

    default_code = "export.dynamic_axis"


class ParityError(ExportError):
    """The graph computes something else than it should: than the torch model, alone than in a batch, ..."""

    default_code = "export.parity"


class LabelError(ExportError):
    """Labels and logits do not fit together."""

    default_code = "export.labels"


class UnsupportedOperatorError(ExportError):
    """The graph needs an operator, or an operator set, that ONNX Runtime does not have."""

    default_code = "export.operator"


class WeightsError(ExportError):
    """Weights are missing, left over, of another shape, or not finite."""

    default_code = "export.weights"


class UnsafeFileError(ExportError):
    """The file could run code or reach outside its own folder."""

    default_code = "export.unsafe"


class CrashError(ExportError):
    """The graph brought down the process that checked it, used up its memory, or never came back."""

    default_code = "export.crash"
