"""All that is said about the balance of one curriculum: for its page in the admin and for its files.

``judging`` brings the layout, the report and the names for one reader together; each other module makes one
section of it, as frozen dataclasses that templates and tables print as they are.
"""
