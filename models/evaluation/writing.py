"""The folder of an evaluation: JSON, Markdown, pictures and all answers, each written whole or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop_app.analysis.report import to_json
from desktop_app.core.safe_files import make_folder, printable_path, write_bytes, write_text
from models.evaluation.file_evaluation import Judged
from models.evaluation.markdown import evaluation_markdown
from models.evaluation.model_file import Answers
from models.evaluation.plots import corpus_picture


def write_evaluation(folder: Path, data: dict[str, Any], judged: Sequence[Judged]) -> list[Path]:
    """Write an evaluation (`file_evaluation`) into `folder`, which is made; return what was written.

    `evaluation.json`, `evaluation.md`, and for each corpus `CORPUS.png` and, of a model file,
    `CORPUS-answers.csv`.

    Raises
    ------
    WriteError
        With a sentence that names what could not be written.
    """
    make_folder(folder)
    written = []
    pictures = {}
    for name, one in zip(_file_names(judged), judged, strict=True):
        picture, answers = folder / f"{name}.png", folder / f"{name}-answers.csv"
        write_bytes(picture, corpus_picture(one.row, data["model_name"]))
        pictures[one.row["corpus"]] = picture.name
        written.append(picture)
        if one.answers is not None:
            write_text(answers, answers_csv(one.answers))
            written.append(answers)
    write_text(folder / "evaluation.json", to_json(data))
    write_text(folder / "evaluation.md", evaluation_markdown(data, pictures))
    return [folder / "evaluation.json", folder / "evaluation.md", *written]


def answers_csv(answers: Answers) -> str:
    """One row for each clip: path, corpus, speaker, gender, emotion, answer, confidence, certain, p_LABEL."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    head = ("path", "corpus", "speaker", "gender", "emotion", "answer", "confidence", "certain")
    writer.writerow([*head, *(f"p_{label}" for label in answers.labels)])
    for clip, chances, certain in zip(answers.clips, answers.probabilities, answers.certain, strict=True):
        best = int(chances.argmax())
        writer.writerow(
            [
                printable_path(clip.path),
                clip.corpus,
                clip.speaker,
                clip.gender,
                clip.emotion,
                answers.labels[best],
                f"{chances[best]:.6f}",
                "true" if certain else "false",
                *(f"{chance:.6f}" for chance in chances),
            ]
        )
    return table.getvalue()


def _file_names(judged: Sequence[Judged]) -> list[str]:
    """The corpora's names; a number is added where one is judged twice."""
    names: list[str] = []
    for one in judged:
        name = one.row["corpus"]
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names
