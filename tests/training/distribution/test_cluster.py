"""What `TF_CONFIG` says of the machines of a run, and how they wait for each other."""

import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from digitpad.core.errors import TrainingError
from digitpad.training.distribution import meeting
from digitpad.training.distribution.cluster import Cluster, read_cluster
from digitpad.training.distribution.meeting import meet

TWO = ["first:2222", "second:2222"]


def configure(cluster: object, job: object = "worker", index: object = 0) -> str:
    return json.dumps({"cluster": cluster, "task": {"type": job, "index": index}})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (configure({"worker": TWO}), Cluster(tuple(TWO), 0)),
        (configure({"worker": TWO}, index="1"), Cluster(tuple(TWO), 1)),
        (configure({"worker": TWO, "chief": ["c:1"]}, "chief"), Cluster(("c:1", *TWO), 0)),
        (configure({"worker": TWO, "chief": ["c:1"]}), Cluster(("c:1", *TWO), 1)),
        (configure({"worker": ["[::1]:2222"]}), Cluster(("[::1]:2222",), 0)),
    ],
)
def test_the_machines_and_which_this_is(text: str, expected: Cluster) -> None:
    found = read_cluster(text)

    assert found == expected
    assert found.is_first == (expected.number == 0)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"cluster": 4}',
        configure({}),
        configure({"worker": []}),
        configure({"worker": TWO, "ps": ["p:1"]}),
        configure({"worker": ["first"]}),
        configure({"worker": ["first:0"]}),
        configure({"worker": [":2222"]}),
        configure({"worker": ["first:port"]}),
        configure({"worker": [4]}),
        configure({"worker": ["first:2222", "first:2222"]}),
        configure({"worker": TWO}, index=2),
        configure({"worker": TWO}, index="second"),
        configure({"worker": TWO}, job="chief"),
        json.dumps({"cluster": {"worker": TWO}}),
    ],
)
def test_what_names_no_machines_is_told(text: str | None) -> None:
    with pytest.raises(TrainingError, match="TF_CONFIG") as caught:
        read_cluster(text)

    assert "TF_CONFIG" in caught.value.message
    assert caught.value.hint


def free_addresses(count: int) -> tuple[str, ...]:
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return tuple(f"127.0.0.1:{door.getsockname()[1]}" for door in doors)


class TestMeeting:
    def test_nobody_goes_on_before_all_are_there(self) -> None:
        addresses = free_addresses(3)
        waiting = threading.Barrier(3)
        with ExitStack() as connected, ThreadPoolExecutor(3) as machines:

            def take_part(number: int, wait: Callable[[], object] = bool) -> None:
                meet(Cluster(addresses, number), wait)
                # TensorFlow listens there from then on.
                port = int(addresses[number].rpartition(":")[2])
                connected.enter_context(socket.create_server(("127.0.0.1", port)))

            def wait_for_the_test() -> None:
                with suppress(threading.BrokenBarrierError):
                    waiting.wait(30)

            early = [machines.submit(take_part, number, wait_for_the_test) for number in (0, 1)]
            for _ in range(2):
                waiting.wait(30)
            waiting.abort()
            assert not any(machine.done() for machine in early)
            take_part(2)

            assert [machine.result(30) for machine in early] == [None, None]

    def test_one_that_does_not_come_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(meeting, "_PATIENCE_S", 0.0)
        own, missing = free_addresses(2)

        with pytest.raises(TrainingError, match=missing):
            meet(Cluster((own, missing), 0), bool)

    def test_waiting_can_be_stopped(self) -> None:
        def stop() -> None:
            raise InterruptedError

        with pytest.raises(InterruptedError):
            meet(Cluster(free_addresses(2), 1), stop)

    def test_a_port_in_use_is_told(self) -> None:
        def never() -> Any:
            pytest.fail("it has to end before it waits")

        with socket.create_server(("", 0)) as taken:
            own = f"127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(TrainingError, match=own):
                meet(Cluster((own, *free_addresses(1)), 0), never)
