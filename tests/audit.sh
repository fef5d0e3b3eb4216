#!/bin/sh
# Look every package that comes with the program, and every lower bound, up in the lists of known faults. First a package that is
# known to be faulty is looked up: where that is not found the lists cannot be reached, and nothing would be told by their
# silence. That is said; with `must` it is an error.
set -eu
python=.venv/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
audit() { "$python" -m pip_audit --progress-spinner off --disable-pip --no-deps --timeout 15 --requirement "$1"; }
echo "jinja2==3.1.5" > "$work/planted"
if ! audit "$work/planted" 2>&1 | grep -q "CVE-2025-27516\|GHSA-cpwx-vrp4-4pq7\|PYSEC-"; then
  echo "The lists of known faults cannot be reached from here: dependencies were not audited." >&2
  [ "${1:-}" != must ]
  exit
fi
for which in installed lowest; do
  "$python" -m tests.audit "$which" > "$work/$which"
  audit "$work/$which"
done
