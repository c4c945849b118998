from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harnn.cli.config_file import ConfigFile
from harnn.errors import ConfigError


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str | bytes) -> ConfigFile:
        path = tmp_path / "run.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return ConfigFile(path)

    return read


NAMES = st.text("abcxyz_", min_size=1, max_size=5)
# PyYAML writes the line breaks of Unicode in a way that it reads as spaces.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=8)
# PyYAML leaves 1e3 unquoted, for it is a text in YAML 1.1; ours, on purpose, reads a number.
TEXTS = TEXTS.filter(lambda text: not re.fullmatch(r"[-+0-9._]+[eE][-+]?[0-9]+", text))
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS
SCALARS |= st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_whatever_yaml_writes_is_read_back(read, values):
    assert read(yaml.safe_dump(values, allow_unicode=True)).values == values


def test_numbers_in_scientific_notation_are_numbers(read):
    assert read("a: 1e-3\nb: 2E5\nc: -1.5e2\nd: .5e1\ne: 1e\nf: e1\n").values == {
        "a": 0.001, "b": 200000.0, "c": -150.0, "d": 5.0, "e": "1e", "f": "e1",
    }  # fmt: skip


def test_a_date_stays_what_was_written(read):
    assert read("a: 2024-13-45\n").values == {"a": "2024-13-45"}


def test_a_value_knows_its_line_and_an_unknown_one_that_of_its_section(read):
    config = read("a:\n  b: 1\n  c:\n    - x\n    - y\n")
    assert config.place(("a", "c", 1)).endswith("line 5")
    assert config.place(("a", "missing")).endswith("line 1")
    assert config.place(("missing",)) == str(config.path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: key 'a' stands twice, first in "),
        ("s:\n  a: 1\n  a: 1\n", "line 3: key 'a' stands twice, first in "),
        ("a: 1\nb: [2\n", "line 2: the bracket [ is not closed with ]"),
        ("a: &x 1\nb: *x\n", "line 2: '*' begins an alias, which is not read"),
        ("? [a, b]\n: 1\n", "line 1: a key must be a name"),
        ("a: !!python/object:os.system {}\n", "line 1: the tag "),
        ("a: !!python/name:os.system ''\n", "line 1: '!' begins a tag, which is not read"),
        ("a: !!set {x}\n", "line 1: the tag "),
        ("a: !!int three\n", "line 1: invalid literal for int()"),
        ("a: 1\n---\nb: 2\n", "line 2: '---' begins a second document"),
        ("- a\n- b\n", "expected sections such as 'corpus:', but it holds ['a', 'b']"),
        ("", "expected sections such as 'corpus:', but the file is empty"),
        (b"a: \xff\n", "not UTF-8 text"),
        ("a: \x00\n", "line 1: the character U+0000 is not allowed"),
    ],
)
def test_what_is_no_config_is_refused_where_it_stands(read, text, said):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert said in str(caught.value)
    assert "run.yaml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: there is no such file"):
        ConfigFile(tmp_path / "nowhere.yaml")


def test_an_override_is_read_as_yaml_and_makes_its_section(read):
    config = read("a: 1\n")
    for assignment in ("b.c=[1, 2]", "b.d=x=y", "a=", "e=1e-3"):
        config.override(assignment)
    assert config.values == {"a": None, "b": {"c": [1, 2], "d": "x=y"}, "e": 0.001}
    assert config.place(("b", "c", 0)) == "override 'b.c=[1, 2]'"
    assert config.place(("a",)) == "override 'a='"


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("a", "expected key=value"),
        ("=3", "expected key=value"),
        ("a..b=3", "expected key=value"),
        ("a.b=3", "a is not a section"),
        ("b=[", "override 'b=\\['"),
        ("b={c: 1, c: 2}", "'c' stands twice"),
    ],
)
def test_an_override_that_is_none_is_refused(read, assignment, said):
    with pytest.raises(ConfigError, match=said):
        read("a: 1\n").override(assignment)


def test_the_text_of_a_value_without_quotes_is_kept_where_it_is_read_as_no_text(read):
    config = read("a: [No, 'No', no way]\nb: 0123\n")
    assert config.values == {"a": [False, "No", "no way"], "b": 83}
    assert [config.written(("a", k)) for k in range(3)] == ["No", None, None]
    assert config.written(("b",)) == "0123"
    config.override("b=text")
    assert config.written(("b",)) is None


def test_a_wrong_line_is_shown_with_its_tabs(read):
    with pytest.raises(ConfigError) as caught:
        read("a:\n\tb: 1\n")
    assert str(caught.value).splitlines()[1] == r"  | \tb: 1"
