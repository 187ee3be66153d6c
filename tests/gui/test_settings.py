"""What is remembered between runs, whatever happened to the file."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.state.settings import DECLARATIONS, VERSION, Settings, checked, default_of
from desktop_app.gui.state.settings_file import export, from_data, load, read_export, save


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "window.json"
    settings = Settings(
        geometry=(10, 20, 1200, 800),
        device="Mic",
        host_api="ALSA",
        model="/models/a.onnx",
        theme="dark",
        recent_models=["/models/a.onnx"],
    )
    settings.backend = "pyaudio"
    assert save(settings, path)
    assert load(path) == settings
    assert json.loads(path.read_text())["version"] == VERSION
    assert [entry.name for entry in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b"\xff\xfe\x00", b'{"geometry": "wide"}', b"[" * 100_000]
)
def test_a_broken_file_means_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    assert load(path) == Settings()


@pytest.mark.parametrize("name", DECLARATIONS)
def test_every_setting_has_a_default_that_it_takes_itself(name: str) -> None:
    about = DECLARATIONS[name]
    stored = json.loads(json.dumps(default_of(name)))
    assert checked(name, stored) == default_of(name)
    assert 1 <= about.since <= VERSION
    assert bool(about.title and about.help) == bool(about.group)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("min_level_dbfs", -81),
        ("min_level_dbfs", float("nan")),
        ("provider", "tpu"),
        ("channel", "each"),
        ("adapt", 1),
        ("labels", ["happy"]),
        ("welcomed", -1),
        ("shortcuts", ["Ctrl+O"]),
    ],
)
def test_what_is_out_of_a_settings_range_is_refused_and_the_range_told(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        checked(name, wrong)
    settings = from_data({"version": VERSION, name: wrong, "theme": "dark"})
    assert settings == Settings(theme="dark")
    assert (DECLARATIONS[name].title or name) in settings.problem


VERSION_1 = {
    "version": 1,
    "geometry": [5, 6, 1000, 700],
    "device": "Mic",
    "host_api": "ALSA",
    "model": "/models/a.onnx",
    "theme": "light",
    "recent_models": ["/models/a.onnx"],
    "unproven_model": "/models/b.onnx",
    "backend": "pyaudio",
    "channel": "2",
    "adapt": False,
    "labels": ["happy", "sad"],
    "detector": "energy",
    "keep_sessions": False,
    "keep_session_sound": True,
    "told_of_sessions": True,
    "recent_recordings": ["/talk.wav"],
}
"""Everything that version 1 wrote, none of it as usual."""


def test_nothing_of_version_1_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text(json.dumps(VERSION_1))
    settings = load(path)
    assert save(settings, path)
    again = load(path)
    assert again == settings
    assert settings.problem == ""
    for name, value in VERSION_1.items():
        if name != "version":
            assert json.loads(json.dumps(getattr(again, name))) == value, name


def test_what_is_as_usual_is_not_written_so_that_better_defaults_arrive(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    save(Settings(theme="dark"), path)
    assert json.loads(path.read_text()) == {"version": VERSION, "theme": "dark"}


class TestExport:
    def test_what_was_chosen_comes_back_and_what_is_only_remembered_stays_out(self, tmp_path: Path) -> None:
        chosen = Settings(theme="dark", shortcuts={"freeze": "Q"}, device="Mic", host_api="ALSA")
        chosen.recent_recordings = ["/secret/talk.wav"]
        path = tmp_path / "out.json"
        export(chosen, path)
        values, problem = read_export(path)
        assert problem == ""
        assert {name: values[name] for name in ("theme", "shortcuts", "device", "host_api")} == {
            "theme": "dark",
            "shortcuts": {"freeze": "Q"},
            "device": "Mic",
            "host_api": "ALSA",
        }
        assert "secret" not in path.read_text()

    def test_one_bad_value_is_told_and_the_others_are_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "edited.json"
        path.write_text(json.dumps({"version": VERSION, "theme": "plaid", "adapt": False}))
        values, problem = read_export(path)
        assert values == {"adapt": False}, "what the file does not name, or not rightly, stays as it is"
        assert "“Theme”" in problem

    def test_names_that_are_no_settings_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "edited.json"
        path.write_text(json.dumps({"version": VERSION, "theme": "dark", "telepathy": True}))
        values, problem = read_export(path)
        assert values == {"theme": "dark"}
        assert "“telepathy”" in problem
        path.write_text(json.dumps({"version": VERSION, "theme": "plaid"}))
        with pytest.raises(EmoscopeError, match="Nothing in 'edited\\.json' can be used"):
            read_export(path)

    @pytest.mark.parametrize("content", ["{", "[]", '{"version": 2}', '{"name": "somebody"}'])
    def test_another_file_is_refused(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "other.json"
        path.write_text(content)
        with pytest.raises(EmoscopeError, match=r"other\.json") as told:
            read_export(path)
        assert told.value.code == "settings.not_settings"


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Settings()
    assert load(tmp_path) == Settings()


def test_a_file_without_a_version_is_brought_forward() -> None:
    assert from_data({"width": 1000, "height": 700, "dark": True, "device": "Mic"}) == Settings(
        geometry=(0, 0, 1000, 700), device="Mic", theme="dark"
    )


def test_a_file_from_the_future_is_read_as_far_as_it_is_understood() -> None:
    assert from_data({"version": 99, "theme": "dark", "holograms": 3}) == Settings(theme="dark")


def test_one_bad_value_does_not_cost_the_others() -> None:
    data = {"version": VERSION, "theme": "plaid", "geometry": [0, 0, 9, 9], "device": "Mic", "model": 5}
    assert from_data(data) == Settings(device="Mic")


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    [
        "version",
        "geometry",
        "device",
        "host_api",
        "model",
        "theme",
        "recent_models",
        "width",
        "height",
        "dark",
    ]
)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.dictionaries(names, json_values))
def test_no_content_ever_crashes(data: dict[str, Any]) -> None:
    assert isinstance(from_data(data), Settings)


def test_a_place_that_cannot_be_written_is_no_crash(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    assert not save(Settings(), blocker / "window.json")


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes are files on POSIX")
class TestWhatIsNoFileOfSettings:
    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
    def test_a_device_is_not_read_and_not_written_to(self, tmp_path: Path, device: str) -> None:
        path = tmp_path / "window.json"
        path.symlink_to(device)
        settings = load(path)
        assert settings == Settings()
        assert "not a regular file" in settings.problem
        assert not save(settings, path)
        assert path.is_symlink()

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        path = tmp_path / "window.json"
        os.mkfifo(path)
        begun = time.monotonic()
        settings = load(path)
        assert "not a regular file" in settings.problem
        assert not save(settings, path)
        assert time.monotonic() - begun < 2.0

    def test_something_huge_is_not_read_and_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "window.json"
        with path.open("wb") as file:
            file.truncate(2**32)
        settings = load(path)
        assert "larger than 256 KB" in settings.problem
        assert save(settings, path)
        assert (tmp_path / "window.json.unusable").stat().st_size == 2**32
        assert load(path).problem == ""


def test_a_damaged_file_is_told_and_kept_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"theme": "da')
    settings = load(path)
    assert "damaged" in settings.problem
    assert save(settings, path)
    assert (tmp_path / "window.json.unusable").read_text() == '{"theme": "da'
    assert json.loads(path.read_text())["version"] == VERSION


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    for content in ("{1", "{2"):
        path.write_text(content)
        settings = load(path)
        assert settings.aside in settings.problem
        assert save(settings, path)
    kept = sorted(each.read_text() for each in tmp_path.glob("*.unusable*"))
    assert kept == ["{1", "{2"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    target, path = tmp_path / "dotfiles.json", tmp_path / "window.json"
    target.write_text("{}")
    path.symlink_to(target)
    assert save(Settings(theme="dark"), path)
    assert path.is_symlink()
    assert json.loads(target.read_text())["theme"] == "dark"


def test_what_a_newer_version_wrote_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text(json.dumps({"version": 99, "theme": "dark", "holograms": {"on": [1, 2]}}))
    settings = load(path)
    settings.device = "Mic"
    assert save(settings, path)
    data = json.loads(path.read_text())
    assert (data["version"], data["holograms"]) == (99, {"on": [1, 2]})
    assert (data["theme"], data["device"]) == ("dark", "Mic")
