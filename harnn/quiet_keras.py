"""Keras, loaded without TensorFlow's start-up messages. All of ``harnn`` takes Keras from here."""

from __future__ import annotations

from harnn.quiet_tensorflow import quiet_tensorflow

with quiet_tensorflow():
    import keras
    from keras import ops

    # On other backends Keras imports TensorFlow, where it is installed, as soon as it serialises
    # anything, which every layer of ours does. It is done here, where it is quiet.
    keras.dtype_policies.serialize(keras.dtype_policies.get("float32"))

__all__ = ["keras", "ops"]
