from tests import readme


def test_the_readme_lists_the_commands_as_they_are_declared() -> None:
    assert readme.written() == readme.table(), "run `python -m tests.readme`"
