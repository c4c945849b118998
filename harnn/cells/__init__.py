"""Recurrent cells and the layers that run them over time. Knows neither text nor series."""

from harnn.cells.coupled_bidirectional import CoupledBidirectional
from harnn.cells.elman_cell import ElmanCell
from harnn.cells.gru_cell import GRUCell
from harnn.cells.jordan_cell import JordanCell
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.recurrent import Recurrent
from harnn.cells.sequences import reverse_sequences, sequence_mask

__all__ = [
    "CoupledBidirectional",
    "ElmanCell",
    "GRUCell",
    "JordanCell",
    "LSTMCell",
    "Recurrent",
    "reverse_sequences",
    "sequence_mask",
]
