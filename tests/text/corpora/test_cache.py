from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from harnn.text.corpora.cache import cache_folder, cached_dataset

SCHEMA = pa.schema({"text": pa.string()})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Source:
    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> Iterator[pa.RecordBatch]:
        self.reads += 1
        for start in (0, 2):
            yield pa.record_batch({"text": [f"row {start}", f"row {start + 1}"]}, schema=SCHEMA)


def test_the_folder_is_the_one_the_environment_names(cache: Path) -> None:
    assert cache_folder() == cache


def test_rows_are_made_once_and_then_read_from_the_file() -> None:
    source = Source()
    first = cached_dataset("rows", {"version": 1}, SCHEMA, source)
    second = cached_dataset("rows", {"version": 1}, SCHEMA, source)
    assert source.reads == 1
    assert first["text"][:] == second["text"][:] == ["row 0", "row 1", "row 2", "row 3"]


def test_another_key_is_another_file() -> None:
    source = Source()
    cached_dataset("rows", {"version": 1}, SCHEMA, source)
    cached_dataset("rows", {"version": 2}, SCHEMA, source)
    assert source.reads == 2


def test_a_file_cut_anywhere_is_logged_and_written_again(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source()
    cached_dataset("rows", {}, SCHEMA, source)
    (file,) = cache.rglob("*.arrow")
    whole = file.read_bytes()
    for cut in range(0, len(whole), 8):
        # A new file: what is memory-mapped must not be changed under its readers.
        file.unlink()
        file.write_bytes(whole[:cut])
        with caplog.at_level(logging.WARNING):
            caplog.clear()
            again = cached_dataset("rows", {}, SCHEMA, source)
        assert "damaged" in caplog.text
        assert len(again) == 4
    assert file.read_bytes() == whole


def test_rows_that_fail_to_come_leave_nothing_behind(cache: Path) -> None:
    def failing() -> Iterator[pa.RecordBatch]:
        yield from Source()()
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        cached_dataset("rows", {}, SCHEMA, failing)
    assert [file for file in cache.rglob("*") if file.is_file()] == []


def test_a_reader_keeps_its_rows_when_another_process_replaces_the_file(cache: Path) -> None:
    mine = cached_dataset("rows", {}, SCHEMA, Source())
    (file,) = cache.rglob("*.arrow")
    theirs = file.with_suffix(".other")
    theirs.write_bytes(b"something else")
    theirs.replace(file)
    assert mine["text"][:] == ["row 0", "row 1", "row 2", "row 3"]
