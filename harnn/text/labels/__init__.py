"""Labels as the user writes them, and as arrays.

======== ==================================================================================
form     what stands for one document
======== ==================================================================================
levels   a row of names, one per level: an array, a list of rows or a table of any DataFrame
         library ``(documents, levels)``; ``""`` once the path has ended, ``None``/``NaN`` where the
         level is not known; a name may hold a slash, also where there is one column
path     one path as a string, ``"a/b/c"``: a list, an array or a column of any DataFrame library
         ``(documents,)``; a table of one column with ``label_form="path"``
paths    a list of paths, each ``"a/b/c"`` or ``("a", "b", "c")``; an empty list is a document
         of no category; a path of names that ends in ``None`` is not known below that point
======== ==================================================================================

Names may be of any subclass of ``str``, such as ``numpy.str_`` or a ``(str, Enum)`` class: they are
read as plain strings.
"""

from harnn.text.labels.label_codec import LabelCodec, Targets
from harnn.text.labels.labels import LABEL_FORMS, LabelForm, Labels, likely_form, read_labels

__all__ = [
    "LABEL_FORMS",
    "LabelCodec",
    "LabelForm",
    "Labels",
    "Targets",
    "likely_form",
    "read_labels",
]
