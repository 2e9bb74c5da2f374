# shellcheck shell=bash
# What the scripts of this folder share: they run the tests of `tests/system/cluster` in their long form.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# Shows the comment at the head of a script where it is asked for, or where there are too many words.
help() { # SCRIPT WORDS...
  local script=$1
  shift
  if [[ ${1:-} == -h || ${1:-} == --help ]] || (($# > 1)); then
    sed -n '2,/^$/s/^# \{0,1\}//p' "$script"
    exit 0
  fi
}

# Runs the long form of a case. CARGO_ARGS may hold `--release`.
run() { # CASE
  # shellcheck disable=SC2086
  exec cargo test --locked ${CARGO_ARGS:-} --test system "cluster::$1" -- --ignored --nocapture --test-threads 1
}
