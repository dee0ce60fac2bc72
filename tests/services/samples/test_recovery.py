import os
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import SampleError
from digitpad.services.samples import database
from digitpad.services.samples.database import _STEPS, APPLICATION_ID, VERSION
from digitpad.services.samples.records import Prediction, SampleFilter
from digitpad.services.samples.recovery import find_backups
from digitpad.services.samples.store import SampleStore
from tests.samples import MODEL, make_drawn, make_sample, number_of

_HOUR_S = 3600


@pytest.fixture
def file() -> Path:
    return paths.samples_file()


@pytest.fixture
def filled(file: Path) -> Path:
    """Return a store with five samples in it, closed."""
    with SampleStore(file) as store:
        store.add(make_drawn(number) for number in range(5))
    return file


@pytest.fixture
def backed_up(filled: Path) -> Path:
    """Return a store whose five samples have a backup, with a sixth that isn't in it."""
    with SampleStore(filled) as store:
        assert store.back_up() is not None
        store.add([make_sample(5)])
    return filled


def numbers(file: Path) -> list[int]:
    with SampleStore(file) as store:
        return sorted(number_of(sample) for sample in store.load(store.find()))


def damage(file: Path) -> bytes:
    """Write over the middle of a file, and return what it holds then."""
    content = bytearray(file.read_bytes())
    content[4096:-100] = b"\xa5" * len(content[4096:-100])
    file.write_bytes(content)
    return bytes(content)


def set_aside(file: Path) -> list[Path]:
    return sorted(file.parent.glob("samples damaged *.db"))


class TestVersions:
    def test_a_new_store_is_of_this_version(self, filled: Path) -> None:
        database = sqlite3.connect(filled)
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert database.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        database.close()

    def test_version_1_gets_its_predictions(self, file: Path) -> None:
        _write_version_1(file)

        with SampleStore(file) as store:
            right, wrong, unread = sorted(store.find())
            assert store.predictions([right, wrong, unread], MODEL) == {
                right: Prediction(3, 0.9, MODEL),
                wrong: Prediction(None, 0.8, MODEL),
            }
            assert store.find(SampleFilter(disagrees_with=MODEL)) == [wrong]
            assert [number_of(sample) for sample in store.load([unread, wrong])] == [0, 0]
        with SampleStore(file) as store:
            assert store.notice is None

    def test_an_update_that_fails_leaves_the_file_as_it_was(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _write_version_1(file)
        bad = (*_STEPS[1], "INSERT INTO nowhere VALUES (1)")
        monkeypatch.setattr("digitpad.services.samples.database._STEPS", (_STEPS[0], bad))

        with pytest.raises(sqlite3.OperationalError):
            SampleStore(file)

        monkeypatch.undo()
        monkeypatch.setenv("DIGITPAD_HOME", str(file.parent.parent))
        with SampleStore(file) as store:
            assert len(store.find()) == 3

    def test_a_newer_one_is_refused_and_left_alone(self, filled: Path) -> None:
        database = sqlite3.connect(filled)
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
        database.close()

        with pytest.raises(SampleError, match="newer digitpad") as told:
            SampleStore(filled)

        assert "Update digitpad" in told.value.hint
        assert set_aside(filled) == []

    def test_one_that_was_updated_while_it_is_open_is_refused(self, filled: Path) -> None:
        with SampleStore(filled) as store:
            # It goes into SQLite's log: the file itself stays as it was.
            newer = sqlite3.connect(filled)
            newer.execute(f"PRAGMA user_version = {VERSION + 1}")
            newer.close()

            with pytest.raises(SampleError, match="newer digitpad"):
                SampleStore(filled)

            assert len(store.find()) == 5


def _write_version_1(file: Path) -> None:
    file.parent.mkdir(parents=True)
    database = sqlite3.connect(file)
    for statement in _STEPS[0]:
        database.execute(statement)
    database.execute("PRAGMA user_version = 1")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    judgements = [(3, 0.9, MODEL), (None, 0.8, MODEL), (None, None, None)]
    for number, judgement in enumerate(judgements, 1):
        database.execute(
            "INSERT INTO samples VALUES (?, ?, 3, 'drawing', '', ?, NULL, ?, ?, ?)",
            (number, f"{number:032}", "2026-03-01T12:00:00.000+00:00", *judgement),
        )
        database.execute("INSERT INTO pictures VALUES (?, ?, NULL, NULL)", (number, bytes(784)))
    database.commit()
    database.close()


class TestBackups:
    def test_one_is_made_once_there_is_something_and_not_again_at_once(self, file: Path) -> None:
        with SampleStore(file) as store:
            assert store.back_up() is None
            store.add([make_sample(1)])
            backup = store.back_up()
            assert backup is not None
            store.add([make_sample(2)])
            assert store.back_up() is None

        assert find_backups(file) == [backup]
        assert [place.name for place in backup.parent.iterdir()] == [backup.name]
        assert numbers(backup) == [1]

    def test_an_hour_later_it_is_made_anew_and_three_days_are_kept(self, backed_up: Path) -> None:
        (today,) = find_backups(backed_up)
        long_ago = time.time() - 2 * _HOUR_S
        os.utime(today, (long_ago, long_ago))
        for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
            shutil.copy2(today, today.with_name(f"samples {day}.db"))

        with SampleStore(backed_up) as store:
            assert store.back_up() == today

        assert numbers(today) == list(range(6))
        days = [backup.stem.split()[1] for backup in find_backups(backed_up)]
        assert days == [today.stem.split()[1], "2026-01-03", "2026-01-02"]

    def test_opening_it_is_no_change(self, filled: Path) -> None:
        with SampleStore(filled) as store:
            backup = store.back_up()
        assert backup is not None
        for hours, place in ((3, filled), (2, backup)):
            moment = time.time() - hours * _HOUR_S
            os.utime(place, (moment, moment))

        with SampleStore(filled) as store:
            assert store.find()
            assert store.back_up() is None

    def test_what_has_not_changed_needs_none(self, filled: Path) -> None:
        with SampleStore(filled) as store:
            backup = store.back_up()
            assert backup is not None
        ahead = time.time() + 10
        os.utime(backup, (ahead, ahead))

        with SampleStore(filled) as store:
            assert store.back_up() is None


class TestDamage:
    def test_the_last_backup_is_put_back_and_the_person_is_told(self, backed_up: Path) -> None:
        content = damage(backed_up)

        with SampleStore(backed_up) as store:
            assert store.notice is not None
            assert "damaged; those of the backup of " in store.notice.message
            (aside,) = set_aside(backed_up)
            assert str(aside) in store.notice.hint

        assert aside.read_bytes() == content
        assert numbers(backed_up) == list(range(5))
        with SampleStore(backed_up) as store:
            assert store.notice is None

    def test_what_can_be_read_of_the_damaged_file_is_kept(self, backed_up: Path) -> None:
        with SampleStore(backed_up) as store:
            store.add(make_drawn(number) for number in range(6, 400))
        content = bytearray(backed_up.read_bytes())
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 4096] = b"\xa5" * 4096
        backed_up.write_bytes(content)

        with SampleStore(backed_up) as store:
            assert store.notice is not None
            rescued = len(store.find()) - 5
            assert f"{rescued} more could be read" in store.notice.hint

        assert 380 < rescued < 395
        assert set(range(5)) <= set(numbers(backed_up))

    @pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + bytes(5000)])
    def test_without_a_backup_it_begins_anew(self, filled: Path, content: bytes) -> None:
        filled.write_bytes(content)

        with SampleStore(filled) as store:
            assert store.notice is not None
            assert "no backup" in store.notice.message
            assert store.find() == []
            store.add([make_sample(1)])

        assert [place.read_bytes() for place in set_aside(filled)] == [content]

    def test_another_database_is_set_aside(self, file: Path) -> None:
        file.parent.mkdir(parents=True)
        letters = sqlite3.connect(file)
        letters.execute("CREATE TABLE letters (text)")
        letters.execute("PRAGMA user_version = 1")
        letters.close()

        with SampleStore(file) as store:
            assert store.notice is not None

        assert len(set_aside(file)) == 1

    def test_damaged_twice_in_a_second_both_are_kept(self, backed_up: Path) -> None:
        for _ in range(2):
            damage(backed_up)
            SampleStore(backed_up).close()

        assert len(set_aside(backed_up)) == 2

    def test_a_damaged_backup_is_passed_over(self, backed_up: Path) -> None:
        (newest,) = find_backups(backed_up)
        older = newest.with_name("samples 2026-01-01.db")
        shutil.copy2(newest, older)
        damage(newest)
        damage(backed_up)

        assert numbers(backed_up) == list(range(5))

    @pytest.mark.parametrize("is_empty", [False, True])
    def test_samples_that_are_gone_come_back(self, backed_up: Path, is_empty: bool) -> None:
        if is_empty:
            backed_up.write_bytes(b"")
        else:
            backed_up.unlink()

        with SampleStore(backed_up) as store:
            assert store.notice is not None
            assert "gone; those of the backup of " in store.notice.message

        assert numbers(backed_up) == list(range(5))

    def test_who_has_the_damaged_file_open_goes_on_with_the_good_one(self, backed_up: Path) -> None:
        with SampleStore(backed_up) as first:
            first.find()
            damage(backed_up)
            with SampleStore(backed_up) as second:
                assert second.notice is not None
                (added,) = first.add([make_sample(77)])
                assert added in second.find()

    def test_several_at_once_put_it_back_once(self, backed_up: Path) -> None:
        damage(backed_up)

        def open_and_add(number: int) -> bool:
            with SampleStore(backed_up) as store:
                store.add([make_sample(number)])
                return store.notice is not None

        with ThreadPoolExecutor(4) as pool:
            noticed = list(pool.map(open_and_add, range(100, 104)))

        assert sorted(noticed) == [False, False, False, True]
        assert numbers(backed_up) == [*range(5), *range(100, 104)]
        assert len(set_aside(backed_up)) == 1

    def test_damage_that_is_met_while_it_is_open_is_told(self, filled: Path) -> None:
        with SampleStore(filled) as store:
            store.find()
            # In place, as a failing disk does it.
            with filled.open("r+b") as opened:
                opened.seek(4096)
                opened.write(b"\xa5" * (filled.stat().st_size - 4096))
            store._connection.execute("PRAGMA cache_size = 0")
            with pytest.raises(SampleError, match="is damaged") as told:
                store.add(make_drawn(number) for number in range(50))

        assert "start it again" in told.value.hint

    def test_damage_that_leaves_no_trace_is_put_right_once_it_was_met(
        self, backed_up: Path
    ) -> None:
        SampleStore(backed_up).close()
        status = backed_up.stat()
        with backed_up.open("r+b") as opened:
            opened.seek(4096)
            opened.write(b"\xa5" * (status.st_size - 4096))
        os.utime(backed_up, ns=(status.st_atime_ns, status.st_mtime_ns))

        with pytest.raises(SampleError, match="is damaged"), SampleStore(backed_up) as store:
            store.find()

        assert numbers(backed_up) == list(range(5))

    def test_it_is_looked_for_once_until_the_file_changes(
        self, filled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked = []
        check = database._check_content

        def count(connection: sqlite3.Connection, file: Path) -> None:
            checked.append(file)
            check(connection, file)

        monkeypatch.setattr(database, "_check_content", count)
        monkeypatch.setattr(database, "_found_whole", database._FoundWhole())
        with SampleStore(filled):
            SampleStore(filled).close()
        assert checked == [filled]
        with SampleStore(filled) as store:
            store.add([make_sample(8)])

        SampleStore(filled).close()
        assert checked == [filled] * 2
