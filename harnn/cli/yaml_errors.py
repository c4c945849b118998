"""Errors of the YAML parser as sentences about the file that the user wrote."""

from __future__ import annotations

import re

import yaml

__all__ = ["yaml_fault"]

_CLOSING = {"[": "]", "{": "}"}
# Characters with which YAML begins something else than a text.
_SPECIAL = "@`%*&!|>?-"


def yaml_fault(error: yaml.YAMLError, text: str) -> tuple[int | None, str]:
    r"""Say where YAML is wrong, and what is likely the cause.

    Args:
        error: What the parser raised.
        text: What it read.

    Returns:
        The line, counted from 1, or None if it is not known; and a sentence.

    Example:
        >>> text = "corpus:\n  source: x\n  text body\noutput:\n"
        >>> try:
        ...     yaml.safe_load(text)
        ... except yaml.YAMLError as error:
        ...     yaml_fault(error, text)
        (3, "a colon is missing; expected 'text: body'")
    """
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, f"the character {_code(error.character)} is not allowed in YAML"
    if not isinstance(error, yaml.MarkedYAMLError):
        return None, str(error).partition("\n")[0]
    found = _Fault(error, text.splitlines())
    at, sentence = (
        found.of_quotes()
        or found.of_characters()
        or found.of_brackets()
        or found.of_colons()
        or found.of_indentation()
        or (found.line, f"not valid YAML: {found.problem}")
    )
    return (None if at is None else at + 1), sentence


def _code(character: int | str | bytes) -> str:
    number = character if isinstance(character, int) else ord(character)
    return f"U+{number:04X}"


_Sentence = tuple[int | None, str] | None


class _Fault:
    """One error of the parser. Each method knows one family of causes; lines count from 0."""

    def __init__(self, error: yaml.MarkedYAMLError, lines: list[str]) -> None:
        self.problem = error.problem or "unknown"
        self.context = error.context or ""
        self.lines = lines
        # The parser meets the end of the file one line after the last.
        last = max(len(lines) - 1, 0)
        mark, start = error.problem_mark, error.context_mark
        self.line = None if mark is None else min(mark.line, last)
        self.column = 0 if mark is None else mark.column
        self.start = None if start is None else min(start.line, last)
        self.start_column = 0 if start is None else start.column

    def of_quotes(self) -> _Sentence:
        """Quotes that are not closed, and backslashes and text in their wake."""
        if "quoted scalar" in self.context:
            if "escape" in self.problem:
                return self.line, (
                    "a backslash in double quotes begins an escape such as \\n; write the text in "
                    "single quotes"
                )
            quote = self._text(self.start)[self.start_column : self.start_column + 1]
            return self.start, f"the quote {quote} is opened and not closed"
        if self.problem.endswith(("found '<scalar>'", "got '<scalar>'")):
            before = self._text(self.line)[: self.column].rstrip()
            if before.endswith(("'", '"')):
                return self.line, (
                    f"text follows a closing quote {before[-1]}; double a quote inside the text, "
                    "or separate two values with a comma inside brackets"
                )
        return None

    def of_characters(self) -> _Sentence:
        """Characters that YAML reads as something else than a part of a text."""
        if "'\\t'" in self.problem or "'\t'" in self.problem:
            return self.line, "a tab cannot stand here: indent and separate with spaces"
        if "another document" in self.problem:
            return self.line, "'---' begins a second document: a config is a single one"
        rest = self._text(self.line).split(": ", 1)[-1].lstrip("- ")
        starts = (
            "cannot start any token",
            "expected alphabetic or numeric",
            "determine a constructor",
            "mapping keys are not allowed",
            "comment or a line break",
            "chomping or indentation",
            "are not read",
        )
        if any(part in self.problem for part in starts) and rest[:1] and rest[0] in _SPECIAL:
            has_meaning = {"*": "an alias, which is not read", "!": "a tag, which is not read"}
            begins = has_meaning.get(rest[0], "something else in YAML")
            return (
                self.line,
                f"{rest[0]!r} begins {begins}; put a text that begins with it in quotes",
            )
        if "sequence entries are not allowed" in self.problem:
            return self.line, (
                "a list stands on lines of its own below the option, or is written [a, b]; put a "
                "text that begins with '-' in quotes"
            )
        return None

    def of_brackets(self) -> _Sentence:
        """Brackets that are not closed, or closed without having been opened."""
        if "flow" in self.context:
            opening = self._text(self.start)[self.start_column : self.start_column + 1]
            if opening in _CLOSING:
                closing = _CLOSING[opening]
                return self.start, (
                    f"the bracket {opening} is not closed with {closing}, or a comma is missing "
                    "between two of its entries"
                )
        found = re.search(r"but found '([]}])'", self.problem)
        if found:
            return self.line, f"the bracket {found[1]} closes nothing"
        return None

    def of_colons(self) -> _Sentence:
        """Colons that are missing, that lack their space, or that stand in a text."""
        if "could not find expected ':'" in self.problem:
            return self.start, self._without_colon(self.start)
        if "mapping values are not allowed" not in self.problem or self.line is None:
            return None
        before = self._previous(self.line)
        if ": " in self._text(self.line)[: self.column]:
            return self.line, "a colon and a space stand in the value: put the value in quotes"
        if before is not None and not re.search(r":(\s|$)", self._text(before)):
            return before, self._without_colon(before)
        return self._misplaced(self.line)

    def of_indentation(self) -> _Sentence:
        """Lines that stand further left or right than those that they belong to."""
        if "<block end>" in self.problem or "<document start>" in self.problem:
            return self._misplaced(self.line)
        return None

    def _misplaced(self, line: int | None) -> tuple[int | None, str]:
        columns = ""
        if line is not None and (before := self._previous(line)) is not None:
            here, there = self._text(line).lstrip(" "), self._text(before).lstrip(" ")
            if here.startswith("- ") != there.startswith("- ") and self._indent(
                line
            ) == self._indent(before):
                return line, "a list and options are mixed: what belongs together begins alike"
            columns = f"this line begins in column {self._indent(line) + 1}, line {before + 1} in "
            columns += f"column {self._indent(before) + 1}; "
        return line, (
            f"the indentation is wrong: {columns}options of one section, and entries of one list, "
            "begin in the same column"
        )

    def _without_colon(self, line: int | None) -> str:
        """Say how a line without a colon is put right."""
        words = self._text(line).split()
        if line is None or not words:
            return "a colon is missing"
        first, rest = words[0], " ".join(words[1:])
        name, colon, value = first.partition(":")
        if colon and value:
            return f"a space is missing after the colon; expected '{name}: {value}'"
        if re.fullmatch(r"-[^-\s].*", first):
            return f"a space is missing after the dash; expected '- {first[1:]}'"
        before = self._previous(line)
        if before is not None and self._text(before).lstrip().startswith("- "):
            return f"'- ' is missing before an entry of the list; expected '- {' '.join(words)}'"
        if "：" in first:
            return "the colon is a full-width one (U+FF1A); write ':'"
        if rest.startswith("="):
            rest = rest[1:].lstrip()
        right = f"{first}: {rest}".rstrip()
        return f"a colon is missing; expected {right!r}"

    def _previous(self, line: int) -> int | None:
        """Return the line above that holds more than a comment."""
        for above in range(line - 1, -1, -1):
            if self.lines[above].strip() and not self.lines[above].lstrip().startswith("#"):
                return above
        return None

    def _indent(self, line: int) -> int:
        return len(self.lines[line]) - len(self.lines[line].lstrip(" "))

    def _text(self, line: int | None) -> str:
        return self.lines[line] if line is not None and line < len(self.lines) else ""
