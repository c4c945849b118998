"""What has a row a word goes round the converter, and arrives whole."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from harnn.errors import ExportError
from harnn.onnx_file import write_onnx
from harnn.text.export.word_tables import put_tables, with_few_words


@pytest.fixture
def network(one_path_classifier):
    return one_path_classifier.model_


def test_the_small_network_has_all_weights_but_the_tables(network):
    small, tables = with_few_words(network)
    words = network.get_layer("document").embedding.input_dim
    assert [table.values.shape[0] for table in tables] == [words]
    assert tables[0].stand_in.shape == (3, tables[0].values.shape[1])
    same = [
        np.array_equal(mine, its)
        for mine, its in zip(small.get_weights(), network.get_weights(), strict=True)
        if mine.shape == its.shape
    ]
    assert same == [True] * (len(network.weights) - 1)


def test_the_tables_arrive_in_the_file(network, tmp_path):
    small, tables = with_few_words(network)
    path = tmp_path / "network.onnx"
    write_onnx(small, path)
    put_tables(path, tables)
    stored = [numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer]
    assert any(np.array_equal(one, tables[0].values) for one in stored)
    assert not any(np.array_equal(one, tables[0].stand_in) for one in stored)


def test_the_tables_of_pairs_arrive_too(pairs_classifier, tmp_path):
    network = pairs_classifier.model_
    small, tables = with_few_words(network)
    terms = network.get_layer("terms")
    weights = [terms.kernel, terms.idf, terms.pair_kernel, terms.pair_idf, terms.pair_words]
    true = {
        weight.path for weight in (network.get_layer("document").embedding.weights[0], *weights)
    }
    assert {table.name for table in tables} == true
    path = tmp_path / "network.onnx"
    write_onnx(small, path)
    put_tables(path, tables)
    stored = [numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer]
    for table in tables:
        assert any(np.array_equal(one, table.values) for one in stored), table.name


def test_a_file_without_the_stand_ins_is_refused(network, tmp_path):
    small, tables = with_few_words(network)
    path = tmp_path / "network.onnx"
    write_onnx(small, path)
    put_tables(path, tables)
    with pytest.raises(ExportError, match=r"changed the tables \['document.*embeddings'\]"):
        put_tables(path, tables)
