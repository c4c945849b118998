"""YAML files as plain values that remember the line they stand on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from harnn.cli.yaml_errors import yaml_fault
from harnn.errors import ConfigError

__all__ = ["ConfigFile", "Location"]

Location = tuple[str | int, ...]

COLLECTION_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases and dates, and with ``1e-3`` a number, as everybody means it."""

    # YAML 1.1 asks for a dot in a float and reads 1e-3 as a string.
    _FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)[eE][-+]?[0-9]+")
    yaml_implicit_resolvers = {  # noqa: RUF012  # the base class has it so
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # An alias may point at what it stands in, or grow without bounds.
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not read", problem_mark=mark)
        return super().compose_node(parent, index)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(rf"^(?:{_Loader._FLOAT.pattern})$"),
    list("-+0123456789."),
)


class ConfigFile:
    r"""The values of a YAML file, and where each of them was written.

    Args:
        path: The file.

    Attributes:
        values: The file's mapping, as dicts, lists and scalars.

    Raises:
        ConfigError: If it is no YAML, has a key twice, or holds no mapping; the message names
            file and line.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "run.yaml")
        ...     _ = path.write_text("model:\n  epochs: 3\n")
        ...     config = ConfigFile(path)
        >>> config.override("model.learning_rate=1e-3")
        >>> config.values
        {'model': {'epochs': 3, 'learning_rate': 0.001}}
        >>> config.place(("model", "learning_rate"))
        "override 'model.learning_rate=1e-3'"
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[Location, str] = {(): str(path)}
        self._written: dict[Location, str] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigError(f"{path}: there is no such file") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: not UTF-8 text: {error}") from None
        values = self._read(text, ())
        if not isinstance(values, dict):
            what = "the file is empty" if values is None else f"it holds {values!r:.60}"
            raise ConfigError(f"{path}: expected sections such as 'corpus:', but {what}")
        self.values: dict[str, Any] = values

    def override(self, assignment: str) -> None:
        """Set a value as ``section.key=value``; the value is read as YAML.

        Args:
            assignment: What stands on the command line.

        Raises:
            ConfigError: If it is no assignment, or leads through something that is no section.
        """
        dotted, equals, text = assignment.partition("=")
        keys = tuple(dotted.split("."))
        origin = f"override {assignment!r}"
        if not equals or "" in keys:
            raise ConfigError(f"{origin}: expected key=value, such as model.epochs=3")
        section = self.values
        for depth, key in enumerate(keys[:-1], start=1):
            if section.get(key) is None:
                section[key] = {}
                self._places[keys[:depth]] = origin
            section = section[key]
            if not isinstance(section, dict):
                raise ConfigError(f"{origin}: {'.'.join(keys[:depth])} is not a section")
        for known in (self._places, self._written):
            for place in [place for place in known if place[: len(keys)] == keys]:
                del known[place]
        section[keys[-1]] = self._read(text, keys, origin)

    def place(self, location: Sequence[str | int]) -> str:
        """Say where a value, or else what it stands in, was written: file and line, or override."""
        known = tuple(location)
        while known not in self._places:
            known = known[:-1]
        return self._places[known]

    def has(self, location: Sequence[str | int]) -> bool:
        """Return whether a value was written there."""
        return tuple(location) in self._places

    def written(self, location: Sequence[str | int]) -> str | None:
        """Return the text of a value that has no quotes and was read as no text, such as No."""
        return self._written.get(tuple(location))

    def _read(self, text: str, location: Location, origin: str | None = None) -> Any:
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
            if node is not None:
                return self._value(loader, node, location, origin)
        except yaml.YAMLError as error:
            line, sentence = yaml_fault(error, text)
            if origin is not None or line is None:
                raise ConfigError(f"{origin or self.path}: {sentence}") from None
            raise ConfigError(
                f"{self.path}, line {line}: {sentence}\n  | {_shown(text.splitlines()[line - 1])}"
            ) from None
        if origin is not None:
            self._places[location] = origin
        return None

    def _value(
        self, loader: _Loader, node: yaml.Node, location: Location, origin: str | None
    ) -> Any:
        if location not in self._places:
            self._places[location] = origin or self._line(node)
        # Scalars are checked by the loader, which knows what their tags mean.
        if not isinstance(node, yaml.ScalarNode) and node.tag not in COLLECTION_TAGS:
            raise ConfigError(f"{origin or self._line(node)}: the tag {node.tag!r} is not read")
        if isinstance(node, yaml.SequenceNode):
            return [
                self._value(loader, item, (*location, number), origin)
                for number, item in enumerate(node.value)
            ]
        if not isinstance(node, yaml.MappingNode):
            try:
                value = loader.construct_object(node)
            except ValueError as error:  # such as !!int three
                raise ConfigError(f"{origin or self._line(node)}: {error}") from None
            if not isinstance(value, str) and node.value:
                self._written[location] = node.value
            return value
        values: dict[str, Any] = {}
        for key, child in node.value:
            place = origin or self._line(key)
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError(f"{place}: a key must be a name")
            if key.value in values:
                first = self._places[(*location, key.value)]
                raise ConfigError(f"{place}: key {key.value!r} stands twice, first in {first}")
            # The line of the key: a section's value starts on a later one.
            self._places[(*location, key.value)] = place
            values[key.value] = self._value(loader, child, (*location, key.value), origin)
        return values

    def _line(self, node: yaml.Node) -> str:
        return f"{self.path}, line {node.start_mark.line + 1}"


def _shown(line: str) -> str:
    """Return a line with its tabs and control characters made visible."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)
