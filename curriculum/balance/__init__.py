"""Where theory and practice of a curriculum are out of balance, as of a day and in a view.

The package is pure Python and reads from top to bottom in this order; only ``loaders`` knows the database:

``layout``, ``policy``, ``vocabulary``
    what a report is computed from: frozen dataclasses without behaviour of their own;
``methods``, ``currency``, ``limits``, ``headlines``
    the small vocabularies and scales that the rules refer to;
``timetable``
    the layout as timed theory and practice elements, derived once; every measure reads from it;
``linkage``
    which practice element serves which theory element, and why;
``measures``
    one module and one entry of one tuple per measure;
``verdict``, ``report``, ``remarks``, ``record``, ``names``
    the headline, everything a report says, what to know of the data behind it, its flat form for files, and
    names that a reader may not see.

"Rule 7" in a docstring is point 7 of the balance rules, "2.2" a section of the domain notes.
"""
