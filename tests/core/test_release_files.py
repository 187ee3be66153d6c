"""What a release is installed from: each file pinned by its hash, and the model by its own."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from desktop_app.inference import shipped
from desktop_app.inference.errors import ModelError
from desktop_app.inference.package import load_package
from desktop_app.inference.shipped import SHIPPED, is_shipped

ROOT = Path(__file__).parents[2]
ZOO = ROOT / "models" / "zoo"


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, tuple[str, int]]:
    """Version, and number of hashes, of each package of requirements.lock."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([\w.-]+)==([\w.+-]+)", line):
            name = plain(match[1])
            found[name] = (match[2], 0)
        elif re.match(r"\s+--hash=sha256:[0-9a-f]{64}( \\)?$", line):
            found[name] = (found[name][0], found[name][1] + 1)
    return found


def test_the_lock_has_what_an_ordinary_installation_needs_at_the_versions_that_were_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["cpu"]]
    lock = locked()
    names = {plain(re.split(r"[\s<>=!~;\[]", entry, maxsplit=1)[0]) for entry in needed}
    assert names <= lock.keys(), "run: sh scripts/make-lock.sh"
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    )
    tested = {plain(name): version for name, version in pins.items()}
    for name, (version, hashes) in lock.items():
        assert tested.get(name, version) == version, "run: sh scripts/make-lock.sh"
        assert hashes >= 1, name


def test_the_shipped_model_is_the_one_that_the_program_knows() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in ZOO.glob("*.onnx")}
    assert found == dict(SHIPPED)
    card = (ZOO / "README.md").read_text(encoding="utf-8")
    assert all(sha256 in card for sha256 in SHIPPED.values())


def test_a_changed_file_in_the_place_of_the_shipped_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = SHIPPED
    path = tmp_path / name
    path.write_bytes((ZOO / name).read_bytes()[:-1] + b"\0")
    monkeypatch.setattr(shipped, "ZOO", tmp_path)
    with pytest.raises(ModelError, match="not the model that this version of the program") as caught:
        load_package(path)
    assert "install the program again" in caught.value.hint
    assert caught.value.code == "model.not_the_shipped"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n")
    with pytest.raises(ModelError, match="Git LFS pointer"):
        load_package(path)


def test_a_copy_elsewhere_is_known_and_a_model_of_that_name_elsewhere_is_not(tmp_path: Path) -> None:
    (name, sha256), *_ = SHIPPED.items()
    assert is_shipped(tmp_path / "copy.onnx", sha256)
    assert not is_shipped(tmp_path / name, "0" * 64)
