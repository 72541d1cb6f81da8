"""The Chinese interface is complete, and what is compiled is what is written."""

import gettext
import re

import polib
import pytest

from tests.catalogues import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def test_there_are_catalogues():
    assert [path.parts[-3] for path in catalogues()] == ["zh_Hans"]


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
class TestCatalogue:
    def test_nothing_is_missing_or_doubtful(self, path):
        catalogue = polib.pofile(str(path))
        assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
        assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []

    def test_the_compiled_file_equals_its_source(self, path):
        compiled = gettext.GNUTranslations(path.with_suffix(".mo").open("rb"))
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            if entry.msgid_plural:
                assert compiled.ngettext(entry.msgid, entry.msgid_plural, 2) == entry.msgstr_plural[0]
            elif entry.msgctxt:
                assert compiled.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
            else:
                assert compiled.gettext(entry.msgid) == entry.msgstr

    def test_placeholders_survive(self, path):
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            texts = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
            original = entry.msgid_plural or entry.msgid
            for text in texts:
                assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(original)), entry.msgid

    def test_chinese_uses_full_width_punctuation(self, path):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete and re.search(r"[\u4e00-\u9fff][,;?!]|[,;?!][\u4e00-\u9fff]", entry.msgstr):
                pytest.fail(f"half-width punctuation: {entry.msgstr}")
