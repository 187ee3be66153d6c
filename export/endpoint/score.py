"""Scoring script of Emoscope for a managed online endpoint of Azure Machine Learning.

The body of a request is a recording in any format, or JSON: ``{"audio": BASE64, "name": "talk.wav"}``.
``labels``, ``channel``, ``adapt`` (on or off) and ``name`` may stand in the query, or in the JSON. The answer
is the JSON of `emoscope analyze --json`; a failure is ``{"code", "message"}`` with a status of 4xx or 5xx.

Each recording is decoded and judged in a process of its own, which is ended if it hangs or breaks.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse

from desktop_app.core.worker_process import Worker, WorkerEnded
from desktop_app.serving.failures import status_of

MOST_BYTES: Final = int(os.environ.get("EMOSCOPE_MOST_BYTES", str(64 * 1024 * 1024)))
MOST_SOUND_S: Final = float(os.environ.get("EMOSCOPE_MOST_SOUND_S", "3600"))
PATIENCE_S: Final = float(os.environ.get("EMOSCOPE_PATIENCE_S", "55"))
LOAD_S: Final = 300.0
_OPTIONS: Final = ("name", "labels", "channel", "adapt")

# A worker process ends with the thread that has started it: all of its work is done by this one.
_thread = ThreadPoolExecutor(1, thread_name_prefix="emoscope-worker")
_worker = Worker("desktop_app.serving.analysis_worker")
_model = ""


class RefusedError(Exception):
    """A request that is not answered.

    Parameters
    ----------
    code : str
    message : str
    status : int, optional
        By default that of the code.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status or status_of(code)


def init() -> None:
    """Find the model in AZUREML_MODEL_DIR and load it. The server calls this once, before any request."""
    global _model  # noqa: PLW0603 - the server knows nothing but functions
    found = sorted(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("*.onnx"))
    if len(found) != 1:
        raise RuntimeError(f"AZUREML_MODEL_DIR must hold one .onnx file, and it holds {len(found)}.")
    _model = str(found[0])
    outcome = _thread.submit(_worker.ask, _task(), patience_s=LOAD_S).result()
    if "error" in outcome:
        raise RuntimeError(outcome["error"]["message"])


@rawhttp  # type: ignore[untyped-decorator]
def run(request: AMLRequest) -> AMLResponse:
    """Answer one request."""
    try:
        report = _analyzed(*_read(request))
    except RefusedError as refused:
        told = {"code": refused.code, "message": refused.message}
        return AMLResponse(told, refused.status, json_str=True)
    return AMLResponse(report, 200, {"Content-Type": "application/json"})


def _read(request: AMLRequest) -> tuple[bytes, dict[str, str]]:
    """The recording of a request, and its options."""
    if request.method != "POST":
        raise RefusedError("serve.method", "A recording is sent by POST.")
    options = {name: request.args[name] for name in _OPTIONS if name in request.args}
    # Base64 takes four bytes for three.
    if request.content_length is None or request.content_length > MOST_BYTES * 4 // 3 + 1024:
        raise RefusedError(
            "serve.too_large", f"A request may hold {MOST_BYTES} bytes of recording at the most."
        )
    body: bytes = request.get_data(cache=False)
    if (request.content_type or "").partition(";")[0].strip().lower() == "application/json":
        body = _of_json(body, options)
    if not body:
        raise RefusedError("serve.request", "The request holds no recording.")
    if len(body) > MOST_BYTES:
        raise RefusedError("serve.too_large", f"A recording may have {MOST_BYTES} bytes at the most.")
    return body, options


def _of_json(body: bytes, options: dict[str, str]) -> bytes:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError("serve.request", "The request is no JSON.") from None
    if not isinstance(told, dict) or not isinstance(told.get("audio"), str):
        raise RefusedError("serve.request", 'The JSON needs "audio": the recording in Base64.')
    for name in _OPTIONS:
        if name in told:
            options[name] = str(told[name])
    try:
        return base64.b64decode(told["audio"], validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("serve.request", 'What stands in "audio" is no Base64.') from None


def _analyzed(body: bytes, options: dict[str, str]) -> str:
    """The report of a recording as JSON text."""
    with tempfile.TemporaryDirectory(prefix="emoscope-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(body)
        name = Path(options.get("name") or "recording").name[:400]
        task = _task(
            path=str(path),
            name=name,
            labels=options.get("labels"),
            channel=options.get("channel", "auto"),
            adapt=options.get("adapt", "on") != "off",
        )
        try:
            outcome = _thread.submit(_worker.ask, task, patience_s=PATIENCE_S).result()
        except WorkerEnded as ended:
            if ended.why == "hung":
                raise RefusedError(
                    "serve.time", f"The recording took more than {PATIENCE_S:.0f} s."
                ) from None
            raise RefusedError(
                "serve.decoder", "This recording brought down the process that decoded it."
            ) from None
    if "error" in outcome:
        raise RefusedError(outcome["error"]["code"], outcome["error"]["message"])
    report: str = outcome["result"]["report"]
    return report


def _task(**changes: Any) -> dict[str, Any]:
    return {
        "model": _model,
        "provider": "auto",
        "again": True,
        "detector": "auto",
        "longest_s": MOST_SOUND_S,
        **changes,
    }
