"""The library's content in and out of files, as the exchange format describes it.

``schema``, ``rules``
    the record types and their rules, as data;
``contents``
    courses, cases and curricula as stored, published or draft, in the words of records;
``checks``, ``rights``
    what must hold between records, and what somebody with an account may write;
``plain_handlers``, ``content_handlers``, ``handlers``
    how each type is compared and written;
``clusters``, ``drafting``, ``revisions``
    rows with the rows inside them, drafts of published objects, and their revisions, in bulk;
``importing``, ``exporting``
    the two directions;
``folder``, ``preview``, ``runs``, ``actions``, ``access``, ``forms``
    what the admin needs for both: files, findings, their progress, and who may do what.

An import leaves objects alone that the file does not name. For those that it names, the record is the whole
truth: a field, unit, module or placement that it leaves out is emptied or removed. What the format does not
speak of (the dates of publishing, the readers of a restricted course) stays as it is.
"""
