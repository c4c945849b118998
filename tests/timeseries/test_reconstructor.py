"""Networks run over series: streams, windows, and what they may know."""

import keras
import numpy as np
import pytest

from harnn.timeseries import reconstructor
from harnn.timeseries.options import RecurrentOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.reconstruction_network import build_reconstruction_network
from harnn.timeseries.reconstructor import Reconstructor
from harnn.timeseries.series import read_series

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=(70, 2))
VALUES[RNG.random(VALUES.shape) < 0.3] = np.nan
(SERIES,) = read_series(VALUES, times=np.cumsum(RNG.random(70) + 0.5))


def network(direction="forward", window=16, **options):
    chosen = RecurrentOptions(direction=direction, units=5, **options)
    readings = Readings("line" if direction == "coupled" else "last", 1.0)
    model = build_reconstruction_network(chosen, 2, readings.channels(2), seed=0)
    for weight in model.weights:  # So large that the states matter.
        weight.assign(np.random.default_rng(len(weight.path)).normal(size=weight.shape) * 0.5)
    return Reconstructor(model, readings, window)


@pytest.mark.parametrize("cell", ["elman", "jordan", "lstm", "gru"])
@pytest.mark.parametrize("direction", ["forward", "decoupled"])
def test_a_stream_says_what_the_whole_series_at_once_does(cell, direction, monkeypatch):
    run = network(direction, cell=cell, likelihood="scalar")
    readings = run.readings.of(SERIES.values, SERIES.observed, SERIES.times)[None]
    output = "student" if direction == "decoupled" else "reconstruction"
    at_once = np.asarray(run.model(readings)[output])[0]
    monkeypatch.setattr(reconstructor, "_CHUNK", 1)
    (streamed,) = run.causal([SERIES])
    np.testing.assert_allclose(streamed, at_once, atol=1e-6)


def test_layers_on_layers_stream_too():
    run = network(layers=3)
    readings = run.readings.of(SERIES.values, SERIES.observed, SERIES.times)[None]
    at_once = np.asarray(run.model(readings)["reconstruction"])[0]
    (streamed,) = run.causal([SERIES])
    np.testing.assert_allclose(streamed, at_once, atol=1e-6)


@pytest.mark.parametrize("direction", ["forward", "decoupled"])
def test_a_causal_run_knows_nothing_of_the_future(direction):
    run = network(direction)
    later = VALUES.copy()
    later[40:] += 3.0
    (before,), (after,) = run.causal([SERIES]), run.causal([SERIES.with_values(later)])
    np.testing.assert_array_equal(before[:40], after[:40])
    assert (before[40:] != after[40:]).any()


def test_a_coupled_network_has_no_stream():
    with pytest.raises(ValueError, match="reads what is still to come"):
        network("coupled").causal([SERIES])


@pytest.mark.parametrize("direction", ["coupled", "decoupled"])
@pytest.mark.parametrize("fusion", ["concat", "gate", "recurrent"])
def test_every_fusion_reads_both_ways(direction, fusion):
    run = network(direction, fusion=fusion, window=70)
    later = VALUES.copy()
    later[69] = 3.0
    (one,) = run.both_ways([SERIES])
    (other,) = run.both_ways([SERIES.with_values(later)])
    # Two steps before the end, where the fill itself is the same.
    step = np.flatnonzero(SERIES.observed[:68].all(axis=1))[-1]
    assert (one[step] != other[step]).any()


def test_windows_of_a_long_series_are_joined_without_seams():
    run = network("coupled", window=16)
    (joined,) = run.both_ways([SERIES])
    readings = run.readings.of(SERIES.values, SERIES.observed, SERIES.times)
    total, weights = np.zeros((70, 2)), np.zeros((70, 1))
    for start in [*range(0, 55, 8), 54]:
        said = np.asarray(run.model(readings[None, start : start + 16])["reconstruction"])[0]
        tent = np.minimum(np.arange(1, 17), np.arange(16, 0, -1))[:, None]
        total[start : start + 16] += tent * said
        weights[start : start + 16] += tent
    np.testing.assert_allclose(joined, total / weights, atol=1e-5)


def test_series_of_all_lengths_come_back_whole_and_in_order(monkeypatch):
    monkeypatch.setattr(reconstructor, "_BATCH", 3)
    run = network("coupled", window=16)
    parts = [SERIES.part(0, 5), SERIES, SERIES.part(10, 26), SERIES.part(0, 20)]
    together = run.both_ways(parts)
    for part, found in zip(parts, together, strict=True):
        (alone,) = run.both_ways([part])
        np.testing.assert_allclose(found, alone, atol=1e-6)


def test_the_networks_survive_being_saved(tmp_path):
    for direction in ("forward", "coupled", "decoupled"):
        model = network(direction, likelihood="sensor").model
        model.save(tmp_path / "model.keras")
        loaded = keras.models.load_model(tmp_path / "model.keras")
        readings = RNG.normal(size=(2, 9, model.input.shape[-1])).astype("float32")
        for name, said in model(readings).items():
            np.testing.assert_allclose(loaded(readings)[name], said, atol=1e-6)
