"""One training step, compiled once for batches of any size and length where the backend can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harnn.quiet_keras import keras
from harnn.traced_function import traced_function

__all__ = ["Step", "training_step"]

Step = Callable[[Any, Any], float]


def training_step(model: Any, inputs: Any, targets: Any) -> Step:
    """Return the function that trains a compiled model on a batch.

    ``keras.Model.train_on_batch`` compiles anew for new combinations of batch size and length
    (on TensorFlow up to three times, seconds each); a ``tf.data`` set over a Python generator does
    not, but waits idly for many seconds at the end of each epoch. So on TensorFlow the model's own
    ``train_step`` is compiled here, with every dimension left open. Other backends take
    ``train_on_batch``.

    Args:
        model: A compiled ``keras.Model``.
        inputs: A batch of inputs, any one: an array, or a nest of them.
        targets: Its targets.

    Returns:
        A function of inputs and targets that trains and returns the mean loss of the batches
        since ``model.reset_metrics()``.

    Example:
        >>> import numpy as np
        >>> model = keras.Sequential([keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
        >>> step = training_step(model, x, y)
        >>> losses = [step(x, y) for _ in range(20)]
        >>> losses[-1] < losses[0]
        True
    """
    # Keras makes what it keeps of model, losses and optimiser at first use; made here, TensorFlow
    # need not trace the step a second time.
    predicted = model(inputs)
    model.compute_loss(y=targets, y_pred=predicted)
    model.optimizer.build(model.trainable_variables)
    if keras.config.backend() != "tensorflow":
        return lambda x, y: float(model.train_on_batch(x, y, return_dict=True)["loss"])
    import tensorflow as tf

    signature = tf.nest.map_structure(
        lambda array: tf.TensorSpec((None,) * array.ndim, array.dtype), (inputs, targets)
    )

    def loss_of_step(x: Any, y: Any) -> Any:
        return model.train_step((x, y))["loss"]

    compiled = traced_function(loss_of_step, signature)
    return lambda x, y: float(compiled(x, y))
