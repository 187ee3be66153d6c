"""`emoscope-models train` with a recipe of the family `text`: labelled texts to a text model."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_app.core import emotion_names
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.safe_files import write_text
from desktop_app.core.types import FloatArray
from models.commands.common import Progress
from models.data.array_files import write_array

if TYPE_CHECKING:
    from models.architectures.sentence_encoder import SentenceEncoder
    from models.commands.train_telling import Telling
    from models.corpora.texts import TextTable
    from models.recipes.text_recipe import TextRecipe
    from models.training.text_head import Head, HeldOut, Texts

_NOT_OF_TEXT = (
    *("noise", "figures", "data", "test", "speakers", "speaker_pattern", "without_speakers"),
    *("jsonl", "control", "weights", "cache"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What was trained, and where its files go."""

    recipe: TextRecipe
    encoder: SentenceEncoder
    texts: Texts
    counted: Mapping[str, str | None]
    head: Head
    out: Path


def train_text(args: argparse.Namespace) -> None:
    """Measure, train, export. Raises EmoscopeError."""
    for name in _NOT_OF_TEXT:
        if getattr(args, name):
            raise CallError(
                f"--{name.replace('_', '-')} is of recordings, and the recipe is of texts.",
                "Name texts with --texts and --test-texts.",
            )
    from models.commands.train_telling import telling

    with telling(args, args.out) as told:
        _train(args, told)


def _train(args: argparse.Namespace, told: Telling) -> None:
    from models.architectures.sentence_encoder import find_encoder, load_encoder
    from models.corpora.texts import read_texts
    from models.evaluation.text_markdown import text_markdown
    from models.recipes.text_recipe import load_text_recipe, named_tables
    from models.training import text_head

    recipe = load_text_recipe(args.recipe, name=args.name, texts=args.texts or (), test=args.test_texts or ())
    encoder_folder = find_encoder(recipe.model.folder)
    tables = [read_texts(name, path).once() for name, path in named_tables(recipe.data.texts).items()]
    others = [read_texts(name, path) for name, path in named_tables(recipe.data.test).items()]
    for table in (*tables, *others):
        told.say(f"{table.name}: {len(table.rows)} texts. {'. '.join((*table.notes, ''))}".rstrip())
    counted = text_head.mapping_of(tables, recipe)
    told.begin(args, recipe)
    told.say(f"Their labels are counted as emotions: {emotion_names.told(counted)}.")
    told.say(f"loading {encoder_folder} ...")
    encoder = load_encoder(encoder_folder)
    rows, groups = text_head.counted_rows(tables, counted)
    labels = tuple(sorted({row.label for row in rows}))
    texts = text_head.texts_of(rows, groups, _embedded([r.text for r in rows], encoder, args.out), labels)
    apart = text_head.held_out(texts, recipe, told.say)
    measured = apart.report()
    warnings = text_head.scarce(texts, recipe.folds)
    for warning in warnings:
        told.say(f"WARNING: {warning}.")
    told.say("training on every text ...")
    head = text_head.fit_head(texts, recipe)
    figures: dict[str, Any] = {
        "schema_version": 1,
        "protocol": measured.protocol,
        "corpora": [table.name for table in tables],
        "notes": {table.name: list(table.notes) for table in (*tables, *others)},
        "warnings": warnings,
        "counted_as": counted,
        "texts": len(texts.rows),
        "labels": list(labels),
        "chance": 1 / len(labels),
        "majority": float(np.bincount(apart.texts.truth).max() / len(apart.texts.truth)),
        "held_out": measured.to_dict(),
        "at_random": text_head.split_at_random(texts, recipe).to_dict(),
        "naming": _naming(apart),
        "test": {},
        "acted": _acted(head, encoder, labels),
        "temperature": head.temperature,
        "c": head.c,
    }
    run = _Run(recipe, encoder, texts, counted, head, args.out)
    for table in others:
        figures["test"][table.name] = _elsewhere(table, run)
    _export(run, figures, told)
    write_text(args.out / "figures.json", json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    write_text(args.out / "report.md", text_markdown(recipe.name, figures))
    told.finish(args.out / f"{recipe.name}.onnx", _figure(figures))
    _print(figures, args.out / "report.md")


def _figure(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The one figure that counts, with what it is worth."""
    whole = figures["held_out"]
    told = {name: whole[name] for name in ("uar", "uar_interval", "accuracy", "ece")}
    return {**told, "texts": whole["clips"], "protocol": figures["protocol"]}


def _embedded(texts: Sequence[str], encoder: SentenceEncoder, out: Path) -> FloatArray:
    """Embeddings, kept in the run's folder for when it is called again with the encoder as it is."""
    from models.architectures.hugging_face import folder_state

    digest = hashlib.sha256(folder_state(encoder.folder).encode())
    for text in texts:
        digest.update(b"\0" + text.encode("utf-8", "replace"))
    kept = out / f"embeddings-{digest.hexdigest()[:16]}.npy"
    try:
        found: FloatArray = np.load(kept, allow_pickle=False)
        if found.shape == (len(texts), encoder.width):
            return found
    except (OSError, ValueError):
        pass
    found = encoder.embed(texts, Progress())
    write_array(kept, found, "file of embeddings")
    return found


def _naming(apart: HeldOut) -> dict[str, Any]:
    """How right answers are where a text names an emotion, and elsewhere."""
    from models.training.text_head import names_an_emotion

    names = names_an_emotion([row.text for row in apart.texts.rows], apart.texts.labels)
    right = apart.right()
    return {
        "share": float(names.mean()),
        "accuracy_there": float(right[names].mean()) if names.any() else None,
        "accuracy_elsewhere": float(right[~names].mean()) if (~names).any() else None,
    }


def _acted(head: Head, encoder: SentenceEncoder, labels: Sequence[str]) -> dict[str, Any]:
    """What it answers to sentences that actors say in every emotion."""
    from models.training.text_head import ACTED

    chances = head.probabilities(encoder.embed(list(ACTED)))
    return {
        "sentences": {
            text: {"label": labels[int(row.argmax())], "confidence": float(row.max())}
            for text, row in zip(ACTED, chances, strict=True)
        },
        "uar": 1 / len(labels),
    }


def _elsewhere(table: TextTable, run: _Run) -> dict[str, Any]:
    """Figures on the texts of another table that were not learnt, among the labels that both have."""
    from models.training import text_head

    labels = run.texts.labels
    rows, groups = text_head.counted_rows([table], text_head.mapping_of_test(table, run.counted))
    texts = text_head.texts_of(rows, groups, _embedded([r.text for r in rows], run.encoder, run.out), labels)
    new = texts.part(~np.isin(texts.plain, run.texts.plain))
    present = sorted(set(new.truth.tolist()))
    if len(present) < 2:
        return {"texts": len(new.rows), "labels": [labels[k] for k in present], "report": None}
    chances = run.head.probabilities(new.embeddings)
    found = text_head.judge_texts(new, chances, f"texts of {table.name}, none of them learnt, all answers")
    return {
        "texts": len(new.rows),
        "left_out": len(table.rows) - len(new.rows),
        "labels": [labels[k] for k in present],
        "chance": 1 / len(labels),
        "majority": float(np.bincount(new.truth).max() / len(new.truth)),
        "report": found.to_dict(),
    }


def _export(run: _Run, figures: dict[str, Any], told: Telling) -> None:
    """Write the file, and a smaller one beside it if that answers as well."""
    from export.manifest_writer import write_file
    from export.sources.text_source import SINGLE, TextSource
    from export.text.build import build_text
    from export.text.smaller import to_int8
    from models.architectures.sentence_encoder import HeadOnEncoder, weights_sha256

    measured, recipe, head, texts, out = figures["held_out"], run.recipe, run.head, run.texts, run.out
    encoder = run.encoder
    source = TextSource(
        name=recipe.name,
        module=HeadOnEncoder(encoder, head.weights, head.bias).eval(),
        tokenizer=encoder.tokenizer.backend_tokenizer.to_str(),
        tokens=encoder.tokens,
        counted=figures["counted_as"],
        labels=texts.labels,
        problem=SINGLE,
        languages=recipe.data.languages,
        max_tokens=encoder.max_tokens,
        pad_token=int(encoder.tokenizer.pad_token_id or 0),
        weights_sha256=weights_sha256(head.weights, head.bias, encoder.folder),
        manifest={
            "temperature": round(head.temperature, 6),
            "trained_on": {
                "corpora": figures["corpora"],
                "texts": len(set(texts.plain.tolist())),
                "split_sha256": _split_sha256(texts),
            },
            "metrics": {
                "protocol": figures["protocol"],
                **{name: round(measured[name], 6) for name in ("uar", "accuracy", "ece")},
                "uar_interval": measured["uar_interval"],
            },
            "licence": "of the encoder and of the texts",
        },
    )
    built = build_text(source, None, told.say)
    path = out / f"{recipe.name}.onnx"
    write_file(built.content, path)
    figures["file"] = {"megabytes": len(built.content) / 1e6, "parity": built.verification.parity}
    told.say("making a smaller file ...")
    sample = [row.text for row in texts.rows[:: max(1, len(texts.rows) // 500)]]
    try:
        small = to_int8(built.content, sample)
    except EmoscopeError as error:
        figures["int8"] = {"written": False, "why": error.message}
        return
    kept = small.agreement >= small.LEAST
    figures["int8"] = {
        "written": kept,
        "megabytes": len(small.content) / 1e6,
        "same_answer": small.agreement,
        "largest_difference": small.difference,
    }
    if kept:
        write_file(small.content, out / f"{recipe.name}.int8.onnx")


def _split_sha256(texts: Texts) -> str:
    digest = hashlib.sha256()
    for row, group in sorted(zip(texts.rows, texts.groups, strict=True), key=lambda pair: pair[0].text):
        digest.update(f"{row.split}\0{group}\0{row.text}\0{row.label}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def _print(figures: dict[str, Any], report: Path) -> None:
    from models.evaluation.markdown import with_interval

    def line(name: str, row: dict[str, Any], chance: float) -> str:
        return (
            f"{name:<28}UAR {with_interval(row['uar'], row['uar_interval']):<22}"
            f"chance {100 * chance:.1f}   accuracy {100 * row['accuracy']:.1f}   {row['clips']} texts"
        )

    print(figures["protocol"])
    print(line("held out", figures["held_out"], figures["chance"]))
    print(line("drawn at random", figures["at_random"], figures["chance"]))
    for name, row in figures["test"].items():
        if row["report"] is None:
            print(f"{name:<28}no figure: {row['texts']} texts that were not learnt")
        else:
            print(line(name, row["report"], row["chance"]))
    print(f"{'acted sentences (RAVDESS)':<28}UAR {100 * figures['acted']['uar']:.1f}, by their design")
    print(f"{report}: what these figures mean")
