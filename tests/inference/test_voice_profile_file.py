"""A voice on disk: what is kept of it, and which files are refused."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from made_up_voice import RNG, model, speech_of

from desktop_app.inference.voice_profile import VoiceProfile, VoiceProfileError
from desktop_app.inference.voice_profile_file import load_profile, read_profile, save_profile


class TestTheFile:
    @pytest.fixture
    def profile(self) -> VoiceProfile:
        answers = RNG.dirichlet(np.full(4, 0.2), 40)
        return VoiceProfile.build(model(), speech_of(model(), 0.3), RNG.uniform(1, 4, 40), answers)

    def test_what_is_read_is_what_was_written_and_goes_on_learning(
        self, profile: VoiceProfile, tmp_path: Path
    ) -> None:
        save_profile(profile, tmp_path / "me.profile")
        again = load_profile(tmp_path / "me.profile", model())
        assert (again.seconds, again.segments) == (profile.seconds, profile.segments)
        more = speech_of(model(), 0.5, 1)[0]
        assert again.moods == profile.moods
        assert profile.moods > 0
        for one in (profile, again):
            one.update(more, 3.0, [0.7, 0.1, 0.1, 0.1])
        assert again.moods == profile.moods
        assert np.array_equal(again.statistics().mean, profile.statistics().mean)
        assert np.array_equal(again.statistics().std, profile.statistics().std)

    def test_it_is_small_alone_and_for_its_owner(self, profile: VoiceProfile, tmp_path: Path) -> None:
        save_profile(profile, tmp_path / "me.profile")
        assert [path.name for path in tmp_path.iterdir()] == ["me.profile"]
        if sys.platform != "win32":
            assert stat.S_IMODE((tmp_path / "me.profile").stat().st_mode) == 0o600
        kept = json.loads((tmp_path / "me.profile").read_text(encoding="utf-8"))
        assert set(kept) == {
            "kind", "format_version", "model", "saved", "segments", "seconds", "weight", "mean", "scatter",
            "moods",
        }  # fmt: skip

    def test_a_profile_of_another_model_is_refused(self, profile: VoiceProfile, tmp_path: Path) -> None:
        path = tmp_path / "me.profile"
        save_profile(profile, path)
        with pytest.raises(VoiceProfileError) as caught:
            load_profile(path, model("b" * 64, "other"))
        assert caught.value.message.endswith("was made with the model 'net', not 'other'.")
        with pytest.raises(VoiceProfileError, match="made with another version of the model 'net'"):
            load_profile(path, model("b" * 64))

    def test_where_it_cannot_be_written_the_old_one_stays(
        self, profile: VoiceProfile, tmp_path: Path
    ) -> None:
        with pytest.raises(VoiceProfileError, match=r"The voice profile '.*' cannot be written: the folder"):
            save_profile(profile, tmp_path / "nowhere" / "me.profile")

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"kind": "something"}, "does not say that it is"),
            ({"format_version": 1}, "not version 3"),
            ({"moods": None}, "missing or damaged"),
            ({"seconds": 1e200}, "missing or damaged"),
            ({"segments": 3.7}, "missing or damaged"),
            ({"segments": 0}, "missing or damaged"),
            ({"segments": 10**30}, "missing or damaged"),
            ({"saved": "\x1b[2J"}, "missing or damaged"),
            ({"moods": {"weight": 1.0, "count": 1, "mean": [1, -1], "squares": [1]}}, "missing or damaged"),
            ({"moods": {"weight": 1.0, "count": 1, "mean": [1, 1], "squares": [1, 1]}}, "missing or damaged"),
            (
                {"moods": {"weight": 1.0, "count": 1, "mean": [2, -2], "squares": [1, 1]}},
                "missing or damaged",
            ),
            (
                {"moods": {"weight": 1.0, "count": 1, "mean": [0, 0], "squares": [1e9, 1e9]}},
                "missing or damaged",
            ),
            (
                {"moods": {"weight": 1e9, "count": 1, "mean": [1, -1], "squares": [1, 1]}},
                "missing or damaged",
            ),
            (
                {"moods": {"weight": 0.0, "count": 1, "mean": [1, -1], "squares": [1, 1]}},
                "missing or damaged",
            ),
            (
                {"moods": {"weight": 1.0, "count": 1e9, "mean": [1, -1], "squares": [1, 1]}},
                "missing or damaged",
            ),
            ({"mean": "AAA"}, "missing or damaged"),
            ({"mean": "AAAAAAAA8H8="}, "missing or damaged"),  # infinity
            ({"seconds": None}, "missing or damaged"),
            ({"seconds": 1e999}, "missing or damaged"),
            ({"weight": -1.0}, "missing or damaged"),
            ({"model": {"name": "net"}}, "missing or damaged"),
        ],
    )
    def test_one_that_is_damaged_is_refused(
        self, profile: VoiceProfile, tmp_path: Path, change: dict[str, object], why: str
    ) -> None:
        path = tmp_path / "me.profile"
        save_profile(profile, path)
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        with pytest.raises(VoiceProfileError, match=why):
            read_profile(path)

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"{}"])
    def test_any_other_file_is_refused_in_one_sentence(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "me.profile"
        path.write_bytes(content)
        with pytest.raises(VoiceProfileError, match=r"me.profile' is refused as a voice profile: ") as caught:
            load_profile(path, model())
        assert caught.value.message.count(". ") == 0
        assert "emoscope profile build" in caught.value.hint

    @pytest.mark.parametrize(
        ("content", "says", "code"),
        [
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS", "lfs_pointer"),
            (b"<!DOCTYPE html><html></html>", "a web page", "web_page"),
        ],
    )  # fmt: skip
    def test_what_lies_in_its_place_is_called_what_it_is(
        self, tmp_path: Path, content: bytes, says: str, code: str
    ) -> None:
        path = tmp_path / "me.profile"
        path.write_bytes(content)
        with pytest.raises(VoiceProfileError, match=f"me.profile' is {says}") as caught:
            read_profile(path)
        assert caught.value.code == f"profile.{code}"

    def test_one_cut_off_one_too_large_a_folder_and_none_are_told(
        self, profile: VoiceProfile, tmp_path: Path
    ) -> None:
        path = tmp_path / "me.profile"
        save_profile(profile, path)
        path.write_bytes(path.read_bytes()[:100])
        with pytest.raises(VoiceProfileError, match="cut off"):
            read_profile(path)
        path.write_bytes(b" " * 5_000_000)
        with pytest.raises(VoiceProfileError, match="too large"):
            read_profile(path)
        with pytest.raises(VoiceProfileError, match="is a folder"):
            read_profile(tmp_path)
        with pytest.raises(VoiceProfileError, match="does not exist"):
            read_profile(tmp_path / "none")
