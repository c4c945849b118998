from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import ConfigError, DataError
from harnn.text.corpora.readers import reader_of
from harnn.text.corpora.tabular import read_file, read_files, read_folder

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@settings(deadline=None, max_examples=50)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
@pytest.mark.parametrize("kind", [".csv", ".tsv", ".jsonl", ".json", ".parquet"])
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, kind: str, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("files") / f"corpus{kind}"
    frame = pd.DataFrame(rows, columns=["text", "l1", "l2"])
    if kind in (".csv", ".tsv"):
        frame.to_csv(path, index=False, quoting=1, sep="," if kind == ".csv" else "\t")
    elif kind == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=kind == ".jsonl")
    split = read_file(path)
    assert list(split.texts) == [row[0] for row in rows]
    assert split.labels.tolist() == [list(row[1:]) for row in rows]


def test_cells_such_as_na_are_strings(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,l1,l2\nNA,null,NaN\nNone,1.50,2019-01-01\n")
    split = read_file(path)
    assert list(split.texts) == ["NA", "None"]
    assert split.labels.tolist() == [["null", "NaN"], ["1.50", "2019-01-01"]]


def test_an_empty_csv_cell_means_what_the_option_says(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,l1,l2\nt,a,\n")
    assert read_file(path).labels.tolist() == [["a", ""]]
    assert read_file(path, empty="unknown").labels.tolist() == [["a", None]]
    with pytest.raises(ConfigError, match="'ended' or 'unknown'"):
        read_file(path, empty="null")


def test_json_tells_an_ended_path_from_an_unknown_level(tmp_path: Path) -> None:
    lines = (
        '{"text":"t","l1":"a","l2":""}\n\n{"text":"u","l1":"a","l2":null}\n{"text":"v","l1":"a"}'
    )
    split = read_file(written(tmp_path / "a.jsonl", lines))
    assert split.labels.tolist() == [["a", ""], ["a", None], ["a", None]]


@pytest.mark.parametrize("kind", [".jsonl", ".json"])
def test_the_keys_of_all_rows_are_columns(tmp_path: Path, kind: str) -> None:
    rows = [{"text": "t", "l1": "a"}, {"l2": "b", "l1": "a", "text": "u"}]
    lines = json.dumps(rows) if kind == ".json" else "\n".join(map(json.dumps, rows))
    path = written(tmp_path / f"a{kind}", lines)
    assert read_file(path).labels.tolist() == [["a", None], ["a", "b"]]
    assert read_file(path, labels=["l2"]).labels.tolist() == [[None], ["b"]]
    assert reader_of(path).columns(path) == ["text", "l1", "l2"]


def test_a_key_that_stands_in_one_file_of_a_part_is_a_column_of_all(tmp_path: Path) -> None:
    first = written(tmp_path / "train-0.jsonl", '{"text":"t","l1":"a"}')
    second = written(tmp_path / "train-1.jsonl", '{"text":"u","l1":"a","l2":"b"}')
    assert read_files([first, second]).labels.tolist() == [["a", None], ["a", "b"]]


def test_missing_paths_say_that_nothing_is_known_of_a_document(tmp_path: Path) -> None:
    lines = '{"text":"t","labels":null}\n{"text":"u","labels":["a/b",["c",null]]}\n{"text":"v"}'
    split = read_file(written(tmp_path / "a.jsonl", lines))
    assert split.labels == [None, ["a/b", ("c", None)], None]


def test_paths_in_csv_are_a_json_list_or_parted(tmp_path: Path) -> None:
    content = 'text;labels\nt,"[""a/b"", ""c""]"\nu,a/b | c\nv,\n'.replace(";", ",")
    path = written(tmp_path / "a.csv", content)
    assert read_file(path).labels == [["a/b", "c"], ["a/b", "c"], []]
    assert read_file(path, path_separator=" | ").labels[1] == ["a/b", "c"]


def test_lists_of_paths_are_read_from_parquet_and_json(tmp_path: Path) -> None:
    rows = {"text": ["t", "u"], "labels": [["a/b", "c"], []]}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    lines = "\n".join(
        json.dumps({"text": text, "labels": labels})
        for text, labels in zip(*rows.values(), strict=True)
    )
    written(tmp_path / "a.jsonl", lines)
    assert read_file(tmp_path / "a.parquet").labels == rows["labels"]
    assert read_file(tmp_path / "a.jsonl").labels == rows["labels"]


def test_columns_can_be_named_and_labels_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,body,topic\n1,t,x\n")
    split = read_file(path, text="body", labels=["topic"])
    assert (list(split.texts), split.labels.tolist()) == (["t"], [["x"]])
    assert read_file(path, text="body", labels=[]).labels is None


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", b"\xef\xbb\xbftext,l1\r\nt,a\r\n")
    assert read_file(path).labels.tolist() == [["a"]]


@pytest.mark.parametrize("delimiter", [";", "|", "\t", r"\t"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_another_delimiter_can_be_given(tmp_path: Path, name: str, delimiter: str) -> None:
    mark = "\t" if delimiter == r"\t" else delimiter
    rows = (("text", "l1"), ("one, two", "a"), (f'"u{mark}v"', "b"))
    path = written(tmp_path / name, "".join(f"{mark.join(row)}\n" for row in rows))
    split = read_file(path, delimiter=delimiter)
    assert list(split.texts) == ["one, two", f"u{mark}v"]
    assert split.labels.tolist() == [["a"], ["b"]]


def test_the_cache_knows_the_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text;x,l1\nt;u,a\n")
    assert list(read_file(path, text="text;x").texts) == ["t;u"]
    assert list(read_file(path, text="text", labels=[], delimiter=";").texts) == ["t"]


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_delimiter_is_one_character_that_can_part_cells(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path / "a.csv", "text,l1\nt,a\n")
    with pytest.raises(ConfigError, match="one character is needed"):
        read_file(path, delimiter=delimiter)


def test_a_delimiter_for_a_file_without_any_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"text":"t","l1":"a"}')
    with pytest.raises(ConfigError, match=r"no meaning for a \.jsonl file"):
        read_file(path, delimiter=";")


def test_a_folder_is_read_with_its_delimiter(tmp_path: Path) -> None:
    written(tmp_path / "train.csv", "text;l1\nt;a\n")
    assert read_folder(tmp_path, delimiter=";").train.labels.tolist() == [["a"]]


def test_lines_may_end_in_carriage_returns_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'text,l1\rt,a\r"u\rv",b\r')
    assert list(read_file(path).texts) == ["t", "u\rv"]


def test_a_document_of_a_hundred_thousand_words_is_read_whole(tmp_path: Path) -> None:
    text = "word " * 100_000
    split = read_file(written(tmp_path / "a.csv", f"text,l1\n{text},a\n"))
    assert split.texts[0] == text


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,l1\nt,a\n")
    assert read_file(path).texts[0] == "t"
    written(path, "text,l1\nother,a\n")
    assert read_file(path).texts[0] == "other"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", r"a\.csv: the file is empty"),
        ("a.csv", "text,l1\n", r"a\.csv: there are no rows"),
        ("a.csv", b"text,l1\nt,a\nu\xe9,b\n", r"a\.csv, line 3, byte 13: 0xe9 is not UTF-8"),
        ("a.csv", "text,l1\nt,a\nu,v,b\n", r"a\.csv, row 2: 3 cells .* 2 columns"),
        ("a.csv", 'text,l1\nt,a\n"u,b\n', r"a\.csv, line 3: unexpected end of data"),
        ("a.csv", "text,l1,l1\nt,a,b\n", r"2 columns are named 'l1'"),
        ("a.csv", "texts,l1\nt,a\n", r"no column 'text' among .* did you mean 'texts'"),
        ("a.csv", "id,id,text,l1\n1,2,t,a\n", r"2 columns are named 'id'"),
        ("a.csv", "text,l1\nt,a,\n", r"row 1: 3 cells .* a trailing ',' ends the row"),
        ("a.csv", "text;l1\nt;a\n", r"no column.*--delimiter ';'"),
        ("a.csv", "text;l1\nt, u;a\n", r"no columns of labels.* give delimiter=\";\""),
        ("a.csv", "sep=;\ntext;l1\nt;a\n", r"'sep=;', tells a spreadsheet .* delete it"),
        ("a.tsv", "text,l1\nt,a\n", r"give delimiter=\",\""),
        ("a.csv", "text,label\nt,a\n", r"no columns of labels .* among \['text', 'label'\]"),
        ("a.csv", 'text,labels\nt,"[""a"""\n', r"row 1, column 'labels': .* not a JSON list"),
        ("a.jsonl", "", r"a\.jsonl: there are no rows"),
        ("a.jsonl", '{"text":"t","l1":"a"}\n{"text":', r"a\.jsonl, line 2: not JSON"),
        ("a.jsonl", '{"text":"t","l1":"a"}\n[1]', r"line 2: not a JSON object"),
        ("a.jsonl", '{"text":"t","text":"u","l1":"a"}', r"line 1: .*'text' stands twice"),
        ("a.jsonl", '{"text":"t","l1":"a"}\n{"text":null,"l1":"a"}', r"row 2, .* text is missing"),
        ("a.jsonl", '{"text":3,"l1":"a"}', r"row 1, column 'text': 3 \(int\) is not a string"),
        ("a.jsonl", '{"text":"t","l1":3}', r"row 1, column 'l1': 3 \(int\) is not a string"),
        ("a.jsonl", '{"text":"t","labels":["a//b"]}', r"row 1, column 'labels': path 'a//b'"),
        ("a.jsonl", '{"text":"t","labels":[3]}', r"row 1, column 'labels': 3 \(int\)"),
        ("a.jsonl", '{"text":"\\ud800","l1":"a"}', r"row 1, column 'text': half a surrogate"),
        ("a.jsonl", b'{"text":"t\xff","l1":"a"}', r"line 1, byte 10: 0xff is not UTF-8"),
        ("a.parquet", "no parquet", r"a\.parquet: not a Parquet file"),
        ("a.xlsx", "", r"kind '\.xlsx' cannot be read.* known kinds: \.csv"),
    ],
)
def test_a_bad_file_is_refused_where_it_is_bad(
    tmp_path: Path, cache: Path, name: str, content: str | bytes, message: str
) -> None:
    path = written(tmp_path / name, content)
    with pytest.raises(DataError, match=message):
        read_file(path)
    assert not [file for file in cache.rglob("*") if file.is_file()]


def test_bytes_that_are_not_utf8_are_found_in_parquet(tmp_path: Path) -> None:
    bad = pa.array([b"fine", b"\xff"]).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": bad, "l1": ["a", "b"]}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a\.parquet, row 2, column 'text': .*UTF8"):
        read_file(tmp_path / "a.parquet")


def test_numbers_as_text_in_parquet_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [1.5], "l1": ["a"]}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"row 1, column 'text': 1\.5 \(float\) is not a string"):
        read_file(tmp_path / "a.parquet")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv: there is no such file"):
        read_file(tmp_path / "nowhere.csv")


def test_a_folder_laid_out_as_the_hubs_dbpedia_has_three_parts(tmp_path: Path) -> None:
    for number, part in enumerate(("train", "val", "test")):
        written(tmp_path / f"DBPEDIA_{part}.csv", f"text,l1,l2,l3\nt{number},a,b,c\n")
    corpus = read_folder(tmp_path)
    assert [list(split.texts) for split in corpus.parts.values()] == [["t0"], ["t1"], ["t2"]]
    assert list(corpus.parts) == ["train", "validation", "test"]


def test_the_pieces_of_a_part_are_read_one_after_another(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for piece in range(2):
        table = pa.table({"text": [f"t{piece}"], "l1": ["a"]})
        pq.write_table(table, tmp_path / "data" / f"train-{piece:05}-of-00002.parquet")
    assert list(read_folder(tmp_path).train.texts) == ["t0", "t1"]


def test_another_part_can_be_trained_on(tmp_path: Path) -> None:
    written(tmp_path / "small.csv", "text,l1\nt,a\n")
    assert read_folder(tmp_path, split="small").train.texts[0] == "t"


def test_a_folder_without_training_documents_lists_what_it_has(tmp_path: Path) -> None:
    written(tmp_path / "articles.csv", "text,l1\nt,a\n")
    with pytest.raises(DataError, match=r"no file of the part 'train' among \['articles.csv'\]"):
        read_folder(tmp_path)


def test_two_kinds_of_file_for_one_part_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "train.csv", "text,l1\nt,a\n")
    written(tmp_path / "train.jsonl", '{"text":"t","l1":"a"}')
    with pytest.raises(DataError, match="would all be the part 'train'"):
        read_folder(tmp_path)


def test_a_file_of_many_rows_comes_whole_over_several_batches(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = rng.choice(["a", "b", "c"], size=2345)
    lines = "".join(f"text {i},{name}\n" for i, name in enumerate(names))
    split = read_file(written(tmp_path / "a.csv", f"text,l1\n{lines}"))
    assert split.labels[:, 0].tolist() == names.tolist()
    assert split.texts[2344] == "text 2344"
