"""The benchmark of links measures a library whose answers plain Python confirms."""

from benchmarks.links import made, main


def test_the_fast_answers_are_those_of_the_definitions(capsys):
    assert main(["--units", "40", "--cases", "30", "--themes", "20"]) == 0

    printed = capsys.readouterr().out
    assert "40 units, 30 cases, 20 themes" in printed
    assert "The same answers: yes" in printed


def test_a_seed_makes_the_same_library_again_and_another_one_another():
    assert made(5, 5, 9, 1) == made(5, 5, 9, 1)
    assert made(5, 5, 9, 1).unit_texts != made(5, 5, 9, 2).unit_texts
