from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from harnn.cli.config import ModelConfig, load_config
from harnn.errors import ConfigError
from harnn.text.classifier import HARNNClassifier
from harnn.text.options import PRESETS

GOOD = """\
corpus:
  source: articles.csv
  labels: [section, topic]

model:
  preset: adapted
  epochs: 3
output:
  folder: runs/articles
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "run.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def complaint(path: Path, *overrides: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path, overrides)
    return str(caught.value).replace(str(path), "run.yaml")


def test_a_good_config_is_read_with_its_types(write):
    config = load_config(write(GOOD))
    assert config.corpus.labels == ["section", "topic"]
    assert config.model.epochs == 3
    assert config.model.learning_rate is None
    assert config.seed == 0


def test_the_model_section_has_exactly_the_classifiers_arguments():
    parameters = set(inspect.signature(HARNNClassifier).parameters)
    of_the_run = {"label_form", "checkpoint_dir", "random_state", "verbose"}
    assert set(ModelConfig.model_fields) == parameters - of_the_run


def test_a_wrong_key_names_file_line_and_nearest_key(write):
    assert complaint(write(GOOD.replace("epochs", "epoch"))) == (
        "run.yaml, line 7: model.epoch is not an option; did you mean 'epochs'?"
    )


def test_a_key_of_another_section_is_sent_there(write):
    assert complaint(write(GOOD + "batch_size: 3\n")) == (
        "run.yaml, line 10: batch_size is not an option; did you mean 'model.batch_size'?"
    )


def test_a_key_like_no_other_lists_the_keys_there_are(write):
    message = complaint(write(GOOD + "  zzz: 1\n"))
    assert message == "run.yaml, line 10: output.zzz is not an option; output has folder"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("three", "model.epochs must be a whole number, not 'three'"),
        ("2.5", "model.epochs must be a whole number, not 2.5"),
        ("true", "model.epochs must be a whole number, not True"),
        ("'3'", "model.epochs must be a whole number, not '3'; leave out the quotes"),
        ("0", "model.epochs must be greater than or equal to 1, not 0"),
        ("[1]", "model.epochs must be a whole number, not [1]"),
    ],
)
def test_a_wrong_type_or_value_names_the_line(write, written, said):
    path = write(GOOD.replace("epochs: 3", f"epochs: {written}"))
    assert complaint(path) == f"run.yaml, line 7: {said}"


def test_a_wrong_choice_names_the_nearest_one(write):
    assert complaint(write(GOOD.replace("preset: adapted", "preset: adaptd"))) == (
        "run.yaml, line 6: model.preset must be 'best', 'adapted' or 'paper', "
        "not 'adaptd'; did you mean 'adapted'?"
    )
    assert complaint(write(GOOD.replace("preset: adapted", "preset: champoin"))) == (
        "run.yaml, line 6: model.preset must be 'best', 'adapted' or 'paper', "
        "not 'champoin'; did you mean 'champion'?"
    )
    assert complaint(write(GOOD.replace("preset: adapted", "preset: 3"))) == (
        "run.yaml, line 6: model.preset must be 'best', 'adapted' or 'paper', not 3"
    )


@pytest.mark.parametrize(("alias", "name"), [("champion", "best"), ("reference", "paper")])
def test_a_config_with_the_former_name_of_a_preset_is_the_same_config(write, alias, name):
    former, current = (
        load_config(write(GOOD.replace("preset: adapted", f"preset: {preset}")))
        for preset in (alias, name)
    )
    assert former == current
    assert former.plain()["model"]["preset"] == name
    assert former.options() == current.options()


def test_a_config_without_a_preset_has_the_default_of_the_classifier(write):
    model = load_config(write(GOOD.replace("  preset: adapted\n", ""))).model
    assert model.preset == inspect.signature(HARNNClassifier).parameters["preset"].default


def test_a_value_of_several_types_is_refused_in_one_sentence(write):
    path = write(GOOD.replace("[section, topic]", "3"))
    assert complaint(path) == (
        'run.yaml, line 3: corpus.labels must be a string or a list, not 3; quote it: "3"'
    )


@pytest.mark.parametrize(
    ("written", "word"),
    [("[No, topic]", "No"), ("[section, off]", "off"), ("[section, YES]", "YES"), ("No", "No")],
)
def test_a_name_that_yaml_reads_as_a_boolean_is_to_be_quoted(write, written, word):
    message = complaint(write(GOOD.replace("[section, topic]", written)))
    assert message.startswith("run.yaml, line 3: corpus.labels")
    assert message.endswith(f'quote it: "{word}"')


def test_every_wrong_value_is_told_at_once(write):
    path = write(GOOD.replace("epochs: 3", "epochs: x").replace("articles.csv", "7"))
    assert complaint(path).splitlines() == [
        'run.yaml, line 2: corpus.source must be a string, not 7; quote it: "7"',
        "run.yaml, line 7: model.epochs must be a whole number, not 'x'",
    ]


def test_a_missing_option_names_its_section(write):
    path = write(GOOD.replace("  folder: runs/articles", "  {}"))
    assert complaint(path) == "run.yaml, line 8: output.folder is missing"


def test_a_section_that_is_none_is_refused(write):
    message = complaint(write("corpus: docstrings\noutput: {folder: x}\n"))
    assert message.startswith("run.yaml, line 1: corpus must be a section with options (source, ")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("No", 'not False; YAML reads No as false: quote it: "No"'),
        ("on", 'not True; YAML reads on as true: quote it: "on"'),
        ("0123", 'not 83; YAML reads 0123 as 83: quote it: "0123"'),
        ("1.10", 'not 1.1; YAML reads 1.10 as 1.1: quote it: "1.10"'),
        ("12:30:45", 'not 45045; YAML reads 12:30:45 as 45045: quote it: "12:30:45"'),
        ("1", 'not 1; quote it: "1"'),
    ],
)
def test_a_text_that_yaml_reads_as_something_else_is_to_be_quoted(write, written, said):
    path = write(GOOD.replace("articles.csv", written))
    assert complaint(path) == f"run.yaml, line 2: corpus.source must be a string, {said}"
    assert load_config(write(GOOD.replace("articles.csv", f'"{written}"'))).corpus.source == written


def test_each_entry_of_a_list_is_told_with_its_line(write):
    path = write(GOOD.replace("[section, topic]", "\n    - NO\n    - topic\n    - ~"))
    assert complaint(path).splitlines() == [
        "run.yaml, line 4: corpus.labels, entry 1, must be a string, not False; "
        'YAML reads NO as false: quote it: "NO"',
        "run.yaml, line 6: corpus.labels, entry 3, must be a string, not None; "
        'YAML reads ~ as nothing: quote it: "~"',
    ]


def test_an_override_is_quoted_for_the_shell_and_for_yaml(write):
    assert complaint(write(GOOD), "corpus.text=No").endswith(
        "YAML reads No as false: quote it and the whole assignment: 'corpus.text=\"No\"'"
    )
    assert load_config(write(GOOD), ['corpus.text="No"']).corpus.text == "No"
    assert complaint(write(GOOD), "corpus.labels=[yes]").endswith("'corpus.labels=[\"yes\"]'")


def test_a_list_of_numbers_is_not_to_be_quoted(write):
    assert complaint(write(GOOD), "corpus.categories=8").endswith("write it as a list: [8]")
    assert "quote" not in complaint(write(GOOD), "corpus.categories=no")


def test_a_switch_is_true_or_false(write):
    assert complaint(write(GOOD), "model.shortcut='true'").endswith(
        "model.shortcut must be true or false, not 'true'; leave out the quotes"
    )


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("corpus:\n  source x", "a colon is missing: 'source: x'"),
        ("corpus:\n  source = x", "a colon is missing: 'source: x'"),
        ("corpus:\n  source:x\n  text:y", "a space is missing after the colon: 'source: x'"),
        ("corpus:", "corpus must be a section with options below it, indented"),
        ("corpus:\nsource: x", "corpus must be a section with options below it, indented"),
        ("corpus:\n\u00a0\u00a0source: x", "a blank that is no space stands beside it"),
    ],
)
def test_a_section_that_yaml_reads_as_a_text_names_the_likely_cause(write, section, said):
    assert said in complaint(write(f"{section}\noutput:\n  folder: y\n"))


def test_an_entry_of_a_mapping_is_named(write):
    message = complaint(write(GOOD + "compare:\n  models:\n    mine: majority\n"))
    assert message == "run.yaml, line 12: compare.models.mine must be a mapping, not 'majority'"


def test_an_override_goes_before_the_file(write):
    path = write(GOOD)
    config = load_config(path, ["model.epochs=5", "model.dependency=none", "seed=4"])
    assert (config.model.epochs, config.model.dependency, config.seed) == (5, "none", 4)


def test_a_wrong_override_is_named(write):
    path = write(GOOD)
    assert complaint(path, "model.epoch=3") == (
        "override 'model.epoch=3': model.epoch is not an option; did you mean 'epochs'?"
    )
    assert complaint(path, "model.epochs=x") == (
        "override 'model.epochs=x': model.epochs must be a whole number, not 'x'"
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_a_resolved_config_says_every_option_and_resolves_to_itself(write, preset):
    config = load_config(write(GOOD), [f"model.preset={preset}", "model.alpha=0.25"]).resolved()
    # No preset has a taxonomy or a file of its own.
    options = set(ModelConfig.model_fields) - {"taxonomy", "vectors_file"}
    assert {name for name, value in config.model if value is not None} == options
    assert (config.model.alpha, config.model.epochs) == (0.25, 3)
    assert config.model.batch_size == PRESETS[preset].training.batch_size
    assert config.resolved() == config
