"""The handlers of all record types."""

from curriculum.exchange.checks import Teaching
from curriculum.exchange.content_handlers import CaseHandler, CourseHandler, CurriculumHandler
from curriculum.exchange.models import MODELS
from curriculum.exchange.plain_handlers import InstitutionHandler, KeyedHandler, LinkHandler, PlainHandler
from curriculum.exchange.rights import Rights
from curriculum.exchange.schema import (
    CASE,
    CATEGORY,
    COURSE,
    CURRICULUM,
    INSTITUTION,
    LINK,
    POLICY,
    THEME,
)
from people.exchange.handlers import Handler


def content_handlers(rights: Rights | None = None) -> tuple[Handler, ...]:
    """A handler for every record type, in the order of writing: what others refer to comes first."""
    teaching = Teaching()
    return (
        InstitutionHandler(INSTITUTION, MODELS["institution"], rights),
        PlainHandler(THEME, MODELS["theme"], rights),
        PlainHandler(CATEGORY, MODELS["category"], rights),
        KeyedHandler(POLICY, MODELS["policy"], rights),
        CaseHandler(CASE, MODELS["case"], teaching, rights),
        CourseHandler(COURSE, MODELS["course"], teaching, rights),
        CurriculumHandler(CURRICULUM, MODELS["curriculum"], teaching, rights),
        LinkHandler(LINK, MODELS["link"], teaching, rights),
    )
