from __future__ import annotations

import json
import threading
import time
import types

import pytest
from training_benchmark.fit_run import fit
from training_benchmark.harnn_loop import FIT_LOOP, WORD_VECTORS
from training_benchmark.replaced_function import exists, replaced_function
from training_benchmark.stages import NETWORK, REST, STAGES, StageClock, known_functions

from harnn.text.documents import vocabulary
from harnn.text.documents.vocabulary import Vocabulary


@pytest.fixture
def module(monkeypatch):
    """Return a module of some functions, which another one of `harnn` has imported."""
    functions = types.ModuleType("harnn.functions_of_a_test")
    functions.inner = lambda: time.sleep(0.02)
    functions.outer = lambda: functions.inner()
    user = types.ModuleType("harnn.user_of_a_test")
    user.inner = functions.inner
    for one in (functions, user):
        monkeypatch.setitem(__import__("sys").modules, one.__name__, one)
    functions.user = user
    return functions


INNER, OUTER = "harnn.functions_of_a_test:inner", "harnn.functions_of_a_test:outer"


@pytest.mark.parametrize("stage", STAGES)
def test_every_function_of_a_stage_exists(stage):
    assert known_functions(stage, STAGES[stage]) == list(STAGES[stage])


def test_the_functions_that_the_loop_replaces_exist():
    assert exists(FIT_LOOP)
    assert exists(WORD_VECTORS)


def test_a_stage_without_a_function_is_refused():
    assert known_functions("a", [INNER, "harnn.errors:nearest"]) == ["harnn.errors:nearest"]
    with pytest.raises(LookupError, match=r"stage 'gone'.*harnn\.errors:gone"):
        StageClock({"gone": ("harnn.errors:gone",)}).__enter__()


def test_a_function_is_replaced_wherever_it_was_imported_and_put_back(module):
    original = module.inner
    with replaced_function(INNER, lambda function: lambda: (function(), "replaced")[1]):
        assert module.inner() == module.user.inner() == "replaced"
    assert module.inner is module.user.inner is original


def test_a_class_method_is_replaced_and_put_back():
    original = vars(Vocabulary)["fit"]
    place = f"{vocabulary.__name__}:Vocabulary.fit"
    with replaced_function(place, lambda function: lambda cls, *_, **__: (cls, "replaced")):
        assert Vocabulary.fit(["a"]) == (Vocabulary, "replaced")
    assert vars(Vocabulary)["fit"] is original


def test_what_a_stage_calls_counts_to_it(module):
    with StageClock({"outer": (OUTER,), "inner": (INNER,)}) as clock:
        module.outer()
        time.sleep(0.02)
        module.inner()
    outer, inner, rest = clock.stages()
    assert [outer.name, inner.name, rest.name] == ["outer", "inner", REST]
    assert outer.seconds == pytest.approx(outer.end - outer.start)
    assert outer.end + 0.02 <= inner.start
    assert rest.seconds >= 0.02
    whole = clock.whole()
    assert outer.seconds + inner.seconds + rest.seconds == pytest.approx(whole.seconds)
    assert outer.cpu + inner.cpu + rest.cpu == pytest.approx(whole.cpu)


def test_stages_in_two_threads_overlap(module):
    meeting = threading.Barrier(2)
    module.inner = lambda: (meeting.wait(10), time.sleep(0.02))
    module.outer = lambda: (meeting.wait(10), time.sleep(0.02))
    with StageClock({"outer": (OUTER,), "inner": (INNER,)}) as clock:
        thread = threading.Thread(target=lambda: module.outer())
        thread.start()
        module.inner()
        thread.join()
    one, other, rest = clock.stages()
    assert max(one.start, other.start) < min(one.end, other.end)
    # Time in both at once is not taken off the rest twice.
    assert rest.seconds >= 0
    joint = max(one.end, other.end) - min(one.start, other.start)
    assert joint + rest.seconds == pytest.approx(clock.whole().seconds)


# A few documents lack many categories.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_fit_is_reported_stage_by_stage():
    facts = fit("adapted", seed=0, corpus_name="synthetic", limit=60)
    json.dumps(facts)
    stages = {stage["name"]: stage for stage in facts["stages"]}
    expected = {"reading texts and labels", NETWORK, "calibration and thresholds", REST}
    assert set(stages) == expected
    assert stages[NETWORK]["end"] <= stages["calibration and thresholds"]["start"]
    seconds = sum(epoch["seconds"] for epoch in facts["epochs"])
    assert 0 < seconds <= stages[NETWORK]["seconds"] + 0.01
    assert 1 <= facts["best_epoch"] <= len(facts["epochs"])
    assert facts["whole"]["seconds"] >= stages[NETWORK]["seconds"]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_fit_of_a_baseline_has_no_epochs():
    facts = fit("majority", seed=0, corpus_name="synthetic", limit=60)
    assert facts["epochs"] == []
    assert [stage["name"] for stage in facts["stages"]] == [REST]
    assert facts["scores"]["micro_f1"] > 0
