import pytest

from tests import readme


@pytest.mark.parametrize("name", readme.TABLES)
def test_the_readme_lists_commands_and_metrics_as_they_are_declared(name: str) -> None:
    assert readme.written(name) == readme.TABLES[name](), "run `python -m tests.readme`"
