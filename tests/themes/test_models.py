import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import override

from tests.factories import CaseFactory, ThemeFactory
from themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_taggit_knows_a_theme_by_its_code():
    theme = ThemeFactory(code="land-use")
    assert Theme.objects.get(name="land-use", slug="land-use") == theme


def test_label_follows_the_language_and_falls_back():
    theme = ThemeFactory(label_en="Land", label_zh="土地")
    with override("zh-hans"):
        assert theme.label == "土地"
    with override("en"):
        assert theme.label == "Land"
        assert ThemeFactory(label_en="", label_zh="征地").label == "征地"


def test_codes_are_unique_without_regard_to_case():
    ThemeFactory(code="Land")
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemeFactory(code="LAND")
    assert Theme.objects.coded("lAnD").exists()


def test_a_theme_needs_a_label():
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemeFactory(label_en="", label_zh="")


def test_a_circle_is_refused_with_its_path():
    top = ThemeFactory(code="a")
    middle = ThemeFactory(code="b", broader=top)
    low = ThemeFactory(code="c", broader=middle)
    top.broader = low
    with pytest.raises(ValidationError, match="a > c > b > a"):
        top.clean()
    top.broader = top
    with pytest.raises(ValidationError, match="a > a"):
        top.clean()


def test_the_line_upward_begins_at_the_top():
    top = ThemeFactory()
    middle = ThemeFactory(broader=top)
    assert ThemeFactory(broader=middle).line_upward() == [top, middle]


def test_a_theme_that_is_used_cannot_be_deleted():
    theme = ThemeFactory()
    CaseFactory(themes=[theme])
    with pytest.raises(ProtectedError):
        theme.delete()
