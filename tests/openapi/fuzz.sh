#!/usr/bin/env bash
# tests/openapi/fuzz.sh: is the description of the API good, and does the server keep to it?
#
#   tests/openapi/fuzz.sh [EXAMPLES]   lint docs/openapi.json with Redocly and Spectral, then have Schemathesis
#                                      send so many requests of each kind (50) to `otpmint dev`
#
# What is not installed is named and left out:
#
#   npm install --global @redocly/cli @stoplight/spectral-cli
#   pipx install schemathesis
#
# The exit code is 0 when everything that ran has passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

examples=${1:-50}
address=${OTPMINT_FUZZ_ADDRESS:-127.0.0.1:21123}
key=dev-only-7Q2xWm9K-not-a-secret
folder=tests/openapi
failed=0

run() { # COMMAND...
  if command -v "$1" >/dev/null; then
    "$@" || failed=1
  else
    printf 'skipped: %s is not installed\n' "$1"
  fi
}

wait_until_ready() {
  local try
  for try in {1..100}; do
    curl -fs "http://$address/readyz" >/dev/null && return
    sleep 0.1
  done
  echo "fuzz: nothing answers at $address after $try tries" >&2
  return 1
}

run redocly lint --config "$folder/redocly.yaml" docs/openapi.json
run spectral lint --ruleset "$folder/spectral.yaml" --fail-severity warn docs/openapi.json

if command -v schemathesis >/dev/null; then
  cargo build --quiet --locked --bin otpmint || exit 1
  "${CARGO_TARGET_DIR:-target}/debug/otpmint" dev --listen "$address" >/dev/null &
  server=$!
  trap 'kill "$server"; wait "$server"' EXIT
  wait_until_ready || exit 1
  SCHEMATHESIS_HOOKS=$folder/hooks.py schemathesis --config-file "$folder/schemathesis.toml" run \
    "http://$address/openapi.json" --header "Authorization: Bearer $key" --max-examples "$examples" \
    --continue-on-failure || failed=1
else
  echo 'skipped: schemathesis is not installed'
fi
exit "$failed"
