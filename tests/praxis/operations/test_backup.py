"""Backups: one moment of database and media, whole or absent, and restored to the last byte."""

import hashlib
import json
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from wagtail.documents.models import Document

from praxis.operations.backup.exceptions import BackupError
from praxis.operations.backup.files import LOCK, new_folder
from praxis.operations.backup.manifest import FileEntry, Manifest, TableEntry, differences
from praxis.operations.backup.media import MediaCopy, media_names
from tests.factories import CourseFactory, UserFactory
from tests.praxis.operations.installation import installation

MANIFEST = Manifest(
    made_at="2026-01-01T00:00:00+00:00",
    versions={"praxis": "0.1.0"},
    engine="sqlite",
    tables={"people_user": TableEntry(["id"], 3, "aa")},
    sequences={"people_user": [3, 1]},
    migrations={"people": ["0001_initial"]},
    files={"database/praxis.sqlite3": FileEntry(5, "bb"), "media/a/ü.txt": FileEntry(2, "cc")},
    missing_media=["gone.txt"],
)


class TestManifest:
    def test_it_is_read_as_it_was_written(self, tmp_path):
        (tmp_path / "manifest.json").write_text(MANIFEST.to_json(), encoding="utf-8")
        assert Manifest.read(tmp_path) == MANIFEST
        assert MANIFEST.media == {"a/ü.txt": FileEntry(2, "cc")}

    def test_a_folder_without_one_is_no_backup(self, tmp_path):
        with pytest.raises(BackupError, match="no finished backup"):
            Manifest.read(tmp_path)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda text: text[:-20], "cannot be read"),
            (lambda text: text.replace('"rows": 3', '"rows": 4'), "was changed"),
            (lambda text: text.replace('"format": 1', '"format": 2'), "format 2"),
        ],
    )
    def test_a_changed_one_is_refused(self, tmp_path, change, says):
        (tmp_path / "manifest.json").write_text(change(MANIFEST.to_json()), encoding="utf-8")
        with pytest.raises(BackupError, match=says):
            Manifest.read(tmp_path)

    @pytest.mark.parametrize("name", ["/etc/passwd", "media/../../x", "other/x"])
    def test_a_name_outside_the_backup_is_refused(self, tmp_path, name):
        bad = replace(MANIFEST, files={name: FileEntry(1, "dd")})
        (tmp_path / "manifest.json").write_text(bad.to_json(), encoding="utf-8")
        with pytest.raises(BackupError, match="outside the backup"):
            Manifest.read(tmp_path)

    def test_differences_name_what_differs_and_leave_times_alone(self):
        later = replace(MANIFEST, made_at="2026-01-02T00:00:00+00:00", versions={"praxis": "0.2.0"})
        assert differences(MANIFEST, later) == []
        other = replace(MANIFEST, tables={"people_user": TableEntry(["id"], 4, "ee")}, files={})
        assert differences(MANIFEST, other) == [
            "table people_user: 3 rows, aa / 4 rows, ee",
            "media file a/ü.txt: 2 bytes, cc / absent",
        ]


class TestFolder:
    def test_it_appears_when_it_is_whole(self, tmp_path):
        target = tmp_path / "backups" / "monday"
        with new_folder(target) as folder:
            (folder / "a").write_text("a")
            assert not target.exists()
        assert [path.name for path in target.iterdir()] == ["a"]
        assert target.stat().st_mode & 0o077 == 0, "a backup holds everything that is confidential"

    def test_an_error_leaves_nothing(self, tmp_path):
        with pytest.raises(OSError), new_folder(tmp_path / "monday"):
            raise OSError("disk full")
        assert list(tmp_path.iterdir()) == []

    def test_a_backup_is_never_overwritten(self, tmp_path):
        with new_folder(tmp_path / "monday") as folder:
            (folder / "a").write_text("a")
        with pytest.raises(BackupError, match="exists already"), new_folder(tmp_path / "monday"):
            pytest.fail("it must not begin")

    def test_leftovers_of_killed_backups_go_and_others_stay(self, tmp_path):
        for name in ("old.partial", "other"):
            (tmp_path / name).mkdir()
            (tmp_path / name / LOCK).touch()
        with new_folder(tmp_path / "running"), new_folder(tmp_path / "monday"):
            assert (tmp_path / "running.partial").exists(), "another backup at work must be left alone"
        assert {path.name for path in tmp_path.iterdir()} == {"other", "running", "monday"}


class TestMedia:
    """Files that come, go and grow between the two passes."""

    @pytest.fixture
    def root(self, tmp_path):
        (tmp_path / "media" / "docs").mkdir(parents=True)
        return tmp_path / "media"

    def copy(self, root, change, references):
        """Copy while `change` happens between the passes."""
        media = MediaCopy(root, root.parent / "copy")
        media.first_pass()
        change()
        files, missing = media.second_pass(frozenset(references))
        assert {name: entry.sha256 for name, entry in files.items()} == {
            name: hashlib.sha256((root.parent / "copy" / name).read_bytes()).hexdigest()
            for name in media_names(root.parent / "copy")
        }
        return {name: (root.parent / "copy" / name).read_text() for name in files}, missing

    def test_what_keeps_still_is_copied_even_if_no_row_names_it(self, root):
        (root / "docs/a.txt").write_text("a")
        assert self.copy(root, lambda: None, []) == ({"docs/a.txt": "a"}, [])

    def test_a_file_that_vanishes_after_the_rows_were_read_is_there(self, root):
        (root / "docs/a.txt").write_text("a")
        assert self.copy(root, (root / "docs/a.txt").unlink, ["docs/a.txt"]) == ({"docs/a.txt": "a"}, [])

    def test_a_file_that_vanished_before_the_rows_were_read_is_not(self, root):
        (root / "docs/a.txt").write_text("a")
        assert self.copy(root, (root / "docs/a.txt").unlink, []) == ({}, [])

    def test_a_file_that_appears_is_copied_if_a_row_names_it(self, root):
        def appear():
            (root / "docs/new.txt").write_text("new")
            (root / "docs/later.txt").write_text("its row was not there yet")

        assert self.copy(root, appear, ["docs/new.txt"]) == ({"docs/new.txt": "new"}, [])

    def test_a_file_met_half_written_is_copied_again(self, root):
        (root / "docs/a.txt").write_text("ha")
        grow = (root / "docs/a.txt").write_text
        assert self.copy(root, lambda: grow("half"), ["docs/a.txt"]) == ({"docs/a.txt": "half"}, [])

    def test_a_file_that_nobody_has_is_named(self, root):
        assert self.copy(root, lambda: None, ["docs/lost.txt"]) == ({}, ["docs/lost.txt"])

    def test_links_are_not_followed(self, root, tmp_path):
        (tmp_path / "secret").write_text("secret")
        (root / "docs/link").symlink_to(tmp_path / "secret")
        assert list(media_names(root)) == []


@pytest.fixture
def site(transactional_db, tmp_path):
    """An installation with a little content and two media files."""
    UserFactory(email="ada@example.org")
    CourseFactory(code="kept", title="Kept 课程")
    with installation(tmp_path / "site") as site:
        (site.media / "documents").mkdir(parents=True)
        (site.media / "documents/one.txt").write_text("one")
        (site.media / "two.txt").write_text("two")
        yield site


@pytest.fixture
def empty_site(transactional_db, tmp_path):
    """An installation without even tables."""
    with installation(tmp_path / "empty", migrated=False) as site:
        yield site


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_taken_under_writes_and_restored_into_an_empty_installation(site, empty_site, tmp_path):
    """The promise: consistent while others write, and equal after it came back."""
    writer = site.start("tests.praxis.operations.writer")
    try:
        assert writer.stdout.readline() == "writing\n"
        time.sleep(2)
        site.run("backup", tmp_path / "first")
        before = time.monotonic()
        numbers = [int(writer.stdout.readline()) for _ in range(5)]
        assert writer.poll() is None, "it must have been writing all the time"
        assert time.monotonic() - before < 30, numbers
    finally:
        writer.kill()
        writer.communicate()

    empty_site.run("restore", tmp_path / "first")
    manifest = Manifest.read(tmp_path / "first")
    assert manifest.missing_media == []

    # One moment: each transaction had added one theme to each family, and a document with its file.
    families = empty_site.rows("SELECT substr(code, 1, 4), count(*) FROM themes_theme GROUP BY 1 ORDER BY 1")
    (left, left_count), (right, right_count) = families
    assert (left, right) == ("left", "righ")
    assert left_count == right_count > 5
    documents = empty_site.rows("SELECT title, file FROM wagtaildocs_document")
    assert len(documents) > 5
    for title, name in documents:
        assert hashlib.sha256((empty_site.media / name).read_bytes()).hexdigest() == title

    # Counts and hashes are those of the manifest, and a second backup is the first.
    for table in ("people_user", "curriculum_course", "themes_theme", "django_migrations"):
        assert empty_site.rows(f"SELECT count(*) FROM {table}") == [(manifest.tables[table].rows,)]
    media = {
        name: hashlib.sha256((empty_site.media / name).read_bytes()).hexdigest()
        for name in media_names(empty_site.media)
    }
    assert media == {name: entry.sha256 for name, entry in manifest.media.items()}
    assert {"documents/one.txt", "two.txt"} <= media.keys()
    empty_site.run("backup", tmp_path / "second")
    assert differences(manifest, Manifest.read(tmp_path / "second")) == []
    if connection.vendor == "sqlite":
        assert empty_site.rows("PRAGMA integrity_check") == [("ok",)]
        assert empty_site.rows("PRAGMA foreign_key_check") == []
    empty_site.run("check", "--database", "default")
    empty_site.run("migrate", "--check")


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_restore_replaces_content_only_when_told_to_and_numbers_go_on(site, tmp_path):
    site.run("backup", tmp_path / "first")
    (site.media / "later.txt").write_text("later")
    refused = site.run("restore", tmp_path / "first", ok=False)
    assert "--overwrite" in refused.stderr
    assert (site.media / "later.txt").exists()
    site.run("restore", tmp_path / "first", "--overwrite")
    assert sorted(media_names(site.media)) == ["documents/one.txt", "two.txt"]
    assert sorted(path.name for path in site.media.iterdir()) == ["documents", "two.txt"]
    site.run("backup", tmp_path / "second")
    site.run("compare_backups", tmp_path / "first", tmp_path / "second")
    site.call("tests.praxis.operations.writer:write_first")
    assert len(site.rows("SELECT 1 FROM themes_theme")) == 2
    site.run("backup", tmp_path / "third")
    different = site.run("compare_backups", tmp_path / "first", tmp_path / "third", ok=False)
    assert "table themes_theme" in different.stdout


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_older_backup_comes_up_to_the_present_version(site, empty_site, tmp_path):
    site.run("migrate", "operations", "zero")
    site.run("backup", tmp_path / "old")
    said = empty_site.run("restore", tmp_path / "old").stdout
    assert "1 newer migrations applied" in said
    assert empty_site.rows("SELECT count(*) FROM operations_duerecord") == [(0,)]
    assert empty_site.rows("SELECT title FROM curriculum_course") == [("Kept 课程",)]


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_damaged_backups_are_refused_and_the_site_stays_as_it_was(site, tmp_path):
    good = tmp_path / "good"
    site.run("backup", good)
    for number, (damage, says) in enumerate(DAMAGES):
        bad = tmp_path / f"bad-{number}"
        shutil.copytree(good, bad)
        damage(bad)
        refused = site.run("restore", bad, "--overwrite", ok=False)
        assert says in refused.stderr, refused.stderr
    assert sorted(media_names(site.media)) == ["documents/one.txt", "two.txt"]
    assert sorted(path.name for path in site.media.iterdir()) == ["documents", "two.txt"]
    assert site.rows("SELECT title FROM curriculum_course") == [("Kept 课程",)]
    assert not list(site.var.glob("*restoring*"))
    site.run("check")


def database_file(folder):
    """A file of the backup with rows."""
    return max((folder / "database").iterdir(), key=lambda path: path.stat().st_size)


def rewrite(folder, **changes):
    """Write the manifest anew with other values, as a newer or another Praxis might have."""
    manifest = replace(Manifest.read(folder), **changes)
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def flip_a_byte(folder):
    path = database_file(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


DAMAGES = [
    (lambda folder: (folder / "manifest.json").unlink(), "no finished backup"),
    (lambda folder: database_file(folder).unlink(), "is missing"),
    (flip_a_byte, "checksum differs"),
    (lambda folder: (folder / "media/two.txt").write_text("twO"), "checksum differs"),
    (lambda folder: (folder / "media/more.txt").write_text("more"), "does not know"),
    (lambda folder: rewrite(folder, migrations={"people": ["0999_future"]}), "newer Praxis"),
    (lambda folder: rewrite(folder, engine="oracle"), "holds a oracle database"),
    (lambda folder: rewrite(folder, tables={"people_user": TableEntry(["id"], 1, "x")}), "disagree about"),
]


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_site_in_use_is_not_restored(site, tmp_path):
    site.run("backup", tmp_path / "first")
    worker = site.start("tests.praxis.operations.holder")
    try:
        assert worker.stdout.readline() == "held\n"
        refused = site.run("restore", tmp_path / "first", "--overwrite", ok=False)
        assert "in use" in refused.stderr
    finally:
        worker.kill()
        worker.communicate()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sessions_stay_out_of_a_backup(client, tmp_path):
    client.force_login(UserFactory())
    (key,) = (cookie.value for cookie in client.cookies.values() if cookie.key == "sessionid")
    with installation(tmp_path / "site") as site:
        assert len(site.rows(f"SELECT 1 FROM {session_table()}")) == 1
        site.run("backup", tmp_path / "first")
    assert key.encode() not in (tmp_path / "first/database/praxis.sqlite3").read_bytes()


def session_table():
    """Where the site keeps its sessions."""
    from praxis.operations.backup.scope import left_out_tables

    (table,) = left_out_tables()
    return table


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_row_without_its_file_is_told(site, tmp_path):
    with closing(sqlite3.connect(site.var / "praxis.sqlite3")) as database:
        database.execute(
            "INSERT INTO wagtaildocs_document (title, file, created_at, file_hash, collection_id)"
            " SELECT 'Lost', 'documents/lost.pdf', '2026-01-01', '', min(id) FROM wagtailcore_collection"
        )
        database.commit()
    said = site.run("backup", tmp_path / "first").stderr
    assert "documents/lost.pdf" in said
    assert json.loads((site.var / "last_backup.json").read_text())["missing_media"] == 1
    assert Manifest.read(tmp_path / "first").missing_media == ["documents/lost.pdf"]


@pytest.mark.django_db
def test_files_of_documents_are_found_by_their_rows(settings, tmp_path):
    from praxis.operations.backup.scope import file_columns

    settings.MEDIA_ROOT = tmp_path
    document = Document(title="One")
    document.file.save("one.txt", ContentFile(b"one"))
    assert ("wagtaildocs_document", "file") in file_columns()
    assert ("wagtailimages_rendition", "file") in file_columns()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_restore_that_was_cut_short_stops_the_site_until_it_is_repeated(site, tmp_path):
    site.run("backup", tmp_path / "first")
    note = site.var / "restore_unfinished.json"
    note.write_text("{}")
    assert "praxis.E009" in site.run("run_due", ok=False).stderr
    site.run("restore", tmp_path / "first", "--overwrite")
    assert not note.exists()
    site.run("run_due")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_backup_refuses_places_where_it_would_do_harm(site, tmp_path):
    assert "inside the media folder" in site.run("backup", site.media / "x", ok=False).stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    assert "exists already" in site.run("backup", tmp_path / "full", ok=False).stderr
    said = site.run("restore", tmp_path / "full", "--check", ok=False).stderr
    assert "no finished backup" in said
