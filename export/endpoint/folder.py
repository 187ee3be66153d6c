"""Writes the folder of a managed online endpoint: code, model, environment and the two YAML files of `az ml`.

After https://learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import yaml

from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import make_folder, write_bytes, write_text

ROOMS: Final = ("core", "command_line", "audio", "inference", "words", "analysis", "serving")
"""Of `desktop_app`: what judges an upload, and nothing that opens devices, windows or sessions."""
_LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.pyc", "batch", "page")
_PACKAGES: Final = ("numpy", "soxr", "soundfile", "av", "jsonschema", "platformdirs", "rich")
_SERVER: Final = "azureml-inference-server-http>=1.5,<2"
_IMAGE: Final = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
_SCHEMAS: Final = "https://azuremlschemas.azureedge.net/latest/"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


def write_endpoint(model: Path, folder: Path, name: str) -> list[str]:
    """Write the folder; the names of what is in it.

    Parameters
    ----------
    model : Path
        A model file that holds.
    folder : Path
        Must not be there, or be empty.
    name : str
        Of the endpoint: 3 to 32 small letters, digits and hyphens.

    Raises
    ------
    CallError
        The name is none that Azure takes, or the folder holds something.
    WriteError
        It cannot be written.
    """
    check_name(name)
    if folder.exists() and any(folder.iterdir()):
        raise CallError(f"The folder '{folder}' is not empty.", "Name another one with --out.")
    make_folder(folder / "code")
    make_folder(folder / "model")
    write_bytes(folder / "model" / model.name, model.read_bytes(), "model")
    source = Path(__file__).parents[2] / "desktop_app"
    for room in ROOMS:
        shutil.copytree(
            source / room, folder / "code" / "desktop_app" / room, ignore=_LEFT_OUT, dirs_exist_ok=True
        )
    shutil.copy2(source / "__init__.py", folder / "code" / "desktop_app" / "__init__.py")
    shutil.copy2(Path(__file__).with_name("score.py"), folder / "code" / "score.py")
    for file, content in (
        ("environment.yml", _environment()),
        ("endpoint.yml", _endpoint(name)),
        ("deployment.yml", _deployment(name, model.name)),
    ):
        write_text(folder / file, yaml.safe_dump(content, sort_keys=False), "endpoint")
    write_text(folder / "README.md", _readme(name), "endpoint")
    return sorted(path.name for path in folder.iterdir())


def check_name(name: str) -> None:
    """Raise CallError for a name that Azure does not take."""
    if not _NAME.fullmatch(name):
        raise CallError(
            f"An endpoint cannot be called '{name}'.",
            "Names have 3 to 32 small letters, digits and hyphens, and begin with a letter.",
        )


def _environment() -> dict[str, Any]:
    """The packages at the versions that are installed here, which is what the tests have run with."""
    pinned = [f"{package}=={metadata.version(package)}" for package in _PACKAGES]
    return {
        "name": "emoscope",
        "channels": ["conda-forge"],
        "dependencies": [
            "python=3.11",
            "pip",
            {"pip": [*pinned, f"onnxruntime=={_runtime_version()}", _SERVER]},
        ],
    }


def _runtime_version() -> str:
    for package in ("onnxruntime", "onnxruntime-gpu"):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    raise CallError("ONNX Runtime is not installed.")


def _endpoint(name: str) -> Mapping[str, Any]:
    return {
        "$schema": f"{_SCHEMAS}managedOnlineEndpoint.schema.json",
        "name": name,
        "auth_mode": "key",
    }


def _deployment(name: str, model: str) -> Mapping[str, Any]:
    return {
        "$schema": f"{_SCHEMAS}managedOnlineDeployment.schema.json",
        "name": "blue",
        "endpoint_name": name,
        "model": {
            "name": re.sub(r"[^A-Za-z0-9_.-]", "-", Path(model).stem),
            "path": "./model",
            "type": "custom_model",
        },
        "code_configuration": {"code": "./code", "scoring_script": "score.py"},
        "environment": {"conda_file": "./environment.yml", "image": _IMAGE},
        "instance_type": "Standard_DS2_v2",
        "instance_count": 1,
        "environment_variables": {"OMP_NUM_THREADS": "1"},
        "request_settings": {"request_timeout_ms": 60000, "max_concurrent_requests_per_instance": 1},
        "liveness_probe": {"initial_delay": 30, "period": 10, "timeout": 10, "failure_threshold": 30},
        "readiness_probe": {"initial_delay": 30, "period": 10, "timeout": 10, "failure_threshold": 30},
    }


def _readme(name: str) -> str:
    return f"""# {name}

An endpoint of Azure Machine Learning that tells how likely each emotion is in a recording. With the Azure
CLI and its extension `ml`, in this folder:

```sh
az ml online-endpoint create -f endpoint.yml
az ml online-deployment create -f deployment.yml --all-traffic
az ml online-endpoint invoke -n {name} --request-file request.json
```

`request.json` is `{{"audio": "...", "name": "talk.wav"}}` with the recording in Base64. The recording itself
can be sent as well:

```sh
uri=$(az ml online-endpoint show -n {name} --query scoring_uri -o tsv)
key=$(az ml online-endpoint get-credentials -n {name} --query primaryKey -o tsv)
curl -H "Authorization: Bearer $key" -H "Content-Type: audio/wav" --data-binary @talk.wav "$uri"
```

The answer is the JSON of `emoscope analyze --json`; a failure is `{{"code", "message"}}` with a status of 4xx
or 5xx. `emoscope-export inspect model/*.onnx` tells the licence, what was learnt from, and the figures.
No model of emotions is for deciding about a person; in the European Union it is prohibited to infer the
emotions of people at work or in education, but for medical or safety reasons.
"""
