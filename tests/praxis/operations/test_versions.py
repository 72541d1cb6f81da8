import pytest

from praxis.operations.versions import FLOORS, installed_versions, shortfalls
from tests import floors


def test_what_is_installed_is_new_enough():
    assert shortfalls(installed_versions()) == []


@pytest.mark.parametrize(
    ("version", "passes"),
    [
        ("5.2.19", True),
        ("5.2.20", True),
        ("6.0", True),
        ("10.0", True),
        ("5.2.19.0", True),
        ("5.2.19.post1", True),
        ("5.2.18", False),
        ("5.2.9", False),
        ("5.2.19rc1", False),
        ("5.2", False),
        ("4.2.30", False),
        ("", False),
    ],
)
def test_versions_are_compared_by_number(version, passes):
    assert (shortfalls({"Django": version}, {"Django": "5.2.19"}) == []) == passes


def test_a_package_that_is_not_needed_may_be_missing():
    assert [item.package for item in shortfalls({}, {"pypdf": "6.16.1", "wagtail": "8.0.1"})] == ["wagtail"]
    assert [str(item) for item in shortfalls({"pypdf": "5.0"}, {"pypdf": "6.16.1"})] == [
        "pypdf 5.0: 6.16.1 or newer is needed"
    ]


def test_the_build_fails_below_a_floor_and_when_its_guard_sleeps(monkeypatch, capsys):
    assert floors.main([]) == 0
    assert floors.main(["--canary"]) == 0
    monkeypatch.setattr(floors, "CONSTRAINTS", floors.KNOWN_BAD)
    assert floors.main([]) == 1
    assert "constraints.txt: Django 5.2.18: 5.2.19 or newer is needed" in capsys.readouterr().out
    monkeypatch.setattr(floors, "shortfalls", lambda *args: [])
    assert floors.main(["--canary"]) == 1
    assert "sleeps" in capsys.readouterr().out


def test_every_floor_is_pinned_or_not_needed():
    assert FLOORS.keys() - floors.listed(floors.CONSTRAINTS).keys() <= {"pypdf"}
