"""Every door reads the same labels in the same way: fit, load_corpus, files, the command line."""

from __future__ import annotations

import enum
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from baselines import LinearSVM
from harnn import Taxonomy, load_corpus
from harnn.errors import DataError, UnknownLevelsWarning
from harnn.text.labels import read_labels
from harnn.text.taxonomy.path import join_path
from harnn.text.training_documents import read_training_documents

TEXTS = ["a river", "a deep lake", "she runs", "he plays tennis", "a thing", "nothing"] * 6


class Kind(str, enum.Enum):  # noqa: UP042  # the value of such a member is not its str()
    PLACE = "place"
    LAKE = "lake"


# Rows of names: "" ends a path, None is not known, a name may hold what parts a path.
ROWS = [
    ["place", "ri/ver"],
    [Kind.PLACE, Kind.LAKE],
    [np.str_("person"), "run\\ner"],
    ["person", "tennis\\"],
    ["person", ""],
    ["place", None],
] * 6
PLAIN_ROWS = [[None if cell is None else str.__str__(cell) for cell in row] for row in ROWS]
# The same without what a CSV file cannot tell.
ENDED_ROWS = [["" if cell is None else cell for cell in row] for row in PLAIN_ROWS]
PATHS = [
    [("place", "ri/ver"), ("person", "tennis\\")],
    [(Kind.PLACE, Kind.LAKE)],
    [("person", "run\\ner")],
    [("person",)],
    [],
    None,
] * 6
PLAIN_PATHS = [
    None if paths is None else [[str.__str__(name) for name in path] for path in paths]
    for paths in PATHS
]
SPELLED_PATHS = [
    [r"place/ri\/ver", r"person/tennis\\"],
    ["place/lake"],
    [r"person/run\\ner"],
    ["person"],
    [],
    None,
] * 6
ONE_PATH = [
    r"place/ri\/ver",
    "place/lake",
    r"person/run\\ner",
    r"person/tennis\\",
    "person",
    None,
] * 6

Door = Callable[[Any, Path], tuple[Any, Any]]


def fit_with(wrap: Callable[[Any], Any]) -> Door:
    return lambda labels, _: (TEXTS, wrap(labels))


def corpus_with(wrap: Callable[[Any], Any]) -> Door:
    return lambda labels, _: tuple(load_corpus(TEXTS, labels=wrap(labels)).train)


def table(library: Any, labels: Any) -> Any:
    """A table with the columns section and topic."""
    return library({"section": [row[0] for row in labels], "topic": [row[1] for row in labels]})


def frame_door(library: Any) -> Door:
    def read(labels: Any, _: Path) -> tuple[Any, Any]:
        columns = {
            "topic": [r[1] for r in labels],
            "text": TEXTS,
            "section": [r[0] for r in labels],
        }
        return tuple(load_corpus(library(columns), labels=["section", "topic"]).train)

    return read


def file_door(suffix: str) -> Door:
    def read(labels: Any, folder: Path) -> tuple[Any, Any]:
        path = folder / f"corpus{suffix}"
        rows = [
            {"text": text, "section": row[0], "topic": row[1]}
            for text, row in zip(TEXTS, labels, strict=True)
        ]
        if suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        elif suffix == ".csv":
            pd.DataFrame(rows).to_csv(path, index=False)
        elif suffix == ".json":
            path.write_text(json.dumps(rows))
        else:  # a key that is missing is a level that is not known
            known = [{k: v for k, v in row.items() if v is not None} for row in rows]
            path.write_text("\n".join(map(json.dumps, known)))
        return tuple(load_corpus(path, labels=["section", "topic"]).train)

    return read


def objects(rows: Any) -> np.ndarray:
    array = np.empty((len(rows), 2), dtype=object)
    array[:] = rows
    return array


def masked(rows: Any) -> Any:
    array = objects(rows)
    return np.ma.array(array, mask=array == None)  # noqa: E711  # cell by cell


def object_frame(columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)  # else pandas makes NaN of None


LEVEL_DOORS: dict[str, Door] = {
    "lists": fit_with(list),
    "tuples": fit_with(lambda rows: [tuple(row) for row in rows]),
    "array": fit_with(objects),
    "masked array": fit_with(masked),
    "pandas": fit_with(lambda rows: table(object_frame, rows)),
    "polars": fit_with(lambda rows: table(pl.DataFrame, rows)),
    "pyarrow": fit_with(lambda rows: table(pa.table, rows)),
    "corpus of lists": corpus_with(list),
    "corpus of an array": corpus_with(objects),
    "corpus of pandas labels": corpus_with(lambda rows: table(object_frame, rows)),
    "corpus of polars labels": corpus_with(lambda rows: table(pl.DataFrame, rows)),
    "corpus of a pandas table": frame_door(object_frame),
    "corpus of a polars table": frame_door(pl.DataFrame),
    "corpus of a pyarrow table": frame_door(pa.table),
    "JSON lines": file_door(".jsonl"),
    "JSON": file_door(".json"),
    "Parquet": file_door(".parquet"),
}
# These cannot hold members of an enumeration.
PLAIN = ("polars", "pyarrow", "Parquet", "corpus of polars labels", "corpus of a polars table",
         "corpus of a pyarrow table")  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNN_CACHE_DIR", str(tmp_path / "cache"))


def facts(texts: Any, labels: Any, form: str = "auto") -> tuple[Any, Any, Any]:
    read = read_training_documents(texts, labels, label_form=form)
    targets = read.targets
    return read.codec.taxonomy, targets.indicator.tolist(), targets.known.tolist()


def decided(texts: Any, labels: Any, form: str = "auto") -> list[Any]:
    model = LinearSVM(label_form=form, min_count=1, validation_fraction=0.0).fit(texts, labels)
    predicted = read_labels(model.predict(TEXTS), model.label_form_)
    return [sorted(predicted.distinct[number]) for number in predicted.index]


EXPECTED = Taxonomy.from_paths(
    [("place", "ri/ver"), ("place", "lake"), ("person", "run\\ner"), ("person", "tennis\\"),
     ("person",)]
)  # fmt: skip


@pytest.mark.parametrize("door", LEVEL_DOORS)
def test_rows_of_names_are_the_same_through_every_door(tmp_path: Path, door: str) -> None:
    pair = LEVEL_DOORS[door](PLAIN_ROWS if door in PLAIN else ROWS, tmp_path)
    found = facts(*pair)
    assert found[0] == EXPECTED
    assert found == facts(TEXTS, PLAIN_ROWS)
    assert decided(*pair) == decided(TEXTS, PLAIN_ROWS)


def test_csv_is_the_same_where_it_can_tell(tmp_path: Path) -> None:
    pair = file_door(".csv")(ENDED_ROWS, tmp_path)
    assert facts(*pair) == facts(TEXTS, ENDED_ROWS)
    unknown = load_corpus(
        tmp_path / "corpus.csv", labels=["section", "topic"], empty="unknown"
    ).train
    nan = pd.read_csv(tmp_path / "corpus.csv")[["section", "topic"]]
    with pytest.warns(UnknownLevelsWarning, match=r"12 labels are NaN \(column 'topic': 12\)"):
        by_hand = facts(TEXTS, nan)
    assert facts(*unknown) == by_hand
    assert facts(TEXTS, nan.fillna("")) == facts(TEXTS, ENDED_ROWS)


@pytest.mark.parametrize(
    "wrap",
    [
        list,
        tuple,
        lambda labels: np.array(labels, dtype=object),
        lambda labels: pd.Series(labels, dtype=object),
        lambda labels: pd.Index(labels, dtype=object),
        pl.Series,
        pa.array,
        lambda labels: pa.chunked_array([labels]),
    ],
)
@pytest.mark.parametrize("door", [fit_with, corpus_with])
def test_a_path_for_each_document_is_the_same_through_every_door(
    tmp_path: Path, wrap: Callable[[Any], Any], door: Callable[[Any], Door]
) -> None:
    pair = door(wrap)(ONE_PATH, tmp_path)
    found = facts(*pair)
    assert found[0] == EXPECTED
    assert found == facts(TEXTS, ONE_PATH)
    assert decided(*pair) == decided(TEXTS, ONE_PATH)


def paths_door(suffix: str) -> Door:
    def read(labels: Any, folder: Path) -> tuple[Any, Any]:
        rows = [{"text": t, "labels": label} for t, label in zip(TEXTS, labels, strict=True)]
        path = folder / f"corpus{suffix}"
        if suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        else:
            path.write_text("\n".join(map(json.dumps, rows)))
        return tuple(load_corpus(path).train)

    return read


def paths_frame(library: Any) -> Door:
    return lambda labels, _: tuple(load_corpus(library({"text": TEXTS, "labels": labels})).train)


@pytest.mark.parametrize(
    ("labels", "door"),
    [
        (labels, door)
        for labels in (PLAIN_PATHS, SPELLED_PATHS)
        for door in (
            fit_with(list),
            fit_with(pl.Series),
            fit_with(pa.array),
            corpus_with(list),
            paths_frame(pd.DataFrame),
            paths_frame(pl.DataFrame),
            paths_frame(pa.table),
            paths_door(".jsonl"),
            paths_door(".parquet"),
        )
    ]
    + [(PATHS, fit_with(list)), (PATHS, corpus_with(list))],
)
def test_several_paths_are_the_same_through_every_door(
    tmp_path: Path, labels: Any, door: Door
) -> None:
    pair = door(labels, tmp_path)
    found = facts(*pair, form="paths")
    assert found[0] == EXPECTED
    assert found == facts(TEXTS, SPELLED_PATHS, form="paths")
    assert decided(*pair, form="paths") == decided(TEXTS, SPELLED_PATHS, form="paths")


@pytest.mark.parametrize("wrap", [list, pd.DataFrame, pl.DataFrame, pa.table])
def test_one_column_of_a_table_holds_names_and_one_column_alone_holds_paths(wrap: Any) -> None:
    labels = ["place/river", "place/lake"] * 3
    texts = TEXTS[:6]
    if wrap is not list:
        names = wrap({"label": labels})
        assert facts(texts, names)[0].names == ("place/lake", "place/river")
        assert facts(texts, names, form="path")[0].n_levels == 2
        data = wrap({"text": texts, "label": labels})
        assert facts(*load_corpus(data, labels=["label"]).train)[0].n_levels == 1
        assert facts(*load_corpus(data, labels="label").train, form="paths")[0].n_levels == 2
    assert facts(texts, labels)[0].n_levels == 2


@pytest.mark.parametrize("library", [object_frame, pl.DataFrame, pa.table])
def test_a_table_comes_back_as_one_of_its_library_with_its_columns(library: Any) -> None:
    labels = table(library, PLAIN_ROWS)
    predicted = (
        LinearSVM(min_count=1, validation_fraction=0.0).fit(TEXTS, labels).predict(TEXTS[:4])
    )
    assert type(predicted) is type(labels)
    names = getattr(predicted, "column_names", None) or list(predicted.columns)
    assert names == ["section", "topic"]
    assert predicted.shape == (4, 2)


@pytest.mark.parametrize(
    "columns",
    [[0, 1], [3, "b"], [("a", 1), ("b", 2)], pd.to_datetime(["2024-01-01", "2025-01-01"])],
    ids=["numbers", "mixed", "two levels", "dates"],
)
def test_columns_of_any_type_come_back(columns: Any) -> None:
    labels = pd.DataFrame(objects(PLAIN_ROWS), columns=columns)
    if isinstance(columns[0], tuple):
        labels.columns = pd.MultiIndex.from_tuples(columns)
    predicted = LinearSVM(min_count=1, validation_fraction=0.0).fit(TEXTS, labels).predict(TEXTS)
    assert predicted.columns.equals(labels.columns)


def test_texts_of_every_kind_give_the_same_model() -> None:
    class Text(str, enum.Enum):  # noqa: UP042
        LAKE = "a deep lake"

    expected = LinearSVM().fit(TEXTS, ENDED_ROWS).predict_proba(["a deep lake"])
    part = load_corpus(TEXTS, labels=ENDED_ROWS).train
    for texts in (np.array(TEXTS), pd.Series(TEXTS), pl.Series(TEXTS), pa.array(TEXTS), part):
        model = LinearSVM().fit(texts, ENDED_ROWS)
        asked = load_corpus(["a deep lake"]).train
        for one in ([Text.LAKE], [np.str_("a deep lake")], pl.Series(["a deep lake"]), asked):
            assert model.predict_proba(one).tolist() == expected.tolist()
        assert len(list(model.predict_stream(asked))) == 1


def test_a_part_of_a_corpus_is_refused_as_labels_with_the_cure() -> None:
    part = load_corpus(TEXTS, labels=ENDED_ROWS).train
    with pytest.raises(DataError, match=r"Split: give its \.labels"):
        LinearSVM().fit(TEXTS, part)
    assert LinearSVM().fit(*part, validation_data=part).score(*part) > 0.5


def test_the_command_line_counts_what_fit_reads(tmp_path: Path) -> None:
    from harnn.cli.main import app

    for suffix, labels in ((".csv", ENDED_ROWS), (".jsonl", PLAIN_ROWS), (".parquet", PLAIN_ROWS)):
        file_door(suffix)(labels, tmp_path)
        report = tmp_path / "report.json"
        asked = [str(tmp_path / f"corpus{suffix}"), "--labels", "section,topic"]
        done = CliRunner().invoke(app, ["taxonomy", *asked, "--json", str(report)])
        assert done.exit_code == 0, done.output
        taxonomy, indicator, _ = facts(TEXTS, labels)
        counted = json.loads(report.read_text())["categories"]
        assert [row["path"] for row in counted] == list(taxonomy.path_strings)
        assert [row["documents"] for row in counted] == np.sum(indicator, axis=0).tolist()


@pytest.mark.parametrize(
    "labels",
    [
        PLAIN_ROWS,
        objects(PLAIN_ROWS),
        ONE_PATH,
        table(object_frame, PLAIN_ROWS),
        table(pl.DataFrame, [[row[0], row[1] or None] for row in PLAIN_ROWS]),
    ],
    ids=["rows", "array", "paths", "pandas", "polars"],
)
def test_none_is_meant_and_gives_no_warning(labels: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LinearSVM(min_count=1).fit(TEXTS, labels)


NAN = float("nan")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([["a", "b"], ["a", NAN], [NAN, NAN]], "3 labels are NaN (column 0: 1, column 1: 2)"),
        (pd.DataFrame({"x": ["a", "c"], "y": ["b", None]}), "1 label is NaN (column 'y': 1)"),
        (pd.DataFrame({"x": ["a", "c"], "y": ["b", pd.NA]}, dtype=object), "(column 'y': 1)"),
        (pd.Series(["a/b", NAN, "c"]), "1 label is NaN"),
    ],
)  # fmt: skip
def test_nan_without_any_ended_path_is_counted_and_the_cure_named(labels: Any, said: str) -> None:
    with pytest.warns(UnknownLevelsWarning) as caught:
        read_training_documents(TEXTS[: len(labels)], labels)
    (warning,) = caught
    assert said in str(warning.message)
    assert "not known" in str(warning.message) or "nothing is known" in str(warning.message)
    assert "fillna('')" in str(warning.message)


@pytest.mark.parametrize(
    "labels",
    [[["a", "b"], ["a", NAN], ["a", "d"], ["c", ""]], ["a/b", NAN, "", "c"]],
    ids=["levels", "path"],
)
def test_nan_beside_ended_paths_is_meant(labels: Any) -> None:
    assert facts(TEXTS[:4], labels)[2][1] != [True, True]


def test_nan_in_validation_labels_and_in_a_corpus_is_counted_too() -> None:
    rows = [["a", "b"], ["a", NAN]]
    held_out = ["t", "u"], rows
    with pytest.warns(UnknownLevelsWarning, match="the labels of validation_data: 1 label"):
        read_training_documents(TEXTS[:2], [["a", "b"], ["c", ""]], held_out)
    with pytest.warns(UnknownLevelsWarning, match="the labels of 'train': 1 label"):
        load_corpus(["t", "u"], labels=rows)
    with pytest.warns(UnknownLevelsWarning, match="the DataFrame: 1 label"):
        load_corpus(pd.DataFrame({"text": ["t", "u"], "l1": ["a", "a"], "l2": ["b", NAN]}))
    with pytest.warns(UnknownLevelsWarning, match="the DataFrame: 1 label"):
        load_corpus(pd.DataFrame({"text": ["t", "u"], "labels": ["a|b", NAN]}))


@pytest.mark.parametrize(
    ("name", "hint"),
    [(3, r"write str\(3\)"), (enum.Enum("E", {"A": "x"}).A, "give its .value"), (b"a", "decode")],
    ids=["int", "enum", "bytes"],
)
def test_what_is_no_name_is_refused_with_what_would_be_one(name: Any, hint: str) -> None:
    for labels, form in (([["a", name]], "levels"), ([[("a", name)]], "paths"), ([name], "path")):
        with pytest.raises(DataError, match=hint):
            read_labels(labels, form)
    for build in (
        lambda: Taxonomy.from_paths([("a", name)]),
        lambda: Taxonomy.from_nested({"a": {name: {}}}),
    ):
        with pytest.raises(DataError, match=hint):
            build()
    with pytest.raises(DataError, match=hint):
        LinearSVM().fit(["a", name], ["a", "b"])


def test_evaluate_takes_labels_in_another_form_than_fit() -> None:
    rows = [row for row in ENDED_ROWS if row[1]]
    texts = [text for text, row in zip(TEXTS, ENDED_ROWS, strict=True) if row[1]]
    spelled = [join_path(row) for row in rows]
    tables = [table(pd.DataFrame, rows), table(pl.DataFrame, rows), objects(rows)]
    columns = [spelled, pl.Series(spelled)]
    lists = [[[path] for path in spelled]]
    scores = [
        LinearSVM(paths="one", validation_fraction=0.0).fit(texts, fitted).evaluate(texts, y)
        for fitted, others in (
            (tables[0], [*tables, *columns]),
            (spelled, [*tables, *columns, *lists]),
        )
        for y in others
    ]
    assert len({evaluation.micro for evaluation in scores}) == 1
