"""What the lab shows as tables of numbers, and their files: CSV and Parquet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.core.installation import install_hint
from desktop_app.core.safe_files import write_bytes
from desktop_app.lab.errors import LabError
from desktop_app.lab.features import Feature
from desktop_app.lab.lpc import Resonances
from desktop_app.lab.occlusion import Occlusion
from desktop_app.lab.spectra import Spectrum
from desktop_app.lab.windows import Parseval

Column = npt.NDArray[Any] | Sequence[str] | Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one length, by name and in order."""

    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def feature_table(feature: Feature) -> Table:
    """A row for each frame; the columns are those of all parts."""
    columns: dict[str, Column] = {"time_s": feature.times_s}
    for part in feature.parts:
        columns |= dict(zip(part.rows, part.values, strict=True))
    return Table(columns)


def spectrum_table(**spectra: Spectrum) -> Table:
    """Spectra one below the other; the first column says which."""
    return Table(
        {
            "spectrum": [name for name, each in spectra.items() for _ in each.hertz],
            "frequency_hz": np.concatenate([each.hertz for each in spectra.values()]),
            "level_db": np.concatenate([each.levels for each in spectra.values()]),
        }
    )


def parseval_table(found: Parseval) -> Table:
    """A row for each number."""
    values = {
        "energy of the sound in time": found.sound_time,
        "energy of the sound in frequency": found.sound_frequency,
        "relative difference of the sound": found.sound_difference,
        "energy of the frames in time": found.frames_time,
        "energy of the frames in frequency": found.frames_frequency,
        "relative difference of the frames": found.difference,
        "mean of the overlapped squared windows": found.counted,
        "energy of the sound from the frames": found.recovered,
        "relative difference from the sound": found.recovered_difference,
        "ripple of the overlapped windows": found.ripple_amplitude,
        "ripple of the overlapped squared windows": found.ripple_power,
    }
    return Table({"number": list(values), "value": list(values.values())})


def poles_table(found: Resonances) -> Table:
    """A row for each pole, in both planes."""
    planes = found.laplace
    return Table(
        {
            "z_real": found.poles.real,
            "z_imaginary": found.poles.imag,
            "s_real_per_s": planes.real,
            "s_imaginary_rad_per_s": planes.imag,
            "frequency_hz": planes.imag / (2 * np.pi),
            "bandwidth_hz": -planes.real / np.pi,
        }
    )


def impulse_table(found: Resonances) -> Table:
    """The answer to a click, sample by sample."""
    times = np.arange(len(found.impulse)) / found.sample_rate
    return Table({"time_s": times, "response": found.impulse})


def occlusion_table(found: Occlusion) -> Table:
    """A row for each part; a missing edge stands for all of the time, or all bands."""
    rows = []
    for cut, change in enumerate(found.over_time):
        rows.append((*found.edges_s[cut : cut + 2], np.nan, np.nan, change))
    for band, change in enumerate(found.over_bands):
        rows.append((np.nan, np.nan, *found.edges_hz[band : band + 2], change))
    for band, changes in enumerate(found.changes):
        for cut, change in enumerate(changes):
            rows.append((*found.edges_s[cut : cut + 2], *found.edges_hz[band : band + 2], change))
    names = ("start_s", "end_s", "low_hz", "high_hz", "change")
    columns = np.array(rows, dtype=np.float64).T
    return Table({"answer": [found.label] * len(rows), **dict(zip(names, columns, strict=True))})


# --- files --------------------------------------------------------------------------------------------------


def write_table(table: Table, path: Path) -> None:
    """Write a table as `.parquet`, or as CSV if the file ends otherwise; in one step.

    Raises
    ------
    LabError
        With the code ``lab.parquet``, where pyarrow is missing.
    EmoscopeError
        The file cannot be written.
    """
    content = _parquet(table) if path.suffix.lower() == ".parquet" else _csv(table)
    write_bytes(path, content, "table")


def _csv(table: Table) -> bytes:
    """UTF-8 with a head of names; each number has the digits that tell it from its neighbours."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(map(_text, values) for values in table.columns.values()), strict=True))
    return out.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else str(value)


def _parquet(table: Table) -> bytes:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise LabError(
            "Parquet files need pyarrow, which is not installed.",
            f"Save as CSV, or install it. {install_hint('parquet')}",
            code="lab.parquet",
        ) from None
    out = io.BytesIO()
    columns = {name: pa.array(np.asarray(values), from_pandas=True) for name, values in table.columns.items()}
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()
