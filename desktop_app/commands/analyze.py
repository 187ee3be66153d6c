"""`emoscope analyze`: what was said how, in recordings, as a table or as files."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from desktop_app.analysis import report
from desktop_app.analysis.recording import RecordingAnalysis, analyze_recording
from desktop_app.command_line.output import python_only_stderr, tell, utf8_stdout
from desktop_app.commands.voice import use_profile
from desktop_app.core.errors import CallError, EmoscopeError, one_line
from desktop_app.core.safe_files import WriteError, check_folders, check_targets, write_text
from desktop_app.inference.engine import EmotionEngine

BLOCK_S: Final = 1.0


def run(args: argparse.Namespace) -> int:
    """Returns the exit code: 0 if all went well, 1 if a recording did not. CallError: outputs clash."""
    paths = [Path(name) for name in args.files]
    textgrids = _check_outputs(args, paths)
    engine = EmotionEngine.load(args.model, args.provider)
    if engine.notice:
        tell(engine.notice)
    with contextlib.closing(engine):
        profile = use_profile(engine, args.profile)
        results = analyze_all(paths, engine, args.jobs)
    analyses = [result for result in results if isinstance(result, RecordingAnalysis)]
    errors = [
        (str(path), str(result))
        for path, result in zip(paths, results, strict=True)
        if isinstance(result, EmoscopeError)
    ]
    for analysis in analyses:
        for warning in analysis.warnings:
            tell(f'"{analysis.path}": {warning}')
    for _, message in errors:
        tell(message)

    if args.json is not None:
        data = report.report_data(
            analyses,
            model=engine.name,
            model_sha256=engine.sha256,
            provider=engine.provider,
            errors=errors,
            profile=None if profile is None else (args.profile, profile.seconds),
        )
        _deliver(args.json, report.to_json(data))
    if args.csv is not None:
        _deliver(args.csv, report.to_csv(analyses, engine.labels))
    for path, result in zip(paths, results, strict=True):
        if args.textgrid is not None and isinstance(result, RecordingAnalysis):
            _deliver(textgrids[path], report.to_textgrid(result))
    if args.json is None and args.csv is None and args.textgrid is None:
        from desktop_app.commands.analysis_table import print_tables

        print_tables(analyses)
    return 1 if errors else 0


def analyze_all(
    paths: Sequence[Path], engine: EmotionEngine, jobs: int
) -> list[RecordingAnalysis | EmoscopeError]:
    """The result for each path in order, or why there is none. `jobs` changes only how long it takes."""
    stop = threading.Event()
    # A decoder that is kept quiet takes stderr with it: what this program says there has one of its own.
    with python_only_stderr(), _progress(paths) as told:

        def work(number: int) -> RecordingAnalysis | EmoscopeError:
            try:
                return _analyze(paths[number], engine, lambda share: told(number, share), stop.is_set)
            except EmoscopeError as error:
                return error
            except Exception as error:  # noqa: BLE001 - the other recordings are still to be analyzed
                return EmoscopeError(
                    f"'{paths[number]}' could not be analyzed ({type(error).__name__}: {error})."
                )
            finally:
                told(number, 1.0)

        if jobs == 1 or len(paths) == 1:
            return [work(number) for number in range(len(paths))]
        # Threads: they share one model, and decoding and inference let go of the interpreter's lock.
        with ThreadPoolExecutor(min(jobs, len(paths)), thread_name_prefix="analyze") as pool:
            waiting = [pool.submit(work, number) for number in range(len(paths))]
            try:
                return [future.result() for future in waiting]
            except BaseException:  # Ctrl+C
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise


def _analyze(
    path: Path, engine: EmotionEngine, progress: Callable[[float], None], cancel: Callable[[], bool]
) -> RecordingAnalysis:
    from desktop_app.audio.files import open_recording

    with open_recording(path) as recording:
        duration_s = max(recording.duration_s, 1e-9)
        return analyze_recording(
            str(path),
            recording.blocks(round(BLOCK_S * recording.sample_rate)),
            recording.sample_rate,
            engine,
            progress=lambda seconds: progress(min(1.0, seconds / duration_s)),
            cancel=cancel,
        )


@contextlib.contextmanager
def _progress(paths: Sequence[Path]) -> Iterator[Callable[[int, float], None]]:
    """A progress bar over all recordings on stderr, if that is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") in {"dumb", "unknown"}:
        yield lambda number, share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    shares = [0.0] * len(paths)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("analyzing", total=len(paths))

        def told(number: int, share: float) -> None:
            shares[number] = share
            bar.update(task, completed=sum(shares), description=one_line(paths[number].name[:40]))

        yield told


# --- where results go --------------------------------------------------------------------------------------


def _check_outputs(args: argparse.Namespace, paths: Sequence[Path]) -> dict[Path, str]:
    """Refuse, before hours of work, what could not be written after it; the TextGrid of each recording."""
    textgrids = {} if args.textgrid is None else _textgrid_paths(args.textgrid, paths)
    targets = [args.json, args.csv, *dict.fromkeys(textgrids.values())]
    check_targets(targets, recordings=paths, model=args.model, profile=args.profile)
    check_folders(targets, "report")
    return textgrids


def _textgrid_paths(out: str, paths: Sequence[Path]) -> dict[Path, str]:
    """Where the TextGrid of each recording goes; the folder is made if it is not there."""
    is_folder = Path(out).is_dir() or out.endswith(("/", os.sep))
    if len(paths) == 1 and not is_folder:
        return {paths[0]: out}
    if out == "-":
        raise CallError("--textgrid - takes one recording; for several, name a folder.")
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise CallError(f"--textgrid takes a folder for several recordings, and '{out}' is a file.")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        why = (error.strerror or "it cannot be made").lower()
        raise WriteError(f"The folder '{out}' for the TextGrids cannot be made: {why}.") from error
    found: dict[Path, str] = {}
    taken: set[str] = set()
    for path in dict.fromkeys(paths):
        # Two recordings of one name, such as a.wav and a.mp3, keep their endings; two folders' get numbers.
        names = [path.stem, path.name, *(f"{path.name}-{number}" for number in range(2, len(paths) + 2))]
        name = next(name for name in names if name.casefold() not in taken)
        taken.add(name.casefold())
        found[path] = str(folder / f"{name}.TextGrid")
    return found


def _deliver(target: str, text: str) -> None:
    if target == "-":
        utf8_stdout().write(text)
    else:
        write_text(target, text)
