#!/bin/sh
# See that Chromium and Java are there for the browser tests; install them if that is allowed.
set -eu
. "$(dirname "$0")/apt.sh"
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_chromium || apt_install chromium fonts-noto-core || true
command -v java >/dev/null || apt_install default-jre-headless || true
if ! has_chromium || ! command -v java >/dev/null; then
  echo "The browser tests need Chromium and Java, which could not be installed here:" >&2
  echo "run  apt install chromium default-jre-headless  and try again, or  make test-fast,  which runs all the rest." >&2
  exit 1
fi
