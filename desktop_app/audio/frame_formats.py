"""Sound without a container: frames that follow one another, each with a short header that tells its length.

References: ISO/IEC 11172-3 and 13818-3 (MPEG audio), ISO/IEC 14496-3 1.A.2 (ADTS), ETSI TS 102 366 (AC-3),
3GPP TS 26.101 and 26.201, RFC 4867 section 5 (AMR).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its length in bytes and in seconds, and what the frames of one recording have in common."""

    size: int
    seconds: float
    stream: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How frames of one coding are found.

    Attributes
    ----------
    frame : callable
        Given bytes and a place in them, the frame that begins there, or None.
    header : int
        Bytes that `frame` needs to see, where the file has so many.
    sure : int
        So many frames in a row, with the same in common, are no chance.
    first : bytes
        Pattern of the first byte of a frame, for a quick search; empty if there are many.
    marks : tuple of bytes
        What stands before the first frame of a file.
    """

    frame: Callable[[bytes, int], Frame | None]
    header: int
    sure: int
    first: bytes = b""
    marks: tuple[bytes, ...] = ()


_KBITS = {
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_ADTS_RATES = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
)  # fmt: skip
_AC3_RATES = (48_000, 44_100, 32_000)
_AC3_KBITS = (
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
)  # fmt: skip
_EAC3_BLOCKS = (1, 2, 3, 6)
_AMR_BYTES = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
_AMR_WB_BYTES = {0: 17, 1: 23, 2: 32, 3: 36, 4: 40, 5: 46, 6: 50, 7: 58, 8: 60, 9: 5, 14: 0, 15: 0}
_AMR_FRAME_S = 0.02


def mpeg_frame(data: bytes, at: int) -> Frame | None:
    """Of MPEG audio, layer II or III; none with a free bit rate, which tells no length."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    second, third = data[at + 1], data[at + 2]
    version, layer = second >> 3 & 3, second >> 1 & 3
    rate_index, padding, kbits = third >> 2 & 3, third >> 1 & 1, third >> 4
    if version == 1 or layer not in {1, 2} or rate_index == 3 or kbits in {0, 15}:
        return None
    table = _KBITS[(3 if version == 3 else 2, layer if version == 3 else 1)]
    rate = _MPEG_RATES[version][rate_index]
    long = version == 3 or layer == 2
    size = (144_000 if long else 72_000) * table[kbits] // rate + padding
    return Frame(size, (1152 if long else 576) / rate, (version, layer, rate))


def adts_frame(data: bytes, at: int) -> Frame | None:
    """Of AAC as ADTS."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    rate_index = data[at + 2] >> 2 & 15
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if rate_index >= len(_ADTS_RATES) or size <= 7:
        return None
    rate, blocks = _ADTS_RATES[rate_index], (data[at + 6] & 3) + 1
    return Frame(size, 1024 * blocks / rate, (data[at + 1], rate))


def ac3_frame(data: bytes, at: int) -> Frame | None:
    """Of AC-3 and E-AC-3."""
    if at + 6 > len(data) or data[at] != 0x0B or data[at + 1] != 0x77:
        return None
    coding, fifth = data[at + 5] >> 3, data[at + 4]
    rate_code = fifth >> 6
    if coding > 16:
        return None
    if coding > 10:
        size = 2 * (((data[at + 2] & 7) << 8 | data[at + 3]) + 1)
        blocks = 6 if rate_code == 3 else _EAC3_BLOCKS[fifth >> 4 & 3]
        half = fifth >> 4 & 3
        if rate_code == 3 and half == 3:
            return None
        rate = _AC3_RATES[half] // 2 if rate_code == 3 else _AC3_RATES[rate_code]
        dependent = data[at + 2] >> 6 == 1  # further channels of the frame before
        return Frame(size, 0.0 if dependent else 256 * blocks / rate, (1, rate))
    if rate_code == 3 or (fifth & 63) >= 2 * len(_AC3_KBITS):
        return None
    kbits, rate = _AC3_KBITS[(fifth & 63) >> 1], _AC3_RATES[rate_code]
    words = {48_000: 2 * kbits, 32_000: 3 * kbits, 44_100: 320 * kbits // 147 + (fifth & 1)}[rate]
    return Frame(2 * words, 1536 / rate, (0, rate))


def _amr_frame(data: bytes, at: int, sizes: dict[int, int]) -> Frame | None:
    """A frame may tell that it was received badly; zeros look like such a one and are none."""
    if at >= len(data) or data[at] & 0x83:
        return None
    size, good = sizes.get(data[at] >> 3), data[at] >> 2 & 1
    if size is None or not (good or any(data[at : at + 1 + size])):
        return None
    return Frame(1 + size, _AMR_FRAME_S, (good,))


def amr_frame(data: bytes, at: int) -> Frame | None:
    return _amr_frame(data, at, _AMR_BYTES)


def amr_wb_frame(data: bytes, at: int) -> Frame | None:
    return _amr_frame(data, at, _AMR_WB_BYTES)


MPEG: Final = FrameFormat(mpeg_frame, 4, 4, b"\xff")
ADTS: Final = FrameFormat(adts_frame, 7, 4, b"\xff")
AC3: Final = FrameFormat(ac3_frame, 6, 4, b"\x0b\x77")
AMR: Final = FrameFormat(amr_frame, 61, 10, marks=(b"#!AMR\n",))
AMR_WB: Final = FrameFormat(amr_wb_frame, 61, 10, marks=(b"#!AMR-WB\n",))


def frames_follow(data: bytes, at: int, form: FrameFormat, count: int = 0) -> bool:
    """Do `count` frames of one stream follow one another, or `sure` ones? All have to be in the data."""
    stream: tuple[int, ...] | None = None
    for _ in range(count or form.sure):
        frame = form.frame(data, at)
        if frame is None or stream not in {None, frame.stream}:
            return False
        stream = frame.stream
        at += frame.size
    return at <= len(data)
