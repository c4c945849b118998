from __future__ import annotations

import json

import pytest

from harnn import Taxonomy

COLUMNS = ("--text", "body", "--labels", "section,topic")


@pytest.fixture
def folder(tmp_path):
    """Return a corpus with all that hurts: a single child, a rare and an unseen class, copies."""
    path = tmp_path / "corpus"
    path.mkdir()
    rows = ["a lake,place,lake", "a hill,place,hill", "more hills,place,hill", "hills,place,hill"]
    rows += [f"plays {n},person,player" for n in range(3)]
    (path / "train.csv").write_text("\n".join(["text,l1,l2", *rows]) + "\n")
    (path / "test.csv").write_text("text,l1,l2\na  lake,place,lake\na dune,place,desert\n")
    return path


def test_the_tree_has_the_documents_of_each_category(harnn, folder):
    result = harnn("taxonomy", folder)
    assert result.exit_code == 0, result.output
    assert result.stdout.split("\n\n")[0].splitlines() == [
        "corpus: 5 categories in 2 levels (2 / 3)",
        "├── person (3)",
        "│   └── player (3)",
        "└── place (4)",
        "    ├── hill (3)",
        "    └── lake (1)",
    ]


def test_what_will_hurt_is_warned_of(harnn, folder):
    warnings = [
        line for line in harnn("taxonomy", folder).stdout.splitlines() if line.startswith("warning")
    ]
    assert len(warnings) == 4
    for warning, said in zip(
        warnings,
        [
            "'person' > 'player'",
            "'place/lake': 1",
            "1 document of 'test' has a text that stands in 'train' too",
            "1 of the categories in 'test' have no training document ('place/desert')",
        ],
        strict=True,
    ):
        assert said in warning


def test_levels_can_be_left_out(harnn, folder):
    tree = harnn("taxonomy", folder, "--max-depth", 1).stdout.split("\n\n")[0]
    assert tree.splitlines()[1:] == ["├── person (3)", "└── place (4)"]


def test_the_report_can_be_written(harnn, folder, tmp_path):
    assert harnn("taxonomy", folder, "--json", tmp_path / "report.json").exit_code == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["level_sizes"] == [2, 3]
    assert {row["path"]: row["documents"] for row in report["categories"]} == {
        "person": 3, "place": 4, "person/player": 3, "place/hill": 3, "place/lake": 1,
    }  # fmt: skip
    assert report["single_child_chains"] == [["person", "person/player"]]
    assert report["rare"] == ["place/lake"]
    assert report["overlaps"] == [
        {"first": "train", "second": "test", "count": 1, "examples": ["a lake"]}
    ]
    assert len(report["warnings"]) == 4


def test_a_model_and_a_taxonomy_file_have_a_tree_without_documents(harnn, model, tmp_path):
    Taxonomy.load(model / "taxonomy.json").save(tmp_path / "taxonomy.json")
    trees = [harnn("taxonomy", path).stdout for path in (model, tmp_path / "taxonomy.json")]
    for tree in trees:
        assert tree.splitlines()[1:4] == ["├── nature", "│   ├── hill", "│   └── lake"]


def test_several_paths_a_document_count_for_each(harnn, tagged):
    rows = [json.loads(line) for line in tagged.read_text().splitlines()]
    lakes = sum("nature/lake" in row["labels"] for row in rows)
    assert f"lake ({lakes})" in harnn("taxonomy", tagged).stdout


def test_a_config_names_the_corpus(harnn, run_config):
    assert harnn("taxonomy", run_config).stdout.startswith("articles: 6 categories in 2 levels")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"format": "harnn-taxonomy", "version": 9, "categories": []}', "version"),
        ('{"format": "other"}', "format"),
        ("[1", "not JSON"),
    ],
)
def test_a_json_file_that_is_neither_is_one_line(harnn, tmp_path, content, said):
    path = tmp_path / "thing.json"
    path.write_text(content)
    result = harnn("taxonomy", path)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert said in result.stderr


def test_a_corpus_without_labels_is_refused(harnn, articles):
    result = harnn("taxonomy", articles, "--text", "body", "--labels", "sektion")
    assert result.exit_code == 1
    assert "there is no column 'sektion'" in result.stderr
