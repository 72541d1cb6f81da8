"""kill -9 at twenty points of save, publish, import, upload and backup: wholly old or wholly new.

A forked process kills itself just before its n-th statement, COMMIT included, or its n-th touch of a file.
What it leaves behind is compared with what was there before, and with what the same act leaves when nobody
kills it.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from praxis.operations.backup.restoring import check
from praxis.operations.backup.scope import left_out_tables
from tests.factories import CourseFactory, UnitFactory, UserFactory
from tests.praxis.operations.acts import EDITOR
from tests.praxis.operations.installation import Installation, Trap, installation

POINTS = 20
ACTS = "tests.praxis.operations.acts"
TIMES = ("datetime", "timestamp")
# Sessions, the queue, and indexes that are made again from the rows: no part of what was written.
ASIDE = (
    "django_tasks_database_",
    "modelsearch_",
    "wagtailcore_referenceindex",
    "wagtailadmin_editingsession",
    "sqlite_",
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def site(transactional_db, tmp_path) -> Iterator[Installation]:
    """An installation with a published course of two units, on SQLite."""
    UserFactory(email=EDITOR, is_superuser=True)
    course = CourseFactory(code="killed", title="Old", live=False)
    for number in range(2):
        UnitFactory(course=course, code=f"u{number}", title=f"Old {number}")
    course.save_revision(log_action=True).publish()
    with installation(tmp_path / "site") as site:
        yield site


def points(steps: int) -> list[int]:
    """Twenty steps from the first to the last, evenly spread."""
    assert steps >= POINTS, f"only {steps} steps: are they being counted?"
    return sorted({1 + round(number * (steps - 1) / (POINTS - 1)) for number in range(POINTS)})


def state(site: Installation) -> dict[str, list[str]]:
    """Every row of every table, without times and random identifiers, which no two runs have in common."""
    with closing(sqlite3.connect(site.database_url.removeprefix("sqlite:///"))) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(_rows(database, name))
            for name in names
            if not name.startswith((*ASIDE, *left_out_tables()))
        }


def _rows(database: sqlite3.Connection, table: str) -> Iterator[str]:
    kinds = {row[1]: row[2].lower() for row in database.execute(f'PRAGMA table_info("{table}")')}
    columns = [name for name, kind in kinds.items() if kind not in {*TIMES, "char(32)"}]
    for row in database.execute(f"""SELECT {", ".join(f'"{name}"' for name in columns)} FROM "{table}" """):
        yield json.dumps([_without_times(value) for value in row], default=repr)


def _without_times(value: object) -> object:
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    return _stripped(json.loads(value))


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: _stripped(item)
            for key, item in value.items()
            if not key.endswith(("_at", "created", "key")) and key != "uuid"
        }
    return [_stripped(item) for item in value] if isinstance(value, list) else value


class Killing:
    """An act, what was there before it, and what it leaves when it comes to its end."""

    def __init__(self, site: Installation, act: str, *arguments: object) -> None:
        self.site, self.act, self.arguments = site, act, arguments
        self.database = Path(site.database_url.removeprefix("sqlite:///"))
        self.kept = site.var.parent / "kept"
        self.old = state(site)
        shutil.copytree(site.var, self.kept)
        outcome = site.call(act, *arguments, trap=Trap())
        assert outcome.code == 0, outcome
        self.steps = outcome.steps
        self.new = state(site)
        assert self.new != self.old

    def at(self, step: int) -> dict[str, list[str]]:
        """Begin again from what was there before, kill at the step, and return what is left."""
        shutil.rmtree(self.site.var)
        shutil.copytree(self.kept, self.site.var)
        outcome = self.site.call(self.act, *self.arguments, trap=Trap(step))
        assert outcome.code == -9, outcome
        return state(self.site)

    def everywhere(self) -> list[str]:
        """Kill at twenty points; returns for each whether what is left is old, new, or what is in between."""
        return [self.verdict(self.at(step)) for step in points(self.steps)]

    def verdict(self, left: dict[str, list[str]]) -> str:
        """Whether this is what was there before, or what the act leaves."""
        if left == self.old:
            return "old"
        if left == self.new:
            return "new"
        changed = [table for table in left if left[table] != self.old[table]]
        return f"half: {', '.join(changed)}"


@pytest.mark.parametrize("act", ["save", "publish"])
def test_saving_and_publishing(site, tmp_path, act):
    form = tmp_path / "form.json"
    prepared = site.call(f"{ACTS}:prepare", form)
    assert prepared.code == 0, prepared
    killing = Killing(site, f"{ACTS}:{act}", form)
    assert "New" in str(killing.new["curriculum_course" if act == "publish" else "wagtailcore_revision"])
    verdicts = killing.everywhere()
    assert set(verdicts) <= {"old", "new"}, verdicts
    assert verdicts == sorted(verdicts, reverse=True), "once new, always new"
    assert verdicts[0] == "old"


def test_importing(site, tmp_path):
    file = tmp_path / "import.jsonl"
    records = [
        {"type": "theme", "code": "rivers", "label_en": "Rivers"},
        {
            "type": "course",
            "code": "killed",
            "title": "New",
            "language": "en",
            "status": "live",
            "units": [
                {
                    "code": f"n{n}",
                    "title": f"New {n}",
                    "hours": 2,
                    "delivery_method": "lecture",
                    "themes": ["rivers"],
                }
                for n in range(5)
            ],
        },
        *(
            {"type": "case", "code": f"case-{n}", "title": f"Case {n}", "language": "en", "status": "live"}
            for n in range(20)
        ),
    ]
    file.write_text("\n".join(json.dumps(record) for record in records))
    killing = Killing(
        site, "tests.praxis.operations.forks:manage", "import_content", file, "--verbosity", "0"
    )
    assert len(killing.new["cases_casestudy"]) == 20
    verdicts = killing.everywhere()
    assert set(verdicts) == {"old", "new"}, verdicts


def test_uploading_leaves_no_row_without_its_file(site, tmp_path):
    assert site.call(f"{ACTS}:sign_in", tmp_path / "cookies").code == 0
    killing = Killing(site, f"{ACTS}:upload", tmp_path / "cookies")
    seen = set()
    for step in points(killing.steps):
        left = killing.at(step)
        seen.add(killing.verdict(left))
        for (name,) in site.rows("SELECT file FROM wagtaildocs_document"):
            assert (site.media / str(name)).read_bytes() == b"the whole file " * 5000
    assert seen == {"old", "new"}


def test_backing_up(site, tmp_path):
    (site.media / "documents").mkdir(parents=True)
    for number in range(5):
        (site.media / f"documents/{number}.txt").write_text(str(number))
    backups = tmp_path / "backups"
    site.run("backup", backups / "old")
    counted = backups / "counted"
    counted.mkdir()
    whole = site.call(MANAGE, "backup", counted / "new", trap=Trap(folder=str(counted)))
    assert whole.code == 0, whole
    outcomes = []
    for step in points(whole.steps):
        folder = backups / str(step)
        folder.mkdir()
        killed = site.call(MANAGE, "backup", folder / "new", trap=Trap(step, str(folder)))
        assert killed.code == -9, killed
        accepted = site.call(MANAGE, "restore", folder / "new", "--check").code == 0
        assert accepted == (folder / "new").exists(), "a half backup must not bear the name of a whole one"
        outcomes.append(accepted)
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {True, False}
    check(backups / "old")
    first = backups / str(points(whole.steps)[5])
    site.run("backup", first / "again")
    assert [path.name for path in first.iterdir()] == ["again"], (
        "what a killed one leaves is removed by the next"
    )


MANAGE = "tests.praxis.operations.forks:manage"
