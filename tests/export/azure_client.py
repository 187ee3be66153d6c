"""Asks the scoring server on the loopback of this network namespace, and prints the answers as JSON.

`python azure_client.py SERVER SCRIPT MODEL_FOLDER RECORDING`. The server binds all addresses, so both run
where there is no network but the loopback (`unshare --net`).
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PORT = 31311


def ask(body: bytes | None, content_type: str, query: str = "") -> tuple[int, str, object]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/score{query}",
        body,
        {"Content-Type": content_type} if body is not None else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - the loopback
            return reply.status, reply.headers["Content-Type"], json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], json.loads(error.read())


def main() -> int:
    server, script, models, recording = sys.argv[1:]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with subprocess.Popen(
        [
            server,
            "--entry_script",
            script,
            "--model_dir",
            models,
            "--port",
            str(PORT),
            "--health_port",
            str(PORT + 1),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5).close()
                    break
                except OSError:
                    if time.monotonic() > deadline or process.poll() is not None:
                        raise
                    time.sleep(0.2)
            sound = Path(recording).read_bytes()
            told = json.dumps({"audio": base64.b64encode(sound).decode(), "name": "talk.wav"}).encode()
            answers = {
                "raw": ask(sound, "audio/wav", "?name=talk.wav"),
                "json": ask(told, "application/json"),
                "labels": ask(sound, "audio/wav", "?labels=happy,sad"),
                "no sound": ask(b"no sound\n" * 50, "audio/wav"),
                "no json": ask(b"{", "application/json"),
                "no base64": ask(b'{"audio": "?"}', "application/json"),
                "empty": ask(b"", "audio/wav"),
                "wrong label": ask(sound, "audio/wav", "?labels=happy,elated"),
                "again": ask(sound, "audio/wav", "?name=talk.wav"),
            }
            print(json.dumps(answers))
        finally:
            process.terminate()
            process.wait(10)
    return 0


if __name__ == "__main__":
    sys.exit(main())
