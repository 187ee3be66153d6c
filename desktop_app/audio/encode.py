"""Sound as the bytes of a file, to be put into another one."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt


def flac_bytes(samples: npt.NDArray[np.int16], sample_rate: int) -> bytes:
    """Mono sound, int16 [samples], as a FLAC file of 16 bits: without loss, and read by every browser."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, sample_rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()
