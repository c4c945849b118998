"""Recurrent cells and the layers that run them over time. Knows neither text nor series."""

from harnn.cells.concat_fusion import ConcatFusion
from harnn.cells.cost import CellCost, cell_cost, cost_table, cost_text
from harnn.cells.coupled_bidirectional import CoupledBidirectional
from harnn.cells.decoupled_bidirectional import DecoupledBidirectional
from harnn.cells.elman_cell import ElmanCell
from harnn.cells.gated_fusion import GatedFusion
from harnn.cells.gradient_flow import GradientFlow, gradient_flow
from harnn.cells.gradient_flow_plot import plot_gradient_flow
from harnn.cells.gru_cell import GRUCell
from harnn.cells.hopfield_capacity import CapacityCurve, capacity_curve
from harnn.cells.hopfield_network import HopfieldNetwork, Recall
from harnn.cells.jordan_cell import JordanCell
from harnn.cells.keras_conversion import from_keras, to_keras
from harnn.cells.lstm_cell import LSTMCell
from harnn.cells.modern_hopfield import ModernHopfield
from harnn.cells.recurrent import Recurrent
from harnn.cells.recurrent_fusion import RecurrentFusion
from harnn.cells.sequences import reverse_sequences, sequence_mask
from harnn.cells.twin_loss import twin_loss

__all__ = [
    "CapacityCurve",
    "CellCost",
    "ConcatFusion",
    "CoupledBidirectional",
    "DecoupledBidirectional",
    "ElmanCell",
    "GRUCell",
    "GatedFusion",
    "GradientFlow",
    "HopfieldNetwork",
    "JordanCell",
    "LSTMCell",
    "ModernHopfield",
    "Recall",
    "Recurrent",
    "RecurrentFusion",
    "capacity_curve",
    "cell_cost",
    "cost_table",
    "cost_text",
    "from_keras",
    "gradient_flow",
    "plot_gradient_flow",
    "reverse_sequences",
    "sequence_mask",
    "to_keras",
    "twin_loss",
]
