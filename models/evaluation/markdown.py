"""An evaluation as Markdown: what was measured, how, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Interval = Sequence[float] | None

EXPLANATION = (
    "Percentages. Brackets are 95 % intervals by resampling speakers. UAR is the mean of the recalls of the "
    "emotions that a corpus has. *All answers*: the model may say any of its emotions; *shared answers*: "
    "only those that the corpus has."
)
HEAD = (
    "corpus",
    "clips",
    "speakers",
    "UAR, all answers",
    "UAR, shared answers",
    "ECE",
    "certain",
    "voices",
)


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage without the sign; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.{digits}f}"


def with_interval(value: float | None, interval: Interval) -> str:
    """A percentage with its 95 % interval, where there is one."""
    if interval is None:
        return percent(value)
    return f"{percent(value)} [{percent(interval[0])}, {percent(interval[1])}]"


def evaluation_markdown(data: dict[str, Any], pictures: dict[str, str] | None = None) -> str:
    """The whole evaluation (`file_evaluation`).

    Parameters
    ----------
    pictures : dict of str to str, optional
        File name of the picture of each corpus.
    """
    about = f"{len(data['labels'])} emotions: {', '.join(data['labels'])}."
    if data["model"] is not None:
        about = f"File `{data['model']}`, SHA-256 `{data['model_sha256'][:16]}…`, {about}"
        about += f" Trained on: {', '.join(data['trained_on']) or 'not told'}."
    lines = [
        f"# Evaluation of {data['model_name']}",
        "",
        about,
        "",
        EXPLANATION,
        "",
        *_table(
            HEAD,
            (
                (
                    f"{row['corpus']} ({row['view']})",
                    str(row["clips"]),
                    str(row["speakers"]),
                    with_interval(row["uar"], row["uar_interval"]),
                    with_interval(row["shared_answers"]["uar"], row["shared_answers"]["uar_interval"]),
                    f"{row['ece']:.3f}",
                    percent(row["coverage"]),
                    {True: "strangers", False: "**known from training**", None: "not known"}[
                        row["strangers"]
                    ],
                )
                for row in data["results"]
            ),
        ),
    ]
    if len(data["results"]) > 1:
        lines += [
            "",
            (
                f"Mean over these corpora: UAR {percent(data['mean_uar'])} with all answers, "
                f"{percent(data['mean_uar_shared_answers'])} with shared answers."
            ),
        ]
    for row in data["results"]:
        lines += _corpus(row, (pictures or {}).get(row["corpus"]))
    if data["noise_only"] is not None:
        lines += _noise(data["noise_only"])
    return "\n".join(lines) + "\n"


def report_markdown(row: dict[str, Any]) -> list[str]:
    """The tables of one report (`Report.to_dict`)."""
    lines = [
        *_table(
            ("figure", "value"),
            (
                ("UAR", with_interval(row["uar"], row["uar_interval"])),
                ("accuracy", with_interval(row["accuracy"], row["accuracy_interval"])),
                ("macro-F1", with_interval(row["macro_f1"], row["macro_f1_interval"])),
                ("ECE", with_interval(row["ece"], row["ece_interval"])),
                ("Brier score (0 to 2)", f"{row['brier']:.3f}"),
                ("area under risk-coverage (AURC)", f"{row['aurc']:.3f}"),
                ("worst speaker", f"{row['worst_speaker']}: UAR {percent(row['worst_speaker_uar'])}"),
                *(
                    (f"gender {gender}", f"UAR {percent(found['uar'])}, {found['speakers']} speakers")
                    for gender, found in row["by_gender"].items()
                ),
            ),
        )
    ]
    if row["certain"] is not None:
        point = row["certain"]
        below = "" if point["threshold"] is None else f" (confidence below {point['threshold']:.3f})"
        lines += [
            "",
            (
                f'"Uncertain"{below}: {percent(point["coverage"])} % of the clips are answered; of those, '
                f"{percent(point['risk'])} % are wrong, UAR {percent(point['uar'])}."
            ),
        ]
    return [
        *lines,
        "",
        *_table(
            ("emotion", "precision", "recall", "F1", "clips"),
            (
                (
                    label,
                    percent(found["precision"]),
                    percent(found["recall"]),
                    percent(found["f1"]),
                    str(found["support"]),
                )
                for label, found in row["per_class"].items()
            ),
        ),
        "",
        "Rows: what was played; columns: what was answered.",
        "",
        *_table(
            ("", *row["labels"]),
            (
                (f"**{label}**", *map(str, counts))
                for label, counts in zip(row["labels"], row["confusion"], strict=True)
                if any(counts)
            ),
        ),
    ]


def _corpus(row: dict[str, Any], picture: str | None) -> list[str]:
    lines = ["", f"## {row['corpus']}, {row['view']}", "", f"Protocol: {row['protocol']}."]
    lines += ["", *(f"> **Note:** {text}" for text in row["warnings"])] if row["warnings"] else []
    if picture is not None:
        lines += ["", f"![Figures on {row['corpus']}]({picture})"]
    lines += ["", *report_markdown(row)]
    if row["chosen_answers"] is not None:
        lines += ["", *_chosen(row["chosen_answers"])]
    if row["degradations"]:
        lines += [
            "",
            f"### Degradations (noise: {row['noise']})",
            "",
            *_table(
                ("condition", "meaning", "UAR", "UAR lost", "ECE", "certain", "wrong of these"),
                (
                    (
                        found["name"],
                        found["meaning"],
                        with_interval(found["uar"], found["uar_interval"]),
                        with_interval(found["uar_lost"], found["uar_lost_interval"]),
                        f"{found['ece']:.3f}",
                        percent(found["coverage"]),
                        percent(found["risk"]),
                    )
                    for found in row["degradations"]
                ),
            ),
        ]
    return lines


def _chosen(found: dict[str, Any]) -> list[str]:
    """The clips of some emotions, with all answers and with nothing but these allowed."""
    return [
        f"### Nothing but {', '.join(found['labels'])}",
        "",
        f"The {found['clips']} clips of these emotions:",
        "",
        *_table(
            ("allowed", "UAR", "ECE", "certain", "wrong of these"),
            (
                (
                    name,
                    with_interval(figures["uar"], figures["uar_interval"]),
                    f"{figures['ece']:.3f}",
                    percent(figures["certain"]["coverage"]),
                    percent(figures["certain"]["risk"]),
                )
                for name, figures in (("all answers", found["all_answers"]), ("these alone", found))
            ),
        ),
    ]


def _noise(found: dict[str, Any]) -> list[str]:
    kinds = ", ".join(f"{kind} {percent(part['confident'])}" for kind, part in found["by_kind"].items())
    return [
        "",
        "## Noise without speech",
        "",
        (
            f"{found['recordings']} recordings in {found['pieces']} pieces ({found['source']}): "
            f"{percent(found['confident'])} % of the pieces are answered with a confident emotion "
            f"({percent(found['held_out']['confident'])} % of the {found['held_out']['pieces']} kept from "
            f"training). The analyzer, which looks for speech first, shows an emotion in "
            f"{percent(found['confident_recordings'])} % of the recordings."
        ),
        "",
        f"By kind, percent answered confidently: {kinds}.",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
