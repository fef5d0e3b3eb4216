#!/bin/sh
# Make .venv; where Debian keeps the module for that in a package of its own, install it if that is allowed.
set -eu
python="$1"
command -v "$python" >/dev/null || { echo "There is no $python: install Python 3.11 or newer." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$python is older than 3.11." >&2; exit 1; }
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  . "$(dirname "$0")/apt.sh"
  apt_install python3-venv || { echo "Python's venv module is missing: run  apt install python3-venv  and try again." >&2; exit 1; }
fi
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
