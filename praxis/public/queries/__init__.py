"""What the public pages read: one function per page, `None` where this reader may not open it.

Every row comes through `visible_to`; a page that does not exist and one that is closed to the reader cannot
be told apart.
"""

from praxis.public.queries.case_page import case
from praxis.public.queries.shelves import home, institution
from praxis.public.queries.teaching import course, curriculum
from praxis.public.queries.theme_page import retired_into, theme

__all__ = ["case", "course", "curriculum", "home", "institution", "retired_into", "theme"]
