"""Evaluations and comparisons as tables of text, for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.command_line.output import counted
from models.evaluation.markdown import percent, with_interval

_VOICES = {True: "strangers", False: "KNOWN FROM TRAINING", None: "not known"}


def evaluation_text(data: dict[str, Any]) -> str:
    """A line a corpus with all answers, one with those that it has, two with those that were chosen, the
    first of them with all answers on the same clips; then grid and noise."""
    lines = [
        data["model_name"],
        (
            f"{'':<34}{'UAR %':<23}{'accuracy %':<23}{'F1 %':<7}{'ECE':<7}"
            f"{'certain %':<11}{'right %':<8}{'clips':>6}{'speakers':>9}  voices"
        ),
    ]
    for row in data["results"]:
        lines.append(_figures(f"{row['corpus']}, {row['view']}", row, row))
        if any(label not in row["recalls"] for label in row["labels"]):
            lines.append(_figures("  only the corpus' own emotions", row["shared_answers"], row))
        chosen = row["chosen_answers"]
        if chosen is not None:
            lines.append(_figures("  clips of the chosen emotions", chosen["all_answers"], row))
            lines.append(_figures("  only the chosen emotions", chosen, row))
        lines += map(_condition, row["degradations"])
        if row["degradations"]:
            lines.append(f"  noise: {row['noise']}")
    if len(data["results"]) > 1 and data["model"] is not None:
        lines.append(
            f"mean of the corpora: UAR {percent(data['mean_uar'])} %, with only the corpus' own emotions "
            f"{percent(data['mean_uar_shared_answers'])} %"
        )
    noise = data["noise_only"]
    if noise is not None:
        lines.append(
            f"noise alone: {percent(noise['confident'])} % of {noise['pieces']} pieces answered with a "
            f"confident emotion ({percent(noise['held_out']['confident'])} % of those kept from training); "
            f"in the analyzer {percent(noise['confident_recordings'])} % of {noise['recordings']} recordings"
        )
    return "\n".join(lines) + "\n"


def comparison_text(data: dict[str, Any]) -> str:
    """For each corpus one line a model, and what it differs from the first by, with the interval of that."""
    lines = []
    for row in data["results"]:
        heard = f"{counted(row['clips'], 'clip')}, {counted(row['speakers'], 'speaker')}"
        lines.append(f"{row['corpus']}, {row['view']}: {heard}")
        for key, title in (("all_answers", "all answers"), ("shared_answers", "shared answers")):
            lines.append(f"  {title:<32}{'UAR %':<23}{'accuracy %':<23}{'F1 %':<7}{'ECE':<7}voices")
            for model, found, strangers in zip(
                row["models"], row[key]["figures"], row["strangers"], strict=True
            ):
                lines.append(
                    f"  {Path(model).name[:31]:<32}{with_interval(found['uar'], found['uar_interval']):<23}"
                    f"{with_interval(found['accuracy'], found['accuracy_interval']):<23}"
                    f"{percent(found['macro_f1']):<7}{found['ece']:<7.3f}{_VOICES[strangers]}"
                )
            for model, found in zip(row["models"][1:], row[key]["differences"], strict=True):
                lines.append(f"    {Path(model).name[:60]} differs by")
                for name, change in found.items():
                    lines.append(f"      {name:<10}{_change(change)}")
    return "\n".join(lines) + "\n"


def _figures(name: str, row: dict[str, Any], corpus: dict[str, Any]) -> str:
    point = row["certain"]
    right = None if point["risk"] is None else 1 - point["risk"]
    return (
        f"{name[:33]:<34}{with_interval(row['uar'], row['uar_interval']):<23}"
        f"{with_interval(row['accuracy'], row['accuracy_interval']):<23}{percent(row['macro_f1']):<7}"
        f"{row['ece']:<7.3f}{percent(point['coverage']):<11}{percent(right):<8}{row['clips']:>6}"
        f"{row['speakers']:>9}"
        f"  {_VOICES[corpus['strangers']]}"
    )


def _condition(found: dict[str, Any]) -> str:
    return (
        f"  {found['name']:<32}{with_interval(found['uar'], found['uar_interval']):<23}"
        f"lost {with_interval(found['uar_lost'], found['uar_lost_interval']):<22}"
        f"{found['ece']:<7.3f}{percent(found['coverage'])}"
    )


def _change(change: dict[str, Any]) -> str:
    """In points; ECE and Brier score are fractions too, so a point is 0.01."""
    text = f"{100 * change['difference']:+.1f}"
    if change["interval"] is None:
        return f"{text} points"
    low, high = change["interval"]
    sure = "" if low <= 0.0 <= high else ", sure at 95 %"
    return f"{text} points [{100 * low:+.1f}, {100 * high:+.1f}]{sure}"
