#!/usr/bin/env bash
# The house: an include goes down, never up, in the order of src/Makefile.inc;
# lua/ and ui/ enter by weir.h, base/ and draw/ only.
top=${top_srcdir:-.}
n=0 bad=0
say() { n=$((n + 1)); if [ -z "$2" ]; then echo "ok $n - $1"; else printf '%s\n' "$2" | sed 's/^/# /'; echo "not ok $n - $1"; bad=1; fi; }

list=$(sed -n '/^weir_headers/,/[^\\]$/p' "$top/src/Makefile.inc" | grep -o 'src/[a-z0-9_/]*\.h' | sed 's,^src/,,')
up=$(cd "$top/src" && grep -rn '^#include "' --include='*.[ch]' . | sed 's,^\./,,' | awk -v list="$list" '
  BEGIN { k = split(list, h, "\n"); for (i = 1; i <= k; i++) { at[h[i]] = i; d = h[i]; sub(/\/.*/, "", d); last[d] = i } }
  { file = $0; sub(/:.*/, "", file); inc = $0; sub(/^[^"]*"/, "", inc); sub(/".*/, "", inc)
    if (inc == "config.h" || inc ~ /\.def$/) next
    own = file; sub(/\.c$/, ".h", own); dir = file; sub(/\/.*/, "", dir)
    impl = file; sub(/\.c$/, "_impl.h", impl); me = (impl in at) ? at[impl] : (own in at) ? at[own] : last[dir]
    if (!(inc in at)) print file ": " inc " is not in the list of headers"
    else if (at[inc] > me) print file " includes " inc ", which stands above it" }')
say "includes go down, in the listed order" "$up"
missing=$(cd "$top/src" && find . -name '*.h' | sed 's,^\./,,' | grep -vxF "$list")
say "every header is in the list" "$missing"
doors=$(cd "$top" && grep -rnE '^#include "(kernel|data|model|store|train|compat|run)/' lua ui 2>/dev/null)
say "lua/ and ui/ enter by the doors" "$doors"
curses=$(cd "$top" && grep -rlE '#include <(n?curses|ncursesw/)' src lua ui 2>/dev/null | grep -v '^ui/term\.c$')
say "only ui/term.c includes curses" "$curses"
lua=$(cd "$top" && grep -rlE 'lua_State|#include <lua' src ui 2>/dev/null)
say "no lua_State in src/ or ui/" "$lua"
echo "1..$n"
exit $bad
