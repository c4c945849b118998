"""Recurrent cells and the layers that run them over time. Knows neither text nor series."""

from harnn.cells.coupled_bidirectional import CoupledBidirectional
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.recurrent import Recurrent, reverse_sequences, sequence_mask

__all__ = ["CoupledBidirectional", "LSTMCell", "Recurrent", "reverse_sequences", "sequence_mask"]
