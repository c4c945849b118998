from __future__ import annotations

import io
import unicodedata

import numpy as np
import pytest
from rich.console import Console

from harnn.errors import DataError
from harnn.text.taxonomy import Taxonomy
from harnn.text.taxonomy.report import TextOverlap, describe_taxonomy, render_tree


def printed(report) -> list[str]:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(render_tree(report))
    return console.file.getvalue().splitlines()


def test_a_healthy_taxonomy_has_no_warnings():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "d"])
    report = describe_taxonomy(
        taxonomy, [7, 3, 4, 3], texts_by_split={"train": ["x", "y"], "test": ["z"]}
    )
    assert report.warnings == []
    assert report.level_sizes == (2, 2)
    assert report.single_child_chains == report.rare == report.confusable == report.overlaps == ()


def test_the_tree_shows_counts_stops_and_names_as_they_are():
    taxonomy = Taxonomy.from_paths(["a", "a/[red]x", "a/c", "d"])
    assert printed(describe_taxonomy(taxonomy, [9, 5, 3, 4])) == [
        "taxonomy: 4 categories in 2 levels (2 / 2)",
        "├── a (9) [may stop here]",
        "│   ├── [red]x (3)",
        "│   └── c (4)",
        "└── d (5)",
    ]


def test_the_tree_without_counts_shows_none():
    assert printed(describe_taxonomy(Taxonomy.from_paths(["a/b"])))[1:] == ["└── a", "    └── b"]


def test_a_category_of_several_parents_is_drawn_once_and_referred_to_elsewhere():
    taxonomy = Taxonomy.from_edges([("art", "film"), ("trade", "film"), ("film", "short")])
    assert printed(describe_taxonomy(taxonomy))[1:] == [
        "├── art",
        "│   └── film",
        "│       └── short",
        "└── trade",
        "    └── film (see art/film)",
    ]


def test_chains_of_single_children_are_found_whole_and_once():
    taxonomy = Taxonomy.from_paths(["a/b/c", "d/e", "d/f/g"])
    report = describe_taxonomy(taxonomy)
    named = [[taxonomy.names[c] for c in chain] for chain in report.single_child_chains]
    assert named == [["a", "b", "c"], ["f", "g"]]
    assert len(report.warnings) == 1
    assert report.warnings[0].startswith("3 categories have a parent with no other child ('a' > 'b")


def test_a_single_child_of_a_category_where_documents_may_stop_is_no_chain():
    assert describe_taxonomy(Taxonomy.from_paths(["a", "a/b"])).single_child_chains == ()


def test_categories_with_fewer_than_three_documents_are_named():
    taxonomy = Taxonomy.from_paths(["a/b", "a/c", "a/d"])
    report = describe_taxonomy(taxonomy, np.array([5, 3, 2, 0]))
    assert report.rare == (2, 3)
    assert "2 categories have fewer than 3 documents ('a/c': 2, 'a/d': 0)" in report.warnings[0]


def test_without_counts_no_category_is_called_rare():
    assert describe_taxonomy(Taxonomy.from_paths(["a", "b"])).rare == ()


def test_siblings_that_differ_by_case_blanks_or_punctuation_are_named():
    taxonomy = Taxonomy.from_paths(["x/Science Fiction", "x/science-fiction", "y/science fiction"])
    report = describe_taxonomy(taxonomy)
    assert [[taxonomy.path_strings[c] for c in group] for group in report.confusable] == [
        ["x/Science Fiction", "x/science-fiction"]
    ]
    (warning,) = (warning for warning in report.warnings if "differ only" in warning)
    assert "1 group of siblings" in warning
    assert "('x/Science Fiction' and 'x/science-fiction')" in warning


@pytest.mark.parametrize(
    "twin",
    [
        "caf\u00e9\u200b",
        "cafe\u0301",
        "\ufeffcaf\u00e9",
        "caf\u00e9\u200d",
        "ca\u00adf\u00e9",
        "CAFE\u0301",
    ],
    ids=ascii,
)
def test_siblings_that_look_the_same_are_named_so_that_they_can_be_told_apart(twin):
    report = describe_taxonomy(Taxonomy.from_paths(["x/caf\u00e9", f"x/{twin}"]))
    (warning,) = (warning for warning in report.warnings if "differ only" in warning)
    first, second = warning.split("(")[1].split(")")[0].split(" and ")
    # No character of the message hides what differs.
    assert all(c.isprintable() for c in first + second)
    assert unicodedata.normalize("NFC", first) != unicodedata.normalize("NFC", second)


def test_symbols_marks_and_names_of_punctuation_tell_siblings_apart():
    taxonomy = Taxonomy.from_paths(["C", "C++", "कि", "की", "!", "?"])
    assert describe_taxonomy(taxonomy).confusable == ()


def test_confusable_siblings_below_two_parents_are_reported_once():
    taxonomy = Taxonomy.from_edges([(p, c) for p in "pq" for c in ("Rock", "rock")])
    assert len(describe_taxonomy(taxonomy).confusable) == 1


def test_texts_shared_by_splits_and_repeated_inside_one_are_counted():
    splits = {
        "train": ["one  two", "three", "one two ", "one\ntwo"],
        "validation": ["three", "four"],
        "test": iter(["four", "One two", "one two", "three", "three"]),
    }
    report = describe_taxonomy(Taxonomy.from_paths(["a", "b"]), texts_by_split=splits)
    assert report.overlaps == (
        TextOverlap("train", "train", 2, ("one two", "one two")),
        TextOverlap("train", "validation", 1, ("three",)),
        TextOverlap("validation", "test", 3, ("four", "three", "three")),
        TextOverlap("train", "test", 3, ("one two", "three", "three")),
        TextOverlap("test", "test", 1, ("three",)),
    )
    assert len(report.warnings) == 5
    assert report.warnings[0].startswith("2 documents of 'train' repeat an earlier text of it")
    assert report.warnings[1].startswith("1 document of 'validation' has a text that stands in")


def test_examples_are_few_and_short():
    splits = {"train": ["long " * 100 + str(i) for i in range(9)]}
    splits["test"] = splits["train"]
    (overlap,) = describe_taxonomy(Taxonomy.from_paths(["a", "b"]), texts_by_split=splits).overlaps
    assert overlap.count == 9
    assert len(overlap.examples) == 3
    assert all(len(example) <= 80 for example in overlap.examples)


@pytest.mark.parametrize(
    ("counts", "message"),
    [([1], "shape"), ([[1, 2]], "shape"), ([1, -1], "not negative"), ([0.5, 1.0], "whole numbers")],
)
def test_counts_that_are_none_are_refused(counts, message):
    with pytest.raises(DataError, match=message):
        describe_taxonomy(Taxonomy.from_paths(["a", "b"]), counts)


@pytest.mark.parametrize(
    ("texts", "message"), [("abc", "'train' is one string"), (["a", None], "'train', row 1: None")]
)
def test_texts_that_are_none_are_refused(texts, message):
    with pytest.raises(DataError, match=message):
        describe_taxonomy(Taxonomy.from_paths(["a", "b"]), texts_by_split={"train": texts})


def test_names_that_look_alike_are_shown_so_that_they_differ():
    taxonomy = Taxonomy.from_paths(["caf\u00e9", "cafe\u0301", "bar\u200b", "bar"])
    (warning,) = describe_taxonomy(taxonomy).warnings
    assert r"'caf\xe9'" in warning
    assert r"'cafe\u0301'" in warning
    assert r"'bar\u200b'" in warning
