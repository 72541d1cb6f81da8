"""Imports into the database, and the import of people and sending units.

``codes``, ``job``
    what can be referred to by code, and everything that one import shares;
``values``, ``handlers``
    records compared with rows and written as rows, one handler a record type;
``importing``, ``watching``
    the course of every import: read, examine, write; all or nothing; and who is told of it;
``roster``, ``command``
    the records of people, and what the commands have in common.
"""
