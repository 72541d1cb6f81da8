"""The record types of the exchange format, as data."""

from decimal import Decimal

from curriculum.enums import ContentCategory, DeliveryMethod, LecturerType, LinkState
from curriculum.exchange.rules import BAND_RULES, CASE_RULES, PLACEMENT_RULES, POLICY_RULES, THEME_RULES
from curriculum.models import BalancePolicy
from exchange.kinds import (
    CODE,
    EMAIL,
    URL,
    Choice,
    Day,
    Flag,
    Kind,
    Label,
    Line,
    ListOf,
    Matching,
    Number,
    Text,
    Whole,
)
from exchange.messages import message as _
from exchange.schema import Children, Field, RecordType, Schema
from people.enums import Audience, Clearance, Language
from people.models.visibility import READER
from providers.enums import InstitutionKind

LIVE, DRAFT = "live", "draft"

SHARE = Number(most=Decimal(1))
HOURS = Number()
YEARS = Number(most=Decimal(999))
COUNTRY = Matching(2, "[A-Z]{2}", _("Expected the two capital letters of ISO 3166-1, for example CN."))
READERS = Matching(
    None,
    READER.pattern,
    _("Expected unit:CODE, institution:CODE or person:E-MAIL, for example unit:TAX-BUREAU."),
)
LINES = ListOf(Text())
METHOD = Choice(30, tuple(DeliveryMethod))
CONTENT = Choice(30, tuple(ContentCategory))


def reference(name: str, type: str, *, required: bool = False) -> Field:
    """A field that holds the code of a record of another type, or of its own."""
    return Field(name, CODE, required=required, refers_to=type)


CODED = Field("code", CODE, required=True)
TITLE = Field("title", Line(500))
LANGUAGE = Field("language", Choice(10, tuple(Language)), required=True)
SUMMARY = Field("summary", Text())
THEMES = Field("themes", ListOf(CODE, unique=True), refers_to="theme")
BY_INSTITUTION = reference("institution", "institution")
STATUS = Field("status", Choice(10, (LIVE, DRAFT)), default=LIVE)


def audience(default: Audience) -> Field:
    """Who may read; the default depends on the type."""
    return Field("audience", Choice(20, tuple(Audience)), default=default.value)


def policy_value(name: str, kind: Kind) -> Field:
    """A value of a balance policy; its default is that of the model."""
    return Field(name, kind, default=kind.restore(BalancePolicy().__dict__[name]))


THEME = RecordType(
    "theme",
    "themes",
    (
        CODED,
        Field("label_en", Line(255)),
        Field("label_zh", Line(255)),
        Field("alt_en", ListOf(Line(255))),
        Field("alt_zh", ListOf(Line(255))),
        reference("broader", "theme"),
        Field("definition_en", Text()),
        Field("definition_zh", Text()),
        Field("generic", Flag()),
        Field("retired", Flag()),
        reference("replaced_by", "theme"),
    ),
    rules=THEME_RULES,
)

INSTITUTION = RecordType(
    "institution",
    "institutions",
    (
        CODED,
        Field("name", Line(255), required=True),
        Field("name_en", Line(255)),
        Field("name_zh", Line(255)),
        Field("kind", Choice(30, tuple(InstitutionKind)), required=True),
        Field("country", COUNTRY),
        Field("url", URL),
        SUMMARY,
    ),
)

SHORT_FORM = (Field("practice_low", SHARE), Field("practice_high", SHARE), Field("effective_from", Day()))
"""Fields of a category that stand for a policy of its own."""

CATEGORY = RecordType(
    "category",
    "categories",
    (CODED, Field("label_en", Line(255), required=True), Field("label_zh", Line(255)), *SHORT_FORM),
    rules=BAND_RULES,
)

LIMITS = (
    "linkage_coverage",
    "orphan_practice",
    "knockout_loss",
    "sequence_fit",
    "timeliness_index",
    "thematic_divergence",
)
POLICY = RecordType(
    "policy",
    "policies",
    (
        reference("category", "category", required=True),
        Field("effective_from", Day()),
        Field("practice_low", SHARE),
        Field("practice_high", SHARE),
        policy_value("practice_margin", SHARE),
        *(policy_value(f"{measure}_{color}", SHARE) for measure in LIMITS for color in ("green", "amber")),
        policy_value("half_life_years", Number(least=Decimal("0.000001"), most=Decimal(999))),
        policy_value("max_age_years", YEARS),
        policy_value("gap_hours", HOURS),
        policy_value("gap_share", SHARE),
        policy_value("untagged_limit", SHARE),
        policy_value("min_units", Whole()),
        policy_value("generic_share", SHARE),
        policy_value("generic_min_units", Whole()),
        *(Field(f"min_{name}", SHARE) for name in ("theory_and_party_spirit", *ContentCategory)),
    ),
    key=("category", "effective_from"),
    rules=POLICY_RULES,
)

UNIT = RecordType(
    "unit",
    "units",
    (
        CODED,
        TITLE,
        Field("hours", HOURS),
        Field("delivery_method", METHOD, required=True),
        Field("content_category", CONTENT),
        Field("practice_fraction", SHARE),
        THEMES,
        Field("self_study", Flag()),
        Field("neutral", Flag()),
        Field("performance_level", Line(50)),
        Field("lecturer_type", Choice(30, tuple(LecturerType))),
        reference("case", "case"),
        SUMMARY,
        Field("outcomes", LINES),
    ),
    parents=("course",),
)

COURSE = RecordType(
    "course",
    "courses",
    (
        CODED,
        TITLE,
        LANGUAGE,
        reference("translation_of", "course"),
        SUMMARY,
        BY_INSTITUTION,
        THEMES,
        audience(Audience.PUBLIC),
        STATUS,
    ),
    children=(Children("units", UNIT),),
)

CASE = RecordType(
    "case",
    "cases",
    (
        CODED,
        TITLE,
        LANGUAGE,
        reference("translation_of", "case"),
        SUMMARY,
        Field("body", Text()),
        BY_INSTITUTION,
        THEMES,
        Field("facts_as_of", Day()),
        Field("reviewed_on", Day()),
        Field("review_by", Day()),
        Field("is_classic", Flag()),
        Field("classic_reason", Text()),
        audience(Audience.TRAINEES),
        Field("restricted_to", ListOf(READERS, unique=True)),
        Field("clearance", Whole(most=max(Clearance)), default=int(Clearance.OPEN)),
        Field("owner", EMAIL),
        Field("licence", Line(50)),
        Field("suggested_hours", HOURS),
        Field("place", Line(255)),
        STATUS,
    ),
    rules=CASE_RULES,
)

PLACEMENT = RecordType(
    "placement",
    "placements",
    (
        reference("course", "course"),
        reference("case", "case"),
        Field("hours", HOURS),
        Field("delivery_method", METHOD),
        Field("content_category", CONTENT),
        Field("optional", Flag()),
    ),
    key=(),
    rules=PLACEMENT_RULES,
    parents=("curriculum", "module"),
)

MODULE = RecordType(
    "module",
    "modules",
    (CODED, TITLE, SUMMARY),
    children=(Children("placements", PLACEMENT),),
    parents=("curriculum",),
)

CURRICULUM = RecordType(
    "curriculum",
    "curricula",
    (
        CODED,
        TITLE,
        LANGUAGE,
        reference("category", "category", required=True),
        BY_INSTITUTION,
        Field("edition", Label(50)),
        reference("derived_from", "curriculum"),
        Field("target_group", Line(500)),
        Field("objectives", LINES),
        Field("effective_from", Day()),
        SUMMARY,
        audience(Audience.PUBLIC),
        STATUS,
    ),
    children=(Children("modules", MODULE),),
)

LINK = RecordType(
    "link",
    "links",
    (
        reference("course", "course", required=True),
        Field("unit", CODE, required=True),
        reference("case", "case", required=True),
        Field("state", Choice(20, tuple(LinkState)), required=True),
        Field("reason", Text()),
    ),
    key=("course", "unit", "case"),
)

CONTENT_SCHEMA = Schema((THEME, INSTITUTION, CATEGORY, POLICY, COURSE, CASE, CURRICULUM, LINK))

NEEDED_WHEN_LIVE = {
    "course": ("title",),
    "case": ("title",),
    "curriculum": ("title",),
    "unit": ("title", "hours"),
    "module": ("title",),
}
"""Required fields that a draft may still lack: drafts are exported and imported as unfinished as they are."""
