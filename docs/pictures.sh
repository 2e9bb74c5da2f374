#!/bin/sh
# Makes the pictures in docs/pictures/ anew: starts `otpmint dev` and takes them in Chromium, as listed in
# tests/browser/pictures.mjs. Needs cargo, node, npm, chromium and python3.
set -eu
cd "$(dirname "$0")/.."
address=127.0.0.1:${PORT:-5077}

cargo build --quiet
[ -d tests/browser/node_modules/playwright-core ] ||
  npm ci --prefix tests/browser --no-audit --no-fund --silent

target/debug/otpmint dev --listen "$address" >/dev/null &
server=$!
trap 'kill "$server"' EXIT
tries=0
until curl -s -o /dev/null "http://$address/readyz"; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "otpmint dev does not answer on $address" >&2; exit 1; }
  sleep 0.1
done

OTPMINT="http://$address" CHROMIUM="${CHROMIUM:-$(command -v chromium)}" node tests/browser/pictures.mjs
