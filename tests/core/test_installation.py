"""What is told when a package is missing, by each of the three programs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from desktop_app.core.installation import EXTRAS, install_hint, missing_package

ROOT = Path(__file__).parents[2]
IMPORTED_AS = {"scikit-learn": "sklearn", "pyyaml": "yaml"}
WITHOUT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
from {package}.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run_without(blocked: set[str], package: str, *args: object) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(blocked=sorted(blocked), package=package)
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, timeout=60, check=False
    )


def test_every_package_of_the_extra_for_training_is_known() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for extra in ("train", "pyaudio"):
        names = [re.split(r"[><=\[]", line)[0].lower() for line in extras[extra]]
        assert {IMPORTED_AS.get(name, name): extra for name in names} == {
            name: brought for name, brought in EXTRAS.items() if brought == extra
        }


def test_the_sentence_names_the_extra_and_a_command_that_works() -> None:
    said = missing_package(ModuleNotFoundError("No module named 'scipy.signal'", name="scipy.signal"))
    assert said.startswith("The package 'scipy' is not installed: it comes with the extra 'train'.")
    assert said.endswith('In the project folder: pip install -e ".[cpu,train]"')
    assert missing_package(ModuleNotFoundError("x", name="soxr")).endswith('pip install -e ".[cpu]"')


def test_the_two_runtimes_are_never_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "1.31")
    assert install_hint("train").endswith('".[gpu,train]"')


@pytest.mark.slow
@pytest.mark.parametrize("package", ["models", "export"])
def test_help_needs_nothing_but_python(package: str) -> None:
    code = (
        f"import sys, {package}.cli as c\n"
        "c.TOOL.main(['--help'])\n"
        "ours = {'desktop_app', 'export', 'models'}\n"
        "names = {name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - ours\n"
        "print(sorted(name for name in names if not name.startswith('__') and name != '_distutils_hack'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "missing", "call"),
    [
        ("models", "scipy", ["evaluate", "--model", "{model}", "--corpus", "emodb=."]),
        ("models", "yaml", ["train", "x.yaml", "--out", "{out}"]),
        ("export", "onnx", ["torch", ".", "--out", "x.onnx"]),
        ("export", "onnx", ["quantize", "{model}", "--out", "x.onnx"]),
        ("export", "torch", ["torch", ".", "--out", "x.onnx"]),
    ],
)
def test_a_missing_package_is_one_sentence(
    package: str, missing: str, call: list[str], tmp_path: Path
) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"none")
    call = [part.format(model=model, out=tmp_path / "out") for part in call]
    done = run_without({missing}, package, *call)
    assert done.returncode == 1, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"emoscope-{package}: The package '{missing}' is not installed")
    assert "the extra 'train'" in last
    assert 'pip install -e ".[cpu,train]"' in last
    assert "Traceback" not in done.stderr
