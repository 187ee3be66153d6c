"""What the description at `/openapi.json` says of each route, with examples."""

from __future__ import annotations

from typing import Any, Final

DESCRIPTION: Final = (
    "Emotions in recordings and in live speech, judged on this machine. A label says how a voice sounds, not "
    "what somebody feels. The live socket `/v1/live` takes mono samples as binary messages "
    "(`?rate=16000&format=s16le`, or `f32le`) and sends the events of `emoscope live --jsonl` (`words=true`: "
    'with what is said); the text message `{"end": true}` ends it.'
)
_MODEL_EXAMPLE: Final = {
    "name": "whisper-base-4-tuned",
    "labels": ["neutral", "happy", "sad", "angry"],
    "dimensions": [],
    "sha256": "5b0c...",
    "provider": "CPUExecutionProvider",
    "detector": "energy",
    "sample_rate": 16000,
    "licence": "MIT",
    "words": {"model": "whisper-base", "sha256": "905e...", "text_model": None, "fusion": None},
    "doubt": {"why": {"noise": "too much noise"}, "close": 0.667},
}
_ANSWER: Final = {
    "label": "happy",
    "confidence": 0.81,
    "uncertain": False,
    "uncertain_because": None,
    "not_a_voice": False,
    "novelty": 0.1,
    "probabilities": {"neutral": 0.1, "happy": 0.81, "sad": 0.04, "angry": 0.05},
    "voice": {"seconds": 0.0, "weight": 0.0, "speaker": 1},
}
_REPORT_EXAMPLE: Final = {
    "schema_version": 2,
    "model": "whisper-base-4-tuned",
    "labels": ["neutral", "happy", "sad", "angry"],
    "model_sha256": "5b0c...",
    "provider": "CPUExecutionProvider",
    "detector": "energy",
    "files": [
        {
            "path": "talk.wav",
            "duration_s": 4.0,
            "sample_rate": 16000,
            "channel": None,
            "segments": [{"start_s": 0.41, "end_s": 3.37, **_ANSWER}],
            "overall": _ANSWER,
            "warnings": [],
        }
    ],
    "errors": [],
}


def _json(text: str, example: object) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"example": example}}}


def _failures(*rows: tuple[int, str, str]) -> dict[int | str, dict[str, Any]]:
    """Statuses, codes, and sentences."""
    return {status: _json(code, {"code": code, "message": message}) for status, code, message in rows}


_KEY: Final = (
    401,
    "serve.key",
    "This service needs its key. Send it as the header: Authorization: Bearer KEY",
)
_GONE: Final = (404, "serve.session", "There is no session of this name.")

HEALTH: Final[dict[str, Any]] = {
    "summary": "Whether it answers",
    "responses": {200: _json("It does", {"status": "ok", "version": "0.1.0"})},
}
MODEL: Final[dict[str, Any]] = {
    "summary": "The model in use, its labels, and what is allowed",
    "responses": {200: _json("The model", _MODEL_EXAMPLE), **_failures(_KEY)},
}
METRICS: Final[dict[str, Any]] = {
    "summary": "Figures for Prometheus",
    "responses": {200: {"description": "Text", "content": {"text/plain": {}}}, **_failures(_KEY)},
}
BEGIN_SESSION: Final[dict[str, Any]] = {
    "summary": "Begin a session: one person speaks in all of its recordings, and the voice is learnt",
    "responses": {201: _json("Its name", {"session": "ZDsy4g...", "idle_s": 3600}), **_failures(_KEY)},
}
END_SESSION: Final[dict[str, Any]] = {
    "summary": "End a session, and forget the voice",
    "responses": _failures(_KEY, _GONE),
}
ANALYZE: Final[dict[str, Any]] = {
    "summary": "Analyze a recording of any format",
    "description": "The answer is the report of `emoscope analyze --json`. With a form, the part `profile` "
    "may be a voice profile made with `emoscope profile build`; with `session` a voice is learnt over "
    "several requests; with `words=true` each segment has a `transcript`, if the service was started with "
    "`--words` (the field `words` of `/v1/model` says so). Started with `--text-model` and `--fusion`, it "
    "also tells what the words tell, and voice and words together.",
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "profile": {"type": "string", "format": "binary"},
                        },
                    }
                },
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                "audio/*": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
    "responses": {
        200: _json("The report", _REPORT_EXAMPLE),
        **_failures(
            (400, "serve.request", "The request has no recording."),
            _KEY,
            _GONE,
            (409, "serve.words", "This service does not write down what is said. Start it with --words."),
            (408, "serve.slow", "The upload did not come within 30 s."),
            (413, "serve.too_large", "The upload is larger than the 64 MB that are allowed."),
            (422, "audio.not_sound", '"talk.wav" is not a recording that can be read: it is a PDF document.'),
            (503, "serve.busy", "Too many recordings wait already. Try again in some seconds."),
            (504, "serve.time", "There was no answer within 60 s."),
        ),
    },
}
