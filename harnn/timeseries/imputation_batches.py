"""Windows to learn filling from: every epoch hides other values of the series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harnn.timeseries.options import HoleOptions, SeriesTrainingOptions
from harnn.timeseries.readings import Readings
from harnn.timeseries.series import Series
from harnn.timeseries.windows import Windows

__all__ = ["ImputationBatches", "diffused"]


@dataclass(frozen=True)
class ImputationBatches:
    """Batches of windows in which some of what was observed is hidden.

    Missingness diffusion: a share of the observed values is hidden, others in every epoch, and
    gaps and fills are computed anew from what is left. What is hidden and where the windows stand
    depend on the seed and the epoch alone, so that a resumed fit goes on as it would have.

    Attributes:
        series: Scaled.
        readings: What the network reads.
        outputs: The names of the network's outputs.
        holes: What to hide.
        training: Windows and batches.
        seed: Of the draws.
    """

    series: Sequence[Series]
    readings: Readings
    outputs: tuple[str, ...]
    holes: HoleOptions
    training: SeriesTrainingOptions
    seed: int

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return -(-self._windows_an_epoch // self.training.batch_size)

    def example(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return one window as a batch of its own."""
        inputs, targets = next(self.epoch(0))
        return inputs[:1], {name: target[:1] for name, target in targets.items()}

    def epoch(self, number: int) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
        """Give an epoch's batches, the first being 0: readings and targets with weights."""
        generator = np.random.default_rng([self.seed, number])
        inputs, targets = [], []
        for one in self.series:
            observed = one.observed
            hidden = diffused(observed, self.holes, generator)
            inputs.append(self.readings.of(one.values, observed & ~hidden, one.times))
            weights = np.where(hidden, 1.0, observed * self.holes.stayed_weight)
            known = np.where(observed, one.values, 0.0)
            targets.append(np.concatenate([known, weights], axis=-1).astype(np.float32))
        length = self.training.window
        read, wanted = Windows(inputs, length), Windows(targets, length)
        chosen = generator.permutation(len(read))[: self._windows_an_epoch]
        for at in range(0, len(chosen), self.training.batch_size):
            rows = chosen[at : at + self.training.batch_size]
            target = wanted[rows]
            yield read[rows], dict.fromkeys(self.outputs, target)

    @property
    def _windows_an_epoch(self) -> int:
        length = self.training.window
        stride = self.training.stride or length // 2
        return sum(
            -(-(len(one) - length + 1) // stride) for one in self.series if len(one) >= length
        )


def diffused(
    observed: np.ndarray, holes: HoleOptions, generator: np.random.Generator
) -> np.ndarray:
    """Choose what to hide of a series.

    With ``hide_length`` 1 every observed value is hidden with the probability ``hide_share``.
    Longer runs have lengths from 1 to ``hide_length``, all as likely, and stand anywhere; so many
    that as large a share is hidden on average, and half of it in single points.

    Args:
        observed: ``(time, features)``.
        holes: How much, in what runs.
        generator: Of the draws.

    Returns:
        Booleans ``(time, features)``, true for what was observed and is hidden.

    Example:
        >>> generator = np.random.default_rng(0)
        >>> hidden = diffused(np.ones((10_000, 2), bool), HoleOptions(hide_share=0.3), generator)
        >>> round(float(hidden.mean()), 1)
        0.3
    """
    time, features = observed.shape
    if holes.hide_length == 1:
        return observed & (generator.random(observed.shape) < holes.hide_share)
    # Points and runs meet: each leaves the share kept ** ½.
    kept = (1 - holes.hide_share) ** 0.5
    hidden = generator.random(observed.shape) >= kept
    longest = min(holes.hide_length, time)
    # As many runs as leave a step with the probability ``kept``, each of which covers it with that
    # of its length over the places where it may stand.
    length = (1 + longest) / 2
    count = generator.poisson(-np.log(kept) * (time + length - 1) / length, size=features)
    owners = np.repeat(np.arange(features), count)
    lengths = generator.integers(1, longest, size=len(owners), endpoint=True)
    # A run may begin before the series, so that its ends are hidden as often as its middle.
    starts = generator.integers(1 - lengths, time)
    edges = np.zeros((time + 1, features), dtype=int)
    np.add.at(edges, (np.maximum(starts, 0), owners), 1)
    np.add.at(edges, (np.minimum(starts + lengths, time), owners), -1)
    hidden |= np.cumsum(edges, axis=0)[:-1] > 0
    return observed & hidden
