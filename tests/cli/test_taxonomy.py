from __future__ import annotations

import json
import pickle

import pytest

from harnn import Taxonomy, load_corpus
from harnn.errors import LabelColumnsError

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


NATURE_AND_SPORT = "{nature: [lake, hill, dune], sport: [tennis, chess]}"


def test_the_taxonomy_of_a_config_is_shown_with_its_unused_categories(harnn, run_config, tmp_path):
    config = tmp_path / "given.yaml"
    given = run_config.read_text().replace("model:", f"model:\n  taxonomy: {NATURE_AND_SPORT}")
    config.write_text(given)
    shown = harnn("taxonomy", config).stdout
    assert shown.startswith("articles: 7 categories in 2 levels (2 / 5)")
    assert "dune (0)" in shown
    assert "'nature/dune': 0" in shown


def test_a_label_outside_the_taxonomy_of_a_config_is_refused_as_fit_refuses_it(
    harnn, run_config, tmp_path
):
    config = tmp_path / "given.yaml"
    given = NATURE_AND_SPORT.replace("chess", "chessboxing")
    config.write_text(run_config.read_text().replace("model:", f"model:\n  taxonomy: {given}"))
    said = [
        harnn("taxonomy", config),
        harnn("fit", config, f"output.folder={tmp_path / 'run'}"),
    ]
    assert [result.exit_code for result in said] == [1, 1]
    assert said[0].stderr == said[1].stderr.splitlines(keepends=True)[-1]
    assert "'chess' is not a child of 'sport'" in said[0].stderr


def test_labels_are_counted_as_the_paths_of_a_config_say(harnn, tagged, tmp_path):
    config = tmp_path / "one.yaml"
    config.write_text(
        f"corpus: {{source: {tagged}}}\nmodel: {{paths: one}}\noutput: {{folder: run}}\n"
    )
    result = harnn("taxonomy", config)
    assert result.exit_code == 1
    assert "one" in result.stderr


def test_advice_on_columns_is_in_the_syntax_of_the_place(harnn, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,section\na lake,place\n")
    assert "--labels section,topic" in harnn("taxonomy", path).stderr
    config = tmp_path / "a.yaml"
    config.write_text(f"corpus: {{source: {path}}}\noutput: {{folder: {tmp_path / 'run'}}}\n")
    for command in ("taxonomy", "fit"):
        said = harnn(command, config).stderr
        assert "labels: [section, topic]" in said
        assert "labels=" not in said
    with pytest.raises(LabelColumnsError, match=r"labels=\[\.\.\.\]") as raised:
        load_corpus(path)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


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
