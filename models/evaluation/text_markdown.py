"""What a text model is worth, as Markdown: texts kept apart, at random, of others, and acted sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_app.core.emotion_names import told
from models.evaluation.markdown import percent, with_interval

_EXPLAINED = (
    "Percentages; brackets are 95 % intervals by drawing groups (speakers, dialogues or authors; texts where "
    "no groups are known). UAR is the mean of the emotions' recalls, and chance its value for any answer "
    "that does not look at the text."
)
_AT_RANDOM = (
    "*Drawn at random*: how published figures of 90 % and more usually come about. The same people, the same "
    "talks and nearly the same words were learnt. It does not say how the model does with other people."
)
_ACTED = (
    "Actors say the same two sentences in every emotion. Whatever a model reads out of them is right once "
    "among {count} emotions, {chance} %: the words do not tell the emotion there."
)


def text_markdown(name: str, figures: dict[str, Any]) -> str:
    """The report of a run, from its `figures.json`."""
    held, random, naming = figures["held_out"], figures["at_random"], figures["naming"]
    labels, chance = figures["labels"], figures["chance"]
    rows = [
        _row("kept apart", held, chance, figures["majority"]),
        _row("drawn at random", random, chance, None),
    ]
    for other, found in figures["test"].items():
        if found["report"] is not None:
            rows.append(_row(f"{other} (another corpus)", found["report"], chance, found["majority"]))
    acted = percent(figures["acted"]["uar"])
    rows.append(("acted sentences (RAVDESS)", acted, "", "", percent(chance), "", "2"))
    lines = [
        f"# {name}: emotion from text",
        "",
        f"Learnt from {figures['texts']} texts of {', '.join(figures['corpora'])}: {', '.join(labels)}.",
        f"Labels are counted as: {told(figures['counted_as'])}.",
        "",
        *(line for warning in figures["warnings"] for line in (f"**Warning:** {warning}.", "")),
        _EXPLAINED,
        "",
        *_table(("texts", "UAR", "macro-F1", "accuracy", "chance", "commonest label", "count"), rows),
        "",
        f"*Kept apart*: {held['protocol']}. ECE {held['ece']:.3f}, temperature {figures['temperature']:.3f}.",
        "",
        _AT_RANDOM,
        "",
        _naming_sentence(naming),
        "",
        "## Acted sentences",
        "",
        _ACTED.format(count=len(labels), chance=percent(chance)),
        "",
        *(
            f'- "{text}": {found["label"]} ({percent(found["confidence"], 0)} %), in whatever emotion'
            for text, found in figures["acted"]["sentences"].items()
        ),
        "",
        "## Emotions",
        "",
        *_table(
            ("emotion", "texts", "recall", "precision", "F1"),
            [
                (
                    label,
                    str(row["support"]),
                    percent(row["recall"]),
                    percent(row["precision"]),
                    percent(row["f1"]),
                )
                for label, row in held["per_class"].items()
            ],
        ),
        "",
        "## Smaller file",
        "",
        _int8_sentence(figures["int8"]),
        "",
    ]
    left = [f"- {table}: {note}." for table, notes in figures["notes"].items() for note in notes]
    if left:
        lines += ["## What was left out", "", *left, ""]
    return "\n".join(lines)


def _row(name: str, row: dict[str, Any], chance: float, majority: float | None) -> tuple[str, ...]:
    return (
        name,
        with_interval(row["uar"], row["uar_interval"]),
        with_interval(row["macro_f1"], row["macro_f1_interval"]),
        with_interval(row["accuracy"], row["accuracy_interval"]),
        percent(chance),
        percent(majority),
        str(row["clips"]),
    )


def _naming_sentence(naming: dict[str, Any]) -> str:
    return (
        f"{percent(naming['share'])} % of the texts kept apart name an emotion (happy, anger, ...). Of "
        f"those {percent(naming['accuracy_there'])} % are answered as labelled, of the others "
        f"{percent(naming['accuracy_elsewhere'])} %. In speech people seldom name what they feel."
    )


def _int8_sentence(int8: dict[str, Any]) -> str:
    if "why" in int8:
        return f"There is none: {int8['why']}"
    told_of = (
        f"{int8['megabytes']:.1f} MB; {percent(int8['same_answer'])} % of the texts have the same answer, "
        f"and no probability differs by more than {percent(int8['largest_difference'])} points."
    )
    return told_of if int8["written"] else f"Not written, since it answers otherwise too often: {told_of}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join(['---', *['---:'] * (len(head) - 1)])} |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
