"""How `train` tells what it does as JSON lines, listens to its caller, and keeps both in its folder."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from desktop_app.command_line.json_lines import JsonLines, check_lines_target, json_line
from desktop_app.command_line.output import counted, say, utf8_stdout
from desktop_app.command_line.tool import as_told
from desktop_app.core.clock import iso_utc
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import full_disk_told, make_folder, printable_path, write_text
from models.commands.common import duration
from models.corpora.base import LABELS
from models.evaluation.clip_answers import ANSWERS
from models.recipes.text_recipe import TextRecipe, load_text_recipe, named_tables
from models.training.follow import SCHEMA_VERSION, Control, TellingFollower

if TYPE_CHECKING:
    from models.corpora.base import Clip
    from models.recipes.recipe import Recipe

EVENTS, RUN, RECIPE = "events.jsonl", "run.json", "recipe.yaml"
FIGURES, HELD_OUT = "figures.json", "held-out"
_MOST_RUN = 1_000_000  # bytes
_FEW_CLIPS = 10
_TELL_EPOCH_S = 10.0
_GRACE_S = 5.0


class Telling:
    """A run's events: for its caller, if that wants any, and from `begin` on for its folder, too."""

    def __init__(self, args: argparse.Namespace, folder: Path) -> None:
        check_lines_target(args.jsonl, overwrite=args.overwrite)
        self._kept: LineFile | None = None  # a recipe that cannot be read leaves no folder behind
        self._lines = None
        self.quiet = args.jsonl == "-"
        if args.jsonl is not None:
            self._lines = JsonLines(args.jsonl, utf8_stdout(), overwrite=args.overwrite)
        control = Control()
        if args.control:
            threading.Thread(target=_obey, args=(control,), name="emoscope-control", daemon=True).start()
        self._told_epoch = 0.0
        self.follower = TellingFollower(self._write, control)
        self._folder = folder
        self._run: dict[str, Any] = {}

    def _write(self, event: Mapping[str, Any]) -> None:
        self._tell_epoch(event)
        line = json_line(event)
        try:
            if self._kept is not None:
                self._kept.write(line)
        finally:  # a caller is told of a disk that is full, too
            if self._lines is not None:
                self._lines.write(line)

    def _tell_epoch(self, event: Mapping[str, Any]) -> None:
        """How a long fit gets on, for people: a line now and then, and not for fits of seconds."""
        now = time.monotonic()
        if event["event"] != "epoch" or event["epochs"] < 2:  # classical fits have one
            return
        if event["epoch"] == 1:
            self._told_epoch = now
        if now - self._told_epoch < _TELL_EPOCH_S:
            return
        self._told_epoch = now
        told = f"  epoch {event['epoch']} of {event['epochs']}"
        if event["uar"] is not None and event["speakers"]:
            told += (
                f", UAR {100 * event['uar']:.0f} % of {counted(event['speakers'], 'speaker')} kept from it"
            )
        if event["left_s"] is not None:
            told += f", about {duration(event['left_s'])} left"
        say(told)

    def say(self, text: str) -> None:
        """A line of progress, for people."""
        say(text)
        self.follower.note(text)
        self.follower.pulse()

    def begin(self, args: argparse.Namespace, recipe: Recipe | TextRecipe) -> None:
        """What is trained, from what and how; what cannot be written is told before hours of work."""
        _check_same_run(self._folder, args, recipe)
        make_folder(self._folder)
        self._kept = LineFile(self._folder / EVENTS, "events", append=True)
        as_run = yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        write_text(self._folder / RECIPE, as_run, "copy of the recipe")
        sources = _sources(recipe)
        self._run = {
            "schema_version": SCHEMA_VERSION,
            "name": recipe.name,
            "family": recipe.model.family,
            "corpora": sources,
            "began": iso_utc(time.time()),
            "call": _call(args),
        }
        self._keep("running")
        self.follower.tell(
            "begun",
            schema_version=SCHEMA_VERSION,
            recipe=recipe.name,
            family=recipe.model.family,
            kind=recipe.model.family if isinstance(recipe, TextRecipe) else recipe.model.of.fitted_by,
            corpora=sources,
            seed=recipe.seed,
            folds=recipe.folds,
            epochs=max(1, getattr(recipe.fit, "epochs", 1)),
            folder=printable_path(self._folder.resolve()),
        )

    def finish(self, path: Path, figure: Mapping[str, Any]) -> None:
        """The file is there, and the one figure that counts."""
        told = {"file": printable_path(path.resolve()), **figure}
        self._keep("finished", **told)
        self.follower.tell("finished", **told)

    def failed(self, error: BaseException) -> None:
        """It ends without a file."""
        told = as_told(error)
        with contextlib.suppress(Exception):
            self._keep("cancelled" if told.code == "cancelled" else "failed", message=told.message)
        with contextlib.suppress(Exception):
            self.follower.tell("failure", code=told.code, message=told.message, hint=told.hint)

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
        if self._lines is not None:
            self._lines.close()

    def _keep(self, state: str, **facts: Any) -> None:
        if self._run:
            told = {**self._run, "state": state, **facts}
            write_text(self._folder / RUN, json.dumps(told, indent=1) + "\n", "state of the run")


@contextlib.contextmanager
def telling(args: argparse.Namespace, folder: Path) -> Iterator[Telling]:
    """Tells how it ended, too; with events on stdout nothing else is printed there."""
    out = Telling(args, folder)
    try:
        quiet = contextlib.redirect_stdout(sys.stderr) if out.quiet else contextlib.nullcontext()
        with quiet, full_disk_told(folder):
            yield out
    except BaseException as error:
        out.failed(error)
        raise
    finally:
        out.close()


def data_facts(
    clips: Sequence[Clip],
    voices: Sequence[str],
    *,
    by_clips: bool = False,
    left_out: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What there is to learn from, with what a person should know of it.

    `voices` [clips] are who speaks, empty where nobody knows; `by_clips`: they are not kept apart;
    `left_out` are sentences of clips that could not be used, by why.
    """
    people: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for clip, voice in zip(clips, voices, strict=True):
        counts[clip.emotion] += 1
        seconds[clip.emotion] += clip.duration
        people[clip.emotion].update({voice} - {""})
    warnings = [{"code": why, "message": sentence} for why, sentence in (left_out or {}).items()]
    if by_clips:
        sentence = "Clips are parted at random: the figures are of voices that the model knows."
        warnings.append({"code": "speaker_dependent", "message": sentence})
    labels = [label for label in LABELS if label in counts] + sorted(set(counts) - set(LABELS))
    for label in labels:
        if counts[label] < _FEW_CLIPS:
            told = f"Few clips are '{label}': {counts[label]}. It will hardly be told apart."
            warnings.append({"code": "few_clips", "message": told})
        elif not by_clips and len(people[label]) == 1:
            told = f"Only one speaker is '{label}': a model may learn the voice instead."
            warnings.append({"code": "one_speaker", "message": told})
    return {
        "clips": len(clips),
        "seconds": round(sum(seconds.values()), 1),
        "speakers": len(set(voices) - {""}),
        "speaker_dependent": by_clips,
        "classes": [
            {
                "label": label,
                "clips": counts[label],
                "speakers": len(people[label]),
                "seconds": round(seconds[label], 1),
            }
            for label in labels
        ],
        "corpora": [
            {"name": name, "clips": count} for name, count in Counter(clip.corpus for clip in clips).items()
        ],
        "warnings": warnings,
    }


def figure(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The one figure that counts, with what it is worth."""
    whole = figures["views"]["whole"]
    return {
        "uar": round(whole["uar"], 4),
        "uar_interval": whole["uar_interval"] and [round(end, 4) for end in whole["uar_interval"]],
        "accuracy": round(whole["accuracy"], 4),
        "ece": round(whole["ece"], 4),
        "clips": whole["clips"],
        "speakers": whole["speakers"],
        "speaker_dependent": bool(figures.get("speaker_dependent", False)),
        "protocol": figures["protocol"],
    }


def matrix_of(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Labels, and the clips of each [true class, answered class]."""
    whole = figures["views"]["whole"]
    return {"labels": whole["labels"], "confusion": whole["confusion"]}


def _call(args: argparse.Namespace) -> dict[str, Any]:
    """What a caller needs to go on with a run that was killed."""
    return {
        "recipe": str(args.recipe.resolve()),
        "name": args.name,
        "data": list(args.data or ()),
        "test": args.test,
        "speaker_pattern": args.speaker_pattern,
        "speakers": "" if args.speakers is None else str(args.speakers.resolve()),
        "without_speakers": args.without_speakers,
        "corpora": "" if args.corpora is None else str(args.corpora.resolve()),
        "texts": list(args.texts or ()),
        "test_texts": list(args.test_texts or ()),
    }


def _sources(recipe: Recipe | TextRecipe) -> list[str]:
    """What it learns from: corpora, or tables of texts, each NAME=PATH."""
    if isinstance(recipe, TextRecipe):
        return [f"{name}={path}" for name, path in named_tables(recipe.data.texts).items()]
    return list(recipe.data.corpora)


def _check_same_run(folder: Path, args: argparse.Namespace, recipe: Recipe | TextRecipe) -> None:
    """Raise CallError where `folder` holds the figures of a run of another name or recipe, or of other data.

    A run that has failed before anything was measured leaves nothing that could be lost.
    """
    if not any((folder / kept).exists() for kept in (FIGURES, ANSWERS, f"{HELD_OUT}/{ANSWERS}")):
        return
    try:
        earlier = json.loads(read_regular(folder / RUN, _MOST_RUN, "state of a run"))
        before = _learnt(earlier["name"], earlier["family"], earlier["corpora"], earlier["call"])
    except (ReadError, ValueError, KeyError, TypeError, AttributeError):
        return  # nothing tells what it was
    if before != _learnt(recipe.name, recipe.model.family, _sources(recipe), _call(args)):
        differs = "of another name or from other data"
    elif changed := _changed(folder / RECIPE, recipe):
        differs = f"of a recipe with another `{changed}`"
    else:
        return
    raise CallError(
        f"The folder {folder} holds the run '{earlier['name']}', {differs}, and its figures would be "
        "overwritten.",
        "Name another folder with --out, or delete this one.",
        code="call.other_run",
    )


def _changed(copy: Path, recipe: Recipe | TextRecipe) -> str:
    """The first part of a recipe that a run's copy of it has otherwise; "" if none has, or there is no copy.

    The copy is read as a recipe: what has been added to recipes since then has its default.
    """
    from models.recipes.recipe import load_recipe

    of_texts = isinstance(recipe, TextRecipe)
    try:
        earlier = load_text_recipe(copy) if of_texts else load_recipe(copy)
    except EmoscopeError:
        return ""
    before, now = earlier.model_dump(mode="json"), recipe.model_dump(mode="json")
    for told in (before, now):
        del told["data"]["texts" if of_texts else "corpora"]  # `_learnt` compares them, as paths
    return next((part for part in now if now[part] != before[part]), "")


def _learnt(name: str, family: str, corpora: Sequence[str], call: Mapping[str, Any]) -> dict[str, Any]:
    """What tells runs apart; paths are as they are from the current folder."""
    sources = []
    for source in corpora:
        corpus, equals, path = source.partition("=")
        sources.append(f"{corpus}={Path(path).expanduser().resolve()}" if equals else source)
    told = {key: call[key] for key in ("test", "speaker_pattern", "speakers", "without_speakers")}
    return {"name": name, "family": family, "corpora": sources, **told}


def _obey(control: Control) -> None:
    """Take words from stdin, a line each. Whoever has gone away wants nothing any more."""
    with contextlib.suppress(OSError, ValueError):
        for line in sys.stdin:
            match line.strip():
                case "pause":
                    control.pause()
                case "resume":
                    control.go_on()
                case "cancel":
                    control.cancel()
    control.cancel()
    # A fit that takes long without a word to us would go on for nobody.
    end = threading.Timer(_GRACE_S, lambda: os._exit(1))
    end.daemon = True
    end.start()
