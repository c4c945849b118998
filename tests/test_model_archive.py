"""A folder that is not as it was written is refused, and told what is wrong."""

import json
import subprocess

import pytest

from harnn.errors import ModelFolderError
from harnn.model_archive import read_archive, write_archive


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "model"
    write_archive(path, "mean", 1, {"of": "x"}, lambda made: (made / "mean.txt").write_text("0.5"))
    return path


def altered(folder, **changes):
    index = folder / "model.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | changes))


def test_what_was_written_is_read(folder):
    assert read_archive(folder, ("sum", "mean"), 1)["of"] == "x"


def test_those_without_the_package_can_check_a_folder(folder):
    def checked() -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip

    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert checked().returncode == 0
    assert checked().stdout.count(": OK\n") == len(names - {"SHA256SUMS"})
    altered(folder, version=2)
    assert "model.json: FAILED" in checked().stdout


def test_a_model_of_another_format_is_not_overwritten(folder):
    with pytest.raises(FileExistsError, match="model holds a mean, not a sum: it is not overwrit"):
        write_archive(folder, "sum", 1, {}, lambda made: None)
    assert (folder / "mean.txt").read_text() == "0.5"
    write_archive(folder, "mean", 1, {"of": "z"}, lambda made: None)
    assert read_archive(folder, "mean", 1)["of"] == "z"


def test_an_edited_description_is_refused(folder):
    altered(folder, of="y")
    with pytest.raises(ModelFolderError, match=r"model\.json: altered since it was saved"):
        read_archive(folder, "mean", 1)


def test_a_description_without_its_digest_is_refused(folder):
    index = folder / "model.json"
    description = json.loads(index.read_text())
    del description["digest"]
    index.write_text(json.dumps(description))
    with pytest.raises(ModelFolderError, match=r"model\.json: damaged: KeyError.*digest"):
        read_archive(folder, "mean", 1)


def test_digests_that_were_made_to_fit_do_not_hide_a_missing_one(folder):
    altered(folder, files={})
    with pytest.raises(ModelFolderError, match=r"model\.json: altered"):
        read_archive(folder, "mean", 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "median"}, "format 'median', expected 'mean'"),
        ({"version": 7}, "version 7, this harnn reads version 1"),
    ],
)
def test_another_format_or_version_is_named(folder, changes, message):
    altered(folder, **changes)
    with pytest.raises(ModelFolderError, match=message):
        read_archive(folder, "mean", 1)


def test_files_in_folders_are_known_too(tmp_path):
    def write(folder):
        (folder / "inner").mkdir()
        (folder / "inner" / "mean.txt").write_text("0.5")

    write_archive(tmp_path / "model", "mean", 1, {}, write)
    assert list(read_archive(tmp_path / "model", "mean", 1)["files"]) == ["inner/mean.txt"]
    (tmp_path / "model" / "inner" / "mean.txt").write_text("0.6")
    with pytest.raises(ModelFolderError, match=r"inner/mean\.txt: truncated or altered"):
        read_archive(tmp_path / "model", "mean", 1)


@pytest.mark.parametrize("damage", ["missing", "truncated", "grown"])
def test_a_damaged_file_is_named(folder, damage):
    file = folder / "mean.txt"
    if damage == "missing":
        file.unlink()
    else:
        file.write_text("0." if damage == "truncated" else "0.55")
    with pytest.raises(ModelFolderError, match=r"mean\.txt"):
        read_archive(folder, "mean", 1)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "\ud800"])
def test_a_description_that_is_none_is_refused(folder, text):
    (folder / "model.json").write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(ModelFolderError, match=r"model\.json: damaged"):
        read_archive(folder, "mean", 1)
