"""The guide of an operator: its units, its nginx example and its tables agree with the code."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.utils.module_loading import import_string

from praxis.operations import health

FOLDER = Path("docs/operations")
GUIDE = Path("docs/operations.md").read_text(encoding="utf-8")
ENVIRONMENT = Path("praxis/settings/environment.py").read_text(encoding="utf-8")
VARIABLES = set(re.findall(r'"(PRAXIS_[A-Z_]+)"', ENVIRONMENT))
UNITS = sorted(path.name for path in FOLDER.glob("praxis-*.*"))
KEYS = {
    "Unit": {"Description", "After", "Wants"},
    "Install": {"WantedBy"},
    "Timer": {"OnCalendar", "AccuracySec", "RandomizedDelaySec", "Persistent"},
    "Service": {
        *("Type", "ExecStart", "ExecReload", "ExecStartPost", "Restart", "RestartSec"),
        *(
            "TimeoutStartSec",
            "TimeoutStopSec",
            "User",
            "Group",
            "WorkingDirectory",
            "EnvironmentFile",
            "UMask",
        ),
        *("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectSystem", "ProtectHome"),
        *("ProtectKernelTunables", "ProtectControlGroups", "RestrictSUIDSGID", "ReadWritePaths"),
    },
}


def unit(name: str) -> configparser.ConfigParser:
    """A unit as systemd reads it."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def test_there_are_units_for_everything_that_runs():
    assert UNITS == [
        "praxis-backup.service",
        "praxis-backup.timer",
        "praxis-due.service",
        "praxis-due.timer",
        "praxis-web.service",
        "praxis-worker.service",
    ]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_has_known_keys_only(name):
    parsed = unit(name)
    for section in parsed.sections():
        assert set(parsed[section]) <= KEYS[section], name


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_runs_something_that_exists_with_few_rights(name):
    service = unit(name)["Service"]
    words = shlex.split(service["ExecStart"].replace("$$", "$"))
    if words[0] == "/bin/sh":
        words = words[2].removeprefix("exec ").split()
    program = words[0].removeprefix("/srv/praxis/")
    assert Path(program).exists(), program
    if words[1] == "manage.py":
        assert words[2] in get_commands()
    else:
        assert (Path(program).name, words[1]) == ("gunicorn", "praxis.wsgi")
        assert Path("praxis/wsgi.py").exists()
    assert service["EnvironmentFile"] == "/etc/praxis/praxis.env"
    assert (service["User"], service["ProtectSystem"], service["NoNewPrivileges"]) == (
        "praxis",
        "strict",
        "true",
    )


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_starts_a_service_of_its_name(name):
    assert f"{Path(name).stem}.service" in UNITS
    assert unit(name)["Timer"]["OnCalendar"]


def test_the_clock_is_called_often_enough_for_the_health_page():
    assert unit("praxis-due.timer")["Timer"]["OnCalendar"] == "*:0/5"
    assert health.LATE.total_seconds() >= 2 * 5 * 60


def test_the_environment_is_described_whole_and_nothing_else():
    table = GUIDE.split("## Environment")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(PRAXIS_[A-Z_]+)`", table, re.MULTILINE)) == VARIABLES
    example = (FOLDER / "praxis.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert named <= VARIABLES | {"DJANGO_SETTINGS_MODULE"}
    (module,) = re.findall(r"^DJANGO_SETTINGS_MODULE=(.+)$", example, re.MULTILINE)
    assert Path(module.replace(".", "/") + ".py").exists()


def directives(text: str) -> list[tuple[int, str]]:
    """The directives of an nginx file with the depth of their block."""
    found, depth = [], 0
    for line in re.sub(r"#.*", "", text).splitlines():
        line = line.strip()
        if line.endswith("{"):
            found.append((depth, line.removesuffix("{").strip()))
            depth += 1
        elif line == "}":
            depth -= 1
            assert depth >= 0
        elif line:
            assert line.endswith(";"), line
            found.append((depth, line.removesuffix(";")))
    assert depth == 0
    return found


def test_nginx_hands_out_no_media_and_says_who_asks():
    found = [
        directive for _depth, directive in directives((FOLDER / "nginx.conf").read_text(encoding="utf-8"))
    ]
    assert found[found.index("location /media/") + 1] == "return 404"
    assert not [directive for directive in found if directive.startswith(("alias", "root"))]
    for header in (
        "Host $host",
        "X-Forwarded-Proto $scheme",
        "X-Forwarded-For $remote_addr",
        "X-Request-ID $request_id",
    ):
        assert f"proxy_set_header {header}" in found
    assert "access_log off" in found
    (size,) = [directive.split()[1] for directive in found if directive.startswith("client_max_body_size")]
    assert int(size.removesuffix("m")) * 2**20 >= import_string("curriculum.exchange.forms.MAX_BYTES")


def test_every_command_of_the_guide_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", GUIDE))
    assert {"run_due", "backup", "restore", "compare_backups", "db_worker", "sendtestemail"} <= named
    assert named <= get_commands().keys()


def test_every_file_that_the_guide_points_to_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (Path("docs") / target).exists(), target


def test_the_limits_of_the_health_page_are_those_of_the_guide():
    assert "15 minutes" in GUIDE
    assert health.LATE.total_seconds() == 15 * 60
    assert "26 hours" in GUIDE
    assert health.BACKUP_LATE.total_seconds() == 26 * 3600
    assert "older than 7 days" in GUIDE
    assert health.BACKUP_OLD.days == 7
    assert "less than 2 GB" in GUIDE
    assert health.FREE_WARNING == 2 * 2**30
    assert "less than 0.5 GB" in GUIDE
    assert health.FREE_PROBLEM == 2**29
