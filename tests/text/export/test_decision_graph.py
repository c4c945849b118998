"""The graph decides as the NumPy code does, for every kind of hierarchy and calibration."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from harnn.text.decisions.calibration import IsotonicCalibration, TemperatureCalibration
from harnn.text.export.decision_graph import DecisionGraph
from harnn.text.labels import Labels
from harnn.text.labels.label_codec import LabelCodec
from harnn.text.prediction.hierarchical_predictor import HierarchicalPredictor
from harnn.text.taxonomy import Taxonomy

TREE = Taxonomy.from_paths(["a/b/c", "a/b/d", "a/e", "f", "f/g/h", "i/j"])
GRAPH = Taxonomy.from_edges([("a", "b"), ("a", "c"), ("d", "c"), ("d", "e"), ("c", "f")])
FLAT = Taxonomy.from_paths(["a", "b", "c"])
CASES = [(TREE, True), (TREE, False), (GRAPH, False), (FLAT, True), (FLAT, False)]
TEMPLATE = Labels("paths", (), np.empty(0, dtype=np.int64), None, False, 0)


class Stub(HierarchicalPredictor):
    """Decides on what it is given for levels."""

    def __init__(self, taxonomy, one_path, may_be_empty, calibration, thresholds=None):
        self._set_codec(LabelCodec(taxonomy, TEMPLATE, one_path, may_be_empty))
        self._calibration = calibration
        if thresholds is not None:
            self._decoder.thresholds = thresholds

    def _level_outputs(self, texts):
        yield [np.stack([row[level] for row in texts]) for level in range(len(texts[0]))]


def calibration_of(kind, levels, one_path, generator):
    if kind == "temperature":
        return TemperatureCalibration(generator.uniform(0.5, 3, levels), one_path)
    if kind == "isotonic":
        curves = [
            (np.sort(generator.random(5)), np.sort(generator.uniform(0.05, 0.95, 5)))
            for _ in range(levels - 1)
        ]
        # A level that stays as it is; and a curve may have one corner.
        return IsotonicCalibration([*curves, None], one_path)
    return None


@settings(deadline=None, max_examples=60)
@given(
    case=st.sampled_from(
        [(TREE, True), (TREE, False), (GRAPH, False), (FLAT, True), (FLAT, False)]
    ),
    may_be_empty=st.booleans(),
    kind=st.sampled_from(["none", "temperature", "isotonic"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_probabilities_paths_and_scores_are_those_of_numpy(case, may_be_empty, kind, seed):
    taxonomy, one_path = case
    generator = np.random.default_rng(seed)
    calibration = calibration_of(kind, taxonomy.n_levels, one_path, generator)
    thresholds = None if one_path else generator.uniform(0.1, 0.95, len(taxonomy))
    stub = Stub(taxonomy, one_path, may_be_empty, calibration, thresholds)
    sharp = generator.choice([0.3, 3, 30])
    documents = []
    for _ in range(12):
        levels = []
        for size in stub._decoder.level_sizes:
            raw = np.exp(sharp * generator.normal(size=size))
            one = raw / raw.sum() if one_path else raw / (1 + raw)
            levels.append(one.astype(np.float32))
        documents.append(levels)
    inputs = [tf.constant(np.stack(level)) for level in zip(*documents, strict=True)]
    found = {name: value.numpy() for name, value in DecisionGraph(stub)(inputs).items()}
    (levels,) = stub._level_outputs(documents)
    probabilities = stub._decoder.probabilities(stub._calibrated(levels))
    np.testing.assert_allclose(found["probabilities"], probabilities, atol=2e-6)
    # What is decided is decided on the same numbers: no tie is turned by the last bit.
    decided = stub._decoder.decide(found["probabilities"])
    chosen = taxonomy.most_specific(decided)
    whole = found["probabilities"].copy()
    if one_path:
        whole[:, taxonomy.terminals] = stub._decoder.ends(found["probabilities"])
    names = np.array(taxonomy.path_strings)
    for row, paths, scores in zip(range(12), found["paths"], found["scores"], strict=True):
        assert [path.decode() for path in paths if path] == names[chosen[row]].tolist()
        told = scores[: chosen[row].sum()]
        np.testing.assert_allclose(told, whole[row, chosen[row]], atol=2e-6)
        assert not scores[chosen[row].sum() :].any()


def test_a_curve_of_one_corner_is_level():
    calibration = IsotonicCalibration([(np.array([0.4]), np.array([0.3]))], False)
    stub = Stub(FLAT, False, False, calibration)
    levels = [np.array([[0.1, 0.4, 0.9]], np.float32)]
    found = DecisionGraph(stub)([tf.constant(level) for level in levels])
    expected = stub._decoder.probabilities(calibration.apply(levels))
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-6)


def test_a_decoder_without_a_graph_is_refused():
    stub = Stub(FLAT, True, False, None)
    stub._decoder = object()
    with pytest.raises(TypeError, match="object has no graph"):
        DecisionGraph(stub)
