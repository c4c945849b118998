"""What options say of themselves, in the help of the estimators that take them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import TypeVar

from harnn.strict_options import StrictOptions

__all__ = ["explains_options"]

Estimator = TypeVar("Estimator", bound=type)
_ATTRIBUTES = "\n\nAttributes:\n"


def explains_options(*sections: type[StrictOptions]) -> Callable[[Estimator], Estimator]:
    """Put what the attributes of ``sections`` say at the end of a class' ``Args``.

    So that an option is explained in one place, and ``help`` tells it in all.

    Args:
        *sections: Options with docstrings that have ``Attributes``. Those that the class does not
            take are left out.

    Returns:
        What decorates the class, whose docstring has ``Args`` and, right after, ``Attributes``.

    Example:
        >>> class Options(StrictOptions):
        ...     '''How it is trained.
        ...
        ...     Attributes:
        ...         epochs: At most this many.
        ...     '''
        ...     epochs: int = 3
        >>> @explains_options(Options)
        ... class Estimator:
        ...     '''Learns.
        ...
        ...     Args:
        ...         verbose: Whether to show progress.
        ...
        ...     Attributes:
        ...         model_: What was learnt.
        ...     '''
        ...     def __init__(self, *, epochs=3, verbose=True): ...
        >>> print(Estimator.__doc__)
        Learns.
        <BLANKLINE>
        Args:
            verbose: Whether to show progress.
            epochs: At most this many.
        <BLANKLINE>
        Attributes:
            model_: What was learnt.
    """

    def explain(cls: Estimator) -> Estimator:
        if cls.__doc__ is not None:  # Python leaves docstrings out where it is told to: -OO
            before, after = inspect.cleandoc(cls.__doc__).split(_ATTRIBUTES)
            taken = inspect.signature(cls).parameters
            said = [
                text
                for section in sections
                for name, text in _attributes(section).items()
                if name in taken
            ]
            cls.__doc__ = "\n".join((before, *said)) + _ATTRIBUTES + after
        return cls

    return explain


def _attributes(section: type[StrictOptions]) -> dict[str, str]:
    """Return the lines about each attribute, by its name."""
    _, attributes = inspect.cleandoc(section.__doc__ or "").split(_ATTRIBUTES)
    lines = attributes.partition("\n\n")[0]
    texts = re.split(r"\n(?=    \w)", lines)  # what goes on is indented further
    return {text.partition(":")[0].strip(): text for text in texts}
