"""The course of the fits below a folder, as Lightning's logger writes it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_NAMES = ("train_loss", "val_loss", "val_uar")
Curve = dict[str, list[float]]


class _Fit(NamedTuple):
    written_ns: int
    name: str
    curve: Curve


def read_curves(folder: Path, fits: int, measured: Path | None = None) -> list[tuple[str, Curve]]:
    """Of the fits that a run had: (folder's name, {"epoch": [...], "val_uar": [...], ...}).

    Fits of another recipe may lie in the same folder: its `fits` newest ones are taken, and of a folder below
    it the newest. A fit that learns from everyone after its inner speakers were judged is counted apart.

    Parameters
    ----------
    measured : Path, optional
        The file of figures. Of what was fitted after it only the first belongs to it: that of all speakers.
    """
    kinds: dict[tuple[Path, bool, bool], list[_Fit]] = defaultdict(list)
    for path in folder.rglob("metrics.csv"):
        curve, fit = _curve(path), path.parent
        if curve:
            kind = fit.parent, fit.name.endswith("-inner"), "val_uar" in curve
            kinds[kind].append(_Fit(path.stat().st_mtime_ns, fit.name, curve))
    limit = None if measured is None else measured.stat().st_mtime_ns
    found: list[_Fit] = []
    for (parent, *_), members in kinds.items():
        ordered = sorted(members, key=lambda fit: (fit.written_ns, fit.name))
        found += _newest(ordered, fits, limit) if parent == folder else ordered[-1:]
    return sorted(((fit.name, fit.curve) for fit in found), key=lambda one: one[0])


def _newest(ordered: Sequence[_Fit], count: int, limit: int | None) -> Sequence[_Fit]:
    if len(ordered) <= count:
        return ordered
    before = [fit for fit in ordered if limit is None or fit.written_ns <= limit]
    after = ordered[len(before) : len(before) + 1]
    return [*before[max(0, len(before) - count + len(after)) :], *after]


def _curve(path: Path) -> Curve:
    by_epoch: dict[int, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                epoch = int(row.get("epoch") or "")
            except ValueError:
                continue
            for name in _NAMES:
                text = row.get(name)
                if text:
                    by_epoch.setdefault(epoch, {})[name] = float(text)
    epochs = sorted(by_epoch)
    found = {
        name: [by_epoch[epoch].get(name, float("nan")) for epoch in epochs]
        for name in _NAMES
        if any(name in by_epoch[epoch] for epoch in epochs)
    }
    return {"epoch": [float(epoch) for epoch in epochs], **found} if found else {}
