from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.errors import TaxonomyError
from harnn.text.taxonomy import join_path, split_path


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5).map(tuple))
@settings(deadline=None, max_examples=200)
def test_joining_and_splitting_a_path_is_a_round_trip(names):
    assert split_path(join_path(names)) == names


@given(st.text(st.sampled_from("a/\\"), max_size=8))
@settings(deadline=None, max_examples=200)
def test_what_can_be_split_is_joined_to_the_same_string(text):
    try:
        names = split_path(text)
    except TaxonomyError:
        return
    assert join_path(names) == text


def test_slash_and_backslash_are_escaped():
    assert join_path(("AC/DC", "a\\b")) == "AC\\/DC/a\\\\b"
    assert split_path("AC\\/DC/a\\\\b") == ("AC/DC", "a\\b")
    assert split_path("a\\\\/b") == ("a\\", "b")


@pytest.mark.parametrize("path", ["", "/", "a//c", "/a", "a/", "a\\\\//b"])
def test_an_empty_name_in_a_path_is_refused(path):
    with pytest.raises(TaxonomyError, match="is empty"):
        split_path(path)


@pytest.mark.parametrize(("path", "where"), [("a\\b", 1), ("a/b\\", 3)])
def test_a_backslash_that_escapes_nothing_is_refused(path, where):
    with pytest.raises(TaxonomyError, match=f"backslash at character {where}"):
        split_path(path)


@pytest.mark.parametrize("names", [(), ("a", "")])
def test_a_path_without_names_cannot_be_joined(names):
    with pytest.raises(TaxonomyError, match="no name or an empty one"):
        join_path(names)
