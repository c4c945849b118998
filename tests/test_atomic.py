from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harnn.atomic import atomic_file, atomic_folder, check_writable

FAILURES = [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError()]


def _fail_writing(path: Path, failure: BaseException) -> None:
    path.write_text("half")
    raise failure


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


# Files ----------------------------------------------------------------------------------------


def test_a_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "scores.json"
    with atomic_file(target) as temporary:
        assert temporary.parent == target.parent
        assert temporary.suffix == ".json"
        temporary.write_text("{}")
        assert not target.exists()
    assert target.read_text() == "{}"
    assert _names(target.parent) == ["scores.json"]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "scores.json"
    target.write_text("old")
    with atomic_file(str(target)) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, failure: BaseException
) -> None:
    target = tmp_path / "scores.json"
    target.write_text("old")
    with pytest.raises(type(failure)), atomic_file(target) as temporary:
        _fail_writing(temporary, failure)
    assert target.read_text() == "old"
    assert _names(tmp_path) == ["scores.json"]


def test_a_file_that_cannot_take_its_place_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"), atomic_file(tmp_path / "a.txt") as path:
        path.write_text("whole")
    assert _names(tmp_path) == []


@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_file_has_the_permissions_of_any_new_file(
    tmp_path: Path, mask: int, expected: int
) -> None:
    with _umask(mask):
        with atomic_file(tmp_path / "a.txt") as temporary:
            temporary.write_text("x")
        (tmp_path / "b.txt").write_text("x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.txt", "b.txt")}
    assert modes == {expected}


# Folders --------------------------------------------------------------------------------------


def test_a_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "runs" / "model"
    with atomic_folder(target) as temporary:
        (temporary / "model.json").write_text("{}")
        assert not target.exists()
    assert _names(target) == ["model.json"]
    assert _names(target.parent) == ["model"]


def test_an_older_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "old.txt").write_text("old")
    with atomic_folder(target) as temporary:
        (temporary / "new.txt").write_text("new")
        assert _names(target) == ["old.txt"]
    assert _names(target) == ["new.txt"]
    assert _names(tmp_path) == ["model"]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_leaves_the_older_folder_and_nothing_else(
    tmp_path: Path, failure: BaseException
) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "old.txt").write_text("old")
    with pytest.raises(type(failure)), atomic_folder(target) as temporary:
        _fail_writing(temporary / "half.txt", failure)
    assert _names(target) == ["old.txt"]
    assert _names(tmp_path) == ["model"]


def test_a_folder_that_cannot_take_its_place_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "old.txt").write_text("old")
    replace = os.replace

    def refuse_the_new(source: Path, destination: Path) -> None:
        if (Path(source) / "new.txt").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, destination)

    monkeypatch.setattr(os, "replace", refuse_the_new)
    with pytest.raises(OSError, match="No space left"), atomic_folder(target) as temporary:
        (temporary / "new.txt").write_text("new")
    assert (target / "old.txt").read_text() == "old"
    assert _names(tmp_path) == ["model"]


def test_a_folder_has_the_permissions_of_any_new_folder(tmp_path: Path) -> None:
    with _umask(0o022):
        with atomic_folder(tmp_path / "a"):
            pass
        (tmp_path / "b").mkdir()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "b")}
    assert modes == {0o755}


def test_a_path_below_folders_that_are_not_there_yet_can_be_written(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "newer" / "scores.json")
    assert list(tmp_path.iterdir()) == []


def test_a_path_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="cannot be written, as this is a file"):
        check_writable(tmp_path / "file" / "folder" / "scores.json")
