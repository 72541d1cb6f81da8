import gzip
import html
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from markdown import markdown

from benchmarks.corpora import uk_csl, us_18f
from benchmarks.corpora.records import Report, assign_codes, tidy
from benchmarks.corpora.uk_catalogue import plain

ROOT = Path(__file__).resolve().parents[2]


def a_module(number=1, **fields):
    return {"id": f"m{number}", "type": "elearning", "title": f"Step {number}", "duration": 600, **fields}


def an_audience(*areas, **fields):
    return {"areasOfWork": list(areas), "departments": [], "grades": [], "interests": [], **fields}


def an_entry(number=1, **fields):
    return {
        "id": f"Id_{number}-x",
        "title": f"Course {number}",
        "modules": [a_module()],
        "audiences": [],
        "visibility": "PUBLIC",
        "status": "Published",
        **fields,
    }


def a_text(number=1, **fields):
    return {
        "id": f"18f-{number}",
        "kind": "theory",
        "title": f"Post {number}",
        "summary": "",
        "body": "Words.",
        "themes": [],
        "year": 2016,
        "source": "18f",
        "licence": "CC0-1.0",
        **fields,
    }


def bulk(*entries):
    """A bulk file of catalogue entries, as text."""
    lines = [line for entry in entries for line in ({"index": {"_id": entry["id"]}}, entry)]
    return "".join(json.dumps(line) + "\n" for line in lines)


def jsonl(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def convert(tmp_path, capsys):
    """Run a converter on a text; returns exit code, records by (type, code), and what it told."""

    def run(program, content):
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = program.main([str(source), str(out)])
        lines = out.read_text(encoding="utf-8").split("\n")[:-1] if out.exists() else []
        records = [json.loads(line) for line in lines]
        found = {(record["type"], record["code"]): record for record in records}
        assert len(found) == len(records)
        return code, found, capsys.readouterr().err

    return run


@pytest.fixture
def catalogue(convert):
    """The records made of some catalogue entries."""

    def run(*entries):
        code, records, told = convert(uk_csl, bulk(*entries))
        assert code == 0, told
        return records

    return run


@pytest.fixture
def cases(convert):
    """The records made of some texts."""

    def run(*texts):
        code, records, told = convert(us_18f, jsonl(*texts))
        assert code == 0, told
        return records

    return run


class TestUnits:
    def test_delivery_method_comes_from_the_type(self, catalogue):
        kinds = ["elearning", "video", "face-to-face", "file", "link"]
        modules = [a_module(number, type=kind) for number, kind in enumerate(kinds)]
        units = catalogue(an_entry(modules=modules))["course", "csl-course-1"]["units"]
        assert [unit["delivery_method"] for unit in units] == [
            "online",
            "online",
            "lecture",
            "self_study",
            "self_study",
        ]
        assert [unit["summary"] for unit in units] == [f"Type in the catalogue: {kind}." for kind in kinds]
        assert not any("practice_fraction" in unit for unit in units)

    @pytest.mark.parametrize(
        ("seconds", "hours"),
        [(3600, 1), (5400, 1.5), (90, 0.025), (299, 0.083056), (0, 0), (1, 0.000278), (0.5, 0.000139)],
    )
    def test_hours_are_exact_to_six_decimals(self, catalogue, seconds, hours):
        course = catalogue(an_entry(modules=[a_module(duration=seconds)]))["course", "csl-course-1"]
        assert course["units"][0]["hours"] == hours

    def test_no_duration_means_no_timed_hours_and_is_told(self, convert):
        modules = [a_module(1, duration=None), a_module(2), {"id": "m3", "type": "file", "title": "Guide"}]
        _code, records, told = convert(uk_csl, bulk(an_entry(modules=modules)))
        assert [unit["hours"] for unit in records["course", "csl-course-1"]["units"]] == [0, 0.166667, 0]
        assert re.search(r"^ +2  units without a duration: hours 0$", told, re.MULTILINE)

    def test_outcomes_of_a_single_module_become_its_own(self, catalogue):
        outcomes = "After this, you will:\r\n•\tknow the rules \r\n•        apply them\n"
        course = catalogue(an_entry(learningOutcomes=outcomes))["course", "csl-course-1"]
        unit = course["units"][0]
        assert unit["outcomes"] == ["know the rules", "apply them"]
        assert unit["summary"] == "Type in the catalogue: elearning.\n\nAfter this, you will:"
        assert "summary" not in course

    @pytest.mark.parametrize(
        ("outcomes", "modules"),
        [
            ("You will:\n• know", [a_module(1), a_module(2)]),
            ("You will:\n• know", []),
            ("You will know", [a_module(1)]),
            ("You will know\n• more", [a_module(1)]),
            ("First:\n• know\nThen:\n• do", [a_module(1)]),
        ],
    )
    def test_other_outcomes_stay_in_the_summary(self, catalogue, outcomes, modules):
        entry = an_entry(shortDescription="Short.", learningOutcomes=outcomes, modules=modules)
        course = catalogue(entry)["course", "csl-course-1"]
        assert course["summary"] == "Short.\n\n" + outcomes.replace("•", "-")
        assert not any("outcomes" in unit for unit in course.get("units", []))

    def test_a_module_without_a_title_is_named_like_its_course(self, convert):
        _code, records, told = convert(uk_csl, bulk(an_entry(modules=[a_module(title=" ")])))
        unit = records["course", "csl-course-1"]["units"][0]
        assert (unit["title"], unit["code"]) == ("Course 1", "course-1")
        assert "has no title" in told

    def test_equal_titles_and_ids_get_different_codes(self, catalogue):
        modules = [
            a_module(1, title="Top tips"),
            a_module(2, title="Top Tips"),
            a_module(2, title="top tips"),
        ]
        units = catalogue(an_entry(modules=modules))["course", "csl-course-1"]["units"]
        codes = [unit["code"] for unit in units]
        assert codes[:2] == ["top-tips-m1", "top-tips-m2"]
        assert len({code.casefold() for code in codes}) == 3


class TestCourses:
    def test_equal_titles_take_their_ids_whatever_the_order(self, catalogue):
        entries = [an_entry(1, title="PRINCE2®: basics"), an_entry(2, title="Prince2: Basics"), an_entry(3)]
        expected = {"csl-prince2-basics-Id_1-x", "csl-prince2-basics-Id_2-x", "csl-course-3"}
        for order in (entries, entries[::-1]):
            assert {code for kind, code in catalogue(*order) if kind == "course"} == expected

    def test_the_later_of_two_entries_with_one_id_counts(self, convert):
        content = bulk(an_entry(1, title="Old"), an_entry(2), an_entry(1, title="New"))
        _code, records, told = convert(uk_csl, content)
        assert [code for kind, code in records if kind == "course"] == ["csl-new", "csl-course-2"]
        assert "line 6: id 'Id_1-x' stands in line 2 already" in told

    def test_a_course_without_a_title_is_named_by_its_id(self, convert):
        _code, records, told = convert(uk_csl, bulk(an_entry(title="\t")))
        assert records["course", "csl-untitled-course-id_1-x"]["title"] == "Untitled course Id_1-x"
        assert "courses without a title" in told

    def test_status_and_visibility(self, catalogue):
        records = catalogue(
            an_entry(1),
            an_entry(2, status="Draft", visibility="PRIVATE"),
            an_entry(3, status="Archived", visibility=None),
        )
        told = [
            (record["status"], record["audience"])
            for (kind, _), record in records.items()
            if kind == "course"
        ]
        assert told == [("live", "public"), ("draft", "restricted"), ("draft", "public")]

    def test_whom_a_course_is_for_stands_in_its_summary(self, catalogue):
        audience = an_audience(
            departments=["co"], grades=["AO", "EO"], mandatory=True, requiredBy=1546214400, frequency="YEARLY"
        )
        course = catalogue(an_entry(audiences=[audience, audience, an_audience()]))["course", "csl-course-1"]
        assert course["summary"] == (
            "Audience in the catalogue: departments: co; grades: AO, EO; mandatory: yes; "
            "required by: 2018-12-31; frequency: yearly."
        )

    def test_nothing_is_invented(self, catalogue):
        records = catalogue(an_entry(audiences=[an_audience("digital")]))
        assert records["category", "csl-catalogue"].keys() == {"type", "code", "label_en"}
        assert records["course", "csl-course-1"].keys() == {
            *("type", "code", "title", "language", "summary", "themes", "audience", "status", "units")
        }
        assert records["course", "csl-course-1"]["units"][0].keys() == {
            *("code", "title", "hours", "delivery_method", "summary")
        }
        assert not {"edition", "effective_from", "objectives"} & records["curriculum", "csl-digital"].keys()

    def test_fields_without_a_place_are_counted(self, convert):
        modules = [
            a_module(1, price=0, url=None),
            a_module(2, price=199, events=[{"date": [2018, 5, 1, 9, 0]}]),
        ]
        told = convert(uk_csl, bulk(an_entry(modules=modules, author="X")))[2]
        assert re.search(r" 2  modules with price, which has no place", told)
        assert re.search(r" 1  modules with events, which has no place", told)
        assert re.search(r" 1  courses with author, which has no place", told)
        assert "url" not in told


class TestCurricula:
    def test_one_for_each_area_and_one_for_none(self, catalogue):
        records = catalogue(
            an_entry(1, audiences=[an_audience("legal", "digital")]),
            an_entry(2, audiences=[an_audience("legal"), an_audience("legal", mandatory=True)]),
            an_entry(3, audiences=[an_audience(departments=["hmrc"])]),
            an_entry(4, audiences=[], modules=[]),
        )
        found = {
            code: {
                module["code"]: [placement["course"] for placement in module["placements"]]
                for module in record["modules"]
            }
            for (kind, code), record in records.items()
            if kind == "curriculum"
        }
        assert found == {
            "csl-digital": {"further": ["csl-course-1"]},
            "csl-legal": {"mandatory": ["csl-course-2"], "further": ["csl-course-1"]},
            "csl-any-area": {"further": ["csl-course-3", "csl-course-4"]},
        }
        assert {record["category"] for (kind, _), record in records.items() if kind == "curriculum"} == {
            "csl-catalogue"
        }

    def test_mandatory_in_one_area_is_not_mandatory_in_another(self, catalogue):
        audiences = [an_audience("legal", mandatory=True), an_audience("digital")]
        records = catalogue(an_entry(audiences=audiences))
        assert records["curriculum", "csl-legal"]["modules"][0]["code"] == "mandatory"
        assert records["curriculum", "csl-digital"]["modules"][0]["code"] == "further"

    def test_no_curriculum_without_courses(self, catalogue):
        records = catalogue(an_entry(audiences=[an_audience("legal")]))
        assert [code for kind, code in records if kind == "curriculum"] == ["csl-legal"]

    def test_an_optional_module_says_so_and_counts_in_full(self, convert):
        optional, fixed = a_module(1, optional=True, duration=7200), a_module(2)
        entries = [
            an_entry(1, modules=[optional]),
            an_entry(2, modules=[optional, fixed]),
            an_entry(3, modules=[]),
        ]
        _code, records, told = convert(uk_csl, bulk(*entries))
        placements = records["curriculum", "csl-any-area"]["modules"][0]["placements"]
        assert placements == [{"course": f"csl-course-{number}"} for number in (1, 2, 3)]
        summary = records["course", "csl-course-2"]["units"][0]["summary"]
        assert summary == "Type in the catalogue: elearning, optional."
        assert re.search(r" 2  optional units: they count in full", told)
        assert re.search(r" 4  hours of these", told)

    def test_themes_are_areas_and_interests(self, catalogue):
        audiences = [an_audience("project-delivery", interests=["c++"]), {"interests": ["c#", "c++"]}]
        records = catalogue(an_entry(1, audiences=audiences), an_entry(2))
        themes = records["course", "csl-course-1"]["themes"]
        assert [records["theme", code]["label_en"] for code in themes] == ["Project delivery", "C++", "C#"]
        assert "themes" not in records["course", "csl-course-2"]
        assert len([code for kind, code in records if kind == "theme"]) == 3


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("you&amp;amp;amp;#x27;ll", "you'll"),
            ("Q&amp;A &amp;amp; more", "Q&A & more"),
            ("see ?a=1&copy=2", "see ?a=1&copy=2"),
            ("<p>One<br/>two</p><ul><li>three<li>four</ul>", "One\ntwo\n\n- three\n- four"),
            ('read <a class="x" href="https://x.test/a"><b>this</b></a>', "read this (https://x.test/a)"),
            ("less &lt;b&gt; than <none>", "less <b> than <none>"),
            ("- one\n* two\n-5 degrees", "- one\n- two\n-5 degrees"),
            ("a\r\n\r\n\r\n\r\nb\xa0 c", "a\n\nb c"),
        ],
    )
    def test_plain(self, text, expected):
        assert plain(text, Report()) == expected

    def test_control_characters_go_and_are_counted(self):
        report = Report()
        assert tidy("a\x00b\u200bc\ud800d\u2028e\tf", report) == "abc\ufffdd\ne\tf"
        assert list(report.figures.values()) == [3]

    def test_codes(self):
        names = [("政策分析 101", "a"), ("x" * 300, "b"), ("X" * 300, "c"), ("???", "!!"), ("?", "!")]
        codes = assign_codes(names, "p-")
        assert codes[0] == "p-政策分析-101"
        assert len({code.casefold() for code in codes}) == 5
        assert all(re.fullmatch(r"p-[\w.\-]{1,118}", code) for code in codes)
        assert codes == assign_codes(names, "p-")

    def test_a_code_from_an_id_never_takes_the_code_of_another(self):
        codes = assign_codes([("a", "1"), ("a", "2"), ("a-1", "3")])
        assert codes[2] == "a-1"
        assert len(set(codes)) == 3


class TestCases:
    def test_a_post(self, cases):
        records = cases(a_text(themes=["open data", "fec.gov", "open data"], summary="Short\u200b."))
        assert records["case", "18f-1"] == {
            "type": "case",
            "code": "18f-1",
            "title": "Post 1",
            "language": "en",
            "summary": "Short.",
            "body": "Words.\n\nIn the original: source 18f; kind theory; year 2016.",
            "themes": ["18f-open-data", "18f-fec.gov"],
            "audience": "public",
            "licence": "CC0-1.0",
            "status": "live",
        }
        assert records["theme", "18f-open-data"] == {
            "type": "theme",
            "code": "18f-open-data",
            "label_en": "open data",
        }

    def test_no_date_is_made_of_a_year_or_an_id(self, cases):
        records = cases(a_text(id="18f-2014-03-27-a", year=2014), a_text(id="18fp-b", kind="case", year=None))
        for record in records.values():
            assert not {"facts_as_of", "reviewed_on", "review_by", "suggested_hours"} & record.keys()
        assert records["case", "18fp-b"]["body"].endswith("source 18f; kind case.")

    def test_only_the_public_domain_is_public(self, cases):
        records = cases(a_text(1, licence="CC-BY-4.0"), a_text(2, licence=None))
        assert "audience" not in records["case", "18f-1"]
        assert not {"audience", "licence"} & records["case", "18f-2"].keys()

    def test_ids_that_differ_in_case_only(self, cases):
        codes = [code for kind, code in cases(a_text(id="A b"), a_text(id="a b")) if kind == "case"]
        assert len({code.casefold() for code in codes}) == 2

    def test_too_long_a_text_is_refused_not_cut(self, convert):
        code, records, told = convert(us_18f, jsonl(a_text(1), a_text(2, body="long " * 50_000)))
        assert (code, records) == (1, {})
        assert "in.jsonl:2: body: " in told

    def test_runs_of_brackets_are_broken_up(self, cases):
        body = cases(a_text(body="[" * 1000 + ">" * 300))["case", "18f-1"]["body"]
        assert not re.search(r"[\[\]]{20}|>{20}", body)
        assert "[" * 1000 + ">" * 300 in shown_by(body)


def shown_by(text):
    """The text that a reader of some Markdown sees."""
    return html.unescape(re.sub(r"<[^<>]+>", "", markdown(text, extensions=["tables", "sane_lists", "toc"])))


class TestMarkdown:
    @pytest.mark.parametrize(
        "text",
        [
            "children <n> and <script>x</script>",
            "1. One\n2014. Year\n3) Three",
            "# no heading\n## none\n#1",
            "+ plus\n- minus\n--\n* star\n> quote\n=\n==",
            "a *b* _c_ __init__ snake_case `d` \\e",
            "![picture](x.png) and ![p][1]",
            "[TOC]\n[^1]: a footnote",
            "AT&amp;T &lt; R&D",
            "    four spaces\n\ttab",
            "[12]: https://unused.test/a",
            "=ROUND(B2 / C2)\n=1 + 2\n+=IFERROR(\n+)",
            "| a | b |\n|---|---|\n| 1 | 2 |",
        ],
    )
    def test_no_word_is_lost(self, text):
        assert shown_by(us_18f.to_markdown(text)).split() == text.split()

    def test_links_of_the_text_work(self):
        page = markdown(us_18f.to_markdown("See [our_site][1].\n[1]: https://site.test/_a_"))
        assert page == '<p>See <a href="https://site.test/_a_">our_site</a>.</p>'

    def test_an_underlined_line_is_a_heading(self):
        assert us_18f.to_markdown("Before.\nDay 2: vision\n=====\nAfter.") == (
            "Before.\n\n## Day 2: vision\n\nAfter."
        )

    def test_lines_broken_by_hand_are_one_paragraph(self):
        text = (
            "Approach \n"
            "18F built cloud.gov to address the specific needs of federal agencies\n"
            "wanting to move their web-based services to the cloud. See\n"
            "Every Kid in a Park for more.\n"
            "It is a platform that takes care of technical infrastructure and it is\n"
            "secure."
        )
        assert us_18f.to_markdown(text).split("\n\n") == [
            "Approach",
            text[10:].split("\nIt is")[0],
            "It is" + text.split("\nIt is")[1],
        ]

    def test_whole_lines_are_paragraphs(self):
        text = "\n".join(f"{word} {'word ' * 30}end" for word in ("one", "two", "Three"))
        assert us_18f.to_markdown(text) == text.replace("\n", "\n\n")


class TestProgram:
    @pytest.mark.parametrize(
        ("program", "content", "line", "expected"),
        [
            (us_18f, '{"id": "a"}\n{"id": \n', 2, "not JSON"),
            (us_18f, "[1]\n", 1, "expected a JSON object"),
            (us_18f, '\n{"id": "a", "year": NaN}\n', 2, "NaN is no number"),
            (us_18f, b'{"id": "a"}\n{"id": "\xff"}\n', 2, "not UTF-8"),
            (us_18f, "[" * 200_000 + "\n", 1, "not JSON"),
            (us_18f, jsonl(a_text(id=" ")), 1, "id: expected text"),
            (us_18f, jsonl(a_text(), a_text(2, title=5)), 2, "title: expected text, found 5"),
            (us_18f, jsonl(a_text(year=2014.5)), 1, "year: expected a whole number"),
            (us_18f, jsonl(a_text(year="2014")), 1, 'year: expected a number from 0 to 9999, found "2014"'),
            (us_18f, jsonl(a_text(themes="x")), 1, "themes: expected a list"),
            (us_18f, jsonl(a_text(themes=[1])), 1, "themes: expected a list of texts"),
            (uk_csl, bulk(an_entry()) + '{"index": {}}\n', 3, "the file ends before"),
            (uk_csl, jsonl(an_entry(), an_entry()), 1, "before each entry"),
            (uk_csl, jsonl({"index": {"_id": "other"}}, an_entry()), 2, 'id: expected "other"'),
            (uk_csl, bulk(an_entry(modules=[a_module(type="hologram")])), 2, "type: expected one of"),
            (
                uk_csl,
                bulk(an_entry(modules=[a_module(duration=-1)])),
                2,
                "duration: expected a number from 0",
            ),
            (uk_csl, bulk(an_entry(modules=[a_module(duration=True)])), 2, "duration: expected a number"),
            (uk_csl, bulk(an_entry(modules=[a_module(duration=10**30)])), 2, "duration: expected a number"),
            (
                uk_csl,
                bulk(an_entry(modules=[a_module(optional="no")])),
                2,
                "optional: expected true or false",
            ),
            (uk_csl, bulk(an_entry(modules=["m"])), 2, "modules: expected a list of objects"),
            (uk_csl, bulk(an_entry(status="Burnt")), 2, "status: expected one of"),
        ],
    )
    def test_a_broken_line_is_named_and_nothing_is_written(
        self, convert, tmp_path, program, content, line, expected
    ):
        (tmp_path / "out.jsonl").write_text("")
        code, _records, told = convert(program, content)
        assert code == 1
        assert f"in.jsonl:{line}: {expected}" in told or (f"in.jsonl:{line}: " in told and expected in told)
        assert (tmp_path / "out.jsonl").read_text() == ""
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]

    def test_what_cannot_be_read_or_written(self, tmp_path, capsys):
        source = tmp_path / "in.jsonl"
        assert us_18f.main([str(source), str(tmp_path / "out.jsonl")]) == 1
        source.write_bytes(gzip.compress(jsonl(a_text()).encode())[:-9])
        assert us_18f.main([str(source), str(tmp_path / "out.jsonl")]) == 1
        source.write_text(jsonl(a_text()))
        assert us_18f.main([str(source), str(tmp_path / "absent" / "out.jsonl")]) == 1
        assert us_18f.main([str(source), str(source)]) == 1
        told = capsys.readouterr().err.splitlines()
        assert [
            "in.jsonl: cannot be read" in told[0],
            "in.jsonl: cannot be read" in told[1],
            "out.jsonl: cannot be written" in told[2],
            "OUT is the same file" in told[3],
        ] == [True] * 4
        assert source.read_text() == jsonl(a_text())

    def test_packed_and_marked_files_are_read(self, convert):
        content = b"\xef\xbb\xbf" + jsonl(a_text()).replace("\n", "\r\n").encode()
        code, records, _told = convert(us_18f, gzip.compress(content))
        assert code == 0
        assert ("case", "18f-1") in records

    @pytest.mark.parametrize("name", ["uk_csl", "us_18f"])
    def test_same_bytes_by_path_and_by_module(self, tmp_path, name):
        areas = [f"area {number}" for number in range(20)]
        entries = [an_entry(n, title=f"Course {n % 3}", audiences=[an_audience(*areas)]) for n in range(9)]
        texts = [a_text(n, themes=[f"tag {n % 7}", f"tag {n}"]) for n in range(9)]
        source = tmp_path / "in.jsonl"
        source.write_text(bulk(*entries) if name == "uk_csl" else jsonl(*texts))
        outputs = []
        for seed, start in enumerate(
            [[f"benchmarks/corpora/{name}.py"], ["-m", f"benchmarks.corpora.{name}"]]
        ):
            out = tmp_path / f"{seed}.jsonl"
            subprocess.run(
                [sys.executable, *start, str(source), str(out)],
                cwd=ROOT,
                env={"PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                check=True,
            )
            outputs.append(out.read_bytes())
        assert outputs[0] == outputs[1]
        assert outputs[0].count(b"\n") > 9


def test_hours_take_decimals():
    assert uk_csl.hours(Decimal("1800.0")) == 0.5
    assert uk_csl.hours(None) == 0
