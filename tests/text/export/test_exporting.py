"""An export says what the classifier says, or there is none."""

import json
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module

import keras
import numpy as np
import pytest
import tensorflow as tf

from harnn.errors import ConfigError, ExportError, ModelFolderError
from harnn.model_archive import read_archive
from harnn.runtime import OnnxClassifier
from harnn.text.export import FORMATS, ModelCard, formats
from harnn.text.export import exporting as module
from harnn.text.export.formats import Said

KINDS = ("one_path_classifier", "several_paths_classifier")


@pytest.fixture(scope="module")
def exported(request, tmp_path_factory):
    """Return what exports each classifier in each format, once."""
    done = {}

    def export(kind, format):
        if (kind, format) not in done:
            classifier = request.getfixturevalue(kind)
            path = tmp_path_factory.mktemp("exported") / format
            done[kind, format] = classifier, classifier.export(path, format)
        return done[kind, format]

    return export


@pytest.mark.parametrize("kind", [*KINDS, "pairs_classifier"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_what_the_classifier_says(exported, kind, format):
    classifier, found = exported(kind, format)
    assert found.difference < (0.3 if format == "onnx_int8" else 1e-5)
    assert found.documents == 64
    assert found.same_paths >= (60 if format == "onnx_int8" else 64)
    assert found.bytes == sum(f.stat().st_size for f in found.path.rglob("*") if f.is_file())
    card = (found.path / "README.md").read_text(encoding="utf-8")
    assert f"{classifier.n_parameters_:,} weights" in card
    share = classifier.term_share_
    assert (f"linear scores with a share of {share:.2f} " in card) == (share > 0)
    assert ("linear scores" in card) == (kind == "pairs_classifier")
    assert "64 texts made of its words, no probability farther off" in card
    assert read_archive(found.path, f"harnn-{format}", 1)["levels"] == classifier.taxonomy_.n_levels


@pytest.mark.parametrize("name", ["onnx_format", "onnx_int8_format"])
def test_a_network_of_other_layers_is_converted(pairs_classifier, tmp_path, monkeypatch, name):
    module = import_module(f"harnn.text.export.{name}")
    monkeypatch.setattr(module, "has_network_graph", lambda model: False)
    found = pairs_classifier.export(tmp_path / "served", name.removesuffix("_format"))
    assert found.difference < (0.3 if "int8" in name else 1e-5)
    served = OnnxClassifier.load(found.path)
    assert served.explains_by == ("attention", "occlusion")
    own = pairs_classifier.explain(["water flows long"], ["attention"])[0]
    other = served.explain(["water flows long"], ["attention"])[0]
    assert [one.path for one in other.categories] == [one.path for one in own.categories]


@pytest.mark.parametrize("kind", KINDS)
def test_the_runtime_does_all_that_the_classifier_does(exported, request, kind):
    classifier, found = exported(kind, "onnx")
    served = OnnxClassifier.load(found.path, threads=1, batch_size=7)
    _, (texts, _) = request.getfixturevalue("ragged" if kind == KINDS[0] else "several")
    texts = [*texts, "", "nothing known"]
    np.testing.assert_allclose(
        served.predict_proba(texts), classifier.predict_proba(texts), atol=1e-5
    )
    assert np.array_equal(served.predict(texts), classifier.predict(texts)) or (
        served.predict(texts) == classifier.predict(texts)
    )
    for one, other in zip(
        served.predict_stream(texts, top_k=2), classifier.predict_stream(texts, 2), strict=True
    ):
        for mine, its in zip(one, other, strict=True):
            assert [path for path, _ in mine] == [path for path, _ in its]
            assert [p for _, p in mine] == pytest.approx([p for _, p in its], abs=1e-5)
    assert served.predict_sets(texts, 0.8) == classifier.predict_sets(texts, 0.8)
    assert list(served.classes_) == list(classifier.classes_)
    assert len(served.predict([])) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_runtime_explains_as_the_classifier_does(exported, request, kind):
    classifier, found = exported(kind, "onnx")
    served = OnnxClassifier.load(found.path, threads=1)
    _, (texts, _) = request.getfixturevalue("ragged" if kind == KINDS[0] else "several")
    texts = [*texts[:8], ""]
    assert served.explains_by == ("attention", "occlusion")
    own = classifier.explain(texts, served.explains_by)
    explained = 0
    for mine, its in zip(served.explain(texts), own, strict=True):
        assert (mine.document, mine.words) == (its.document, its.words)
        assert [path for path, _ in mine.predicted] == [path for path, _ in its.predicted]
        for one, other in zip(mine.categories, its.categories, strict=True):
            assert (one.path, one.level) == (other.path, other.level)
            assert one.probability == pytest.approx(other.probability, abs=1e-5)
            for method in served.explains_by:
                assert one.weights[method] == pytest.approx(other.weights[method], abs=1e-4)
                explained += len(one.weights[method])
    assert explained > 50
    with pytest.raises(ConfigError, match="no 'gradients', only attention and occlusion"):
        served.explain(texts, ["gradients"])
    one = served.explain(["word"], ["occlusion"], [classifier.classes_[-1]])[0]
    assert [category.path for category in one.categories] == [classifier.classes_[-1]]


def test_eight_bits_are_multiplied_as_whole_numbers_and_load_as_the_rest(exported):
    import onnx

    classifier, coarse = exported(KINDS[0], "onnx_int8")
    assert coarse.difference > 1e-6
    graph = onnx.load(coarse.path / "network.onnx").graph
    assert {"MatMulInteger", "DynamicQuantizeLSTM"} <= {node.op_type for node in graph.node}
    constants = {tensor.name for tensor in graph.initializer}
    floats = []
    for node in graph.node:
        if constants.issuperset(node.input):  # computed once, when the file is loaded
            constants.update(node.output)
        elif node.op_type in ("MatMul", "Gemm", "LSTM") and constants.intersection(node.input):
            floats.append(node.name)
    assert floats == []
    texts = ["water flows long", "racket serve court"]
    served = OnnxClassifier.load(coarse.path)
    np.testing.assert_allclose(
        served.predict_proba(texts), classifier.predict_proba(texts), atol=0.3
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_takes_texts_and_word_ids(exported, request, kind):
    classifier, found = exported(kind, "saved_model")
    model = tf.saved_model.load(str(found.path))
    of_texts, of_ids = model.signatures["serving_default"], model.signatures["word_ids"]
    texts = ["water flows", "", "RACKET Serve verse"]
    said = of_texts(texts=tf.constant(texts))
    tokens = [classifier.vocabulary_.encode(text) for text in texts]
    padded = np.zeros((3, max(map(len, tokens))), np.int32)
    for row, ids in zip(padded, tokens, strict=True):
        row[: len(ids)] = ids
    again = of_ids(tokens=tf.constant(padded))
    for name in ("probabilities", "paths", "scores"):
        np.testing.assert_array_equal(said[name], again[name])
    np.testing.assert_allclose(said["probabilities"], classifier.predict_proba(texts), atol=1e-5)
    expected = [chosen for chosen, _ in classifier.predict_stream(texts)]
    for paths, scores, likely in zip(
        said["paths"].numpy(), said["scores"].numpy(), expected, strict=True
    ):
        assert [path.decode() for path in paths if path] == [path for path, _ in likely]
        assert scores[: len(likely)] == pytest.approx([p for _, p in likely], abs=1e-5)
    categories = (found.path / "categories.txt").read_text(encoding="utf-8").splitlines()
    assert categories == list(classifier.classes_)


def test_a_keras_file_is_opened_in_safe_mode_by_who_knows_the_layers(exported):
    classifier, found = exported(KINDS[0], "keras")
    code = (
        "import sys, keras, numpy as np, harnn.text.layers\n"
        "model = keras.models.load_model(sys.argv[1], safe_mode=True)\n"
        "print(model.predict(np.array([[2, 3, 4]]), verbose=0)['level_1'].round(4).tolist())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(found.path / "network.keras")],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    own = classifier.model_(np.array([[2, 3, 4]]))["level_1"].numpy()
    np.testing.assert_allclose(json.loads(ran.stdout), own, atol=2e-4)


@pytest.mark.parametrize("damage", ["truncated", "smuggling"])
def test_a_keras_file_that_is_damaged_or_smuggles_code_is_not_opened(exported, tmp_path, damage):
    _, found = exported(KINDS[0], "keras")
    path = tmp_path / "network.keras"
    if damage == "truncated":
        path.write_bytes((found.path / "network.keras").read_bytes()[:-2000])
    else:
        inputs = keras.Input((2,))
        outputs = keras.layers.Lambda(lambda x: __import__("os").getpid() + x)(inputs)
        keras.Model(inputs, outputs).save(path)
    with pytest.raises((ValueError, OSError, zipfile.BadZipFile)) as error:
        keras.models.load_model(path)
    if damage == "smuggling":
        assert "unsafe" in str(error.value) or "disallowed" in str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_litert_reads_documents_of_any_length_with_its_own_operations(exported, kind):
    from ai_edge_litert.interpreter import Interpreter

    classifier, found = exported(kind, "litert")
    interpreter = Interpreter(str(found.path / "network.tflite"))
    # One of TensorFlow's would be named after it, and need a library of its own.
    names = {detail["op_name"] for detail in interpreter._get_ops_details()}
    assert {"WHILE", "GATHER"} <= names
    assert not [name for name in names if name.startswith("Flex") or name == "CUSTOM"]
    network = interpreter.get_signature_runner()
    for length in (1, 3, 40):
        tokens = np.arange(2, 2 + length, dtype=np.int32)[None] % len(classifier.vocabulary_)
        own = classifier.model_(tokens)
        for name, said in network(tokens=tokens).items():
            np.testing.assert_allclose(said, own[name], atol=1e-5)


def test_the_users_own_texts_are_compared_if_given(one_path_classifier, tmp_path):
    found = one_path_classifier.export(tmp_path / "served", "keras", ["water", "racket serve"])
    assert found.documents == 2
    with pytest.raises(ExportError, match="no texts"):
        one_path_classifier.export(tmp_path / "served", "keras", [])


@pytest.mark.parametrize(
    ("off", "message"),
    [
        (2e-4, "the export differs from the classifier"),
        (np.nan, "nan, not "),
        (None, "own paths for 0 of 64 documents; at least 99% are needed"),
    ],
)
def test_an_export_that_says_something_else_is_not_written(
    one_path_classifier, tmp_path, monkeypatch, off, message
):
    original = module.format_named

    class Wrong:
        def __init__(self, name):
            self.right = original(name)

        def __getattr__(self, name):
            return getattr(self.right, name)

        def reader(self, folder, description):
            ask = self.right.reader(folder, description)

            def wrong(texts):
                said = ask(texts)
                if off is None:
                    return Said(said.probabilities, [["another path"]] * len(texts))
                said.probabilities[-1, -1] += off
                return said

            return wrong

    monkeypatch.setattr(module, "format_named", Wrong)
    with pytest.raises(ExportError, match=message):
        one_path_classifier.export(tmp_path / "served", "keras")
    assert not list(tmp_path.iterdir())


def test_what_stands_there_is_replaced_only_if_it_is_a_model(one_path_classifier, tmp_path):
    one_path_classifier.export(tmp_path / "served", "keras")
    one_path_classifier.export(tmp_path / "served", "keras", card=ModelCard(license="MIT"))
    assert "| licence | MIT |" in (tmp_path / "served" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "thesis").mkdir()
    with pytest.raises(FileExistsError, match="thesis exists and is not a model folder"):
        one_path_classifier.export(tmp_path / "thesis", "keras")


def test_an_unknown_format_and_another_backend_are_refused(
    one_path_classifier, tmp_path, monkeypatch
):
    with pytest.raises(ConfigError, match="'onx'; did you mean 'onnx'"):
        one_path_classifier.export(tmp_path / "served", "onx")
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(ConfigError, match="exported with Keras on TensorFlow, and this is jax"):
        one_path_classifier.export(tmp_path / "served", "keras")


def test_a_package_that_is_not_installed_is_named(one_path_classifier, tmp_path, monkeypatch):
    def lacking(name):
        raise ModuleNotFoundError("No module named 'tf2onnx'", name="tf2onnx")

    monkeypatch.setattr(formats, "import_module", lacking)
    with pytest.raises(ConfigError, match=r"tf2onnx: pip install 'harnn\[onnx\]'"):
        one_path_classifier.export(tmp_path / "served", "onnx")


def test_a_card_says_what_it_was_told(one_path_classifier, tmp_path):
    card = ModelCard("Plants", "CC0", "a herbarium", {"micro F1": 0.91234}, "Animals.")
    found = one_path_classifier.export(tmp_path / "served", "keras", card=card)
    text = (found.path / "README.md").read_text(encoding="utf-8")
    for said in (
        "# Plants",
        "| licence | CC0 |",
        "a herbarium",
        "| micro F1 | 0.9123 |",
        "Animals.",
    ):
        assert said in text
    best = one_path_classifier.history_[one_path_classifier.best_epoch_ - 1]
    assert f"| micro_f1 | {best['micro_f1']:.4f} |" in text


@pytest.mark.parametrize("name", ["network.onnx", "vocabulary.txt", "taxonomy.json", "model.json"])
def test_an_export_that_was_altered_is_refused(exported, tmp_path, name):
    _, found = exported(KINDS[0], "onnx")
    shutil.copytree(found.path, tmp_path / "copy")
    file = tmp_path / "copy" / name
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ModelFolderError, match=name):
        OnnxClassifier.load(tmp_path / "copy")


def test_a_network_that_is_none_is_refused_by_its_name(exported, tmp_path):
    _, found = exported(KINDS[0], "onnx")
    shutil.copytree(found.path, tmp_path / "copy")
    (tmp_path / "copy" / "network.onnx").write_bytes(b"not a network")
    description = read_archive(found.path, "harnn-onnx", 1)
    with pytest.raises(ModelFolderError, match=r"network\.onnx"):
        OnnxClassifier.of_folder(tmp_path / "copy", description)


def test_an_export_is_no_model_to_go_on_with(exported):
    classifier, found = exported(KINDS[0], "onnx")
    with pytest.raises(ModelFolderError, match="format 'harnn-onnx', expected 'harnn-classifier'"):
        classifier.load(found.path)


def test_a_wrong_format_or_folder_is_refused_before_any_work(tmp_path):
    unfitted = None  # whatever is done with it would fail
    with pytest.raises(ConfigError, match="not 'onx'; did you mean 'onnx'"):
        module.export_classifier(unfitted, tmp_path / "out", "onx")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="cannot be written, as this is a file"):
        module.export_classifier(unfitted, tmp_path / "file" / "out", "onnx")
    with pytest.raises(FileExistsError, match="is not a model folder"):
        module.export_classifier(unfitted, tmp_path, "onnx")
