from django.apps import AppConfig


class PraxisConfig(AppConfig):
    """The site shell: home and text pages, public detail pages, settings."""

    name = "praxis"
    verbose_name = "Praxis"

    def ready(self) -> None:
        from cases.models import CaseStudy
        from curriculum.models import Course, Curriculum
        from praxis.public import queries
        from praxis.public.previews import preview

        CaseStudy.preview = staticmethod(preview(queries.case, "praxis/case.html"))
        Course.preview = staticmethod(preview(queries.course, "praxis/course.html"))
        Curriculum.preview = staticmethod(preview(queries.curriculum, "praxis/curriculum.html"))
