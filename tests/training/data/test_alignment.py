import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.training.data.alignment import align


def edit_distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (one != other))
    return row[-1]


class TestAlign:
    @given(st.text("0123", max_size=8), st.text("0123", max_size=8))
    def test_as_many_pairs_differ_as_the_edit_distance(self, expected: str, read: str) -> None:
        pairs = align(expected, read)

        assert "".join(one for one, _ in pairs) == expected
        assert "".join(other for _, other in pairs) == read
        assert all(one or other for one, other in pairs)
        assert sum(one != other for one, other in pairs) == edit_distance(expected, read)

    @pytest.mark.parametrize(
        ("expected", "read", "pairs"),
        [
            ("", "", []),
            ("12", "12", [("1", "1"), ("2", "2")]),
            ("123", "13", [("1", "1"), ("2", ""), ("3", "3")]),
            ("13", "123", [("1", "1"), ("", "2"), ("3", "3")]),
            ("47", "41", [("4", "4"), ("7", "1")]),
            ("", "5", [("", "5")]),
            ("5", "", [("5", "")]),
        ],
    )
    def test_known_cases(self, expected: str, read: str, pairs: list[tuple[str, str]]) -> None:
        assert align(expected, read) == pairs
