#!/bin/sh
# Fill .venv with the locked versions and the project itself; do nothing when that is done.
set -eu

python=${PYTHON:-}
venv=.venv
stamp=$venv/set-up
wanted=">=3.11,<3.14"

# What Qt's window system plugin links to, beyond what these pull in themselves.
qt_libraries="libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libx11-xcb1 libxcb-cursor0
    libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0
    libxkbcommon-x11-0"

# What the environment was made from; the place too, since scripts in .venv name it.
key() {
    pwd
    cksum requirements.lock pyproject.toml .ci/setup.sh
}

fail() {
    echo "digitpad: $*" >&2
    exit 1
}

is_suitable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

# Print the interpreter to use, or nothing.
find_python() {
    for candidate in "$python" python3 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && is_suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

# Install Debian packages where rights allow; else say what to type.
install_with_apt() {
    if [ "$(id -u)" -eq 0 ]; then
        root=
    elif sudo -n true 2>/dev/null; then
        root="sudo -n"
    else
        fail "system packages are missing. Type this, then try again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    fi
    echo "digitpad: installing system packages: $*"
    # A third-party list that cannot be refreshed is no reason to stop.
    $root apt-get update -qq || echo "digitpad: going on with the package lists at hand"
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq \
        --no-install-recommends --no-upgrade "$@"
}

# Make a virtual environment with pip in folder $2 from interpreter $1.
make_venv() {
    if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        command -v apt-get >/dev/null || fail "$1 lacks the modules venv and ensurepip."
        # Qt's libraries in the same go, so that there is one line to type at most.
        # shellcheck disable=SC2086
        install_with_apt "python$version-venv" $qt_libraries
    fi
    "$1" -m venv "$2"
}

# Install the locked uv, checked against its hash, with the pip of environment $1.
install_uv() {
    sed -n '/^uv==/,/[^\\]$/p' requirements.lock >"$1/uv.lock"
    "$1/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$1/uv.lock"
}

# Leave an interpreter in .venv, and the uv to use in $uv.
make_environment() {
    uv=$(command -v uv || command -v $venv/bin/uv || true)
    if [ -n "$uv" ] && [ "$(head -n 1 $stamp 2>/dev/null)" = "$(pwd)" ]; then
        return
    fi
    rm -rf $venv
    found=$(find_python)
    [ -z "$python" ] || [ "$found" = "$(command -v "$python")" ] ||
        fail "PYTHON=$python is not a Python 3.11 to 3.13."
    uv=$(command -v uv || true)
    if [ -n "$uv" ]; then
        "$uv" venv -q --python "${found:-$wanted}" $venv
    elif [ -n "$found" ]; then
        make_venv "$found" $venv
        install_uv $venv
        uv=$venv/bin/uv
    elif command -v python3 >/dev/null; then
        # Too old or too new for us, but good enough to install uv, which fetches a Python.
        make_venv python3 $venv/bootstrap
        install_uv $venv/bootstrap
        uv=$venv/bootstrap/bin/uv
        "$uv" venv -q --allow-existing --python "$wanted" $venv ||
            fail "install a Python 3.11 to 3.13, or name one: make setup PYTHON=..."
    else
        fail "install a Python 3.11 to 3.13, or name one: make setup PYTHON=..."
    fi
}

# Fail with the loader's message when a system library that Qt needs is missing.
load_qt() {
    $venv/bin/python - <<'PYTHON'
import ctypes
from pathlib import Path

import PySide6
from PySide6 import QtWidgets

ctypes.CDLL(str(Path(PySide6.__file__).parent / "Qt/plugins/platforms/libqxcb.so"))
PYTHON
}

ensure_qt_libraries() {
    if [ "$(uname)" != Linux ] || load_qt 2>/dev/null; then
        return
    fi
    if command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        install_with_apt $qt_libraries
    fi
    load_qt || fail "Qt cannot load the system library named above; install it, then try again."
}

cd "$(dirname "$0")/.."
if [ -x $venv/bin/digitpad ] && [ "$(key)" = "$(cat $stamp 2>/dev/null)" ]; then
    exit 0
fi

make_environment
pwd >$stamp
# Compiled, or TensorFlow takes twice as long to load at each start where Python may not keep what
# it compiles (PYTHONDONTWRITEBYTECODE, as in many containers).
"$uv" pip sync -q --require-hashes --compile-bytecode --python $venv/bin/python requirements.lock
"$uv" pip install -q --no-deps --no-build-isolation --python $venv/bin/python --editable .
ensure_qt_libraries
key >$stamp
echo "digitpad: set up; .venv/bin/digitpad opens the window."
