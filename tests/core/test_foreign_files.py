"""What others made is called what it is, and never fills the memory."""

from __future__ import annotations

import contextlib
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.foreign_files import (
    ArchiveError,
    ReadError,
    check_archive,
    check_impostor,
    impostor,
    read_arrays,
    read_regular,
)

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (POINTER, "a Git LFS pointer"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"\n  <html lang='en'>", "a web page"),
        (b"\xef\xbb\xbf<!doctype HTML>", "a web page"),
        (b"<!-- saved --><!DOCTYPE html><html>", "a web page"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "a web page"),
        (b"<svg>", ""),
        (b"PK\x03\x04", ""),
        (b"", ""),
    ],
)
def test_what_lies_in_the_place_of_weights_is_called_by_its_name(head: bytes, name: str) -> None:
    found = impostor(head)
    assert (found.name if found else "").startswith(name)
    assert (found is None) == (not name)


def test_an_impostor_is_refused_with_its_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(POINTER)
    with pytest.raises(ReadError, match=r"The weights .*weights\.pt are a Git LFS pointer") as caught:
        check_impostor(path, "weights")
    assert "git lfs pull" in caught.value.hint
    assert caught.value.code == "read.lfs_pointer"
    check_impostor(tmp_path / "missing", "weights")


def test_a_small_file_is_read_and_a_large_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(b"12345")
    assert read_regular(path, 5, "list") == b"12345"
    with pytest.raises(ReadError, match="too large"):
        read_regular(path, 4, "list")
    with pytest.raises(ReadError, match="does not exist"):
        read_regular(tmp_path / "missing", 4, "list")
    with pytest.raises(ReadError, match="is a folder"):
        read_regular(tmp_path, 4, "list")
    with pytest.raises(ReadError, match="its name is not valid"):
        read_regular(Path("a\0b"), 4, "list")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names")
def test_what_may_never_end_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), Path("/dev/stdin")):
        if path.exists() and not path.is_file():
            with pytest.raises(ReadError, match="not a regular file"):
                read_regular(path, 10, "list")


def test_an_archive_of_numbers_passes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "a.npz", a=rng.normal(size=(10, 10)), b=np.array(["x", "yy"]), c=np.zeros((0, 3)))
    np.savez_compressed(tmp_path / "b.npz", zeros=np.zeros(1_000_000), objects=np.array([None, 1]))
    for name in ("a.npz", "b.npz"):
        check_archive(tmp_path / name, "cache")


def test_an_archive_that_unfolds_to_gigabytes_is_refused_before_it_does(tmp_path: Path) -> None:
    path = tmp_path / "bomb.skops"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.npy", "w") as out,
    ):
        for _ in range(300):
            out.write(bytes(1_000_000))
    with pytest.raises(ArchiveError, match=r"would unfold from 1\.\d MB to 300\.0 MB"):
        check_archive(path, "pipeline")


def test_a_limit_of_ones_own_holds_for_small_archives_too(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.zeros(1000))
    with pytest.raises(ArchiveError):
        check_archive(tmp_path / "a.npz", "cache", most=5000)


@pytest.mark.parametrize("shape", [(10**12,), (10**6, 10**6), (3, 4)])
def test_an_array_that_claims_more_numbers_than_it_has_is_refused(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = tmp_path / "a.npz"
    header = repr({"descr": "<f8", "fortran_order": False, "shape": shape}).ljust(117).encode() + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00\x76\x00" + header + bytes(88))
    with pytest.raises(ArchiveError, match="claims"):
        check_archive(path, "cache")


def test_a_broken_archive_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, a=np.zeros(1000))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ReadError, match="cut off or damaged"):
        check_archive(path, "cache")


@pytest.mark.parametrize("byte", [0x00, 0x55, 0xFF])
def test_damage_in_the_midst_of_an_archive_is_a_sentence(tmp_path: Path, byte: int) -> None:
    whole, damaged = tmp_path / "whole.npz", tmp_path / "damaged.npz"
    np.savez_compressed(whole, numbers=np.random.default_rng(0).integers(0, 9, 5000))
    content = whole.read_bytes()
    for place in range(0, len(content), 40):
        damaged.write_bytes(content[:place] + bytes([byte] * 4) + content[place + 4 :])
        for read in (check_archive, read_arrays):
            with contextlib.suppress(ReadError):  # by luck it may not matter
                read(damaged, "archive of answers")
