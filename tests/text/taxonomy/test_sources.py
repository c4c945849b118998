from __future__ import annotations

import json
from itertools import pairwise

import networkx
import numpy as np
import pandas
import pytest

from harnn.errors import TaxonomyError
from harnn.text.taxonomy import Taxonomy

# What the user has -------------------------------------------------------------------------------


def test_paths_may_be_strings_tuples_lists_or_array_rows():
    paths = ["a/b", ("a", "c"), ["d"], np.array(["d", "e"])]
    taxonomy = Taxonomy.from_paths(paths)
    assert taxonomy.path_strings == ("a", "d", "a/b", "a/c", "d/e")
    assert {type(name) for name in taxonomy.names} == {str}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "at least one category"),
        ("a/b", "got one string"),
        (["a", "b//c"], "path 1.*name 1 is empty"),
        (["a", ()], "path 1 is empty"),
        (["a", None], "path 1 is None"),
        (["a", ("b", 3)], "path 1.*3 is not a string"),
        (["a", "b", "a"], "path 2, 'a', repeats path 0: duplicate siblings"),
        (["a/b", ("a", "b")], "path 1, 'a/b', repeats path 0"),
        ([["a", "b"], ["a", "b"]], "path 1, 'a/b', repeats path 0"),
        (["a/ "], "path 0.*blank"),
        ([" a"], "path 0.*' a' has blanks around it; did you mean 'a'"),
        (["a\nb"], "path 0.*line break"),
        (["a\x00b"], "path 0.*control character"),
        (["a\u2028b"], "path 0.*line break"),
        (["a\ud800"], "path 0.*control character"),
    ],
)
def test_bad_paths_are_refused_naming_the_culprit(paths, message):
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_paths(paths)


def test_an_unknown_meaning_of_inner_paths_is_refused():
    with pytest.raises(TaxonomyError, match="did you mean 'prefix'"):
        Taxonomy.from_paths(["a"], inner="prefx")


def test_names_in_other_scripts_and_with_joiners_are_fine():
    names = ("日本語", "नमस्ते", "क्\u200dष", "C++", "a  b")
    assert set(Taxonomy.from_paths([(name,) for name in names]).names) == set(names)


def test_an_artificial_root_is_no_category():
    taxonomy = Taxonomy.from_edges([("all", "a"), ("all", "b"), ("b", "c")], root="all")
    assert taxonomy == Taxonomy.from_paths(["a", "b/c"])


def test_keys_get_names_and_isolated_nodes_are_categories():
    taxonomy = Taxonomy.from_edges(
        [(1, 2), (1, 3)], names={1: "a", 2: "b", 3: "c", 4: "d", 5: "unused"}, nodes=[4, 1]
    )
    assert taxonomy == Taxonomy.from_paths(["a/b", "a/c", "d"])
    assert Taxonomy.from_edges([(1, 2)]).names == ("1", "2")


def test_two_keys_may_share_a_name_under_different_parents():
    taxonomy = Taxonomy.from_edges([(1, 2), (3, 4)], names={1: "a", 2: "x", 3: "b", 4: "x"})
    assert taxonomy == Taxonomy.from_paths(["a/x", "b/x"])


@pytest.mark.parametrize(
    ("edges", "options", "message"),
    [
        ([], {}, "at least one category"),
        ([("a", "b"), ("b", "b")], {}, "edge 1: 'b' is its own parent.*give paths"),
        ([("a", "b"), ("a", "b")], {}, "edge 1: 'a' -> 'b' is given twice"),
        (["ab"], {}, "edge 0 is 'ab'; expected a pair"),
        ([("a", "b", "c")], {}, "expected a pair"),
        ([3], {}, "expected a pair"),
        ([("a", None)], {}, "edge 0: a node is None"),
        ([(float("nan"), "a")], {}, "edge 0: a node is nan"),
        ([("a", ["b"])], {}, r"edge 0: node \['b'\] is not hashable"),
        ([("r", "a"), ("s", "b")], {"root": "r"}, "'s' is a second root"),
        ([("r", "a")], {"root": "r", "nodes": ["b"]}, "'b' is an orphan"),
        ([("root", "a")], {"root": "rot"}, "root 'rot' is in no edge; did you mean 'root'"),
        ([("a", "r"), ("r", "b")], {"root": "r"}, "root 'r' has a parent, 'a'"),
        ([(1, 2), (1, 3)], {"names": {1: "a", 2: "x", 3: "x"}}, "duplicate siblings: 'x' .*'a'"),
        ([], {"nodes": [1, 2], "names": {1: "x", 2: "x"}}, "'x' stands twice on the top level"),
        ([(1, 2)], {"names": {1: "a"}}, "no entry for node 2"),
        ([(1, 2)], {"names": {1: "a", 2: 3}}, "3 is not a string"),
        ([(1, 2)], {"names": {1: "a", 2: "\t"}}, "blank"),
        ([("apple", "b")], {"stops": ["appel"]}, "'appel'.*did you mean 'apple'"),
    ],
)
def test_bad_edges_are_refused_naming_the_culprit(edges, options, message):
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_edges(edges, **options)


def test_a_cycle_is_named_as_a_whole():
    edges = [("r", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("r", "z")]
    with pytest.raises(TaxonomyError, match="cycle: ") as caught:
        Taxonomy.from_edges(edges)
    cycle = str(caught.value).split("cycle: ")[1].split(";")[0].split(" -> ")
    assert set(cycle) == {"a", "b", "c"}
    assert cycle[0] == cycle[-1]
    assert set(pairwise(cycle)) <= set(edges)


def test_a_networkx_graph_gives_names_stops_and_isolated_nodes():
    graph = networkx.DiGraph([(0, 1), (0, 2), (1, 3)])
    networkx.set_node_attributes(graph, {1: "a", 2: "b", 3: "c"}, "name")
    graph.nodes[1]["stops"] = True
    assert Taxonomy.from_networkx(graph, root=0) == Taxonomy.from_paths(["a", "a/c", "b"])
    graph.add_node(9)
    assert "9" in Taxonomy.from_networkx(graph).names
    with pytest.raises(TaxonomyError, match="9 is an orphan"):
        Taxonomy.from_networkx(graph, root=0)


def test_an_undirected_graph_is_refused():
    with pytest.raises(TaxonomyError, match="undirected"):
        Taxonomy.from_networkx(networkx.Graph([("a", "b")]))


@pytest.mark.parametrize("tree", [{"a": 3}, {"a": "b"}, {"a": {"b": 1.5}}])
def test_other_things_in_a_nested_mapping_are_refused(tree):
    with pytest.raises(TaxonomyError, match=r"below '[ab]' stands"):
        Taxonomy.from_nested(tree)


def test_siblings_listed_twice_in_a_nested_mapping_are_refused():
    with pytest.raises(TaxonomyError, match="duplicate siblings: 'b' stands twice below 'a'"):
        Taxonomy.from_nested({"a": ["b", "b"]})


def test_any_source_can_be_read(tmp_path):
    expected = Taxonomy.from_paths(["a/b", "c"])
    file = tmp_path / "taxonomy.json"
    expected.save(file)
    graph = networkx.DiGraph([("a", "b")])
    graph.add_node("c")
    for source in (
        expected,
        file,
        str(file),
        {"a": {"b": {}}, "c": {}},
        graph,
        ["a/b", "c"],
        [("a", "b"), ("c",)],
        iter(["a/b", "c"]),
    ):
        assert Taxonomy.read(source) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([("a", "b"), ("a", "c")], "from_edges.*from_paths"),
        (np.array([["a", "b"]]), "from_edges.*from_paths"),
        ("taxonomy.yaml", "not the path of a .json file"),
        (3, "cannot read a taxonomy from int"),
        (pandas.DataFrame({"l1": ["a"]}), "cannot read a taxonomy from DataFrame"),
        ([], "at least one category"),
        ({}, "at least one category"),
    ],
)
def test_a_source_that_is_none_or_ambiguous_is_refused(source, message):
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.read(source)


# JSON --------------------------------------------------------------------------------------------


def test_the_json_is_the_documented_one():
    assert json.loads(Taxonomy.from_paths(["é/b", "é"]).to_json()) == {
        "format": "harnn-taxonomy",
        "version": 1,
        "categories": [
            {"name": "é", "parents": [], "stops": True},
            {"name": "b", "parents": [0], "stops": False},
        ],
    }


def category(**changes):
    return {"name": "b", "parents": [0], "stops": False} | changes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "expected an object with"),
        ({"version": 2}, "version 2 is not known; expected 1"),
        ({"version": True}, "version True"),
        ({"version": "1"}, "version '1'"),
        ({"extra": 1}, 'unknown key "extra"'),
        ({"categories": {}}, "not a list"),
        ({"categories": []}, "at least one category"),
        ({"categories": ["a"]}, "category 0 is 'a'"),
        ({"categories": [category(parents=[0])]}, "category 0: parent 0 does not stand above"),
        ({"categories": [category(parents=[-1])]}, "parent -1 does not stand above"),
        ({"categories": [category(parents=[7])]}, "parent 7 does not stand above"),
        ({"categories": [category(parents=None)]}, '"parents" is None'),
        ({"categories": [category(parents=[True])]}, r'"parents" is \[True\]'),
        ({"categories": [category(parents=[0.0])]}, r'"parents" is \[0.0\]'),
        ({"categories": [category(parents=[], stops=0)]}, '"stops" is 0'),
        ({"categories": [category(parents=[], name=3)]}, "category 0: 3 is not a string"),
        ({"categories": [{"name": "a", "parents": []}]}, 'category 0 has no "stops"'),
        (
            {"categories": [category(parents=[], stop=True)]},
            "unknown key \"stop\"; did you mean 'stops'",
        ),
        ({"categories": [category(parents=[])] * 2}, "duplicate siblings"),
    ],
)
def test_json_of_another_version_or_with_wrong_parts_is_refused(change, message):
    document = {"format": "harnn-taxonomy", "version": 1, "categories": [category(parents=[])]}
    Taxonomy.from_json(json.dumps(document))
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_json(json.dumps(document | change))


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, "taxonomy.json"])
def test_what_is_no_taxonomy_at_all_is_refused(text):
    with pytest.raises(TaxonomyError, match="not a taxonomy"):
        Taxonomy.from_json(text)
