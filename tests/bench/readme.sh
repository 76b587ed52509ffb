#!/usr/bin/env bash
# readme.sh - puts the tables of `make bench-peers` into the README, between its two marks.
#
# usage: readme.sh TABLES.md README.md
set -eu
[ -s "$1" ] || { echo "readme.sh: no tables in $1: run make bench-peers first" >&2; exit 1; }
for mark in '<!-- speed: begin -->' '<!-- speed: end -->'; do
    [ "$(grep -cxF -- "$mark" "$2")" = 1 ] || { echo "readme.sh: $2 needs one line $mark" >&2; exit 1; }
done
awk -v tables="$1" '
    /^<!-- speed: end -->$/ { inside = 0 }
    !inside { print }
    /^<!-- speed: begin -->$/ {
        inside = 1
        while ((getline line < tables) > 0) print line
    }' "$2" >"$2.part"
mv "$2.part" "$2"
