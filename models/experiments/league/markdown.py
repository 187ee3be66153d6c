"""The table of a league as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.evaluation.markdown import percent, with_interval
from models.experiments.league.settings import LEAD, QUICK_TOLD

_LEFT_OUT = "{left_out} left out"
_HEAD = (
    *("", "recipe", "UAR % [95 %]", "more than the next", "accuracy %", "F1 %", "AUC", "ECE"),
    *("whole", "noise 10 dB", "telephone", _LEFT_OUT, "MB", "ms for 3 s", "core-s a fit"),
)
_RANDOM_HEAD = ("recipe", "classes", "accuracy %", "UAR %", "its source claims %", "protocol of the source")


def league_markdown(data: dict[str, Any], picture: str, command: str) -> str:
    """The whole page (`standings.as_json`).

    Parameters
    ----------
    picture : str
        File name of the plot, beside the page.
    command : str
        That made it.
    """
    rows = data["recipes"]
    lines = ["# All recipes in one table", ""]
    if data["quick"]:
        lines += [f"**{QUICK_TOLD}**", ""]
    lines += [f"`{command}`, {data['date']}; {data['machine']}.", ""]
    if rows:
        lines += [
            *_how(data),
            "",
            *_main_table(data),
            "",
            f"![UAR against the time of an answer]({picture})",
            "",
        ]
        lines += _random_table(data)
    if data["not_ranked"]:
        lines += [
            "## Not trained here",
            "",
            "This table knows nothing of these, and they have no place in it.",
            "",
        ]
        lines += [f"- `{row['recipe']}`: {row['why']}" for row in data["not_ranked"]]
        lines.append("")
    return "\n".join(lines)


def _how(data: dict[str, Any]) -> list[str]:
    views = data["recipes"][0]["views"][LEAD]
    folds = f"{data['folds']} folds with disjoint speakers"
    if data["folds_tested"] < data["folds"]:
        folds += f", of which {data['folds_tested']} was tested"
    classes = len(views["labels"])
    told = (
        f"Tested on {data['recipes'][0]['tested']}: {views['clips']} clips of {views['speakers']} speakers "
        f"with {classes} emotions, so chance is {100 / classes:.1f} %. "
        f"Every speaker is judged by a model that has not met this speaker ({folds}). Clips of the tested "
        "corpus are trimmed to their speech, as the analyzer cuts them; *whole*: as they are, and so are "
        "those with noise 10 dB below and by telephone. The "
        "other corpora of a recipe are in every training. Epochs, temperature and thresholds are chosen on "
        "further speakers. UAR is the mean of the recalls; in brackets its 95 % interval by resampling "
        "speakers. *More than the next*: UAR less that of the row below, paired by speaker; bold where zero "
        f"lies outside of the interval. {_left_out(data)}*MB* and *ms* are of the "
        "exported file (of one fold's model, in fp32) on one thread, the quickest of 30 runs; *core-s* is "
        "processor time of one fold's fit with its calibration, the mean of the folds."
    )
    return [told]


def _left_out(data: dict[str, Any]) -> str:
    """What the column of the corpus left out means; empty if no row has such a figure."""
    if not any(row["corpus_left_out"] for row in data["recipes"]):
        return ""
    return (
        f"*{data['left_out']} left out*: trained on the other corpora, judged among the classes that both "
        "have. "
    )


def _main_table(data: dict[str, Any]) -> list[str]:
    head = [cell.format(left_out=data["left_out"]) for cell in _HEAD]
    body = []
    for row in data["recipes"]:
        lead = row["views"][LEAD]
        file = row["file"] or {}
        left_out = row["corpus_left_out"]
        body.append(
            [
                str(row["place"]),
                f"`{row['recipe']}`",
                with_interval(lead["uar"], lead["uar_interval"]),
                _step(row["against_next"]),
                percent(lead["accuracy"]),
                percent(lead["macro_f1"]),
                "–" if lead["macro_auc"] is None else f"{lead['macro_auc']:.3f}",
                f"{lead['ece']:.3f}",
                percent(row["views"]["whole"]["uar"]),
                percent(row["views"]["noise-10dB"]["uar"]),
                percent(row["views"]["telephone"]["uar"]),
                "–" if left_out is None else with_interval(left_out["uar"], left_out["uar_interval"]),
                "–" if not file else f"{file['megabytes']:.1f}",
                "–" if not file else f"{file['milliseconds']:.1f}",
                f"{row['core_seconds']:.0f}",
            ]
        )
    if not _left_out(data):
        column = _HEAD.index(_LEFT_OUT)
        head, *body = [cells[:column] + cells[column + 1 :] for cells in (head, *body)]
    return table(head, body)


def _step(step: dict[str, Any] | None) -> str:
    if step is None:
        return "–"
    told = f"{100 * step['uar']:+.1f}"
    if step["interval"] is None:
        return told
    low, high = step["interval"]
    told += f" [{100 * low:.1f}, {100 * high:.1f}]"
    return told if low <= 0.0 <= high else f"**{told}**"


def _random_table(data: dict[str, Any]) -> list[str]:
    rows = [row for row in data["recipes"] if row["speaker_dependent"]]
    if not rows:
        return []
    body = []
    for row in rows:
        found, published = row["speaker_dependent"], row["published"]
        report = found["report"]
        same = not published["classes"] or set(found["classes"]) == set(published["classes"])
        body.append(
            [
                f"`{row['recipe']}`",
                str(len(found["classes"])),
                percent(report["accuracy"]),
                percent(report["uar"]),
                percent(published["claim"] if same else None),
                published["protocol"] or "–",
            ]
        )
    told = (
        "The same recipes on random clips, with those classes of their sources that are there: a fifth of "
        "the clips of all corpora of the recipe is tested, and **its speakers are known from training**. "
        "These figures say nothing of a voice that was never heard; they stand here beside what the sources "
        "claim of the same kind of test (accuracy), where their classes are not others. Clips and often "
        "classes are others than above: compare a row with its source's claim, not with the upper table."
    )
    return [
        "## SPEAKER-DEPENDENT: what shared speakers are worth",
        "",
        told,
        "",
        *table(_RANDOM_HEAD, body),
        "",
    ]


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]
