#!/bin/sh
# Makes the pictures in docs/pictures/ anew: starts `otpmint dev --demo` and takes them in Chromium, as listed in
# tests/browser/pictures.mjs. Needs cargo, node, npm, chromium and python3.
set -eu
cd "$(dirname "$0")/.."
address=127.0.0.1:${PORT:-5077}

cargo build --quiet
[ -d tests/browser/node_modules/playwright-core ] ||
  npm ci --prefix tests/browser --no-audit --no-fund --silent

said=$(mktemp)
target/debug/otpmint dev --demo --listen "$address" >"$said" &
server=$!
trap 'kill "$server"; rm -f "$said"' EXIT
tries=0
until grep -q Ctrl-C "$said"; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { echo "otpmint dev does not start on $address" >&2; exit 1; }
  sleep 0.1
done

OTPMINT="http://$address" CHROMIUM="${CHROMIUM:-$(command -v chromium)}" node tests/browser/pictures.mjs
