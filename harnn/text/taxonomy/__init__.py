"""The hierarchy of categories: built from what users have, ordered, checked and reported on."""

from harnn.text.taxonomy.path import join_path, split_path
from harnn.text.taxonomy.taxonomy import Taxonomy

__all__ = ["Taxonomy", "join_path", "split_path"]
