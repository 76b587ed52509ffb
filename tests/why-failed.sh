#!/bin/sh
# why-failed.sh BUILD: which checks failed, by BUILD/check.log, and what their programs said before each of them (the
# last forty lines, where a program that was ended by a signal has nothing after them).
build=$1
grep -E '^(FAIL|ERROR|XPASS)' "$build/check.log" || exit 0
sed -n -E 's/^(FAIL|ERROR|XPASS): ([^ ]+).*/\2/p' "$build/check.log" | sort -u | while read -r name; do
    [ -f "$build/$name.log" ] || continue
    echo "--- $name said:"
    awk '/^(ok |PASS:|SKIP:|FAIL:|1\.\.)/ { if (!/^FAIL:/) n = 0; next }
         { line[++n] = $0 }
         /^not ok / { for (i = n > 40 ? n - 39 : 1; i <= n; i++) print line[i]; n = 0 }
         END { for (i = n > 40 ? n - 39 : 1; i <= n; i++) print line[i] }' "$build/$name.log"
done
