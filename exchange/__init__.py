"""Records in and out of files: JSON Lines and workbooks, read and written by the same description.

The package knows no model. It reads from top to bottom in this order:

``messages``, ``problems``
    what is said about a file, with its place, and how much of it;
``kinds``, ``schema``
    the kinds of value, and record types made of them: both are data;
``archive``, ``sheets``, ``workbook``, ``jsonl``
    the two formats: each yields the same raw rows and writes the same records, in bounded memory;
``cleaning``, ``spool``, ``store``
    from raw rows to clean records on disk, found by type and code;
``circles``
    circles among references, and an order in which every record follows those it refers to.
"""
