from factory import LazyAttribute, Sequence
from factory.django import DjangoModelFactory

from themes.models import Theme


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    code = Sequence(lambda n: f"theme-{n}")
    label_en = LazyAttribute(lambda theme: f"Theme {theme.code}")
    label_zh = LazyAttribute(lambda theme: f"主题{theme.code}")
