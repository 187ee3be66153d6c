"""`emoscope-export azure`: the folder, and what the real scoring server makes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import soundfile
import yaml
from running import made_up_speech
from tiny_model import make_tiny_model

from desktop_app.cli import main as emoscope
from export.cli import main
from export.endpoint.folder import ROOMS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("azure")
    model = make_tiny_model(folder / "tiny.onnx")
    assert main(["azure", str(model), "--out", str(folder / "endpoint")]) == 0
    return folder / "endpoint"


def test_the_folder_holds_what_az_ml_asks_for(endpoint: Path) -> None:
    def read(name: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((endpoint / name).read_text())
        return found

    made, deployment, environment = read("endpoint.yml"), read("deployment.yml"), read("environment.yml")
    assert (made["name"], made["auth_mode"]) == ("emoscope-tiny", "key")
    assert deployment["endpoint_name"] == made["name"]
    for named in (
        deployment["model"]["path"],
        f"{deployment['code_configuration']['code']}/{deployment['code_configuration']['scoring_script']}",
        deployment["environment"]["conda_file"],
    ):
        assert (endpoint / named).exists()
    pip = next(each["pip"] for each in environment["dependencies"] if isinstance(each, dict))
    assert {each.partition("=")[0] for each in pip} >= {"numpy", "onnxruntime", "av"}
    assert [path.name for path in (endpoint / "model").iterdir()] == ["tiny.onnx"]
    assert {path.name for path in (endpoint / "code" / "desktop_app").iterdir()} == {*ROOMS, "__init__.py"}


@pytest.mark.parametrize("name", ["9lives", "a", "Upper", "under_score", "x" * 33])
def test_a_name_that_azure_does_not_take_is_refused(
    endpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    model = endpoint / "model" / "tiny.onnx"
    assert main(["azure", str(model), "--out", str(tmp_path / "out"), "--name", name]) == 2
    assert f"cannot be called '{name}'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(
    endpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").touch()
    assert main(["azure", str(endpoint / "model" / "tiny.onnx"), "--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture(scope="session")
def server() -> Path:
    """`azmlinfsrv` in an environment of its own, since it wants another pydantic; the rest is this one's."""
    if sys.platform != "linux" or shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("the server binds every address, and only Linux has namespaces to keep it apart")
    folder = ROOT / "build" / "azure-server"
    program = folder / "bin" / "azmlinfsrv"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        done = subprocess.run(
            [
                folder / "bin" / "python",
                "-m",
                "pip",
                "install",
                "-q",
                "azureml-inference-server-http>=1.5,<2",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"azureml-inference-server-http cannot be installed: {done.stderr[-200:]}")
        (found,) = folder.glob("lib/python*/site-packages")
        (found / "beside.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return program


@pytest.mark.slow
def test_the_real_server_answers_as_analyze_does(
    server: Path, endpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = tmp_path / "talk.wav"
    soundfile.write(talk, made_up_speech((0.7, 0.5), (0.8, 1.0)), 16000)
    asked = subprocess.run(
        [
            *(
                "unshare",
                "--net",
                "--map-root-user",
                sys.executable,
                str(Path(__file__).with_name("azure_client.py")),
            ),
            *(str(server), str(endpoint / "code" / "score.py"), str(endpoint / "model"), str(talk)),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "unshare" in asked.stderr and asked.returncode:
        pytest.skip(f"no network namespace can be had: {asked.stderr.strip()}")
    assert asked.returncode == 0, asked.stderr
    answers = json.loads(asked.stdout)
    capsys.readouterr()
    assert (
        emoscope(["analyze", str(talk), "--model", str(endpoint / "model" / "tiny.onnx"), "--json", "-"]) == 0
    )
    wanted = json.loads(capsys.readouterr().out)
    for name in ("raw", "json", "again"):
        status, kind, found = answers[name]
        assert (status, kind) == (200, "application/json")
        assert found["files"][0]["segments"] == wanted["files"][0]["segments"]
        assert found["files"][0]["path"] == "talk.wav"
    assert answers["labels"][2]["labels"] == ["happy", "sad"]
    refused = {name: (answer[0], answer[2]["code"]) for name, answer in answers.items() if answer[0] != 200}
    assert refused == {
        "no sound": (422, "audio.not_sound"),
        "no json": (400, "serve.request"),
        "no base64": (400, "serve.request"),
        "empty": (400, "serve.request"),
        "wrong label": (400, "call.labels"),
    }
