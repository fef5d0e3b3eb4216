#!/bin/sh
# See that what the deploy tests talk to is there: an ssh server and rsync. Without them those tests are skipped, and said.
set -eu
. "$(dirname "$0")/apt.sh"
has_sshd() { command -v sshd >/dev/null || [ -x /usr/sbin/sshd ]; }
if ! has_sshd || ! command -v rsync >/dev/null; then
  apt_install openssh-server rsync || echo "No ssh server or rsync here: deploying by rsync is not tested." >&2
fi
