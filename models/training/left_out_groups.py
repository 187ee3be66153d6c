"""Recipes compared on corpora that they have not heard, left out in groups: three trainings a recipe.

Each network is judged on the corpora of its group, among the classes that it has learnt, without adaptation
and with the voice learnt as the analyzer learns it. Differences are paired over speakers.

    python -m models.training.left_out_groups train RECIPE.yaml --out runs/groups --name NAME
    python -m models.training.left_out_groups judge RECIPE.yaml --out runs/groups --name NAME
    python -m models.training.left_out_groups compare --out runs/groups --name BASELINE --name OTHER ...
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.foreign_files import read_arrays
from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import SESSION
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile
from models.architectures.emotion_model import EmotionModel
from models.evaluation.adaptation import POSITIONS, sessions
from models.evaluation.bootstrap import RESAMPLES, SpeakerSums, speaker_draws
from models.evaluation.linear_head import balance
from models.evaluation.metrics import Probabilities, softmax
from models.evaluation.protocols import Split, check_split, inner_folds, splits
from models.training import fit
from models.training.calibration import Answers, Calibration, fit_doubt, fit_scale
from models.training.config import RunConfig, load_config
from models.training.enrolment import Voices
from models.training.gated_head import GatedHead
from models.training.held_out import PROFILES_S, EmbeddingStore, Heard, profiles, trained, write_arrays
from models.training.held_out import _digest as digest_of
from models.training.material import Material, Rows, build_model
from models.training.recipe import Sources, prepare

GROUPS: Final = {"ravdess": ("ravdess_speech",), "emodb-emovo": ("emodb", "emovo"), "nemo": ("nemo",)}
SEEDS: Final = 3
_VIEWS: Final = ("trimmed", "first-1s")


def split_without(material: Material, group: str) -> Split:
    """Training on all speakers whom no corpus of the group has; the test is its corpora."""
    parts = [
        split
        for corpus in GROUPS[group]
        for split in splits("leave-one-corpus-out", material.clips, material.hashes, corpus=corpus)
    ]
    train = reduce(np.logical_and, [part.train for part in parts])
    test = reduce(np.logical_or, [part.test for part in parts])
    split = Split(parts[0].protocol, f"without {group}", train, parts[0].validation, test)
    check_split(material.clips, split, material.hashes)
    return split


def recipe(path: Path, draws: int, seed: int) -> RunConfig:
    """A recipe with fewer draws, and without the gate for noise, which changes no winner."""
    config = load_config(path)
    return config.model_copy(
        update={
            "seed": seed,
            "refit": False,
            "fit": config.fit.model_copy(update={"draws": draws}),
            "head": config.head.model_copy(update={"noise_pieces": 0}),
        }
    )


def network_of(
    material: Material, config: RunConfig, group: str, folder: Path, sources: Sources
) -> tuple[EmotionModel, Split, Rows]:
    """The trained network, its training and its inner clips."""
    split = split_without(material, group)
    fitting, inner = inner_folds(material.clips, split.train, material.hashes, config.inner_folds)[0]
    place = folder / group
    place.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    _keep_start(folder.parent / f"start-{group}-{config.seed}.pt")
    model = trained(place, "network", material, fitting, inner, config=config, sources=sources)
    print(f"{folder.name} {group}: {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    return model, split, inner


def _keep_start(file: Path) -> None:
    """All recipes of a group begin with the same logistic regressions: they are fitted once."""
    fitted = fit.starting_point

    def kept(material: Material, rows: Rows, config: RunConfig, weights: Path) -> EmotionModel:
        if not file.is_file():
            torch.save(fitted(material, rows, config, weights).state_dict(), file)
        model = build_model(weights, config.layers, config.pool_layers)
        model.load_state_dict(torch.load(file, weights_only=True))
        return model.eval()

    fit.starting_point = kept


def judge(material: Material, config: RunConfig, group: str, folder: Path, sources: Sources) -> None:
    """Answers of the tested clips, alone and in sessions, kept for `compare`."""
    model, split, inner = network_of(material, config, group, folder, sources)
    store = EmbeddingStore(folder / group, digest_of(model))
    head = GatedHead.of(model)

    def hear(rows: Rows, view: str) -> Heard:
        return store.get(lambda: model, material, rows, view, sources)

    head, temperature = calibrated(head, material, inner, [hear(inner, view) for view in _VIEWS])
    learnt = np.unique(material.targets[split.train & ~inner])
    for corpus in GROUPS[group]:
        allowed = np.intersect1d(material.targets[material.corpora == corpus], learnt)
        rows = (material.corpora == corpus) & np.isin(material.targets, allowed)
        heard, targets, speakers = hear(rows, "trimmed"), material.targets[rows], material.speakers[rows]
        plain, adapted, clips, positions = in_sessions(
            head, temperature, heard, targets, speakers, allowed=allowed
        )
        write_arrays(
            folder / f"answers-{corpus}.npz",
            plain=plain,
            adapted=adapted,
            clips=clips,
            positions=positions,
            truth=np.searchsorted(allowed, targets),
            speakers=speakers,
        )


def calibrated(
    head: GatedHead, material: Material, inner: Rows, heard: Sequence[Heard]
) -> tuple[GatedHead, float]:
    """The head with the scale of known voices, and its temperature, by unseen speakers of known corpora."""
    people = material.people.pick(inner)
    weights = balance(np.zeros(int(inner.sum()), np.int64), people.speakers)

    def answers(part: Heard, used: GatedHead, voices: Voices | None = None) -> Answers:
        return Answers(used.logits(part.embeddings, voices), people.targets, part.seconds, weights)

    temperature, doubt_s = fit_doubt([answers(part, head) for part in heard])
    plain = Calibration(temperature, 0.0, doubt_s)
    trimmed = heard[0].embeddings
    chances = replace(plain, doubt_s=0.0).probabilities(answers(heard[0], head))
    voices = [profiles(people, trimmed, chances, head, seconds) for seconds in PROFILES_S]
    scale = fit_scale(
        plain, lambda scale: [answers(heard[0], head.with_known_scaled(scale), voice) for voice in voices]
    )
    return head.with_known_scaled(scale), temperature


def in_sessions(
    head: GatedHead,
    temperature: float,
    heard: Heard,
    targets: npt.NDArray[np.int64],
    speakers: npt.NDArray[np.str_],
    *,
    allowed: npt.NDArray[np.int64],
) -> tuple[Probabilities, Probabilities, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Probabilities among the allowed classes [clips, ...] and [utterances, ...], as `adapted_logits`."""

    def chosen(logits: FloatArray) -> npt.NDArray[np.float64]:
        return softmax(logits[:, allowed], temperature)

    embeddings = heard.embeddings
    plain = head.logits(embeddings)
    undoubted = softmax(plain, temperature)
    model = VoiceModel("", "", head.base)
    out, clips, positions = [], [], []
    for seed in range(SEEDS):
        for session in sessions("random", targets, speakers, np.random.default_rng(seed)):
            voice = VoiceProfile(model, rule=SESSION)
            for place, clip in enumerate(session.tolist()):
                logits = plain[clip][None]
                if voice.sums.share > 0:
                    now = voice.statistics()
                    logits = head.logits(embeddings[clip][None], (now.mean[None], now.std[None]))
                out.append(chosen(logits)[0])
                clips.append(clip)
                positions.append(place)
                voice.update(embeddings[clip], float(heard.seconds[clip]), undoubted[clip])
    return chosen(plain), np.array(out), np.array(clips), np.array(positions)


def answers_of(folder: Path, names: Sequence[str], corpus: str) -> dict[str, SpeakerSums]:
    """Of a recipe, or of the mean of several: (kind of figure, SpeakerSums) by name."""
    parts = [read_arrays(folder / name / f"answers-{corpus}.npz", "file of answers") for name in names]
    one = parts[0]
    plain, adapted = (np.mean([part[key] for part in parts], axis=0) for key in ("plain", "adapted"))
    truth, speakers, clips, positions = one["truth"], one["speakers"], one["clips"], one["positions"]
    kinds = {"plain": (plain, np.arange(len(truth)))}
    kinds["adapted"] = (adapted, clips)
    for first, end in POSITIONS:
        rows = (positions >= first) & (positions < (end or 10**6))
        if rows.any():
            kinds[f"adapted {first + 1} to {end}"] = (adapted[rows], clips[rows])
    return {
        kind: SpeakerSums.of(found, truth[rows], speakers[rows].tolist(), plain.shape[1])
        for kind, (found, rows) in kinds.items()
    }


def compare(folder: Path, names: Sequence[str]) -> None:
    """Tables of UAR and of paired differences to the first of `names`; A+B is the mean of both."""
    every = [corpus for group in GROUPS.values() for corpus in group]
    split = {name: name.split("+") for name in names}
    corpora = [
        c
        for c in every
        if all((folder / n / f"answers-{c}.npz").is_file() for p in split.values() for n in p)
    ]
    found = {
        name: {corpus: answers_of(folder, parts, corpus) for corpus in corpora}
        for name, parts in split.items()
    }
    for kind in ("plain", "adapted", "adapted 1 to 10", "adapted 21 to 50"):
        print(f"\n{kind:<28}" + "".join(f"{corpus:>26}" for corpus in [*corpora, "mean"]))
        for name in names:
            cells: list[str] = []
            means: list[tuple[float, float]] = []
            draws_of: list[npt.NDArray[np.float64]] = []
            for corpus in corpora:
                base, sums = found[names[0]][corpus][kind], found[name][corpus][kind]
                everyone = np.ones((1, len(sums.names)))
                draws = speaker_draws(len(sums.names), RESAMPLES, seed=len(draws_of))
                uar = 100 * float(sums.figures(everyone)["uar"][0])
                gain = uar - 100 * float(base.figures(everyone)["uar"][0])
                drawn = 100 * (sums.figures(draws)["uar"] - base.figures(draws)["uar"])
                cells.append(_cell(uar, gain, drawn, name == names[0]))
                means.append((uar, gain))
                draws_of.append(drawn)
            uar, gain = np.mean(means, axis=0)
            cells.append(_cell(uar, gain, np.mean(draws_of, axis=0), name == names[0]))
            print(f"{name:<28}" + "".join(f"{cell:>26}" for cell in cells))


def _cell(uar: float, gain: float, drawn: npt.NDArray[np.float64], first: bool) -> str:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{uar:.1f}" if first else f"{uar:.1f} {gain:+.1f} [{low:.1f}, {high:.1f}]"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("train", "judge", "compare"))
    parser.add_argument("config", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", action="append", required=True)
    parser.add_argument("--group", action="append", choices=list(GROUPS))
    parser.add_argument("--draws", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--noise", type=Path)
    for name in ("--corpora", "--weights", "--cache"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    if args.what == "compare":
        compare(args.out, args.name)
        return
    torch.set_num_threads(1)
    config = recipe(args.config, args.draws, args.seed)
    material, sources = prepare(args, config)
    for group in args.group or GROUPS:
        act = network_of if args.what == "train" else judge
        act(material, config, group, args.out / args.name[0], sources)


if __name__ == "__main__":
    main()
