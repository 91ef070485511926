#!/usr/bin/env bash
# Make everything that `make demo` and `make test` need, on a machine that has nothing yet:
# system packages where they are missing (Debian, Ubuntu), then the environment .venv.
# Doing it again costs a second: what is there is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.installed

# The screen that needs no monitor, its OpenGL, and what Qt's xcb plugin loads.
packages=(
    python3 python3-venv xvfb xauth
    libgl1 libegl1 libglx-mesa0 libgl1-mesa-dri libglib2.0-bin libdbus-1-3 libfontconfig1
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xfixes0 libxcb-util1
    fonts-dejavu-core
)

install_system_packages() {
    command -v apt-get >/dev/null || return 0 # another system brings its own
    local missing=() package
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
            missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These system packages are missing: ${missing[*]}. Ask an administrator to install them." >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or newer (with venv) was not found; install it and try again." >&2
    exit 1
}

make_environment() {
    # What is declared decides whether the environment is still right.
    local wanted
    wanted=$(sha256sum pyproject.toml | cut -d' ' -f1)
    [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ] || return 0
    local python
    python=$(find_python)
    echo "Making the environment $venv (some minutes the first time)"
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --editable ".[pyqt5,pyqt6,formats,export,cluster,test,docs]"
    echo "$wanted" >"$stamp"
}

install_system_packages
make_environment
