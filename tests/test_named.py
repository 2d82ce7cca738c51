"""How many of a list are named."""

import pytest

from handlers.rules import named


@pytest.mark.parametrize(("total", "shown"), [(0, 0), (3, 3), (4, 4), (5, 5), (6, 4), (40, 4)])
def test_one_alone_is_never_left_out(total: int, shown: int) -> None:
    """Four at most are named, but "and one more" is said of nobody."""
    assert named.many(total, 4) == shown
