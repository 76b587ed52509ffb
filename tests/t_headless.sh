#!/bin/bash
# Without a screen: cells, events, statuses, signals, checks before running: U225 to U229, U232 to U235.
n=0 bad=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi; }
is() { [ "$1" = "$2" ]; local r=$?; ok $r "$3"; [ $r = 0 ] || echo "# got '$1', wanted '$2'"; }
has() { case $1 in *"$2"*) ok 0 "$3" ;; *) ok 1 "$3"; echo "# got '$1'" ;; esac; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
weir=$PWD/weir
esc=$(printf '\033')

cat >"$dir/nb.lua" <<'L'
-- %% data
iris = weir.dataset("iris")
-- %% knobs {tags="parameters"}
rows, word = 2, "plain"
-- %% [markdown] a heading
This is no Lua.
-- %% a value
1 + rows
-- %% slow {tags="slow nightly"}
print("slow cell", word)
L
is "$($weir run "$dir/nb.lua")" "3
slow cell	plain" "U225 a notebook runs cell by cell, text is left out, values are printed"
is "$($weir run --skip nightly "$dir/nb.lua")" 3 "U225 --skip leaves cells with a tag out"
is "$($weir run --skip night "$dir/nb.lua" | wc -l)" 2 "U225 a tag is a whole word"
is "$($weir run --set rows=40 --set word=not-lua "$dir/nb.lua" | tr '\n' ' ')" "41 slow cell	not-lua " "U232 --set overrides after the tagged cell"
is "$(echo 'print(x, y, z)' | $weir run --set x=0x10 --set y=false --set 'z="q"' -)" "16	false	q" "U232 --set in a script without cells, from standard input"
$weir run --set 9=1 "$dir/nb.lua" 2>/dev/null; is $? 2 "U232 a name that is none"
is "$($weir -e 'print("a\n") print(weir.dataset("iris"):head(1))' | grep -c "")" 4 "a text is printed with the line ends it has, a table ends its own line"
# Bars are drawn on a terminal only, and only while progress is on.
if command -v script >/dev/null; then
  for switch in true false; do
    cat >"$dir/bars.lua" <<L
local weir = require "weir"
weir.progress($switch)
weir.deeplearning{ y = "Species", training_frame = weir.dataset("iris"), hidden = { 200, 200 }, epochs = 3000, max_runtime_secs = 2, stopping_rounds = 0, score_interval = 1 }
L
    script -qc "$weir run $dir/bars.lua" "$dir/bars.$switch" >/dev/null </dev/null
  done
  has "$(cat "$dir/bars.true")" "rows/s" "F448 weir.progress(true) draws bars"
  case $(cat "$dir/bars.false") in *rows/s*) ok 1 "F448 weir.progress(false) draws none" ;; *) ok 0 "F448 weir.progress(false) draws none" ;; esac
fi
is "$($weir -e 'print(pcall(weir.load_model, "/none") == false)' 2>&1)" true "an error that a script catches is the script's: nothing is printed"
cat >"$dir/fails.lua" <<'L'
-- %% one
print("one")
-- %% two
error("broken")
-- %% three
print("three")
L
has "$($weir run "$dir/fails.lua" 2>&1)" "cell 2, two failed; 1 after it was not run" "U042 the first cell that fails ends the run"

# Statuses.
$weir run "$dir/fails.lua" >/dev/null 2>&1; is $? 1 "U227 status 1: a cell failed"
$weir run "$dir/none.lua" 2>/dev/null; is $? 2 "U227 status 2: no such script"
$weir -e 'weir.check(false, "too bad")' 2>"$dir/err"; is $? 3 "U227 U224 status 3: weir.check failed"
has "$(cat "$dir/err")" "check failed: too bad" "U224 weir.check says what"
is "$($weir -e 'print(weir.check(7))')" 7 "U224 weir.check gives what holds"
$weir -e 'weir.import_file("/no/such.csv")' 2>/dev/null; is $? 4 "U227 status 4: data"
(ulimit -v 1900000; $weir -e 'x = ("x"):rep((1 << 31) - 100)' 2>/dev/null); is $? 5 "U227 status 5: out of memory"
(for _ in $(seq 1200); do sleep 0.1; [ -e "$dir/loops" ] && exec kill -INT "$(cat "$dir/pid")"; done) &
sh -c 'echo $$ >"$0"; exec "$@"' "$dir/pid" $weir -e 'io.open(arg[1], "w"):close() while true do end' "$dir/loops" 2>/dev/null; is $? 130 "U227 status 130: interrupted"
wait

# Events.
$weir run --json "$dir/nb.lua" >"$dir/json"; is $? 0 "U228 --json"
cat >"$dir/read.lua" <<'L'
local seen, order = {}, {}
for line in io.lines(arg[1]) do
  local e = weir.json.decode(line)
  assert(type(e.event) == "string" and e.time > 1e9, line)
  seen[e.event] = (seen[e.event] or 0) + 1
  order[#order + 1] = e
end
print(seen.begin, seen.cell, seen.cell_end, seen.value, seen.output, seen["end"], order[1].event, order[#order].event, order[#order].status)
L
is "$($weir run "$dir/read.lua" "$dir/json")" "1	4	4	1	1	1	begin	end	0" "U228 every line is one object of the schema"
cat >"$dir/train.lua" <<'L'
f = weir.dataset("iris")
m = weir.deeplearning{training_frame = f, y = "Species", hidden = {8}, epochs = 50, seed = 3, score_each_iteration = true, reproducible = true}
print(m:scoring_history().nrow)
io.write("a\0b\27[1m\255\n")
L
$weir run --json "$dir/train.lua" >"$dir/json"
cat >"$dir/count.lua" <<'L'
local scores, rows, odd = 0
for line in io.lines(arg[1]) do
  local e = weir.json.decode(line)
  if e.event == "score" then scores = scores + 1; assert(e.train.logloss > 0 and e.epochs >= 0) end
  if e.event == "output" then rows, odd = rows or tonumber(e.text), e.text end
end
print(scores > 0 and scores == rows, odd:find("\27") ~= nil)
L
is "$($weir run "$dir/count.lua" "$dir/json")" "true	true" "U228 every scoring event is told, any text is JSON"
$weir run --json "$dir/fails.lua" | grep -q '"event":"error".*"cell":2.*"line":4'; ok $? "U228 an error names cell and line"

# Pipes, logs.
out=$($weir run "$dir/train.lua" 2>&1 | tr -d '\0' | grep -v '^a' )
case $out in *"$esc"*) ok 1 "U229 no escape codes in a pipe" ;; *) ok 0 "U229 no escape codes in a pipe" ;; esac
$weir run --quiet --log-file "$dir/log" "$dir/train.lua" >/dev/null
grep -q '^20..-..-.. ..:..:.. begin: weir' "$dir/log" && grep -q 'score: .*train logloss' "$dir/log" && grep -q 'end: status 0' "$dir/log"
ok $? "U223 --log-file has what happened, with the time"
out=$(echo 'require("weir").log("said by a script")' | $weir run --log-file "$dir/said.log" - 2>&1)
is "$out" "weir: said by a script" "F447 weir.log is shown"
has "$(cat "$dir/said.log")" "said by a script" "F447 and stands in the log file"
$weir run --log-file /no/such/folder/x "$dir/train.lua" 2>/dev/null; is $? 2 "U223 a log that cannot be written"
echo 'm = weir.deeplearning{training_frame = weir.dataset("iris"), y = "Species", hidden = {4}, epochs = 2}
print(m:logloss())' >"$dir/rep.lua"
a=$($weir run --reproducible "$dir/rep.lua" 2>"$dir/seed")
seed=$(sed -n 's/^weir: seed = //p' "$dir/seed")
is "$(sed "s/epochs/seed = ${seed:-x}, epochs/" "$dir/rep.lua" | $weir run --reproducible -)" "$a" "U233 --reproducible prints the seed that gives the same model again"

# Checks before running.
cat >"$dir/bad.lua" <<'L'
-- %% one
iris = weir.dataset("iris")
x = = 3
-- %% two
m = weir.deeplearning{ y = "Species", training_frame = iris, epoch = 3, activation = "Tahn", rho = 2,
  l1 = lambda }
print(trian, "m.nothing is a field", iris.nothing)
weir.deeplaerning{}
weir.import_file("nofile.csv")
weir.init{thread = 2} iris:split({0.5}, {sed = 1, seed = 2})
L
out=$(cd "$dir" && $weir check bad.lua); is $? 3 "U227 status 3: weir check found something"
has "$out" "bad.lua:3: " "U226 check: syntax, by line of the file"
has "$out" "bad.lua:5: weir.deeplearning has no parameter 'epoch'; did you mean 'epochs'?" "U226 check: parameters"
has "$out" "rho = 2 is outside" "U226 check: ranges of values"
has "$out" 'did you mean "Tanh"' "U226 check: spellings of values"
has "$out" "bad.lua:6: nothing defines 'lambda'" "U226 check: names"
has "$out" "bad.lua:8: weir has no 'deeplaerning'; did you mean 'deeplearning'?" "U226 check: functions of weir"
has "$out" "bad.lua:9: cannot read 'nofile.csv'" "U226 check: files"
has "$out" "bad.lua:10: weir.init has no argument 'thread'; did you mean 'threads'?" "U226 check: arguments of functions"
has "$out" "bad.lua:10: iris:split has no argument 'sed'; did you mean 'seed'?" "U226 check: and of frames' methods"
is "$(printf '%s\n' "$out" | grep -c .)" 10 "U226 check: and nothing else"
cat >"$dir/good.lua" <<'L'
local ages, iris = weir.dataset("prostate"), weir.dataset("iris")
print(ages["AGE"], iris["Species"], weir.frame{ nmes = { 1 } }, iris:na_omit{ columns = { x = "Species" } })
iris:apply(function(c) return c:plot{ mine = 1 } end, { axis = 0 })
L
$weir check "$dir/good.lua" >"$dir/out"; is $? 0 "U226 check: columns of two frames at once, names of data"
# What a training would take: by a sample, against the figures of the whole file.
awk 'BEGIN { print "a,b,c,k,y"; for (i = 0; i < 300000; i++) printf "%d,%.4f,%d,7,%s\n", i % 97, (i * 37 % 1000) / 7, i % 11, i % 3 ? "no" : "yes" }' >"$dir/big.csv"
gzip -k "$dir/big.csv"
for file in big.csv big.csv.gz; do
  cat >"$dir/est.lua" <<L
-- %% data
f = weir.import_file("$dir/$file")
train, test = f:split{0.75, seed = 1}
-- %% nets
m = weir.deeplearning{ y = "y", training_frame = train, hidden = {20, 10}, epochs = 3 }
n = weir.deeplearning{ y = "y", training_frame = other, hidden = {20}, epochs = 3 }
other = nil
L
  est=$($weir check --estimate --json "$dir/est.lua"); is $? 0 "U065 check --estimate: no problem in $file"
  num() { printf '%s\n' "$est" | sed -n "s/.*\"$1\":\([0-9.e+]*\).*/\1/p"; }
  near() { awk -v a="$(num $1)" -v b="$2" -v r="$3" 'BEGIN { exit !(a >= b * (1 - r) && a <= b * (1 + r)) }'; local r=$?; ok $r "$4"; [ $r = 0 ] || echo "# got $(num $1), wanted $2"; }
  is "$(printf '%s\n' "$est" | grep -c '"event":"estimate"')" 1 "U065 of the training whose file is known"
  is "$(num line) $(num cell)" "5 2" "U065 line and cell"
  is "$(num inputs)" 3 "U065 inputs of $file: the constant column is none"
  is "$(num weights)" $((3 * 20 + 20 + 20 * 10 + 10 + 10 * 2 + 2)) "U065 weights and biases by the definition"
  near rows 225000 0.05 "U065 three quarters of the rows"
  read -r frame memory < <($weir -e "local f = weir.import_file('$dir/$file') local t = f:split{0.75, seed = 1} local e = weir.estimate{ y = 'y', training_frame = t, hidden = {20, 10}, epochs = 3 } print(f.nrow, e.memory)" | head -1)
  near memory "$memory" 0.3 "F446 memory within 30 % of what it is for the whole file"
  is "$(num seconds | awk '{ print ($1 > 0) }')" 1 "U065 a time, by a trial"
done
out=$($weir check --estimate "$dir/est.lua")
has "$out" "est.lua:5: weir.deeplearning: 3 epochs of about " "U065 and in words"
$weir check "$top_srcdir"/samples/*.lua "$top_srcdir"/samples/booklet/*.lua >"$dir/out"; is $? 0 "U226 check: the samples are clean"
has "$(cd "$dir" && $weir check --json bad.lua | head -1)" '{"event":"problem","file":"bad.lua","line":3,"cell":1,"kind":"syntax"' "U228 check --json"
printf -- '-- %%%% a\nx = 2\nx\n-- %%%% b\nx + 1\n' >"$dir/value.lua"
$weir check "$dir/value.lua" >"$dir/out"; is $? 0 "U226 check: a cell may end with an expression"
printf -- '-- %%%% a\nlocal t = {3, 4, k = {"v"}, ["two words"] = 0.5}; t.t = t\nt, {}\n' >"$dir/value.lua"
is "$($weir run "$dir/value.lua")" "$(printf '{3, 4, k = {"v"}, t = {...}, ["two words"] = 0.5}\n{}')" "U050 a table that a cell gives is shown with its members"
$weir check "$dir/none.lua" 2>/dev/null; is $? 2 "U227 check: a file that is not there"

# Signals.
cat >"$dir/long.lua" <<L
io.open("$dir/begun", "w"):close()
f = weir.frame{x = weir.range(1, 200), y = weir.range(1, 200)}
m = weir.deeplearning{training_frame = f, y = "y", hidden = {50}, epochs = 1e9, stopping_rounds = 0, regression_stop = -1}
print("went on")
L
$weir run "$dir/long.lua" >"$dir/out" 2>"$dir/err" & pid=$!
# However long it takes to begin, to be asked, and to answer: asked is again and again, from when the script runs.
begun() { for _ in $(seq 1200); do [ -e "$1" ] && return 0; kill -0 $pid 2>/dev/null || return 1; sleep 0.1; done; return 1; }
lines() { grep -c 'weir: deep learning .* %, epoch .* rows/s' "$dir/err"; }
tells() { local before; before=$(lines); for _ in $(seq 600); do kill -USR1 $pid 2>/dev/null || return 1; sleep 0.2; [ "$(lines)" -gt "$before" ] && return 0; done; return 1; }
begun "$dir/begun" && tells; ok $? "U234 USR1 prints a line about what runs"
kill -HUP $pid; tells; ok $? "U234 HUP goes on"
kill -TERM $pid; wait $pid; st=$?
is $st 143 "U234 TERM ends"
has "$(cat "$dir/err")" "the model is in " "U234 TERM keeps the model"
file=$(sed -n 's/.*the model is in //p' "$dir/err")
has "$($weir -e "print(weir.load_model(arg[1]).epochs > 0)" "$file")" true "U234 which loads"
is "$(cat "$dir/out")" "" "U234 and the script does not go on"

# Streams.
$weir -e 'm = weir.deeplearning{training_frame = weir.dataset("iris"), y = "Species", hidden = {8}, epochs = 20, seed = 1, reproducible = true}
m:save{path = arg[1]}' "$dir/iris.weir" >/dev/null
is "$($weir predict "$dir/iris.weir" - <"$top_srcdir/samples/iris.csv" | wc -l)" 151 "U235 predict reads a stream and writes one"
is "$($weir predict "$dir/iris.weir" "$top_srcdir/samples/iris.csv" | cksum)" "$($weir predict "$dir/iris.weir" - <"$top_srcdir/samples/iris.csv" | cksum)" "U235 the same from a file"
$weir predict "$dir/iris.weir" /no/such.csv >/dev/null 2>&1; is $? 4 "U227 predict: data that is not there"

# The command line.
has "$($weir --jsn 2>&1)" "did you mean '--json'?" "U211 options"
has "$($weir run --all x 2>&1)" "--all does not go with weir run" "U211 options of another command"
has "$($weir help send)" "--cell" "U213 help on a command"
out=$($weir help epoch 2>&1 >/dev/null); st=$?
is "$st $out" "2 weir: no help on 'epoch': did you mean 'epochs'?" "U211 U227 what has no help is an error that names the nearest"
out=$($weir help rnu 2>&1); has "$out" "did you mean 'run'" "U211 also a command"
has "$($weir help frame:split)" "Shares of the first parts" "U206 help on a method by its whole name"
out=$(printf 'x = 1\nfunction f(a)\n  return a.b.c\nend\n\nf({})\nerror("seven")\n' | $weir 2>&1)
is "$out" "weir: stdin:3: attempt to index a nil value (field 'b')
weir: stdin:7: seven" "U219 lines from a pipe are counted over all that came"
is "$($weir help --manual | cksum)" "$(cksum <"$top_srcdir/ui/weir.1")" "U210 the manual page is what the table says"
# What came in is said: rows, columns, text, time, speed, and the cells that were none.
printf 'a,b\n1,x\nfoo,y\n' >"$dir/t.csv"
printf 'weir.import_file("%s/t.csv", { types = { a = "numeric" } })\nprint "in"\n' "$dir" >"$dir/import.lua"
said='t.csv: 2 rows, 2 columns; 0.0 MB of text in [0-9.]* s, [0-9]* MB/s; 1 bad cells'
$weir run --quiet --log-file "$dir/import.log" "$dir/import.lua" >/dev/null 2>&1
grep -q "info: import: .*$said" "$dir/import.log"
ok $? "F090 the report of an import is in --log-file"
$weir run --json "$dir/import.lua" | grep -q "\"level\":\"info\",\"module\":\"import\",\"text\":\".*$said"
ok $? "F090 and among the events of --json"
is "$($weir run "$dir/import.lua" 2>&1)" "weir: import: $dir/t.csv, line 3, column 'a': \"foo\" is taken as missing
in" "F090 without a terminal only what is odd is said"
if command -v script >/dev/null; then
  script -qc "$weir run $dir/import.lua" /dev/null </dev/null | tr -d '\r' | grep -q "^weir: .*$said"
  ok $? "F090 at a terminal it is shown"
  script -qc "$weir run --quiet $dir/import.lua" /dev/null </dev/null | grep -q "2 rows"
  is $? 1 "F090 --quiet leaves it out"
fi
echo "1..$n"
exit $bad
