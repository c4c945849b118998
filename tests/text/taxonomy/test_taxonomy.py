from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import networkx
import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import DataError, TaxonomyError
from harnn.text.taxonomy import Taxonomy, join_path

EMOTIONS = ["negative/anger/anger", "negative/anger/annoyance", "positive/joy/joy", "neutral"]
# A film is both art and trade, and a documentary is a film and (directly) a record.
FILM = [("art", "film"), ("trade", "film"), ("film", "documentary"), ("record", "documentary")]

NAMES = st.text(st.sampled_from("ab/\\ é"), min_size=1, max_size=3).filter(
    lambda name: name == name.strip()
)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=12)


@st.composite
def graphs(draw: st.DrawFn) -> networkx.DiGraph:
    """A directed acyclic graph whose nodes 0, 1, ... all have names of their own."""
    size = draw(st.integers(1, 9))
    pairs = [(parent, child) for child in range(size) for parent in range(child)]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    graph = networkx.DiGraph(kept)
    graph.add_nodes_from(range(size))
    return graph


def indicators(data: st.DataObject, taxonomy: Taxonomy) -> np.ndarray:
    rows = data.draw(st.integers(0, 5))
    bits = st.lists(st.booleans(), min_size=rows * len(taxonomy), max_size=rows * len(taxonomy))
    return np.array(data.draw(bits), bool).reshape(rows, len(taxonomy))


# Order and shape ---------------------------------------------------------------------------------


def test_categories_are_ordered_by_level_then_parent_then_name():
    taxonomy = Taxonomy.from_paths(["b/y", "a/z", "b/x", "a/z/q", "c"])
    assert taxonomy.path_strings == ("a", "b", "c", "a/z", "b/x", "b/y", "a/z/q")
    assert taxonomy.parents == ((), (), (), (0,), (1,), (1,), (3,))
    assert taxonomy.children == ((3,), (4, 5), (), (6,), (), (), ())
    assert taxonomy.levels.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert taxonomy.level_sizes == (3, 3, 1)
    assert taxonomy.level_slices == (slice(0, 3), slice(3, 6), slice(6, 7))
    assert taxonomy.edges.tolist() == [[0, 3], [1, 4], [1, 5], [3, 6]]
    assert taxonomy.n_levels == 3
    assert taxonomy.is_tree
    assert len(taxonomy) == 7


def test_a_listed_inner_path_is_a_stop_and_leaves_are_terminals():
    taxonomy = Taxonomy.from_paths(["b/y", "a/z", "b/x", "a/z/q", "c"])
    assert np.flatnonzero(taxonomy.stops).tolist() == [3]
    assert taxonomy.terminals.tolist() == [2, 3, 4, 5, 6]
    assert taxonomy.terminal_paths.tolist() == [
        [2, -1, -1],
        [0, 3, -1],
        [1, 4, -1],
        [1, 5, -1],
        [0, 3, 6],
    ]


def test_a_listed_inner_path_can_be_a_mere_prefix():
    taxonomy = Taxonomy.from_paths(["a", "a/b"], inner="prefix")
    assert not taxonomy.stops.any()
    assert taxonomy.terminals.tolist() == [1]


def test_a_flat_taxonomy_has_one_level():
    taxonomy = Taxonomy.from_paths(["b", "a"])
    assert taxonomy.terminal_paths.tolist() == [[0], [1]]
    assert taxonomy.edges.shape == (0, 2)
    assert taxonomy.close([[0, 1]]).tolist() == [[False, True]]
    assert taxonomy.most_specific([[0, 1]]).tolist() == [[False, True]]
    assert taxonomy.is_consistent([[0, 1]]).tolist() == [True]


def test_one_name_on_two_levels_and_under_two_parents_is_several_categories():
    taxonomy = Taxonomy.from_paths([*EMOTIONS, "positive/anger"])
    assert taxonomy.names.count("anger") == 3
    assert taxonomy.find("negative/anger/anger") != taxonomy.find("negative/anger")
    assert taxonomy.find("positive/anger") != taxonomy.find("negative/anger")


@given(PATHS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=50)
def test_the_order_of_the_paths_does_not_matter(paths, random):
    shuffled = [*paths, *paths[:2]]
    random.shuffle(shuffled)
    one = Taxonomy.from_paths(paths, allow_repeats=True)
    other = Taxonomy.from_paths(map(join_path, shuffled), allow_repeats=True)
    assert one == other
    assert hash(one) == hash(other)


@given(PATHS)
@settings(deadline=None, max_examples=50)
def test_a_tree_holds_exactly_the_prefixes_of_its_paths(paths):
    taxonomy = Taxonomy.from_paths(paths, allow_repeats=True)
    prefixes = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    assert len(taxonomy) == len(prefixes)
    assert set(taxonomy.paths) == prefixes
    assert {taxonomy.paths[c] for c in taxonomy.terminals} == set(paths)
    assert [taxonomy.find(path) for path in taxonomy.paths] == list(range(len(taxonomy)))
    assert [taxonomy.find(path) for path in taxonomy.path_strings] == list(range(len(taxonomy)))
    for category, row in zip(taxonomy.terminals, taxonomy.terminal_paths, strict=True):
        names = tuple(taxonomy.names[c] for c in row if c >= 0)
        assert names == taxonomy.paths[category]
        assert (row[len(names) :] == -1).all()


@given(graphs())
@settings(deadline=None, max_examples=50)
def test_a_graph_agrees_with_networkx(graph):
    taxonomy = Taxonomy.from_networkx(graph)
    number = {int(name): category for category, name in enumerate(taxonomy.names)}
    for node in graph:
        category = number[node]
        above = {number[other] for other in networkx.ancestors(graph, node)} | {category}
        assert set(np.flatnonzero(taxonomy.ancestors[category]).tolist()) == above
        assert taxonomy.parents[category] == tuple(
            sorted(number[parent] for parent in graph.predecessors(node))
        )
        upper = graph.subgraph(networkx.ancestors(graph, node) | {node})
        assert taxonomy.levels[category] == networkx.dag_longest_path_length(upper)
        roots = [root for root in upper if upper.in_degree(root) == 0]
        paths = [
            tuple(map(str, path))
            for root in roots
            for path in networkx.all_simple_paths(graph, root, node)
        ] or [(str(node),)]
        assert taxonomy.root_paths(category) == sorted(paths)
        assert taxonomy.paths[category] in paths
        assert {taxonomy.find(path) for path in paths} == {category}
    assert taxonomy.is_tree == all(degree <= 1 for _, degree in graph.in_degree())
    keys = list(zip(taxonomy.levels.tolist(), taxonomy.parents, taxonomy.names, strict=True))
    assert keys == sorted(keys)


def test_a_child_of_several_parents_is_one_category_below_the_deepest():
    taxonomy = Taxonomy.from_edges(FILM)
    assert taxonomy.names == ("art", "record", "trade", "film", "documentary")
    assert taxonomy.levels.tolist() == [0, 0, 0, 1, 2]
    assert taxonomy.parents[4] == (1, 3)
    assert not taxonomy.is_tree
    assert taxonomy.path_strings[4] == "record/documentary"
    assert taxonomy.root_paths(4) == [
        ("art", "film", "documentary"),
        ("record", "documentary"),
        ("trade", "film", "documentary"),
    ]
    with pytest.raises(TaxonomyError, match="unfold"):
        _ = taxonomy.terminal_paths


def test_a_taxonomy_does_not_change():
    taxonomy = Taxonomy.from_paths(EMOTIONS)
    with pytest.raises(AttributeError, match="does not change"):
        taxonomy.names = ()
    with pytest.raises(AttributeError, match="does not change"):
        del taxonomy.names
    for array in (
        taxonomy.levels,
        taxonomy.stops,
        taxonomy.edges,
        taxonomy.terminals,
        taxonomy.terminal_paths,
        taxonomy.ancestors,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# Pickled as between processes; no file is loaded so.
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_is_equal_and_read_only_too(copied):
    taxonomy = Taxonomy.from_paths(["a", "a/b"])
    other = copied(taxonomy)
    assert other == taxonomy
    assert not other.stops.flags.writeable


def test_taxonomies_differ_by_name_parent_or_stop():
    taxonomy = Taxonomy.from_paths(["a/b", "c"])
    assert taxonomy != Taxonomy.from_paths(["a/x", "c"])
    assert taxonomy != Taxonomy.from_paths(["a", "c/b"])
    assert taxonomy != Taxonomy.from_paths(["a/b", "a", "c"])
    assert taxonomy != "a/b"


def test_the_representation_is_short():
    assert repr(Taxonomy.from_paths(EMOTIONS)) == "Taxonomy(8 categories in 3 levels: 3 / 2 / 3)"
    assert repr(Taxonomy.from_edges(FILM)).endswith("3 / 1 / 1, not a tree)")


def test_a_very_deep_taxonomy_is_no_problem():
    depth = 3000
    taxonomy = Taxonomy.from_edges([(level, level + 1) for level in range(depth)])
    assert taxonomy.n_levels == depth + 1
    assert taxonomy.close(np.eye(depth + 1, dtype=bool)[-1:]).all()
    assert Taxonomy.from_json(taxonomy.to_json()) == taxonomy


@pytest.mark.parametrize(
    ("names", "parents", "stops", "message"),
    [
        (["a"], [], None, "1 names, 0 parents"),
        (["a"], [[]], [True, False], "2 stops"),
        (["a", "b"], [[], [2]], None, "category 1, 'b': parent 2 is out of range"),
        (["a", "b"], [[], [-1]], None, "parent -1 is out of range"),
        (["a", "b"], [[], [0, 0]], None, "'b', has a parent twice"),
    ],
)
def test_columns_that_do_not_fit_are_refused(names, parents, stops, message):
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy(names, parents, stops)


# Looking up --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("negativ", "anger"), "'negativ' is not a top-level category.*mean 'negative'"),
        ("negative/angre/anger", "'angre' is not a child of 'negative'.*mean 'anger'"),
        (("negative", "anger", "annoyed"), "'annoyed' is not a child of 'anger'.*'annoyance'"),
        (("neutral", "calm"), "'calm' is below 'neutral', which has no children"),
        (("negative", 3), "3 is not a child of 'negative'"),
        ((), "an empty path"),
    ],
)
def test_an_unknown_path_is_refused_naming_culprit_and_nearest_sibling(path, message):
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_paths(EMOTIONS).find(path)


def test_a_path_in_a_graph_must_follow_edges():
    taxonomy = Taxonomy.from_edges(FILM)
    assert taxonomy.find("trade/film/documentary") == 4
    with pytest.raises(TaxonomyError, match="'documentary' is not a child of 'art'"):
        taxonomy.find("art/documentary")


# Indicators --------------------------------------------------------------------------------------


@given(graphs(), st.data())
@settings(deadline=None, max_examples=50)
def test_closing_marks_exactly_the_ancestors(graph, data):
    taxonomy = Taxonomy.from_networkx(graph)
    indicator = indicators(data, taxonomy)
    before = indicator.copy()
    closed = taxonomy.close(indicator)
    expected = (indicator.astype(int) @ taxonomy.ancestors.astype(int)) > 0
    np.testing.assert_array_equal(closed, expected)
    np.testing.assert_array_equal(indicator, before)
    assert taxonomy.is_consistent(closed).all()
    np.testing.assert_array_equal(
        taxonomy.is_consistent(indicator), (closed == indicator).all(axis=1)
    )


@given(graphs(), st.data())
@settings(deadline=None, max_examples=50)
def test_the_most_specific_are_those_without_a_marked_child(graph, data):
    taxonomy = Taxonomy.from_networkx(graph)
    indicator = indicators(data, taxonomy)
    specific = taxonomy.most_specific(indicator)
    for row, kept in zip(indicator, specific, strict=True):
        for category, children in enumerate(taxonomy.children):
            assert kept[category] == (row[category] and not any(row[c] for c in children))
    closed = taxonomy.close(indicator)
    np.testing.assert_array_equal(taxonomy.close(taxonomy.most_specific(closed)), closed)


@pytest.mark.parametrize(
    ("indicator", "message"),
    [
        ([True, False], "shape"),
        (np.ones((2, 9), bool), "shape"),
        (np.full((1, 8), 0.5), "float64.*threshold"),
        (np.full((1, 8), 2), "not all 0 or 1"),
        (np.full((1, 8), -1), "not all 0 or 1"),
    ],
)
def test_an_indicator_of_another_shape_or_kind_is_refused(indicator, message):
    taxonomy = Taxonomy.from_paths(EMOTIONS)
    for method in (taxonomy.close, taxonomy.most_specific, taxonomy.is_consistent):
        with pytest.raises(DataError, match=message):
            method(indicator)


# Other taxonomies --------------------------------------------------------------------------------


@given(graphs())
@settings(deadline=None, max_examples=50)
def test_unfolding_gives_the_tree_of_all_root_paths(graph):
    taxonomy = Taxonomy.from_networkx(graph)
    tree = taxonomy.unfold()
    every = [path for category in range(len(taxonomy)) for path in taxonomy.root_paths(category)]
    assert tree.is_tree
    assert sorted(tree.paths) == sorted(every)


def test_unfolding_keeps_stops_and_leaves_a_tree_as_it_is():
    tree = Taxonomy.from_paths(["a/b", "a", "c/d/e", "c/d"])
    assert tree.unfold() == tree
    graph = Taxonomy.from_edges(FILM, stops=["film"]).unfold()
    assert [graph.path_strings[c] for c in np.flatnonzero(graph.stops)] == [
        "art/film",
        "trade/film",
    ]


def test_unfolding_what_would_not_fit_is_refused():
    ladder = [
        ((level, side), (level + 1, other))
        for level in range(25)
        for side in range(2)
        for other in range(2)
    ]
    with pytest.raises(TaxonomyError, match="too large"):
        Taxonomy.from_edges(ladder).unfold()


@given(PATHS, PATHS)
@settings(deadline=None, max_examples=50)
def test_merging_paths_is_the_taxonomy_of_both(paths, more):
    merged = Taxonomy.from_paths(paths, allow_repeats=True).merge_paths(more)
    assert merged == Taxonomy.from_paths([*paths, *more], allow_repeats=True)


def test_a_leaf_that_gets_children_still_ends_a_path():
    merged = Taxonomy.from_paths(["a", "b"]).merge_paths(["a/x"])
    assert merged.path_strings == ("a", "b", "a/x")
    assert merged.stops.tolist() == [True, False, False]


def test_paths_merge_into_a_graph_below_the_category_they_lead_to():
    merged = Taxonomy.from_edges(FILM).merge_paths(["trade/film/short"])
    assert merged.find("art/film/short") == merged.find("trade/film/short")
    assert len(merged) == 6


# Saving ------------------------------------------------------------------------------------------


@given(graphs(), st.data())
@settings(deadline=None, max_examples=50)
def test_json_is_a_round_trip(graph, data):
    stops = data.draw(st.sets(st.sampled_from(sorted(graph))))
    taxonomy = Taxonomy.from_edges(graph.edges, nodes=graph.nodes, stops=stops)
    assert Taxonomy.from_json(taxonomy.to_json()) == taxonomy


def test_a_saved_taxonomy_is_loaded_whole(tmp_path):
    taxonomy = Taxonomy.from_paths(["日本/東京", "日本", "AC\\/DC"])
    file = tmp_path / "new" / "taxonomy.json"
    taxonomy.save(file)
    assert Taxonomy.load(file) == Taxonomy.from_json(file) == taxonomy
    assert [other.name for other in file.parent.iterdir()] == ["taxonomy.json"]


def test_a_truncated_file_is_refused_naming_the_file(tmp_path):
    file = tmp_path / "taxonomy.json"
    whole = Taxonomy.from_paths(EMOTIONS).to_json().encode()
    for size in range(0, len(whole.rstrip()), 7):
        file.write_bytes(whole[:size])
        with pytest.raises(TaxonomyError, match=r"taxonomy\.json: not a taxonomy"):
            Taxonomy.load(file)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    file = tmp_path / "taxonomy.json"
    file.write_bytes(b"\xff\xfe{")
    with pytest.raises(TaxonomyError, match="not UTF-8"):
        Taxonomy.load(file)


# Real corpora ------------------------------------------------------------------------------------


def test_goemotions_has_three_levels_with_one_name_on_two_of_them(data_dir):
    labels = pandas.read_parquet(data_dir / "goemotions" / "train.parquet")["labels"]
    taxonomy = Taxonomy.from_paths(
        (path for of_one in labels for path in of_one), allow_repeats=True
    )
    assert taxonomy.level_sizes == (4, 7, 28)
    assert taxonomy.names[taxonomy.find("negative/anger/anger")] == "anger"


def test_dbpedia_has_its_published_levels(data_dir):
    frame = pandas.read_parquet(data_dir / "dbpedia" / "train.parquet").dropna()
    taxonomy = Taxonomy.from_paths(frame[["l1", "l2", "l3"]].to_numpy(), allow_repeats=True)
    assert taxonomy.level_sizes[0] == 9
    assert taxonomy.level_sizes[2] <= 219
    assert taxonomy.is_tree


def test_three_hundred_thousand_labels_and_fifty_thousand_categories_are_workable():
    labels = [f"a{i % 9}/b{i % 63}/c{i % 189}" for i in range(300_000)]
    assert Taxonomy.from_paths(labels, allow_repeats=True).level_sizes == (9, 63, 189)
    large = Taxonomy.from_paths([f"a{i % 50}/b{i % 1000}/c{i}" for i in range(50_000)])
    assert large.level_sizes == (50, 1000, 50_000)
    indicator = np.zeros((20, len(large)), bool)
    indicator[:, -20:] = np.eye(20)
    assert large.close(indicator).sum() == 60


def test_networkx_is_not_imported_for_nothing():
    code = (
        "import sys, harnn.text.taxonomy, harnn.text.taxonomy.report\n"
        "print({'networkx', 'tensorflow', 'keras', 'rich', 'pandas'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"
