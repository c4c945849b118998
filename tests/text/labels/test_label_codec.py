from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import DataError, TaxonomyError
from harnn.text.labels import read_labels
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.taxonomy import Taxonomy, join_path

# A documentary is a film, and a film is both art and trade.
FILM = Taxonomy.from_edges([("art", "film"), ("trade", "film"), ("film", "documentary")])

# Few names, so that one stands on two levels and under two parents.
NAMES = st.sampled_from(["a", "b", "c", "AC/DC", "\\", "né é"])
PATH = st.lists(NAMES, min_size=1, max_size=4).map(tuple)
SEVERAL = st.lists(st.lists(PATH, max_size=4), min_size=1, max_size=8).filter(any)
ONE = st.lists(PATH | st.just(()), min_size=1, max_size=8).filter(any)


def infer(y: Any, form: str = "auto", **arguments: Any) -> LabelCodec:
    return LabelCodec.infer(read_labels(y, form), **arguments)


def there_and_back(y: Any, form: str = "auto", **arguments: Any) -> Any:
    labels = read_labels(y, form)
    codec = LabelCodec.infer(labels, **arguments)
    return codec.decode(codec.encode(labels).indicator)


def said(codec: LabelCodec, y: Any, form: str = "auto") -> list[tuple[list[str], list[int]]]:
    """What a label says of each document: its categories' paths and the levels that are known."""
    targets = codec.encode(read_labels(y, form))
    return [
        ([codec.taxonomy.path_strings[c] for c in np.flatnonzero(row)], np.flatnonzero(k).tolist())
        for row, k in zip(targets.indicator, targets.known, strict=True)
    ]


def most_specific(paths: list[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The paths that are not the beginning of another."""
    return {p for p in paths if not any(q != p and q[: len(p)] == p for q in paths)}


# Labels in = labels out --------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(documents=SEVERAL)
def test_several_paths_come_back_without_what_others_imply(documents):
    written = there_and_back(documents, "paths")
    assert isinstance(written, list)
    for given_paths, paths in zip(documents, written, strict=True):
        assert isinstance(paths, list)
        assert len(set(paths)) == len(paths)
        assert set(paths) == most_specific(given_paths)


@settings(deadline=None, max_examples=60)
@given(documents=SEVERAL)
def test_paths_as_strings_come_back_as_strings(documents):
    spelled = [[join_path(path) for path in paths] for paths in documents]
    written = there_and_back(spelled, "paths")
    for given_paths, paths in zip(documents, written, strict=True):
        assert set(paths) == {join_path(path) for path in most_specific(given_paths)}


@settings(deadline=None, max_examples=60)
@given(documents=SEVERAL)
def test_what_came_back_comes_back_unchanged(documents):
    once = there_and_back(documents, "paths")
    assert there_and_back(once, "paths") == once


@settings(deadline=None, max_examples=60)
@given(documents=ONE)
def test_one_path_a_document_comes_back_as_it_was(documents):
    spelled = [join_path(path) if path else "" for path in documents]
    written = there_and_back(spelled, "path")
    assert isinstance(written, np.ndarray)
    assert written.tolist() == spelled
    assert there_and_back(pd.Series(spelled)).tolist() == spelled


@settings(deadline=None, max_examples=60)
@given(documents=ONE)
def test_ragged_rows_of_levels_come_back_as_they_were(documents):
    width = max(map(len, documents))
    rows = [[*path, *[""] * (width - len(path))] for path in documents]
    written = there_and_back(rows, "levels")
    assert isinstance(written, np.ndarray)
    assert written.tolist() == rows
    assert there_and_back(np.array(rows, dtype=object)).tolist() == rows
    frame = pd.DataFrame(rows, columns=[f"l{level}" for level in range(width)])
    pd.testing.assert_frame_equal(there_and_back(frame), frame, check_dtype=False)


def test_a_level_where_every_path_has_ended_comes_back_too():
    frame = pd.DataFrame({"l1": ["a", "a"], "l2": ["b", "c"], "l3": ["", ""]})
    assert there_and_back(frame.to_numpy()).tolist() == frame.to_numpy().tolist()
    pd.testing.assert_frame_equal(there_and_back(frame), frame, check_dtype=False)


def test_a_level_that_is_known_for_no_document_keeps_its_column():
    frame = pd.DataFrame({"l1": ["a", "d"], "l2": ["b", "c"], "l3": [None, None]})
    expected = frame.assign(l3="")
    pd.testing.assert_frame_equal(there_and_back(frame), expected, check_dtype=False)


def test_a_table_narrower_than_its_taxonomy_is_refused_or_comes_back_whole():
    frame = pd.DataFrame({"l1": ["a", "c"], "l2": ["b", "d"]})
    deeper = Taxonomy.from_paths(["a/b/x", "c/d"])
    try:
        codec = infer(frame, taxonomy=deeper)
    except DataError:
        return
    decided = deeper.close(np.eye(len(deeper), dtype=bool)[[deeper.find("a/b/x")]])
    assert list(codec.decode(decided).iloc[0]) == ["a", "b", "x"]


def test_the_same_name_on_two_levels_and_under_two_parents_stays_apart():
    y = ["negative/anger/anger", "negative/anger", "positive/anger", "anger"]
    codec = infer(y)
    assert len(codec.taxonomy) == 6
    assert codec.decode(codec.encode(read_labels(y)).indicator).tolist() == y


def test_paths_come_back_in_the_order_of_the_taxonomy():
    assert there_and_back([["d", "a/c", "a/b"]], "paths") == [["d", "a/b", "a/c"]]


def test_no_prediction_comes_back_as_an_empty_container():
    codec = infer([["a/b"], ["c"]], "paths")
    assert codec.decode(np.zeros((0, 3), dtype=bool)) == []
    assert codec.decode(np.zeros((1, 3), dtype=bool)) == [[]]


@pytest.mark.parametrize("y", [["a/b", "c"], [["a", "b"], ["c", ""]]], ids=["path", "levels"])
def test_a_codec_for_several_paths_never_writes_back_only_one_of_them(y):
    try:
        codec = infer(y, paths="several")
    except DataError:
        return  # A form that holds one path cannot hold several.
    written = str(codec.decode(codec.taxonomy.close(np.array([[False, True, True]]))))
    assert "b" in written
    assert "c" in written


# What is inferred --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(documents=SEVERAL, seed=st.integers(0, 1000))
def test_the_order_of_the_documents_plays_no_part(documents, seed):
    shuffled = documents.copy()
    random.Random(seed).shuffle(shuffled)
    one, other = infer(documents, "paths"), infer(shuffled, "paths")
    assert one.taxonomy == other.taxonomy
    assert (one.one_path, one.may_be_empty) == (other.one_path, other.may_be_empty)
    np.testing.assert_array_equal(
        one.encode(read_labels(shuffled, "paths")).indicator,
        other.encode(read_labels(shuffled, "paths")).indicator,
    )


@settings(deadline=None, max_examples=50)
@given(documents=SEVERAL)
def test_paths_may_end_exactly_where_one_of_a_document_does(documents):
    taxonomy = infer(documents, "paths").taxonomy
    ends = {path for paths in documents for path in paths}
    assert {taxonomy.paths[category] for category in taxonomy.terminals} == ends
    assert set(taxonomy.paths) == {p[:d] for p in ends for d in range(1, len(p) + 1)}


def test_one_path_is_told_from_several():
    assert infer(["a/b", "c"]).one_path
    assert infer([["a/b"], ["c"], []], "paths").one_path
    assert not infer([["a/b", "c"], ["c"]], "paths").one_path
    assert not infer([["a/b"], ["c"]], "paths", paths="several").one_path
    assert infer([["a/b"], ["c"]], "paths", paths="one").one_path


def test_several_paths_where_one_is_said_are_refused_with_the_row():
    with pytest.raises(DataError, match=r'y, row 2: 2 paths where paths="one"'):
        infer([["a"], ["a"], ["a", "b"]], "paths", paths="one")


def test_an_unknown_way_to_count_paths_is_refused_naming_the_argument():
    with pytest.raises(DataError, match=r"paths must be 'auto', 'one' or 'several', not 'many'"):
        infer(["a"], paths="many")


@pytest.mark.parametrize("y", [["", ""], [["", ""]]], ids=repr)
def test_labels_without_any_category_are_refused(y):
    with pytest.raises(DataError, match="y: no document has a category"):
        infer(y)
    with pytest.raises(DataError, match="y: no document has a category"):
        infer([[], None], "paths")


def test_no_document_is_refused():
    with pytest.raises(DataError, match="y: there is no document"):
        infer([], "path")


def test_documents_may_be_empty_where_one_is():
    assert infer([["a"], []], "paths").may_be_empty
    assert infer(["a", ""]).may_be_empty
    assert infer([["a", "b"], ["", ""]]).may_be_empty
    assert not infer([["a"], None], "paths").may_be_empty


def test_a_name_that_cannot_be_one_is_refused_with_the_row_of_its_document():
    with pytest.raises(DataError, match=r"row 3\b.*' c' has blanks around it; did you mean 'c'"):
        infer(["a", "a", "b", " c"])
    with pytest.raises(DataError, match=r"row 2\b.*line break or a control character"):
        infer([["a", "b"], ["a", "b"], ["a", "x\ny"]], "levels")


# Unknown levels ----------------------------------------------------------------------------------


def test_an_unknown_level_takes_no_part_and_what_is_above_it_does():
    y = [["a", "b", "x"], ["a", "b", "y"], ["a", "c", "z"], ["a", None, None], ["a", "b", None]]
    codec = infer(y)
    assert said(codec, y[3:]) == [(["a"], [0]), (["a", "a/b"], [0, 1])]


def test_an_only_child_is_implied_down_to_the_leaf():
    y = [["a", "b", "x"], ["d", "e", "f"], ["a", None, None], [None, None, None]]
    assert said(infer(y), y[2:]) == [(["a", "a/b", "a/b/x"], [0, 1, 2]), ([], [])]


def test_an_only_child_is_not_implied_where_documents_end_above_it():
    y = [["a", "b", "x"], ["a", "b", ""], ["a", None, None]]
    assert said(infer(y), y[2:]) == [(["a", "a/b"], [0, 1])]


def test_an_only_child_is_not_implied_where_a_given_taxonomy_lets_paths_end_above_it():
    taxonomy = Taxonomy.from_edges([("a", "b")], stops=["a"], nodes=["c"])
    y = [["a", None], ["c", ""]]
    assert said(infer(y, taxonomy=taxonomy), y[:1]) == [(["a"], [0])]


def test_an_only_root_is_implied_unless_documents_may_have_no_category():
    assert said(infer([["a/b"], ["a/c"], None]), [None], "paths") == [(["a"], [0])]
    assert said(infer([["a/b"], ["a/c"], [], None]), [None], "paths") == [([], [])]


def test_below_a_leaf_above_the_last_level_everything_is_known():
    y = [["a", "b"], ["c", ""], ["c", None]]
    assert said(infer(y), y[2:]) == [(["c"], [0, 1])]


def test_a_level_unknown_for_every_document_does_not_end_the_paths_above_it():
    y = [["a", None], ["b", "c"], ["b", "d"], ["b", None]]
    codec = infer(y)
    assert codec.taxonomy.path_strings == ("a", "b", "b/c", "b/d")
    assert not codec.taxonomy.stops.any()
    assert said(codec, y) == [
        (["a"], [0, 1]),
        (["b", "b/c"], [0, 1]),
        (["b", "b/d"], [0, 1]),
        (["b"], [0]),
    ]


def test_a_unique_name_below_an_unknown_level_tells_that_level():
    y = [["a", "b", "x"], ["a", "c", "y"], ["d", "e", "x"], ["a", None, "x"], [None, "c", None]]
    assert said(infer(y), y[3:]) == [
        (["a", "a/b", "a/b/x"], [0, 1, 2]),
        (["a", "a/c", "a/c/y"], [0, 1, 2]),
    ]


def test_an_ambiguous_name_below_an_unknown_level_tells_nothing_of_either():
    y = [["a", "b", "x"], ["a", "c", "x"], ["d", "e", "x"], ["a", None, "x"], [None, None, "x"]]
    assert said(infer(y), y[3:]) == [(["a"], [0]), ([], [])]


def test_an_only_child_is_implied_also_above_an_ambiguous_name():
    y = [["a", "b", "c", "x"], ["a", "b", "d", "x"], ["e", "f", "g", "h"], ["a", None, None, "x"]]
    assert said(infer(y), y[3:]) == [(["a", "a/b"], [0, 1])]


def test_an_absent_name_below_an_unknown_level_is_refused_with_row_and_name():
    y = [["a", "b", "x"], ["c", "d", "e"], ["a", None, "e"]]
    with pytest.raises(DataError, match=r"y, row 2: .*'e' there, below 'a'"):
        infer(y).encode(read_labels(y))


def test_one_unknown_path_of_several_hides_the_levels_below_it():
    y = [[("a", "b"), ("c", "d")], [("a", "e")], [("a", None), ("c", "d")]]
    assert said(infer(y), y[2:]) == [(["a", "c", "c/d"], [0])]


@settings(deadline=None, max_examples=80)
@given(documents=ONE.filter(lambda paths: all(paths)), data=st.data())
def test_a_path_cut_short_says_what_all_paths_that_begin_so_agree_on(documents, data):
    codec = infer([[path] for path in documents], "paths")
    depth = codec.taxonomy.n_levels
    path = data.draw(st.sampled_from(documents))
    kept = data.draw(st.integers(0, len(path)))
    cut = (*path[:kept], *[None] * (depth - kept))
    # The reference: every path that a document may have, cut to the levels on which all agree.
    candidates = [[*p, *[""] * (depth - len(p))] for p in documents if p[:kept] == path[:kept]]
    agreed = 0
    while agreed < depth and len({tuple(c[: agreed + 1]) for c in candidates}) == 1:
        agreed += 1
    names = [name for name in candidates[0][:agreed] if name]
    categories = [join_path(names[:level]) for level in range(1, len(names) + 1)]
    assert said(codec, [[cut]], "paths") == [(categories, list(range(agreed)))]


# A given taxonomy --------------------------------------------------------------------------------


def test_a_label_unknown_to_the_given_taxonomy_is_refused_with_row_and_nearest_name():
    taxonomy = Taxonomy.from_paths(["Agent/Athlete", "Agent/Politician"])
    with pytest.raises(
        TaxonomyError, match=r"y, row 1: .*'Politican' is not a child of.*did you mean 'Politician'"
    ):
        infer(["Agent/Athlete", "Agent/Politican"], taxonomy=taxonomy)
    with pytest.raises(TaxonomyError, match=r"y, row 1: .*'Agnet'.*did you mean 'Agent'"):
        infer([["Agent", "Athlete"], ["Agnet", None]], taxonomy=taxonomy)


def test_a_given_taxonomy_keeps_the_categories_that_no_document_has():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d/e"])
    codec = infer(["a/b"], taxonomy=taxonomy)
    assert codec.taxonomy == taxonomy
    assert codec.encode(read_labels(["a/b"])).indicator.tolist() == [
        [True, False, True, False, False]
    ]


def test_a_label_above_the_leaves_of_a_given_taxonomy_lets_paths_end_there():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c"])
    codec = infer(["a/b", "a"], taxonomy=taxonomy)
    assert codec.taxonomy.path_strings == taxonomy.path_strings
    assert codec.taxonomy.stops.tolist() == [True, False, False]
    assert not taxonomy.stops.any()


def test_a_label_unknown_when_encoding_is_refused_with_its_row():
    codec = infer(["a/b", "a/c"])
    with pytest.raises(DataError, match=r"y, row 1: 'a/d': 'd' is not a child of 'a'"):
        codec.encode(read_labels(["a/b", "a/d"]))


# Several parents ---------------------------------------------------------------------------------


def test_all_ancestors_are_implied_where_a_category_has_several_parents():
    codec = infer([["art/film"], ["trade"]], "paths", taxonomy=FILM)
    assert not codec.one_path
    assert said(codec, [["art/film"], ["trade/film/documentary"], ["trade"]], "paths") == [
        (["art", "trade", "art/film"], [0, 1, 2]),
        (["art", "trade", "art/film", "art/film/documentary"], [0, 1, 2]),
        (["trade"], [0, 1, 2]),
    ]


def test_a_category_of_several_parents_comes_back_by_all_its_paths():
    written = there_and_back([["art/film"], ["trade"]], "paths", taxonomy=FILM)
    assert written == [["art/film", "trade/film"], ["trade"]]
    assert there_and_back(written, "paths", taxonomy=FILM) == written


def test_one_path_a_document_in_a_graph_is_refused_with_advice():
    with pytest.raises(
        TaxonomyError, match=r"'film' has several parents.*taxonomy.unfold\(\).*paths=\"several\""
    ):
        infer(["art/film"], taxonomy=FILM, paths="one")
    assert infer(["art/film"], taxonomy=FILM.unfold(), paths="one").one_path


def test_the_level_of_a_category_that_a_label_names_is_known():
    # By way of "record" the documentary is one step down; by way of "film" it is two.
    edges = [("art", "film"), ("film", "documentary"), ("record", "documentary")]
    below = [("documentary", "war"), ("documentary", "nature")]
    taxonomy = Taxonomy.from_networkx(networkx.DiGraph([*edges, *below]))
    codec = infer([["art/film"]], "paths", taxonomy=taxonomy)
    targets = codec.encode(read_labels([[("record", "documentary", None)]]))
    documentary = taxonomy.find("record/documentary")
    assert targets.indicator[0, documentary]
    assert targets.known[0].tolist() == [True, True, True, False]


# Categories that training has not seen -----------------------------------------------------------


def test_an_extended_codec_knows_the_new_categories_and_names_them():
    codec = infer(["a/b", "c"])
    labels = read_labels(["a/new", "other/x", "a/b"])
    extended, unseen = codec.extended(labels)
    assert sorted(unseen) == ["a/new", "other", "other/x"]
    assert extended.decode(extended.encode(labels).indicator).tolist() == [
        "a/new",
        "other/x",
        "a/b",
    ]
    assert codec.taxonomy.path_strings == ("a", "c", "a/b")


def test_an_extended_codec_may_be_deeper():
    codec = infer([["a", "b"], ["c", ""]])
    extended, unseen = codec.extended(read_labels([["a", "b", "x"], ["c", "", ""]]))
    assert unseen == ["a/b/x"]
    assert extended.taxonomy.n_levels == 3


def test_a_codec_extended_by_what_it_knows_has_the_same_categories():
    codec = infer(["a/b", "c"])
    extended, unseen = codec.extended(read_labels(["c", "a/b", "a"]))
    assert unseen == []
    assert extended.taxonomy.path_strings == codec.taxonomy.path_strings


def test_a_codec_over_a_graph_can_be_extended():
    codec = infer([["art/film"]], "paths", taxonomy=FILM)
    labels = read_labels([["trade/film/western"], ["art/film"]], "paths")
    extended, unseen = codec.extended(labels)
    assert unseen == ["art/film/western"]
    assert extended.encode(labels).indicator.sum(axis=1).tolist() == [4, 3]


# Real labels -------------------------------------------------------------------------------------


def test_newsgroups_labels_come_back_as_they_were(data_dir: Path):
    frame = pd.read_parquet(data_dir / "newsgroups" / "train.parquet", columns=["l1", "l2", "l3"])
    codec = infer(frame)
    assert codec.one_path
    assert not codec.may_be_empty
    assert (frame["l3"] == "").any()
    pd.testing.assert_frame_equal(there_and_back(frame), frame, check_dtype=False)
    assert codec.encode(read_labels(frame)).known.all()


def test_goemotions_labels_come_back_as_they_were(data_dir: Path):
    y = pd.read_parquet(data_dir / "goemotions" / "train.parquet", columns=["labels"])["labels"]
    codec = infer(y)
    assert not codec.one_path
    # 4 groups, 7 and 28 emotions, the same name on two levels.
    assert codec.taxonomy.level_sizes == (4, 7, 28)
    assert [sorted(paths) for paths in there_and_back(y)] == [sorted(paths) for paths in y]


def test_dbpedia_labels_come_back_with_what_they_imply_and_no_more(data_dir: Path):
    frame = pd.read_parquet(data_dir / "dbpedia" / "train.parquet", columns=["l1", "l2", "l3"])
    codec = infer(frame)
    # All 9 and 70, and those of the 219 that a training document names.
    paths = set(frame.dropna().itertuples(index=False, name=None))
    assert codec.taxonomy.level_sizes == (9, 70, len(paths))
    assert not codec.taxonomy.stops.any()
    # The reference: an unknown l3 is that of the only one which the l1 and l2 ever have.
    found = frame.dropna().groupby(["l1", "l2"])["l3"].agg(["nunique", "first"])
    above = found.loc[list(zip(frame["l1"], frame["l2"], strict=True))]
    implied = above["first"].where((above["nunique"] == 1).to_numpy(), None).to_numpy()
    expected = frame.assign(l3=frame["l3"].fillna(pd.Series(implied)).fillna(""))
    pd.testing.assert_frame_equal(there_and_back(frame), expected, check_dtype=False)
    known = codec.encode(read_labels(frame)).known
    assert known[:, :2].all()
    np.testing.assert_array_equal(known[:, 2], (expected["l3"] != "").to_numpy())
