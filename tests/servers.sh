#!/bin/sh
# See that what deploying and hosting are tested against is there: an ssh server, rsync, and three web servers from Debian, and
# an object store from npm. What cannot be installed is said, and its tests are skipped.
set -eu
. "$(dirname "$0")/apt.sh"
missing=""
for pair in sshd:openssh-server rsync:rsync nginx:nginx-light apache2:apache2 caddy:caddy npm:npm; do
  program="${pair%%:*}"
  command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || missing="$missing ${pair#*:}"
done
# Debian begins a server as soon as it is installed; these are for tests alone.
policy=/usr/sbin/policy-rc.d
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; fi
for package in $missing; do
  apt_install "$package" || echo "$package could not be installed; what is tested against it is skipped." >&2
done
node=.venv/node
if [ ! -x "$node/node_modules/.bin/s3rver" ] && ! npm install --silent --no-audit --no-fund --prefix "$node" s3rver@3.7.1 >/dev/null 2>&1; then
  echo "s3rver could not be installed from npm; what is tested against it is skipped." >&2
fi
