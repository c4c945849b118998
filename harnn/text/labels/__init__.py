"""Labels as the user writes them, and as arrays.

======== ==================================================================================
form     what stands for one document
======== ==================================================================================
levels   a row of names, one a level: array, DataFrame or list of rows ``(documents, levels)``;
         ``""`` once the path has ended, ``None``/``NaN`` where the level is not known
path     one path as a string, ``"a/b/c"``: a list, Series or array ``(documents,)``
paths    a list of paths, each ``"a/b/c"`` or ``("a", "b", "c")``; an empty list is a document
         of no category; a path of names that ends in ``None`` is not known below that point
======== ==================================================================================
"""

from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.labels import LABEL_FORMS, LabelForm, Labels, read_labels

__all__ = ["LABEL_FORMS", "LabelCodec", "LabelForm", "Labels", "Targets", "read_labels"]
