"""The machines of a run wait for each other. Free of TensorFlow.

TensorFlow waits too, but for an hour, and holds up all threads meanwhile: no order to stop would
get through.
"""

import socket
import time
from collections.abc import Callable

from digitpad.core.errors import TrainingError
from digitpad.training.distribution.cluster import Cluster

_PATIENCE_S = 600.0
_TRY_S = 0.5


def meet(cluster: Cluster, stop_if_asked: Callable[[], None]) -> None:
    """Return once every machine of a run answers at its address.

    Parameters
    ----------
    cluster : Cluster
        The machines. Nothing may listen at this one's port yet.
    stop_if_asked : callable
        Called about every second; may raise.

    Raises
    ------
    TrainingError
        If this machine can't listen at its port, or others don't come within ten minutes.
    """
    own = cluster.addresses[cluster.number]
    missing = [address for address in cluster.addresses if address != own]
    deadline = time.monotonic() + _PATIENCE_S
    # Whoever left here already has TensorFlow listen at the same port, so that it is found too.
    with _listen(own):
        while missing:
            stop_if_asked()
            if time.monotonic() > deadline:
                raise TrainingError(
                    f"Not all machines of the run came: {', '.join(missing)} can't be reached.",
                    "Start it on each of them within ten minutes, and let firewalls pass it.",
                )
            missing = [address for address in missing if not _answers(address)]


def _listen(address: str) -> socket.socket:
    _, port = _split(address)
    try:
        if socket.has_dualstack_ipv6():
            return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
        return socket.create_server(("", port))
    except OSError as error:
        raise TrainingError(
            f"This machine can't take part in the run at “{address}”: {error.strerror or error}.",
            "Give it another port in `TF_CONFIG`, on all machines.",
        ) from error


def _answers(address: str) -> bool:
    began = time.monotonic()
    try:
        socket.create_connection(_split(address), timeout=_TRY_S).close()
    except OSError:
        # Who is not there yet often says so at once.
        time.sleep(max(0.0, _TRY_S - (time.monotonic() - began)))
        return False
    return True


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
