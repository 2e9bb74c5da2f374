#!/usr/bin/env bash
# packaging/reproduce.sh: does the same source give the same program, byte for byte?
#
#   packaging/reproduce.sh            build twice, in two folders, each with its own copy of the dependencies, and compare
#   packaging/reproduce.sh FILE       build once, and compare with a program that somebody else has built
#   packaging/reproduce.sh --build    build once, and leave the program in target/reproducible/otpmint
#
# It builds what is committed, as `cargo build --profile dist` does, with the compilers that are set up here: another
# version of Rust's, of C's, or of the linker gives other bytes. Some ten minutes for each build on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The time of the commit, for whatever asks for a time.
moment=$(git log -1 --format=%ct)

# Builds the committed source in a folder, with a folder of its own for cargo, and prints where the program is.
build() { # NAME
  local source=$work/$1/source home=$work/$1/cargo
  mkdir -p "$source" "$home"
  git archive HEAD | tar -x -C "$source"
  # The sources of dependencies are the same wherever they are: Cargo.lock has their digests.
  local part
  for part in cache index; do
    [[ ! -d ${CARGO_HOME:-$HOME/.cargo}/registry/$part ]] || {
      mkdir -p "$home/registry" && cp -r "${CARGO_HOME:-$HOME/.cargo}/registry/$part" "$home/registry/"
    }
  done
  [[ ! -e ${CARGO_HOME:-$HOME/.cargo}/config.toml ]] || cp "${CARGO_HOME:-$HOME/.cargo}/config.toml" "$home/"
  # No folder of this machine, and no time, gets into the program: not from Rust, not from C.
  local names="--remap-path-prefix=$source=/otpmint --remap-path-prefix=$home=/cargo"
  local c="-ffile-prefix-map=$source=/otpmint -ffile-prefix-map=$home=/cargo"
  (
    cd "$source"
    SOURCE_DATE_EPOCH=$moment \
      CARGO_HOME=$home CARGO_INCREMENTAL=0 RUSTFLAGS=$names CFLAGS=$c CXXFLAGS=$c \
      cargo build --locked --quiet --profile dist --package otpmint --bin otpmint >&2
  )
  echo "$source/target/dist/otpmint"
}

compare() { # FILE FILE
  sha256sum "$1" "$2"
  if cmp -s "$1" "$2"; then
    echo 'the same, byte for byte'
  else
    echo "they differ in $(cmp -l "$1" "$2" 2>/dev/null | wc -l) bytes"
    return 1
  fi
}

case ${1:-} in
  --help | -h) sed -n '2,/^set /{s/^# \{0,1\}//;/^set /!p}' "$0" ;;
  --build)
    mkdir -p target/reproducible
    cp "$(build one)" target/reproducible/otpmint
    sha256sum target/reproducible/otpmint
    ;;
  '') compare "$(build one)" "$(build another-folder)" ;;
  *) compare "$1" "$(build one)" ;;
esac
