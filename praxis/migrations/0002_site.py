import uuid

from django.db import migrations

TITLES = {"en": ("Praxis", "home"), "zh-hans": ("知行", "home-zh-hans")}


def make_home_pages(apps, schema_editor):
    """Put a home page of each language below the root, in place of Wagtail's welcome page."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="praxis", model="homepage"
    )
    locale_model = apps.get_model("wagtailcore", "Locale")
    page_model = apps.get_model("wagtailcore", "Page")
    home_page = apps.get_model("praxis", "HomePage")
    site_model = apps.get_model("wagtailcore", "Site")
    site_model.objects.all().delete()
    page_model.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    root = page_model.objects.get(depth=1)
    key = uuid.uuid4()
    homes = []
    for number, (language, (title, slug)) in enumerate(TITLES.items(), 1):
        locale, _ = locale_model.objects.get_or_create(language_code=language)
        homes.append(
            home_page.objects.create(
                title=title,
                draft_title=title,
                slug=slug,
                content_type=content_type,
                path=f"{root.path}{number:04d}",
                depth=2,
                numchild=0,
                url_path=f"/{slug}/",
                locale=locale,
                translation_key=key,
            )
        )
    root.numchild = len(homes)
    root.save()
    site_model.objects.create(
        hostname="localhost", port=8000, root_page=homes[0], is_default_site=True, site_name="Praxis"
    )


class Migration(migrations.Migration):
    dependencies = [("praxis", "0001_initial"), ("wagtailcore", "0098_apitoken")]

    operations = [migrations.RunPython(make_home_pages, migrations.RunPython.noop)]
