import json
import tracemalloc
from pathlib import Path

import pytest

from exchange.formats import rows_of
from exchange.problems import Problems
from exchange.store import Store
from tests.exchange.library import SCHEMA, write


def peak_of_reading(file: Path) -> int:
    problems = Problems(file.name)
    seen = []
    tracemalloc.start()
    with Store(SCHEMA, problems) as store:
        store.read(rows_of(file, SCHEMA, problems, lambda done, total: seen.append((done, total))))
        for _record in store.records("book"):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not problems.errors.total
    assert seen[-1][0] == seen[-1][1]
    return peak


@pytest.mark.parametrize("ending", ["jsonl", "xlsx"])
def test_memory_does_not_grow_with_the_texts(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"books.{ending}"
    body = "An ordinary sentence about flood prevention. " * 400
    write(file, *({"code": f"B{number}", "title": "t", "body": f"{number} {body}"} for number in range(250)))
    assert peak_of_reading(file) < 2_500_000 < 250 * len(body)


def test_a_record_costs_little_memory_beside_its_text(tmp_path: Path) -> None:
    file = tmp_path / "books.jsonl"
    with file.open("w") as lines:
        for number in range(4_000):
            lines.write(json.dumps({"type": "shelf", "room": f"room-{number}"}) + "\n")
    problems = Problems(file.name)
    tracemalloc.start()
    with Store(SCHEMA, problems) as store:
        store.read(rows_of(file, SCHEMA, problems, lambda done, total: None))
        per_record = tracemalloc.get_traced_memory()[0] / 4_000
    tracemalloc.stop()
    assert per_record < 500
