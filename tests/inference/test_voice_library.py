"""The voices that a person keeps: saved, listed, renamed, deleted for good or only for a moment."""

from __future__ import annotations

import stat
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from made_up_voice import RNG, model, speech_of

from desktop_app.inference.voice_library import (
    PLACE_VARIABLE,
    VoiceLibrary,
    free_name,
    name_problem,
    voices_folder,
)
from desktop_app.inference.voice_profile import VoiceProfile, VoiceProfileError
from desktop_app.inference.voice_profile_file import save_profile


@pytest.fixture
def profile() -> VoiceProfile:
    answers = RNG.dirichlet(np.full(4, 0.2), 40)
    return VoiceProfile.build(model(), speech_of(model(), 0.3), RNG.uniform(1, 4, 40), answers)


@pytest.fixture
def library(tmp_path: Path) -> VoiceLibrary:
    return VoiceLibrary(tmp_path / "voices")


def names(library: VoiceLibrary) -> list[str]:
    return [voice.name for voice in library.voices()]


def test_the_environment_may_name_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PLACE_VARIABLE, str(tmp_path))
    assert voices_folder() == tmp_path
    monkeypatch.delenv(PLACE_VARIABLE)
    assert voices_folder().name == "voices"


def test_there_is_none_at_first_and_asking_makes_no_folder(library: VoiceLibrary) -> None:
    assert library.voices() == []
    assert not library.folder.exists()


def test_a_voice_is_kept_for_its_owner_alone_and_found_again(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    path = library.save("Ana María", profile)
    assert names(library) == ["Ana María"]
    assert library.load("Ana María", model()).seconds == profile.seconds
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_order_is_that_of_names_whatever_their_capitals(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    for name in ("bob", "Ana", "Zoe", "carl"):
        library.save(name, profile)
    assert names(library) == ["Ana", "bob", "carl", "Zoe"]


def test_a_name_that_is_taken_is_refused_and_the_voice_stays(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    library.save("Ana", profile)
    with pytest.raises(VoiceProfileError, match="a voice 'ana' already"):
        library.save("ana", VoiceProfile(model()))
    assert library.load("Ana", model()).seconds == profile.seconds
    library.save("Ana", VoiceProfile(model()), replace=True)
    assert library.load("Ana", model()).seconds == 0


@pytest.mark.parametrize(
    "name", ["", "  ", "a/b", "..", "con\nsole", "x" * 61, "a:b", ".hidden", "日" * 80, "\udcff"]
)
def test_a_name_that_no_file_can_have_is_refused(
    library: VoiceLibrary, profile: VoiceProfile, name: str
) -> None:
    assert name_problem(name)
    with pytest.raises(VoiceProfileError):
        library.save(name, profile)
    assert not library.folder.exists()


def test_a_voice_can_be_renamed_also_in_its_capitals_alone(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    library.save("Ana", profile)
    library.save("Bob", profile)
    library.rename("Ana", "ana")
    library.rename("ana", "Eve")
    assert names(library) == ["Bob", "Eve"]
    with pytest.raises(VoiceProfileError, match="already"):
        library.rename("Eve", "bob")
    with pytest.raises(VoiceProfileError, match="not there any more"):
        library.rename("Ana", "Mia")


def test_a_deleted_voice_is_gone_from_the_disk_and_can_be_brought_back(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    path = library.save("Ana", profile)
    content = path.read_bytes()
    deleted = library.delete("Ana")
    assert list(library.folder.iterdir()) == []
    library.restore(deleted)
    assert path.read_bytes() == content


def test_one_is_taken_in_from_elsewhere_under_a_name_that_is_free(
    library: VoiceLibrary, profile: VoiceProfile, tmp_path: Path
) -> None:
    save_profile(profile, tmp_path / "Ana.profile")
    assert library.take_in(tmp_path / "Ana.profile") == "Ana"
    assert library.take_in(tmp_path / "Ana.profile") == "Ana 2"
    library.export("Ana 2", tmp_path / "out.profile")
    assert (tmp_path / "out.profile").read_bytes() == (tmp_path / "Ana.profile").read_bytes()
    (tmp_path / "bad.profile").write_text("{}")
    with pytest.raises(VoiceProfileError, match="refused as a voice profile"):
        library.take_in(tmp_path / "bad.profile")
    assert names(library) == ["Ana", "Ana 2"]


def test_letters_composed_in_another_way_are_the_same_name(
    library: VoiceLibrary, profile: VoiceProfile, tmp_path: Path
) -> None:
    path = library.save("Zoë", profile)
    content = path.read_bytes()
    apart = unicodedata.normalize("NFD", "Zoë")  # as names of files from macOS are
    save_profile(VoiceProfile(model()), tmp_path / f"{apart}.profile")
    assert library.take_in(tmp_path / f"{apart}.profile") == "Zoë 2"
    assert path.read_bytes() == content
    path.rename(library.folder / f"{apart}.profile")
    assert library.load(apart, model()).seconds == profile.seconds
    with pytest.raises(VoiceProfileError, match="already"):
        library.save("Zoë", profile)


@pytest.mark.parametrize("letter", ["x", "日"])
def test_a_long_name_makes_room_for_the_number_behind_it(
    library: VoiceLibrary, profile: VoiceProfile, tmp_path: Path, letter: str
) -> None:
    source = tmp_path / f"{letter * 70}.profile"
    save_profile(profile, source)
    first, second = library.take_in(source), library.take_in(source)
    assert second == f"{letter * 58} 2"
    assert names(library) == sorted((first, second))


def test_a_broken_file_is_listed_with_what_is_wrong_and_hides_no_other(
    library: VoiceLibrary, profile: VoiceProfile
) -> None:
    library.save("Ana", profile)
    (library.folder / "Bad.profile").write_text("no JSON")
    (library.folder / "note.txt").write_text("mine")
    good, bad = library.voices()
    assert good.stored is not None
    assert not good.problem
    assert bad.stored is None
    assert "refused" in bad.problem
    library.delete("Bad")
    assert names(library) == ["Ana"]


def test_numbers_are_put_behind_names_that_are_taken() -> None:
    assert free_name("Ana", []) == "Ana"
    assert free_name("Ana", ["ana", "Ana 2"]) == "Ana 3"


@pytest.mark.skipif(sys.platform == "win32", reason="folders are protected otherwise there")
def test_where_nothing_can_be_written_a_sentence_says_so(profile: VoiceProfile, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    library = VoiceLibrary(tmp_path / "file" / "voices")
    with pytest.raises(VoiceProfileError):
        library.save("Ana", profile)
