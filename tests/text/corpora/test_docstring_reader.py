from __future__ import annotations

from pathlib import Path

import pytest

from harnn.text.corpora.docstring_reader import Docstring, read_package

LONG = "Solves a long and winding problem in more than twenty words so that it is long enough "
LONG += "to be kept as a document"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    folder.mkdir()
    return folder


def write(package: Path, name: str, source: str) -> None:
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


def function(name: str, doc: str = LONG) -> str:
    return f'def {name}():\n    """{doc}"""\n'


def paths(package: Path) -> list[tuple[str, ...]]:
    return [docstring.path for docstring in read_package(package)]


def test_a_path_is_package_subpackages_and_module(package: Path) -> None:
    write(package, "__init__.py", function("top"))
    write(package, "linalg/__init__.py", function("here"))
    write(package, "linalg/solve.py", function("there"))
    write(package, "linalg/deep/er.py", function("deeper"))
    assert paths(package) == [
        ("toy",),
        ("toy", "linalg"),
        ("toy", "linalg", "deep", "er"),
        ("toy", "linalg", "solve"),
    ]


def test_private_modules_lose_their_underscore_and_src_is_no_component(package: Path) -> None:
    write(package, "_core/_ridge.py", function("f"))
    write(package, "src/layers/dense.py", function("f"))
    write(package, "python/ops.py", function("f"))
    assert paths(package) == [
        ("toy", "core", "ridge"),
        ("toy", "ops"),
        ("toy", "layers", "dense"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "tests/a.py",
        "_testing/a.py",
        "test_a.py",
        "a_test.py",
        "conftest.py",
        "_vendor/a.py",
        "externals/a.py",
        "_lib/a.py",
        "api/a.py",
        "a_pb2.py",
    ],
)
def test_tests_vendored_code_and_re_exports_are_left_out(package: Path, name: str) -> None:
    write(package, name, function("f"))
    assert paths(package) == []


def test_public_functions_classes_and_methods_are_read_in_order(package: Path) -> None:
    source = f'''
import somewhere_that_does_not_exist
"""Not a docstring of anything public, {LONG}."""
def first():
    """First. {LONG}"""
    def inner():
        """Inner. {LONG}"""
def _private():
    """Private. {LONG}"""
async def second():
    """Second. {LONG}"""
class Third:
    """Third. {LONG}"""
    def fourth(self):
        """Fourth. {LONG}"""
    def _hidden(self):
        """Hidden. {LONG}"""
class _Private:
    """Private class. {LONG}"""
    def method(self):
        """Method. {LONG}"""
if True:
    def fifth():
        """Fifth. {LONG}"""
def short():
    """Too short."""
raise RuntimeError("this module must never be run")
'''
    write(package, "a.py", source)
    firsts = [docstring.text.split(".")[0] for docstring in read_package(package)]
    assert firsts == ["First", "Second", "Third", "Fourth", "Fifth"]


def test_the_text_is_cleaned_of_its_indentation(package: Path) -> None:
    write(package, "a.py", f'def f():\n    """Title.\n\n    {LONG}\n        deeper\n    """\n')
    (found,) = read_package(package)
    assert found == Docstring(f"Title.\n\n{LONG}\n    deeper", ("toy", "a"))


def test_what_names_the_path_is_removed_and_no_more(package: Path) -> None:
    doc = (
        f"{LONG}. See toy.linalg.solve, toy.linalg._fast.solve, toy.stats.mean, other.linalg.x, "
        "and toys.linalg.\\n\\n    >>> from toy.linalg import solve\\n    >>> solve(1)\\n    1"
    )
    write(package, "linalg/_fast.py", f'def f():\n    "{doc}"\n# """\n')
    (found,) = read_package(package)
    assert "See solve, solve, stats.mean, other.linalg.x, and toys.linalg." in found.text
    assert "import" not in found.text
    assert ">>> solve(1)\n1" in found.text


def test_a_file_that_does_not_parse_is_passed_over_without_a_warning(package: Path) -> None:
    write(package, "a.py", 'def f(:\n    """no"""')
    write(package, "b.py", f'def f():\n    """A bad escape \\d. {LONG}"""')
    assert paths(package) == [("toy", "b")]
