from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from harnn.errors import DataError
from harnn.text.labels import Labels, read_labels

UNKNOWN = ((None,),)


def per_document(labels: Labels) -> list[Any]:
    """The paths of each document, spelled out."""
    return [labels.distinct[number] for number in labels.index]


def objects(rows: list[Any]) -> np.ndarray:
    """A 1-D object array of whatever the rows are."""
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


# Levels ------------------------------------------------------------------------------------------

ROWS = [["a", "b"], ["a", ""], ["a", None], ["", ""], ["a", "b"]]
ROWS_READ = [(("a", "b"),), (("a",),), (("a", None),), (), (("a", "b"),)]


@pytest.mark.parametrize(
    "y",
    [
        ROWS,
        [tuple(row) for row in ROWS],
        np.array(ROWS, dtype=object),
        pd.DataFrame(ROWS),
        pd.DataFrame(ROWS, dtype=object),
        objects(ROWS),
        objects([np.array(row, dtype=object) for row in ROWS]),
        pd.Series(ROWS),
    ],
    ids=["lists", "tuples", "array", "frame", "object frame", "array of lists", "arrays", "series"],
)
def test_a_row_of_names_is_one_path_that_ends_at_the_empty_string(y):
    labels = read_labels(y)
    assert labels.form == "levels"
    assert per_document(labels) == ROWS_READ
    assert len(labels) == 5


def test_equal_labels_are_stored_once_and_the_first_row_of_each_is_found():
    labels = read_labels(ROWS)
    assert len(labels.distinct) == 4
    assert labels.index.tolist() == [0, 1, 2, 3, 0]
    assert [labels.first_row(number) for number in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "missing", [None, float("nan"), np.float64("nan"), np.float32("nan"), pd.NA, pd.NaT], ids=repr
)
def test_every_kind_of_missing_value_says_that_the_level_is_not_known(missing):
    frame = pd.DataFrame({"l1": ["a", "a"], "l2": pd.Series(["b", missing], dtype=object)})
    assert per_document(read_labels(frame)) == [(("a", "b"),), (("a", None),)]


def test_a_string_column_with_missing_values_is_read():
    for dtype in ("str", "string", "category"):
        frame = pd.DataFrame({"l1": ["a", "a"], "l2": pd.Series(["b", None]).astype(dtype)})
        assert per_document(read_labels(frame)) == [(("a", "b"),), (("a", None),)], dtype


def test_the_index_of_a_table_plays_no_part():
    frame = pd.DataFrame({"l1": ["a", "c"], "l2": ["b", "d"]}, index=[7, 7])
    assert per_document(read_labels(frame)) == [(("a", "b"),), (("c", "d"),)]
    assert per_document(read_labels(pd.Series(["a/b", "c"], index=[7, 7]))) == [
        (("a", "b"),),
        (("c",),),
    ]


def test_an_array_of_fixed_width_strings_is_rows_of_levels():
    labels = read_labels(np.array([["a", "b"], ["c", ""]]))
    assert labels.form == "levels"
    assert per_document(labels) == [(("a", "b"),), (("c",),)]


def test_a_table_keeps_the_names_of_its_columns():
    assert read_labels(pd.DataFrame({"top": ["a"], "sub": ["b"]})).columns == ("top", "sub")
    assert read_labels(np.array([["a", "b"]])).columns is None


def test_a_name_in_a_row_of_levels_may_hold_a_slash():
    assert per_document(read_labels([["Music", "AC/DC"]], "levels")) == [(("Music", "AC/DC"),)]


def test_a_level_may_be_unknown_above_a_known_one():
    assert per_document(read_labels([["a", None, "c"]])) == [(("a", None, "c"),)]


def test_a_name_below_the_end_of_its_path_is_refused_with_row_and_column():
    with pytest.raises(DataError, match=r"y, row 1, column 'l3': 'c' stands below ''.*'l2'"):
        read_labels(pd.DataFrame({"l1": ["a", "a"], "l2": ["b", ""], "l3": ["c", "c"]}))
    with pytest.raises(DataError, match=r"y, row 0, column 2: 'c' stands below ''.*column 1"):
        read_labels([["a", "", "c"]])
    with pytest.raises(DataError, match=r"y, row 0, column 1: 'a' stands below ''"):
        read_labels([["", "a"]])


@pytest.mark.parametrize("cell", [3, 1.5, True, b"b", ["b"], {"b": 1}], ids=repr)
def test_a_cell_that_is_no_name_is_refused_with_row_and_column(cell):
    with pytest.raises(DataError, match=r"y, row 1, column 1: expected a name, '' or None, not "):
        read_labels([["a", "b"], ["a", cell]], "levels")


def test_an_array_of_numbers_is_refused():
    with pytest.raises(DataError, match=r"row 0, column 0: expected a name, '' or None, not 0"):
        read_labels(np.zeros((2, 2), dtype=int))


def test_rows_of_different_lengths_are_refused_as_levels():
    with pytest.raises(DataError, match="y, row 1: 3 levels where row 0 has 2"):
        read_labels([["a", "b"], ["a", "b", "c"]], "levels")
    with pytest.raises(DataError, match="y, row 0"):
        read_labels([[], []], "levels")


def test_a_row_of_levels_that_is_no_row_is_refused():
    with pytest.raises(DataError, match="y, row 1: expected one name a level, not 'a/b'"):
        read_labels([["a", "b"], "a/b"], "levels")


# One path a document -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap", [list, tuple, np.array, objects, pd.Series, pd.Index], ids=lambda wrap: wrap.__name__
)
def test_a_path_a_document_is_read_from_any_container(wrap):
    labels = read_labels(wrap(["a/b", "c", "", "a/b"]))
    assert labels.form == "path"
    assert per_document(labels) == [(("a", "b"),), (("c",),), (), (("a", "b"),)]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA], ids=repr)
@pytest.mark.parametrize("wrap", [list, objects, pd.Series], ids=lambda wrap: wrap.__name__)
def test_a_missing_path_is_a_document_of_which_nothing_is_known(wrap, missing):
    labels = read_labels(wrap(["a/b", missing]))
    assert labels.form == "path"
    assert per_document(labels) == [(("a", "b"),), UNKNOWN]


def test_slashes_and_backslashes_in_names_are_escaped():
    labels = read_labels([r"Music/AC\/DC", r"a\\b/c"])
    assert per_document(labels) == [(("Music", "AC/DC"),), (("a\\b", "c"),)]


@pytest.mark.parametrize("path", ["a//b", "/a", "a/", r"a\b"])
def test_a_malformed_path_is_refused_with_its_row(path):
    for y in (["a", path], [["a/x"], [path, "b/x"]]):
        with pytest.raises(DataError, match="y, row 1: path"):
            read_labels(y)


def test_a_column_of_paths_as_a_table_of_one_column_is_not_read_as_names_with_slashes():
    for y in (np.array([["a/b"], ["c/d"]]), pd.DataFrame({"label": ["a/b", "c/d"]})):
        try:
            labels = read_labels(y, "path")
        except DataError:
            continue
        assert per_document(labels) == [(("a", "b"),), (("c", "d"),)]


# Several paths a document ------------------------------------------------------------------------

PATHS_READ = [(("a", "b"), ("c",)), (), (("c",),)]


@pytest.mark.parametrize(
    "y",
    [
        [["a/b", "c"], [], ["c"]],
        [("a/b", "c"), (), ("c",)],
        objects([["a/b", "c"], [], ["c"]]),
        objects([np.array(["a/b", "c"]), np.array([]), np.array(["c"])]),
        pd.Series([["a/b", "c"], [], ["c"]]),
    ],
    ids=["lists", "tuples", "array of lists", "array of arrays", "series"],
)
def test_a_list_of_path_strings_a_document_is_read_from_any_container(y):
    labels = read_labels(y)
    assert labels.form == "paths"
    assert not labels.names_as_tuples
    assert per_document(labels) == PATHS_READ


@pytest.mark.parametrize("path", [tuple, list])
def test_a_list_of_paths_as_names_a_document_is_read(path):
    labels = read_labels([[path("ab"), path("c")], [], [path("c")]])
    assert labels.form == "paths"
    assert labels.names_as_tuples
    assert per_document(labels) == PATHS_READ


def test_nested_arrays_such_as_parquet_gives_are_read():
    names = [[["a", "b"], ["c", "d"]], [["a", "e"]], []]
    y = objects([objects([objects(path) for path in document]) for document in names])
    assert per_document(read_labels(y, "paths")) == [
        (("a", "b"), ("c", "d")),
        (("a", "e"),),
        (),
    ]
    assert read_labels(y).form == "paths"


def test_a_name_in_a_tuple_is_taken_as_it_is():
    assert per_document(read_labels([[("Music", "AC/DC")]])) == [(("Music", "AC/DC"),)]


def test_a_path_of_names_may_be_unknown_below_some_point():
    labels = read_labels([[("a", None), ("b", "c")], [("a", "b")]])
    assert per_document(labels) == [(("a", None), ("b", "c")), (("a", "b"),)]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA], ids=repr)
def test_a_missing_list_of_paths_is_a_document_of_which_nothing_is_known(missing):
    for wrap in (list, objects, pd.Series):
        labels = read_labels(wrap([["a/b", "c"], missing, []]))
        assert labels.form == "paths"
        assert per_document(labels) == [(("a", "b"), ("c",)), UNKNOWN, ()]


def test_a_path_given_twice_counts_once():
    assert per_document(read_labels([["a/b", "a/b", "c"]], "paths")) == [(("a", "b"), ("c",))]


def test_an_empty_path_among_others_is_none():
    assert per_document(read_labels([[""], ["", "c"]], "paths")) == [(), (("c",),)]


@pytest.mark.parametrize("path", [3, None, b"a", ()], ids=repr)
def test_what_is_no_path_is_refused_with_its_row(path):
    with pytest.raises(DataError, match=r"y, row 1: expected a path such as 'a/b/c'"):
        read_labels([["a/b"], ["c", path]], "paths")


def test_a_path_with_a_name_that_is_no_string_is_refused_with_row_and_path():
    with pytest.raises(DataError, match=r"y, row 1, path \('a', 3\).*expected a name.*not 3"):
        read_labels([[("a", "b")], [("a", 3)]])
    with pytest.raises(DataError, match=r"y, row 0, path \('a', '', 'b'\).*below ''"):
        read_labels([[("a", "", "b")]])


def test_a_single_path_where_a_list_of_paths_is_expected_is_refused():
    with pytest.raises(DataError, match="y, row 1: expected a list of paths, not 'a/b'"):
        read_labels([["a/b"], "a/b"], "paths")


# Telling the forms apart -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "y",
    [[["a", "b"], ["c", "d"]], [["a"], ["b"]], [("a", "b")], [["a", "b"], ["c"]], [["a"], []]],
    ids=repr,
)
def test_a_nested_list_that_could_be_two_forms_is_refused_naming_the_argument(y):
    with pytest.raises(DataError, match='label_form="levels" or label_form="paths"'):
        read_labels(y)


def test_the_argument_decides_between_the_two_forms():
    y = [["a", "b"], ["c", "d"]]
    assert per_document(read_labels(y, "levels")) == [(("a", "b"),), (("c", "d"),)]
    assert per_document(read_labels(y, "paths")) == [(("a",), ("b",)), (("c",), ("d",))]


def test_a_mixture_of_strings_and_lists_is_refused_with_its_row():
    with pytest.raises(DataError, match=r"y, row 1: .*not \['b'\]|y, row 0: .*not 'a'"):
        read_labels(["a", ["b"]])


@pytest.mark.parametrize("y", [[], [None, None], [float("nan")]], ids=repr)
def test_labels_that_say_nothing_are_refused(y):
    with pytest.raises(DataError, match="no document has a label"):
        read_labels(y)


@pytest.mark.parametrize("y", ["a/b", b"a", 3, None, {"a"}], ids=repr)
def test_what_holds_no_label_a_document_is_refused(y):
    with pytest.raises(DataError, match="y must hold one label a document, not be"):
        read_labels(y)


def test_a_mapping_is_refused_since_its_keys_are_no_labels():
    with pytest.raises(DataError):
        read_labels({"document 1": "a/b", "document 2": "a/c"})


def test_a_generator_is_refused_and_not_half_read():
    with pytest.raises(DataError, match="not be generator"):
        read_labels(path for path in ["a", "b"])


def test_an_array_of_too_many_dimensions_is_refused_with_its_shape():
    with pytest.raises(DataError, match=r"y has shape \(2, 2, 2\)"):
        read_labels(np.full((2, 2, 2), "a"))


def test_labels_of_numbers_are_refused():
    for y in ([1, 2], np.array([1, 2]), pd.Series([1, 2])):
        with pytest.raises(DataError, match="y, row 0"):
            read_labels(y)
    with pytest.raises(DataError, match=r"y, row 1: .*not 3"):
        read_labels(["a", 3], "path")


def test_an_unknown_form_is_refused_naming_the_argument():
    with pytest.raises(DataError, match=r"label_form must be 'auto' or one of .*not 'level'"):
        read_labels([["a/b"]], "level")


def test_errors_call_the_labels_what_the_user_calls_them():
    with pytest.raises(DataError, match=r"^y_test, row 0"):
        read_labels([["a", 3]], "levels", name="y_test")


# Writing -----------------------------------------------------------------------------------------

PREDICTED = [[("a", "b")], [("c",)], []]


def test_levels_come_back_as_an_array_padded_with_the_empty_string():
    written = read_labels(np.array([["a", "b"]])).written(PREDICTED, 2)
    assert isinstance(written, np.ndarray)
    assert written.dtype == object
    assert written.tolist() == [["a", "b"], ["c", ""], ["", ""]]


def test_a_table_comes_back_as_a_table_of_the_same_columns():
    written = read_labels(pd.DataFrame({"top": ["a"], "sub": ["b"]})).written(PREDICTED, 2)
    expected = pd.DataFrame({"top": ["a", "c", ""], "sub": ["b", "", ""]}, dtype=object)
    pd.testing.assert_frame_equal(written, expected, check_dtype=False)


def test_one_path_a_document_comes_back_as_an_array_of_strings():
    written = read_labels(["a/b"]).written([*PREDICTED, [("a", "c/d")]], 2)
    assert isinstance(written, np.ndarray)
    assert written.shape == (4,)
    assert written.tolist() == ["a/b", "c", "", r"a/c\/d"]


def test_several_paths_come_back_as_lists_of_strings_or_of_tuples_as_they_came():
    documents = [[("a", "b/c"), ("d",)], []]
    assert read_labels([["x/y"]]).written(documents, 2) == [[r"a/b\/c", "d"], []]
    assert read_labels([[("x", "y")]]).written(documents, 2) == [[("a", "b/c"), ("d",)], []]


def test_no_document_comes_back_as_an_empty_container_of_the_form():
    assert read_labels([["a", ""]]).written([], 2).shape == (0, 2)
    assert read_labels(["a"]).written([], 1).shape == (0,)
    assert read_labels([["a/b"]]).written([], 2) == []
    assert read_labels(pd.DataFrame({"l1": ["a"]})).written([], 1).shape == (0, 1)


def test_labels_taken_keep_only_the_distinct_ones_they_have() -> None:
    labels = read_labels(["a/b", "c", "a/b", "d"])
    taken = labels.take(np.array([3, 0]))
    assert set(taken.distinct) == {(("d",),), (("a", "b"),)}
    assert [taken.distinct[k] for k in taken.index] == [(("d",),), (("a", "b"),)]
    assert labels.take(np.empty(0, dtype=np.int64)).distinct == ()
