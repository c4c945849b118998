"""The modules of HARNN (Huang et al., CIKM 2019) as Keras layers, one a file."""

from harnn.text.layers.category_dependency import CategoryDependency
from harnn.text.layers.category_prediction import CategoryPrediction
from harnn.text.layers.category_scores import CategoryScores
from harnn.text.layers.document_representation import DocumentRepresentation
from harnn.text.layers.expert_mixture import ExpertMixture
from harnn.text.layers.first_words import FirstWords
from harnn.text.layers.hybrid_prediction import HybridPrediction
from harnn.text.layers.level_probabilities import LevelProbabilities
from harnn.text.layers.name_matches import NameMatches
from harnn.text.layers.path_scores import PathScores
from harnn.text.layers.term_scores import TermScores
from harnn.text.layers.text_category_attention import TextCategoryAttention
from harnn.text.layers.word_dropout import WordDropout

__all__ = [
    "CategoryDependency",
    "CategoryPrediction",
    "CategoryScores",
    "DocumentRepresentation",
    "ExpertMixture",
    "FirstWords",
    "HybridPrediction",
    "LevelProbabilities",
    "NameMatches",
    "PathScores",
    "TermScores",
    "TextCategoryAttention",
    "WordDropout",
]
