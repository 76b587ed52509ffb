#!/bin/bash
# The command line without a screen, and the module in a stock lua5.4: F001, F002, F013, exit statuses.
n=0 bad=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi; }
is() { [ "$1" = "$2" ]; local r=$?; ok $r "$3"; [ $r = 0 ] || echo "# got '$1', wanted '$2'"; }
has() { case $1 in *"$2"*) ok 0 "$3" ;; *) ok 1 "$3"; echo "# got '$1'" ;; esac; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
weir=./weir

is "$($weir --version)" "weir $($weir -e 'print(weir.version)')" "F001 --version"
$weir --help | grep -q '^usage'; ok $? "--help"
is "$($weir -e 'print(1 + 1)')" 2 "-e runs"
is "$($weir -e '1 + 1')" 2 "-e prints its value"
is "$($weir -e 'print(arg[1], #arg)' a b)" "a	2" "-e takes arguments"
is "$(printf 'x = 3\nfor i = 1, 2 do\nio.write(x * i, " ")\nend\nx\n' | $weir)" "3 6 3" "a pipe is a REPL; parts of a chunk are joined"
echo 'print(arg[0]:match("[^/]*$"), ...)' >"$dir/a.lua"
is "$($weir run "$dir/a.lua" 1 2)" "a.lua	1	2" "run gives the arguments"
printf '#!/usr/bin/env weir\nprint("hi")' >"$dir/s.lua"
is "$($weir run "$dir/s.lua")" hi "a script may begin with #!"

has "$($weir keys)" "Run the cell" "U213 keys lists them"
$weir keys --check; ok $? "U237 no key means two things"

$weir -e 'os.exit(7)'; is $? 7 "os.exit's status"
$weir -e 'error("x")' 2>/dev/null; is $? 1 "status 1 of an error"
$weir -e 'weir.frame{x = {1}}:hed()' 2>/dev/null; is $? 1 "status 1 of an error of weir"
$weir -e 'weir.deeplearning{training_frame = weir.frame{x = {1, 2}}, y = "x"}' 2>/dev/null; is $? 1 "status 1 of a training that failed"
$weir run "$dir/none.lua" 2>/dev/null; is $? 2 "status 2 of a file that is not there"
$weir run 2>/dev/null; is $? 2 "status 2 of wrong usage"
$weir --nope 2>/dev/null; is $? 2 "status 2 of an unknown option"
printf '\n\nlocal f = weir.frame{x = {1}}\nf:hed()\n' >"$dir/e.lua"
has "$($weir run "$dir/e.lua" 2>&1)" "e.lua:4: " "an error names the script's line"
has "$($weir run "$dir/e.lua" 2>&1)" "did you mean 'head'?" "and what is near"
$weir run "$dir" 2>/dev/null; is $? 2 "a folder is no script"

# F013: the same script gives the same model as a script, by lines, and as one line.
cat >"$dir/m.lua" <<'L'
f = weir.frame{x = weir.range(1, 50), y = weir.range(1, 50)}
m = weir.deeplearning{training_frame = f, y = "y", hidden = {5}, epochs = 3, seed = 1, reproducible = true}
print(m:mse())
L
a=$($weir run "$dir/m.lua" 2>/dev/null) b=$($weir <"$dir/m.lua" 2>/dev/null) c=$($weir -e "$(cat "$dir/m.lua")" 2>/dev/null)
is "$a" "$b" "F013 by lines"
is "$a" "$c" "F013 as one chunk"

# A072, A117: curves as text, with the names of the axes
out=$($weir -e 'f = weir.frame{x = {1, 2, 3}, y = {3, 1, 2}} weir.plot(f, {x = "x", y = "y"})')
has "$out" x "A072 a plot names its x"
has "$($weir -e 'weir.plot(weir.frame{y = {3, 1, 2}})')" row "A072 a plot over rows"
has "$($weir run "$dir/m.lua" >/dev/null 2>&1; $weir -e "$(cat "$dir/m.lua") m:plot{metric = 'rmse'}" 2>&1)" epochs "A117 a plot of the history"

# Rule 10: warnings are told unless quiet; F408: verbose tells the history.
cat >"$dir/w.lua" <<'L'
f = weir.frame{a = weir.range(1, 50), b = weir.range(1, 50)}
f["k"] = 5
m = weir.deeplearning{training_frame = f, y = "a", hidden = {3}, epochs = 1, verbose = true}
print(#m.warnings)
L
has "$($weir run "$dir/w.lua" 2>&1 >/dev/null)" "constant: k" "rule 10 warnings go to standard error"
is "$($weir --quiet run "$dir/w.lua" 2>&1 | grep -c constant)" 0 "rule 10 unless quiet"
has "$($weir run "$dir/w.lua" 2>&1 >/dev/null)" "epoch 1:" "F408 the history is told"

# Ctrl-C: the first ends a training with its best, a loop at once.
cat >"$dir/t.lua" <<'L'
f = weir.frame{x = weir.range(1, 50), y = weir.range(1, 50)}
io.open(arg[1], "w"):close()
m = weir.deeplearning{training_frame = f, y = "y", hidden = {5}, epochs = 1e9, stopping_rounds = 0, regression_stop = -1}
print("kept", m.epochs > 0)
L
# pressed FILE SIGNALS CMD...: CMD, which is sent each of the signals in turn until FILE holds something, then INT.
pressed() {
    local file=$1 ask=$2
    shift 2
    rm -f "$dir/pid"
    (for _ in $(seq 1200); do
        sleep 0.1
        [ -s "$file" ] && exec kill -INT "$(cat "$dir/pid")"
        [ -z "$ask" ] || [ ! -e "$dir/begun" ] || kill -"$ask" "$(cat "$dir/pid")"
    done) &
    sh -c 'echo $$ >"$0"; exec "$@"' "$dir/pid" "$@"
    local st=$?
    wait
    return $st
}
: >"$dir/err"
pressed "$dir/err" USR1 $weir run "$dir/t.lua" "$dir/begun" >"$dir/out" 2>"$dir/err"
has "$(cat "$dir/out")" "kept	true" "Ctrl-C keeps a training's best"
pressed "$dir/loops" "" $weir -e 'local f = io.open(arg[1], "w") f:write "loops" f:close() while true do end' "$dir/loops" 2>"$dir/err"
has "$(cat "$dir/err")" interrupted "Ctrl-C ends a loop"

# F002: the module in a stock lua5.4
lua=$(command -v lua5.4)
if [ -n "$lua" ] && [ -f .libs/weir.so ] && ! grep -q fsanitize Makefile; then
    export LUA_CPATH="./.libs/?.so"
    is "$($lua -e 'print(rawequal(require "weir", require "weir"))')" true "F002 require in a stock lua5.4"
    is "$($lua "$dir/a.lua" 1)" "a.lua	1" "a stock lua5.4 runs"
    is "$($lua -e 'weir = require "weir"' "$dir/m.lua")" "$a" "F002 a stock lua5.4 gives the same model"
    has "$($lua -e 'weir = require "weir"' "$dir/e.lua" 2>&1)" "did you mean 'head'?" "and the same errors"
else
    n=$((n + 1)); echo "ok $n - F002 a stock lua5.4 # SKIP no lua5.4, no shared module, or a sanitizer"
fi
echo "1..$n"
exit $bad
