"""What the cases and themes in one document are called for one reader (rule 48).

The figures are the same for everybody who may open a report. Only names differ, so they are given out here
and the engine never asks who is reading.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from curriculum.balance.layout import Case, Course
from curriculum.balance.timetable import Item


class Names:
    """Gives every case of a document its code, or one opaque name where the reader may not see it.

    ``visible`` holds the codes that the reader may see, ``None`` all of them; ``restricted`` makes a name
    of a running number. One instance serves one document: in it a case keeps its name, elsewhere not.
    ``themes`` are the words for theme codes; a theme without one is called by its code.
    """

    def __init__(
        self,
        visible: Container[str] | None = None,
        restricted: Callable[[int], str] = "restricted case {}".format,
        themes: Mapping[str, str] | None = None,
    ) -> None:
        self._visible = visible
        self._restricted = restricted
        self._themes = themes or {}
        self._numbers: dict[str, int] = {}

    def may_see(self, case: Case) -> bool:
        """Whether code, title and text of the case may be shown."""
        return self._visible is None or case.code in self._visible

    def code(self, case: Case) -> str:
        """The code of the case, or its opaque name."""
        return case.code if self.may_see(case) else self._opaque(case)

    def title(self, case: Case) -> str:
        """The title of the case, or its opaque name."""
        return case.title if self.may_see(case) else self._opaque(case)

    def course(self, course: Course) -> str:
        """The code of a course."""
        return course.code

    def course_title(self, course: Course) -> str:
        """The title of a course."""
        return course.title

    def theme(self, code: str) -> str:
        """The words for a theme."""
        return self._themes.get(code, code)

    def identifier(self, item: Item) -> str:
        """``course/unit``, or what a placed case is called."""
        return self.code(item.case) if item.unit is None and item.case else item.identifier

    def item_title(self, item: Item) -> str:
        """The title of the unit or of the placed case."""
        return self.title(item.case) if item.unit is None and item.case else item.title

    def _opaque(self, case: Case) -> str:
        return self._restricted(self._numbers.setdefault(case.code, len(self._numbers) + 1))
