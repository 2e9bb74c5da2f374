#!/usr/bin/env bash
# run.sh DIR SUBMISSION_PORT RELAY_PORT ISSUER_PORT MECHANISMS
#
# Runs a private Dovecot submission service and the token endpoint that it believes in DIR (which has tls/
# already) until standard input ends, then stops them and removes DIR. Answers `ready` once both serve.
set -euo pipefail
# Ctrl-C at the terminal is for the tests; what has to be cleaned up here comes from the end of input.
trap '' INT HUP TERM
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 submission=$2 relay=$3 issuer=$4 mechanisms=$5
children=()
# shellcheck source=tests/support/listens.sh
. "$here/../listens.sh"
export PATH="$PATH:/usr/sbin:/sbin"

configure() {
  umask 022
  chmod 755 "$dir"
  mkdir -p "$dir"/{run,state,mail}
  chown dovecot:dovecot "$dir/mail"
  local file
  for file in dovecot.conf oauth2.conf; do
    sed -e "s|@DIR@|$dir|g" -e "s|@SUBMISSION@|$submission|" -e "s|@RELAY@|$relay|" \
      -e "s|@ISSUER@|$issuer|" -e "s|@MECHANISMS@|$mechanisms|" "$here/$file" >"$dir/$file"
  done
}

stop() {
  ((${#children[@]} == 0)) || kill "${children[@]}" 2>/dev/null || true
  wait
}

trap 'stop; rm -rf "$dir"' EXIT
configure
node "$here/../../oauth/issuer.mjs" "$issuer" "$dir/tls/server.key" "$dir/tls/server.crt" </dev/null >&2 &
children+=($!)
dovecot -F -c "$dir/dovecot.conf" </dev/null >&2 &
children+=($!)
listens "$issuer" 200
listens "$submission" 200
echo ready
while read -r _; do :; done
