"""What `help` says of an estimator's options."""

import inspect
import re

import pytest

from harnn import HARNNClassifier
from harnn.option_docs import explains_options
from harnn.strict_options import StrictOptions
from harnn.timeseries import RecurrentForecaster, RecurrentImputer


@pytest.mark.parametrize("estimator", [HARNNClassifier, RecurrentForecaster, RecurrentImputer])
def test_help_explains_every_argument_once(estimator):
    arguments = inspect.getdoc(estimator).split("\nArgs:\n")[1].split("\n\n")[0]
    explained = re.findall(r"^    (\w+): \S", arguments, re.MULTILINE)
    assert sorted(explained) == sorted(inspect.signature(estimator).parameters)


def test_a_text_of_several_lines_stays_whole_and_what_is_not_taken_is_left_out():
    class Options(StrictOptions):
        """How it is trained.

        Attributes:
            epochs: At most this many,
                or fewer: stop early.
            units: Of the cell.

        Example:
            >>> Options()
        """

        epochs: int = 3
        units: int = 2

    @explains_options(Options)
    class Estimator:
        """Learns.

        Args:
            verbose: Whether to show progress.

        Attributes:
            model_: What was learnt.
        """

        def __init__(self, epochs=3, verbose=True):
            """Keep them."""

    assert inspect.getdoc(Estimator).split("\nArgs:\n")[1].split("\n\n")[0] == (
        "    verbose: Whether to show progress.\n"
        "    epochs: At most this many,\n"
        "        or fewer: stop early."
    )
