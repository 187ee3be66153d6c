"""ONNX Runtime sessions: where a model runs, with how many threads, and what is really in use."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from desktop_app.core.installation import install_hint
from desktop_app.core.quiet import quiet_stderr
from desktop_app.inference import byte_products
from desktop_app.inference.deadline import Computation, LateError, LeftError
from desktop_app.inference.errors import ModelError

Provider: TypeAlias = Literal["auto", "cuda", "cpu"]
PROVIDERS: Final[tuple[Provider, ...]] = ("auto", "cuda", "cpu")

_CUDA: Final = "CUDAExecutionProvider"
CPU: Final = "CPUExecutionProvider"
_INTERRUPTED: Final = "model.interrupted"
HANGS: Final = "model.hangs"
"""Code of the failure of a model that does not come back."""
LARGE_MODEL: Final = 64 * 2**20
"""Bytes of a model file from which on an answer takes so long that two threads are worth their cost."""
_SILENT: Final = 4  # ONNX Runtime's severity "fatal": whatever matters also comes as an exception

# Weights outside the file would be read from the working folder, even for a model given as bytes. They are
# looked for here instead, and this path does not exist.
_NOWHERE: Final = os.path.join(os.sep, "nonexistent", f"emoscope-{os.getpid()}")  # noqa: PTH118 - never opened


class ModelSession:
    """One loaded graph, and where it runs.

    Attributes
    ----------
    provider : str
        The first of ``session.get_providers()`` after creation. Nothing else that ONNX Runtime offers tells
        the truth: ``get_device()`` and ``get_available_providers()`` name a GPU that does not work.
        It changes when that one fails while the model runs, and the model is loaded once more on the CPU.
    notice : str
        A sentence for the user if the model does not run where it was asked to; empty otherwise.
    """

    def __init__(self, session: Any, notice: str = "", on_cpu: Callable[[], Any] | None = None) -> None:
        """`on_cpu` makes a session on the CPU, for when the provider of `session` fails."""
        self._session = session
        self.provider: str = session.get_providers()[0]
        self.notice = notice
        self._on_cpu = on_cpu
        self._spare: Any = None  # on the CPU, loaded because the other one failed
        self._switching = threading.Lock()
        self._lock = threading.Lock()
        self._running: set[Any] = set()  # RunOptions of what is being computed
        self._hanging: set[Any] = set()  # those of them that were to break off, and did not hear

    @property
    def metadata(self) -> Mapping[str, str]:
        metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        return metadata

    @property
    def inputs(self) -> Sequence[Any]:
        """Required inputs: objects with `name`, `type` and `shape`."""
        inputs: Sequence[Any] = self._session.get_inputs()
        return inputs

    @property
    def optional_inputs(self) -> Sequence[Any]:
        """Inputs that have a default (ONNX Runtime: overridable initializers)."""
        inputs: Sequence[Any] = self._session.get_overridable_initializers()
        return inputs

    @property
    def outputs(self) -> Sequence[Any]:
        outputs: Sequence[Any] = self._session.get_outputs()
        return outputs

    def run(
        self,
        names: Sequence[str],
        feeds: Mapping[str, npt.NDArray[Any]],
        limit_s: float | None = None,
    ) -> list[npt.NDArray[np.float32]]:
        """Compute the outputs `names`. Safe to call from several threads.

        If the graphics card fails at it, the CPU computes these outputs and all later ones.

        Parameters
        ----------
        limit_s : float, optional
            After so many seconds it is broken off. As long as one that does not break off computes on, no
            other is begun.

        Raises
        ------
        ModelError
            With the code ``model.run``; ``model.hangs`` after `limit_s`; or ``model.interrupted`` after
            `interrupt`.
        """
        session = self._session
        try:
            return self._run(session, names, feeds, limit_s)
        except ModelError as error:
            if error.code in {_INTERRUPTED, HANGS} or (self._on_cpu is None and session is self._session):
                raise
            return self._run_on_cpu(session, names, feeds, limit_s, error)

    @property
    def still_computing(self) -> bool:
        """Whether something computes on that was to break off: within an operator it cannot hear."""
        with self._lock:
            return bool(self._hanging)

    def interrupt(self) -> None:
        """Break off everything that is being computed, from any thread.

        ONNX Runtime looks for it between two operators, also inside a loop; within one it can do nothing.
        """
        with self._lock:
            for options in self._running:
                options.terminate = True

    def _run(
        self,
        session: Any,
        names: Sequence[str],
        feeds: Mapping[str, npt.NDArray[Any]],
        limit_s: float | None,
    ) -> list[npt.NDArray[np.float32]]:
        options = runtime().RunOptions()
        options.log_severity_level = _SILENT
        if limit_s is not None and self.still_computing:
            raise ModelError("The model still computes an earlier answer.", code=HANGS)

        with self._lock:
            self._running.add(options)

        def compute() -> list[npt.NDArray[np.float32]]:
            try:
                outputs: list[npt.NDArray[np.float32]] = session.run(list(names), dict(feeds), options)
                return outputs
            finally:
                with self._lock:
                    self._running.discard(options)
                    self._hanging.discard(options)

        def break_off() -> None:
            options.terminate = True

        try:
            if limit_s is None:
                return compute()
            return Computation(compute, break_off, lambda: bool(options.terminate)).result(limit_s)
        except LateError as error:
            with self._lock:
                self._hanging |= self._running & {options}
            message = f"The model has not answered for {limit_s:.0f} seconds."
            raise ModelError(message, code=HANGS, fields={"seconds": limit_s}) from error
        except Exception as error:
            if options.terminate or isinstance(error, LeftError):
                raise ModelError("The model was broken off.", code=_INTERRUPTED) from error
            raise ModelError(f"The model failed while it ran: {reason(error)}.", code="model.run") from error

    def _run_on_cpu(
        self,
        failed: Any,
        names: Sequence[str],
        feeds: Mapping[str, npt.NDArray[Any]],
        limit_s: float | None,
        error: ModelError,
    ) -> list[npt.NDArray[np.float32]]:
        """What `failed` could not compute. If the CPU can, it stays; if not, the model is at fault."""
        with self._switching:  # the first of several threads loads it
            if self._session is failed and self._spare is None and self._on_cpu is not None:
                try:
                    self._spare = self._on_cpu()
                except Exception:  # noqa: BLE001 - ONNX Runtime has no common base class
                    raise error from None
            spare = self._session if self._spare is None else self._spare
        outputs = self._run(spare, names, feeds, limit_s)
        with self._switching:
            if self._session is failed:
                self._session, self._spare, self._on_cpu = spare, None, None
                self.provider = spare.get_providers()[0]
                why = error.message.removeprefix("The model failed while it ran: ").rstrip(".")
                self.notice = f"The graphics card failed ({why}), so the model runs on the CPU now."
        return outputs


def default_threads(model_bytes: int) -> int:
    """One for a model that is quick anyway; two for a large one, if this process may use two cores.

    Two take two thirds of the time of one, for a tenth more work on idle cores, and for 65 % more where
    others work there too. The same for live runs, recordings and the service, as some graphs give other last
    digits with another number: the answer must not depend on who asks.
    """
    if model_bytes < LARGE_MODEL:
        return 1
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        cores = os.cpu_count() or 1
    return min(2, cores)


def open_session(model: bytes, provider: Provider = "auto", threads: int | None = None) -> ModelSession:
    """Load a graph where `provider` asks for.

    ``cuda`` tries the graphics card first; ``auto`` does so if this build of ONNX Runtime offers it; ``cpu``
    never does. If the card does not work, the model is loaded once more on the CPU and `notice` says so.

    Parameters
    ----------
    model : bytes
        The `.onnx` file. Bytes and not a path, so that nothing beside the file is read.
    threads : int, optional
        Threads within one operator; by default as many as `default_threads` says.

    Raises
    ------
    ModelError
        If the bytes are not a graph that ONNX Runtime can run.
    """
    if provider not in PROVIDERS:
        raise ValueError(f"provider must be one of {', '.join(PROVIDERS)}, got {provider!r}")
    threads = default_threads(len(model)) if threads is None else threads
    if threads < 1:
        raise ValueError(f"threads must be at least 1, got {threads}")
    offered = _CUDA in runtime().get_available_providers()
    notice = ""
    if provider != "cpu" and offered:
        session, problem = _try_cuda(model, threads)
        if session is not None:
            # The bytes are kept: by the time the card fails, the file may be another one.
            return ModelSession(session, on_cpu=lambda: _create(model, [CPU], threads))
        notice = f"The graphics card could not be used ({problem}), so the model runs on the CPU."
    elif provider == "cuda":
        notice = (
            "The graphics card cannot be used by the installed ONNX Runtime, so the model runs on the CPU; "
            "the extra 'gpu' brings one that can."
        )
    try:
        return ModelSession(_create(model, [CPU], threads), notice)
    except Exception as error:
        raise ModelError(_why_not_loaded(error)) from error


@cache
def runtime() -> ModuleType:
    """ONNX Runtime, imported on first use (0.1 s) and silenced: it logs to stderr, some of it at import."""
    with quiet_stderr():
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelError(
                "ONNX Runtime, which runs the model, cannot be imported.",
                install_hint(),
            ) from error
        onnxruntime.set_default_logger_severity(_SILENT)
    module: ModuleType = onnxruntime
    return module


def reason(error: Exception) -> str:
    """The heart of an ONNX Runtime exception as the end of a sentence, without its codes and source lines."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    text = text.rsplit("[ONNXRuntimeError] : ", 1)[-1]
    parts = text.split(" : ")
    text = " : ".join(parts[2:]) if len(parts) > 2 and parts[0].strip().isdigit() else text
    text = text.strip().rstrip(".")
    return f"{text[:197]}..." if len(text) > 200 else text


def _try_cuda(model: bytes, threads: int) -> tuple[Any, str]:
    """A session that really runs on the graphics card, or None and what is in the way."""
    ort = runtime()
    # preload_dlls prints what it does not find.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
        ort.preload_dlls()
    options = {
        "use_tf32": "0",  # reduced precision would fail the self-test
        "cudnn_conv_algo_search": "HEURISTIC",  # the default measures every new length of speech anew
    }
    try:
        with quiet_stderr():
            session = _create(model, [(_CUDA, options), CPU], threads)
    except Exception as error:  # noqa: BLE001 - ONNX Runtime has no common base class
        return None, reason(error)
    if session.get_providers()[0] != _CUDA:
        return None, "CUDA or cuDNN does not load"
    return session, ""


def _create(model: bytes, providers: list[Any], threads: int) -> Any:
    ort = runtime()
    options = ort.SessionOptions()
    options.log_severity_level = _SILENT
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # Spinning threads burn 40 % of a core at ten inferences a second, and win nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    if not byte_products.are_exact(ort):  # the shipped model would be 0.5 off
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
    # A plan of memory is kept for each new length of speech, and lengths hardly ever repeat. Without plans,
    # the arena does not grow (130 MB after 50 inferences of random length, 131 MB after 500); without the
    # arena it is 135 and 140 MB, and 15 % slower.
    options.enable_mem_pattern = False
    return ort.InferenceSession(
        model,
        options,
        providers=providers,
        enable_fallback=0,  # ONNX Runtime's own retry prints to stdout, where results go
        read_config_from_model=0,
        # On a processor it brings down the whole program with some transformers in half precision.
        disabled_optimizers=["FuseFp16InitializerToFp32NodeTransformer"],
    )


def _why_not_loaded(error: Exception) -> str:
    kind = type(error).__name__
    if kind == "InvalidProtobuf" or "No graph was found" in str(error):
        return "it is not an ONNX model, or was cut off"
    if "xternal data" in str(error):
        return "it keeps weights in a second file, and must be one file"
    return f"ONNX Runtime cannot load it ({reason(error)})"
