"""Whether this processor adds products of 8-bit numbers exactly, as a model of 8-bit weights wants it.

With AVX2 but without VNNI, ONNX Runtime adds two products in 16 bits, which overflow. It has exact kernels as
well (``session.x64quantprecision``), but they take half as long again where there is VNNI and none is needed.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

# One node, MatMulInteger, with uint8 `a` and int8 `b` as inputs and int32 `c` as output (opset 13).
_PRODUCT: Final = (
    b'\x08\x08:P\n\x18\n\x01a\n\x01b\x12\x01c"\rMatMulInteger\x12\x01gZ\x0f\n\x01a\x12\n\n\x08\x08\x02'
    b"\x12\x04\n\x00\n\x00Z\x0f\n\x01b\x12\n\n\x08\x08\x03\x12\x04\n\x00\n\x00b\x0f\n\x01c\x12\n\n\x08"
    b"\x08\x06\x12\x04\n\x00\n\x00B\x04\n\x00\x10\r"
)
_SIZE: Final = 64


@cache
def are_exact(ort: Any) -> bool:
    """Whether the usual kernels are exact here: the largest products are computed, and looked at.

    Parameters
    ----------
    ort : module
        ONNX Runtime.
    """
    options = ort.SessionOptions()
    options.log_severity_level = 4  # whatever matters comes as an exception
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(_PRODUCT, options, providers=["CPUExecutionProvider"])
    largest = np.full((_SIZE, _SIZE), 255, dtype=np.uint8)
    for weight in (127, -128):
        weights = np.full((_SIZE, _SIZE), weight, dtype=np.int8)
        for rows in (1, _SIZE):  # vectors have a kernel of their own
            (found,) = session.run(None, {"a": largest[:rows], "b": weights})
            if not np.all(found == 255 * weight * _SIZE):
                return False
    return True
