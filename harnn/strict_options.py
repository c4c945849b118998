"""Options that are what they say: no unknown name, no value of another type or out of range."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from harnn.errors import ConfigError, nearest

__all__ = ["StrictOptions"]


class StrictOptions(BaseModel):
    """The base of all sets of options: frozen, and strict about names and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def checked(cls, **values: Any) -> Self:
        """Build the options, and name the one that is wrong.

        Raises:
            ConfigError: If an option does not exist, or its value is out of range.

        Example:
            >>> class Options(StrictOptions):
            ...     epochs: int = 3
            >>> Options.checked(epoch=5)
            Traceback (most recent call last):
            ...
            harnn.errors.ConfigError: option 'epoch' does not exist; did you mean 'epochs'?
        """
        for name in values:
            if name not in cls.model_fields:
                known = nearest(name, cls.model_fields)
                raise ConfigError(f"option {name!r} does not exist{known}")
        try:
            return cls(**{name: _plain(value) for name, value in values.items()})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            if not where:  # of options that do not go together
                raise ConfigError(str(first["msg"]).removeprefix("Value error, ")) from None
            raise ConfigError(f"option {where!r}: {first['msg']}, not {first['input']!r}") from None


def _plain(value: Any) -> Any:
    """Return what strict validation takes: no scalar of NumPy, no list."""
    if isinstance(value, np.generic):
        return value.item()
    return tuple(value) if isinstance(value, list) else value
