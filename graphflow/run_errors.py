"""The errors of a run. Each is raised once, and none is lost."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.errors import Cancelled


class RunErrors:
    """The errors of a run.

    Args:
        errors: In the order in which they came; the core adds to them.
    """

    def __init__(self, errors: Sequence[BaseException]) -> None:
        self._errors = errors
        self._told = 0

    def raise_all(self) -> None:
        """Raise them, if there are any: one as it is, several as a group."""
        self._raise(self._errors)

    def raise_new(self) -> None:
        """Raise the errors that were not raised before: the program has dealt with the others."""
        self._raise(self._errors[self._told :])

    def _raise(self, errors: Sequence[BaseException]) -> None:
        if not errors:
            return
        self._told = len(self._errors)
        if len(errors) == 1:
            raise errors[0]
        raise BaseExceptionGroup(f"the run failed in {len(errors)} places", errors)

    def raise_with(self, error: BaseException) -> None:
        """Keep the errors of closing when `error` has left the block.

        If `error` is the run's, all are raised as a group, as at the end of the block. If it is the program's own, it
        gets notes of the others.
        """
        errors = [one for one in self._errors[self._told :] if one is not error and not isinstance(one, Cancelled)]
        if errors and isinstance(error, Exception) and any(error is one for one in self._errors):
            errors.insert(0, error)
            raise BaseExceptionGroup(f"the run failed in {len(errors)} places", errors) from None
        for one in errors:
            places = "".join(f"\n  {note}" for note in getattr(one, "__notes__", ()))
            error.add_note(f"the run failed as well: {type(one).__name__}: {one}{places}")
