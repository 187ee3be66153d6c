"""`emoscope-models fuse`: weights for voice and words together, from labelled recordings of many people."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import math
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.command_line.arguments import EXIT_DONE
from desktop_app.command_line.output import say
from models.commands.common import HEADER, add_speakers, count, figures_line, folder_settings
from models.errors import TrainingError

if TYPE_CHECKING:
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.words.text_model import TextModel
    from models.corpora.base import Clip
    from models.evaluation.model_file import Answers
    from models.experiments.fusion_study import Study

_DETAILS = """\
Recordings are folders of classes (mine/angry/anna-1.wav, with --speaker-pattern or --speakers), or CSV files
with the columns path, label, speaker and perhaps text and language. What has no text is written down by
Whisper (the extra 'words'). Nobody who is tested was fitted on. If voice and words together are not better
than the voice, no file is written, and the exit code is 1: the voice alone is the better answer then.
--anyway writes it.

examples:
  emoscope-models fuse --voice mine.onnx --text words.onnx --recordings calls.csv --out calls.fusion.json
  emoscope analyze talk.wav --model mine.onnx --words --text-model words.onnx --fusion calls.fusion.json
"""
SCHEMA_VERSION = 1

Progress = Callable[[str, int, int], None]


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = _DETAILS
    parser.add_argument(
        "--voice",
        type=Path,
        metavar="MODEL",
        help="model file of the voice (default: the one that is shipped)",
    )
    parser.add_argument("--text", type=Path, metavar="MODEL", required=True, help="text model")
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="FOLDER|CSV",
        nargs="+",
        required=True,
        help="folders of classes, or tables with path, label, speaker and perhaps text",
    )
    add_speakers(parser)
    parser.add_argument(
        "--words-model", metavar="FOLDER", help="the Whisper model for recordings without a text"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write NAME.fusion.json")
    parser.add_argument(
        "--anyway", action="store_true", help="write it even if it is not better than the voice"
    )
    parser.add_argument(
        "--texts",
        type=Path,
        metavar="CSV",
        help="write the table of these recordings with what is said, to be given as --recordings next time",
    )
    parser.add_argument(
        "--jobs", type=count, metavar="N", help="recordings judged side by side (default: one a processor)"
    )
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.set_defaults(run=_fuse)


def _fuse(args: argparse.Namespace) -> int:
    import numpy as np

    from desktop_app.analysis.report import to_json
    from desktop_app.core.fusion import FusedModel, Fusion
    from desktop_app.core.fusion_file import write_fusion
    from desktop_app.core.safe_files import check_places, check_targets
    from desktop_app.inference.shipped import shipped_model
    from desktop_app.inference.text_package import read_text_file
    from models.commands.common import told_progress
    from models.evaluation.file_evaluation import Options
    from models.evaluation.model_file import ask, load_classifier
    from models.experiments.fusion_study import study
    from models.training.fuse import as_weights

    model = args.voice or shipped_model()
    targets = [None if one is None else str(one) for one in (args.out, args.texts)]
    check_targets(targets, recordings=[str(one) for one in args.recordings], model=str(model), profile=None)
    check_places(targets, "fusion")
    text_file = read_text_file(args.text)
    text_model = _open_text_model(args.text)
    clips, hashes = _gather(args)
    engine = load_classifier(model)
    try:
        with told_progress() as progress:
            answers = ask(
                engine,
                clips,
                hashes,
                Options().cut(engine.sample_rate),
                jobs=args.jobs or os.cpu_count() or 1,
                progress=lambda done, total: progress("judging the voice", done, total),
            )
            said = _said(answers.clips, args.words_model, progress)
    finally:
        engine.close()
    if args.texts is not None:
        _write_texts(args.texts, said)
        say(f"written: {args.texts}")
    by_words, readable = _by_words(text_model, said)
    for text in _warnings(engine, answers, int(readable.sum())):
        say(f"WARNING: {text}")
    found = study(
        answers.clips,
        hashes,
        labels=engine.labels,
        truth=answers.truth,
        voice=answers.probabilities.astype(np.float64),
        text_labels=text_model.labels,
        text=by_words,
        said=readable,
    )
    fusion = Fusion(
        FusedModel(engine.name, engine.sha256, engine.labels),
        FusedModel(text_file.manifest.name, text_file.sha256, text_file.manifest.labels),
        as_weights(found.weights),
        _fitted(found, answers, int(readable.sum())),
    )
    if args.json:
        print(to_json({"schema_version": SCHEMA_VERSION, **_data(fusion, found)}), end="")
    else:
        _print(fusion, found)
    if not found.better and not args.anyway:
        if args.out is None:
            return EXIT_DONE
        raise TrainingError(
            "No fusion was written: voice and words together are not better than the voice alone, on "
            "speakers that the weights were not fitted on.",
            "The voice alone is the answer to go by. More recordings of more people may show more; --anyway "
            "writes the file all the same.",
            code="fusion.not_better",
        )
    if args.out is not None:
        write_fusion(args.out, fusion)
        say(f"written: {args.out}")
    return EXIT_DONE


def _open_text_model(path: Path) -> TextModel:
    from desktop_app.words.errors import WordsError
    from desktop_app.words.text_model import TextModel

    try:
        return TextModel.open(path)
    except ImportError as error:
        from desktop_app.core.installation import install_hint

        raise WordsError(
            f"A text model cannot be opened: {error.name} is not installed.",
            install_hint("words"),
            code="words.not_installed",
        ) from error


def _gather(args: argparse.Namespace) -> tuple[list[Clip], dict[Path, str]]:
    """All recordings, each sound once."""
    from models.corpora.base import join_identical
    from models.corpora.labelled_table import read_labelled_table
    from models.corpora.registry import load_recordings

    settings = folder_settings(args)
    clips: list[Clip] = []
    hashes: dict[Path, str] = {}
    for named in args.recordings:
        path = named.expanduser()
        found, known = load_recordings(path, settings)
        if path.is_file():
            rows = len(read_labelled_table(path))
            if rows > len(found):
                say(
                    f"WARNING: {rows - len(found)} of {rows} rows of {path} are left out: they name a sound "
                    "that stands there already, or none."
                )
        clips += found
        hashes |= known
    kept, known = join_identical(clips, hashes=hashes)
    if len(kept) < len(clips):
        say(f"WARNING: {len(clips) - len(kept)} recordings stand in several of --recordings, and count once.")
    return kept, known


def _said(clips: Sequence[Clip], words_model: str | None, progress: Progress) -> list[Clip]:
    """The clips with what is said in them: as their table tells, else written down by Whisper."""
    silent = [number for number, clip in enumerate(clips) if not clip.text]
    out = list(clips)
    if not silent:
        return out
    from desktop_app.words.models import find_model
    from desktop_app.words.transcriber import Transcriber
    from models.corpora.base import read_waveform

    with contextlib.closing(Transcriber(find_model(words_model))) as transcriber:
        for done, number in enumerate(silent, 1):
            waveform = read_waveform(clips[number].path)
            said = transcriber.transcribe(waveform, 16_000)
            if not said.doubtful:  # which are not judged in use either
                out[number] = replace(clips[number], text=said.text, language=said.language)
            progress("writing down what is said", done, len(silent))
    return out


def _by_words(model: TextModel, said: Sequence[Clip]) -> tuple[Any, Any]:
    """Probabilities [clips, labels] by the words, and for which clips [clips] there are any."""
    import numpy as np

    readable = np.array([bool(clip.text) and model.manifest.reads(clip.language) for clip in said])
    out = np.full((len(said), len(model.labels)), 1.0 / len(model.labels))
    rows = np.flatnonzero(readable).tolist()
    if rows:
        out[rows] = model.probabilities([said[row].text for row in rows])
    return out, readable


def _warnings(engine: EmotionEngine, answers: Answers, readable: int) -> list[str]:
    from models.experiments.fusion_study import FEW_SPEAKERS

    out = []
    trained_on = engine.manifest.trained_on.corpora
    if trained_on:
        out.append(
            f"The voice's model was trained on {', '.join(trained_on)}: of voices that it knows, these "
            "figures say nothing about strangers."
        )
    else:
        out.append("The voice's model does not tell what it was trained on: it may know these voices.")
    people = len(set(answers.speakers))
    if people < FEW_SPEAKERS:
        there = "There is only 1 speaker" if people == 1 else f"There are only {people} speakers"
        out.append(f"{there}: the intervals are wide, and tell little.")
    if answers.left_out:
        told = ", ".join(f"{number} {emotion}" for emotion, number in answers.left_out.items())
        out.append(f"Left out, because the voice's model does not know them: {told}.")
    recorded = {clip.emotion for clip in answers.clips}
    without = [label for label in engine.labels if label not in recorded]
    if without:
        out.append(
            f"No recording is of {', '.join(without)}: these keep the voice's weights, others are fitted, "
            "and how right such answers are no figure tells."
        )
    if answers.unreadable:
        first, more = answers.unreadable[0], len(answers.unreadable) - 1
        out.append(
            f"{more + 1} recordings cannot be read, such as {first}."
            if more
            else f"1 recording cannot be read: {first}."
        )
    if readable < len(answers.clips):
        out.append(
            f"{len(answers.clips) - readable} of {len(answers.clips)} recordings have no words that the text "
            "model reads: their answer is the voice's."
        )
    return out


def _write_texts(path: Path, said: Sequence[Clip]) -> None:
    from desktop_app.core.safe_files import write_text
    from models.corpora.cuts import parted

    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("path", "label", "speaker", "gender", "language", "text"))
    for clip in said:
        file, cut = parted(clip.path)
        if cut is None:  # a part of a recording has no file of its own that a table could name
            speaker = clip.speaker.partition("-")[2] if clip.speaker_known else ""
            row = (str(file.resolve()), clip.emotion, speaker, clip.gender, clip.language, clip.text)
            writer.writerow(row)
    write_text(path, table.getvalue(), "table")


# --- what came of it ---------------------------------------------------------------------------------------


def _fitted(found: Study, answers: Answers, with_words: int) -> dict[str, Any]:
    """For the file: no names of people or recordings."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "clips": len(answers.clips),
        "with_words": with_words,
        "speakers": len(set(answers.speakers)),
        "emotions": dict(sorted(Counter(clip.emotion for clip in answers.clips).items())),
        "folds": len(found.folds),
        "strengths": {
            name: None if math.isinf(one) else one
            for name, one in (("voice", found.strengths.voice), ("words", found.strengths.words))
        },
        "better": found.better,
        "words_better": found.words_better,
        "figures": {
            way: {name: row[name] for name in ("uar", "uar_interval", "ece", "ece_interval")}
            for way, row in found.rows.items()
        },
        "differences": {
            way: {"uar": row["uar"], "ece": row["ece"]} for way, row in found.differences.items()
        },
    }


def _data(fusion: Any, found: Study) -> dict[str, Any]:
    return {
        "voice": {"name": fusion.voice.name, "sha256": fusion.voice.sha256},
        "text": {"name": fusion.text.name, "sha256": fusion.text.sha256},
        "better": found.better,
        "words_better": found.words_better,
        "results": found.rows,
        "differences": found.differences,
        "weights": {
            label: {"voice": one.voice, "words": one.words, "bias": one.bias}
            for label, one in zip(fusion.voice.labels, fusion.weights, strict=True)
        },
        "fitted": fusion.fitted,
    }


def _print(fusion: Any, found: Study) -> None:
    told = fusion.fitted
    print(
        f"{told['clips']} recordings of {told['speakers']} speakers, {told['with_words']} with words; "
        f"{told['folds']} folds with disjoint speakers"
    )
    print(HEADER)
    for way, row in found.rows.items():
        print(figures_line(way, row))
    print()
    for way, row in found.differences.items():
        for name, unit, by in (("uar", "points of UAR", 100), ("ece", "of ECE", 1)):
            difference, interval = row[name]["difference"], row[name]["interval"]
            digits = 1 if by == 100 else 3
            between = f" [{by * interval[0]:+.{digits}f}, {by * interval[1]:+.{digits}f}]" if interval else ""
            print(f"{'both against ' + way:<32}{by * difference:+.{digits}f}{between} {unit}")
    print()
    width = max(len(label) for label in fusion.voice.labels) + 2
    print(f"{'weights':<{max(width, 9)}}{'voice':>8}{'words':>8}{'bias':>8}")
    for label, one in zip(fusion.voice.labels, fusion.weights, strict=True):
        print(f"{label:<{max(width, 9)}}{one.voice:>8.2f}{one.words:>8.2f}{one.bias:>+8.2f}")
    print()
    print(
        "Voice and words together are better than the voice alone."
        if found.better
        else "Voice and words together are not better than the voice alone."
    )
    if found.words_better:
        print("The words alone are better than both: the voice takes from what they tell.")
