"""Vectors of features of clips: computed once, kept on disk, read without holding all in memory.

They lie in parts of some clips each, which are written whole or not at all: a run that was killed loses what
it had not yet written, and several runs may share a folder.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from desktop_app.core.types import FloatArray
from models.corpora.base import SAMPLE_RATE, Clip, read_waveform
from models.corpora.views import VIEWS
from models.data.array_files import write_array
from models.errors import CorpusError, FeatureError
from models.features.chain import FeatureChain, parse_chain
from models.features.pooling import FirstSeconds

Progress = Callable[[int, int], None]
"""Told (clips done, clips to compute)."""
Vector = tuple[FloatArray, float]
"""Features [dim] of a clip, and how many seconds of sound they were computed from."""
_PART = 50  # clips
_VERSION = 2
"""Part of the name of what is kept: raise it when a feature gives other numbers than before."""


def default_cache() -> Path:
    """The folder for features: outside the project, where the system keeps caches."""
    from platformdirs import user_cache_path

    return user_cache_path("emoscope") / "features"


@dataclass(frozen=True)
class Extraction:
    """What is computed of each clip.

    Parameters
    ----------
    spec : str
        A front end that pools (docs/features.md).
    seconds : float, optional
        Of each clip only its first so many, filled up with silence.
    view : str
        How a clip is cut before (`models.corpora.views`).

    Raises
    ------
    FeatureError
        If the front end is none, does not give one vector for a clip, or has to be fitted.
    """

    spec: str
    seconds: float | None = None
    view: str = "whole"
    chain: FeatureChain = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        chain = parse_chain(self.spec, SAMPLE_RATE)
        if not chain.pooled:
            raise FeatureError(
                f"The front end '{self.spec}' gives features for each frame, not one vector for a clip.",
                f"Pool them over time: {self.spec.partition('|')[0]}|pool:mean,std",
            )
        if chain.standardise is not None:
            raise FeatureError(
                "The figures of 'standardise' are fitted while a model is trained.", "Leave |standardise out."
            )
        object.__setattr__(self, "chain", chain.eval())

    @property
    def names(self) -> tuple[str, ...]:
        """What each number is."""
        return self.chain.names

    def key(self) -> str:
        """Equal for two that give the same numbers."""
        told = [_VERSION, self.chain.spec, self.seconds, asdict(VIEWS[self.view]), SAMPLE_RATE]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def vector(self, clip: Clip, digest: str) -> Vector:
        """Features [dim] of one clip. Raises CorpusError if it cannot be read or is too short."""
        wave = VIEWS[self.view].cut(read_waveform(clip.path), digest)
        sound = torch.from_numpy(np.ascontiguousarray(wave))[None]
        if self.seconds is not None:
            sound = FirstSeconds(self.seconds, SAMPLE_RATE)(sound)
        if sound.shape[1] < self.chain.minimum_samples:
            raise CorpusError(
                f"The clip {clip.path} is shorter than the {self.chain.minimum_seconds:g} s of its features."
            )
        with torch.inference_mode():
            return self.chain(sound)[0].numpy(), len(wave) / SAMPLE_RATE

    def store(self, folder: Path) -> VectorStore:
        """Where these vectors are kept, below `folder`."""
        return VectorStore(folder / self.key(), len(self.names))


class VectorStore:
    """Vectors [dim] of sounds, by the hash of the sound, in a folder that holds nothing else."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._type = np.dtype([("sound", "S64"), ("seconds", "<f8"), ("features", "<f4", (dim,))])
        self._places: dict[str, tuple[npt.NDArray[Any], int]] = {}
        for file in sorted(self._folder.glob("*.npy")):
            self._open(file)

    def _open(self, file: Path) -> None:
        try:
            part = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):  # it is computed again
            return
        if part.dtype == self._type and part.ndim == 1:
            sounds = [sound.decode("ascii", "replace") for sound in part["sound"]]
            self._places |= {sound: (part, row) for row, sound in enumerate(sounds)}

    def __contains__(self, sound: str) -> bool:
        return sound in self._places

    def get(self, sound: str) -> Vector | None:
        """The vector of a sound, read from the disk."""
        if sound not in self._places:
            return None
        part, row = self._places[sound]
        return np.array(part[row]["features"]), float(part[row]["seconds"])

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors, all or none of them; from any thread."""
        rows = [(sound.encode("ascii"), seconds, vector) for sound, (vector, seconds) in vectors.items()]
        part = np.array(rows, self._type)
        name = hashlib.sha256("".join(vectors).encode()).hexdigest()[:16]
        file = self._folder / f"{name}.npy"
        write_array(file, part, "table of features")
        self._open(file)


def compute_vectors(
    clips: Sequence[Clip],
    hashes: Mapping[Path, str],
    vector_of: Callable[[Clip, str], Vector],
    store: VectorStore,
    *,
    jobs: int = 1,
    torch_threads: int = 1,
    progress: Progress | None = None,
) -> dict[Path, str]:
    """Compute what the store lacks of `clips`, and tell which of them cannot be had, and why.

    Parameters
    ----------
    hashes : mapping
        For the path of each clip the hash of its sound.
    vector_of : callable
        Given a clip and the hash of its sound; raises CorpusError.
    jobs, torch_threads : int
        Threads, each with a part of the clips, and those that torch takes for one clip.
    """
    missing = list({hashes[clip.path]: clip for clip in clips if hashes[clip.path] not in store}.values())
    parts = [missing[start : start + _PART] for start in range(0, len(missing), _PART)]
    failed: dict[Path, str] = {}
    count = [0]
    lock, stopped = threading.Lock(), threading.Event()

    def work(part: Sequence[Clip]) -> None:
        vectors = {}
        for clip in part:
            if stopped.is_set():
                break
            digest = hashes[clip.path]
            try:
                vectors[digest] = vector_of(clip, digest)
            except CorpusError as error:
                failed[clip.path] = str(error)
            with lock:
                count[0] += 1
                if progress is not None:
                    progress(count[0], len(missing))
        if vectors:
            store.add(vectors)

    threads = torch.get_num_threads()
    torch.set_num_threads(torch_threads)
    try:
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for done in as_completed([pool.submit(work, part) for part in parts]):
                    done.result()
            except BaseException:
                stopped.set()  # what is computed is kept
                pool.shutdown(cancel_futures=True)
                raise
    finally:
        torch.set_num_threads(threads)
    return failed


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features float32 [clips, dim], with NaN in the rows of clips that failed, and what each column is."""

    features: FloatArray
    names: tuple[str, ...]
    failed: Mapping[Path, str]


def feature_table(
    clips: Sequence[Clip],
    hashes: Mapping[Path, str],
    spec: str,
    *,
    seconds: float | None = None,
    view: str = "whole",
    jobs: int = 1,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> FeatureTable:
    """The features of clips, in their order.

    Parameters
    ----------
    hashes : mapping
        For the path of each clip the hash of its sound, as `load_corpus` gives it.
    spec, seconds, view
        See `Extraction`.
    cache : Path, optional
        Where vectors are kept; without it where the system keeps caches.

    Raises
    ------
    FeatureError
        If `spec` is none, or does not give one vector for a clip.
    """
    extraction = Extraction(spec, seconds, view)
    store = extraction.store(cache or default_cache())
    failed = compute_vectors(clips, hashes, extraction.vector, store, jobs=jobs, progress=progress)
    features = np.full((len(clips), len(extraction.names)), np.nan, np.float32)
    for row, clip in enumerate(clips):
        found = store.get(hashes[clip.path])
        if found is not None:
            features[row] = found[0]
    return FeatureTable(features, extraction.names, failed)
