"""`emoscope batch` on a Dask cluster, and with recordings and results in an object store."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
from made_up_whisper import made_up_whisper
from running import environment
from tiny_text_model import make_tiny_fusion, make_tiny_text_model

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto, a local S3 server, is not installed")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")
pytest.importorskip("s3fs", reason="s3fs is not installed")

Run = Callable[..., subprocess.CompletedProcess[str]]
COUNT = 260


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler, and its two worker processes, which nobody starts again."""
    with _cluster(tmp_path, workers=2) as found:
        yield found


@contextlib.contextmanager
def _cluster(
    tmp_path: Path, workers: int, **changes: str
) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    scheduler_file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(
        [
            *dask,
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(scheduler_file),
        ],
        cwd=tmp_path,
        env=environment(),
        stdout=nowhere,
        stderr=nowhere,
    ) as scheduler:
        processes: list[subprocess.Popen[str]] = []
        try:
            deadline = time.monotonic() + 60
            while not scheduler_file.exists():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            address = json.loads(scheduler_file.read_text())["address"]
            processes += [
                subprocess.Popen(
                    [*worker, address, "--no-nanny", "--no-dashboard", "--nthreads", "1"],
                    cwd=tmp_path,
                    env=environment(**changes),
                    stdout=nowhere,
                    stderr=nowhere,
                    text=True,
                )
                for _ in range(workers)
            ]
            yield address, processes
        finally:
            for process in (*processes, scheduler):
                with_children = (
                    [process, *psutil.Process(process.pid).children(recursive=True)]
                    if process.poll() is None
                    else []
                )
                for each in with_children:
                    each.kill()
                process.wait(10)


class Bucket:
    """The bucket `calls` of a local S3 server; `environment` leads there."""

    def __init__(self, address: str) -> None:
        self.environment = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "anybody",
            "AWS_SECRET_ACCESS_KEY": "anything",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="anybody",
            aws_secret_access_key="anything",  # noqa: S106 - of a server that takes any
        )
        self._client.create_bucket(Bucket="calls")

    def put(self, path: Path, key: str) -> None:
        self._client.upload_file(str(path), "calls", key)

    def read(self, key: str) -> bytes:
        found: bytes = self._client.get_object(Bucket="calls", Key=key)["Body"].read()
        return found

    def utterances(self, folder: str) -> list[dict[str, Any]]:
        listed = self._client.list_objects_v2(Bucket="calls", Prefix=f"{folder}/utterances/")["Contents"]
        return [
            row for each in listed for row in pq.read_table(io.BytesIO(self.read(each["Key"]))).to_pylist()
        ]


@pytest.fixture
def spoken(speech: Path, other_speech: Path) -> tuple[Path, Path]:
    return speech, other_speech


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Bucket(f"http://{host}:{port}")
    finally:
        server.stop()


@pytest.mark.slow
def test_a_cluster_loses_a_worker_and_no_recording(
    cluster: tuple[str, list[subprocess.Popen[str]]],
    other_speech: Path,
    model: Path,
    tmp_path: Path,
    emoscope: Run,
) -> None:
    address, workers = cluster
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(COUNT):
        shutil.copy(other_speech, folder / f"{number:03}.flac")
    out = tmp_path / "out"

    def kill_one() -> None:
        deadline = time.monotonic() + 120
        while not list(out.glob("utterances/part-*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.01)
        workers[0].kill()

    killer = threading.Thread(target=kill_one)
    killer.start()
    done = emoscope("batch", "in", "--model", model, "--out", "out", "--dask", address, timeout=240)
    killer.join()
    assert (done.returncode, workers[0].wait(10)) == (0, -9), done.stderr
    found = sorted(row["path"] for row in pq.read_table(out / "utterances").to_pylist())
    assert found == [f"in/{number:03}.flac" for number in range(COUNT)]


def test_a_scheduler_that_is_not_there_is_told(other_speech: Path, model: Path, emoscope: Run) -> None:
    done = emoscope("batch", other_speech, "--model", model, "--out", "out", "--dask", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "No Dask scheduler answers at 'tcp://127.0.0.1:9'." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_cluster_without_workers_is_told(
    other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
) -> None:
    with _cluster(tmp_path, workers=0) as (address, _):
        done = emoscope("batch", other_speech, "--model", model, "--out", "out", "--dask", address)
    assert done.returncode == 1
    assert "The Dask cluster has no worker." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_recordings_and_results_lie_in_an_object_store(
    bucket: Bucket, spoken: tuple[Path, Path], model: Path, tmp_path: Path, emoscope: Run
) -> None:
    speech, other_speech = spoken
    bucket.put(speech, "in/day1/a.wav")
    bucket.put(other_speech, "in/day2/b.flac")
    call = ("batch", "s3://calls/in", "--model", model, "--out", "s3://calls/out", "--jobs", 1)
    done = emoscope(*call, **bucket.environment)
    assert done.returncode == 0, done.stderr
    found = bucket.utterances("out")
    assert sorted({row["path"] for row in found}) == ["s3://calls/in/day1/a.wav", "s3://calls/in/day2/b.flac"]
    assert json.loads(bucket.read("out/manifest.json"))["recordings"] == 2

    local = emoscope("batch", speech, other_speech, "--model", model, "--out", "local", "--jobs", 1)
    assert local.returncode == 0
    here = pq.read_table(tmp_path / "local" / "utterances").to_pylist()
    assert sorted(row["confidence"] for row in here) == sorted(row["confidence"] for row in found)

    bucket.put(speech, "in/day2/b.flac")  # other content
    again = emoscope(*call, **bucket.environment)
    assert "Of 2 recordings, 1 had results already." in again.stderr
    assert len(bucket.utterances("out")) == 4

    missing = emoscope("batch", "s3://nobody/in", "--model", model, "--out", "out", **bucket.environment)
    assert missing.returncode == 1
    assert "'s3://nobody/in' cannot be listed" in missing.stderr
    assert "Traceback" not in missing.stderr


@pytest.mark.slow
def test_a_cluster_reads_the_words_with_the_files_that_were_named(
    other_speech: Path, model: Path, tmp_path: Path, emoscope: Run
) -> None:
    whisper = made_up_whisper(tmp_path / "whisper", reads=True)
    text = make_tiny_text_model(tmp_path / "t.onnx", words={"about": "happy"})
    make_tiny_fusion(tmp_path / "own.fusion.json", model, text)
    read = ("--words", "--text-model", "t.onnx", "--fusion", "own.fusion.json")
    with _cluster(tmp_path, 1, **whisper) as (address, _):
        call = ("batch", other_speech, "--model", model, *read, "--out", "out", "--dask", address)
        done = emoscope(*call, timeout=240, **whisper)
    assert done.returncode == 0, done.stderr
    (row,) = pq.read_table(tmp_path / "out" / "utterances").to_pylist()
    assert (row["text_label"], row["fused_p_happy"] is None) == ("happy", False)
