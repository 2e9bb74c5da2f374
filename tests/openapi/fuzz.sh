#!/usr/bin/env bash
# tests/openapi/fuzz.sh: is the description of the API good, and does the server keep to it?
#
#   tests/openapi/fuzz.sh [EXAMPLES [PASS...]]   lint docs/openapi.json with Redocly and Spectral, then have
#                                                Schemathesis send so many requests of each kind (50)
#
# Each pass asks an `otpmint dev` of its own, in which nothing is left of the passes before:
#
#   live       a live secret key, or a test key where there has to be one; not the operator's routes
#   sandbox    a test key, on all that a tenant has
#   operator   the operator token, on the operator's routes
#   nobody     no credential, on everything
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
passes=("${@:2}")
[ ${#passes[@]} -gt 0 ] || passes=(live sandbox operator nobody)
address=${OTPMINT_FUZZ_ADDRESS:-127.0.0.1:21123}
live_key=dev-only-7Q2xWm9K-not-a-secret
test_key=otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF
folder=tests/openapi
failed=0
server=
temporary=$(mktemp -d)

run() { # COMMAND...
  if command -v "$1" >/dev/null; then
    "$@" || failed=1
  else
    printf 'skipped: %s is not installed\n' "$1"
  fi
}

start() {
  TMPDIR=$temporary "${CARGO_TARGET_DIR:-target}/debug/otpmint" dev --listen "$address" >"$temporary/welcome" &
  server=$!
  local try
  for try in {1..100}; do
    curl -fs "http://$address/readyz" >/dev/null && grep -q smtp_port "$temporary/welcome" && return
    sleep 0.1
  done
  echo "fuzz: nothing answers at $address after $try tries" >&2
  return 1
}

stop() {
  [ -z "$server" ] && return
  kill "$server"
  wait "$server"
  server=
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
  stop
  rm -rf "$temporary"
}

schemathesis_run() { # ARGUMENT...
  local smtp_port
  smtp_port=$(grep -o 'smtp_port":[0-9]*' "$temporary/welcome" | tr -dc 0-9)
  OTPMINT_FUZZ_ADDRESS=$address OTPMINT_FUZZ_SMTP_PORT=$smtp_port \
    SCHEMATHESIS_HOOKS=$folder/hooks.py schemathesis --config-file "$folder/schemathesis.toml" run \
    "http://$address/openapi.json" --max-examples "$examples" --continue-on-failure "$@" || failed=1
}

pass() { # PASS
  printf '\n# %s\n' "$1"
  start || exit 1
  case $1 in
    live) OTPMINT_FUZZ_KEY=$live_key schemathesis_run --exclude-tag admin ;;
    sandbox) OTPMINT_FUZZ_KEY=$test_key schemathesis_run --exclude-tag admin ;;
    operator)
      OTPMINT_FUZZ_KEY=$(cat "$temporary"/otpmint-dev*/data/operator.token) schemathesis_run --include-tag admin
      ;;
    nobody) schemathesis_run ;;
    *) echo "fuzz: there is no pass $1" >&2; exit 2 ;;
  esac
  stop
}

run redocly lint --config "$folder/redocly.yaml" docs/openapi.json
run spectral lint --ruleset "$folder/spectral.yaml" --fail-severity warn docs/openapi.json

trap clean_up EXIT
if command -v schemathesis >/dev/null; then
  cargo build --quiet --locked --bin otpmint || exit 1
  for each in "${passes[@]}"; do
    pass "$each"
  done
else
  echo 'skipped: schemathesis is not installed'
fi
exit "$failed"
