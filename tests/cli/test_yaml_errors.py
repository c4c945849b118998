from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harnn.cli.yaml_errors import yaml_fault


def _fault(text: str) -> tuple[int | None, str]:
    with pytest.raises(yaml.YAMLError) as caught:
        list(yaml.safe_load_all(text)) if "---" not in text else yaml.safe_load(text)
    return yaml_fault(caught.value, text)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a:\n\tb: 1\n", 2, "a tab cannot stand here"),
        ("a:\n  b: 1\n\tc: 2\n", 3, "a tab cannot stand here"),
        ("a:\n  b:\t1\n", 2, "a tab cannot stand here"),
        ("a\n  b: 1\n", 1, "a colon is missing; expected 'a:'"),
        ("a:\n  b: 1\n  c two\n  d: 3\n", 3, "a colon is missing; expected 'c: two'"),
        ("a:\n  b: 1\n  c = 2\n  d: 3\n", 3, "a colon is missing; expected 'c: 2'"),
        ("a:\n  b: 1\nlast\n", 3, "a colon is missing; expected 'last:'"),
        ("a:\n  b:1\n  c: 2\n", 2, "a space is missing after the colon; expected 'b: 1'"),
        ("a：\n  b: 1\n", 1, "the colon is a full-width one"),
        ("a:\n  b: c: d\n", 2, "a colon and a space stand in the value"),
        ("a:\n  b: 'c\n  d: 1\n", 2, "the quote ' is opened and not closed"),
        ('a:\n  b: "c\n  d: 1\n', 2, 'the quote " is opened and not closed'),
        ("a:\n  b: 'it's'\n", 2, "text follows a closing quote '"),
        ('a:\n  b: "c" d\n', 2, 'text follows a closing quote "'),
        ('a:\n  b: "C:\\data"\n', 2, "a backslash in double quotes begins an escape"),
        ('a:\n  b: "C:\\users"\n', 2, "a backslash in double quotes begins an escape"),
        ("a:\n  b: [c, d\n  e: 1\n", 2, "the bracket [ is not closed with ]"),
        ("a:\n  b: [c, d}\n", 2, "the bracket [ is not closed with ]"),
        ("a: {b: 1\nc: {d: 1}\n", 1, "the bracket { is not closed with }"),
        ("a: {b: 1", 1, "the bracket { is not closed with }"),
        ("a:\n  b: [c, d]]\n", 2, "the bracket ] closes nothing"),
        ("a:\n  b: 1\n   c: 2\n", 3, "begins in column 4, line 2 in column 3"),
        ("a:\n  b: 1\n c: 2\n", 3, "begins in column 2, line 2 in column 3"),
        ("  a:\n    b: 1\nc: 2\n", 3, "the indentation is wrong"),
        ("a:\n  b:\n    - c\n   - d\n", 4, "the indentation is wrong"),
        ("a:\n  - b\n  c: 1\n", 3, "a list and options are mixed"),
        ("a:\n  b:\n  -c\n  - d\n", 3, "a space is missing after the dash; expected '- c'"),
        ("a:\n  - b\n  c\n", 3, "'- ' is missing before an entry of the list; expected '- c'"),
        ("a:\n  b: - c\n", 2, "a list stands on lines of its own"),
        ("a: @b\n", 1, "'@' begins something else in YAML"),
        ("a: %b\n", 1, "'%' begins something else in YAML"),
        ("a: *.csv\n", 1, "'*' begins an alias"),
        ("a:\n  - *.csv\n", 2, "'*' begins an alias"),
        ("a: !b\n", 1, "'!' begins a tag"),
        ("a: > b\n", 1, "'>' begins something else in YAML"),
        ("a: 1\n---\nb: 2\n", 2, "'---' begins a second document"),
        ("a: 1\nb: \x07\n", 2, "the character U+0007 is not allowed"),
    ],
)
def test_the_line_and_the_likely_cause_are_named(text: str, line: int, said: str) -> None:
    found, sentence = _fault(text)
    assert said in sentence
    assert found == line


@given(st.text(st.sampled_from("ab:-[]{}'\"\\#&*!|>%@` \t\n,?=0"), max_size=40))
def test_whatever_is_wrong_has_a_line_of_the_text(text: str) -> None:
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        line, sentence = yaml_fault(error, text)
        assert sentence
        assert line is None or 1 <= line <= len(text.splitlines())
