#!/bin/bash
# U231: data and models from the shell: weir import, models, plot, predict.
n=0 bad=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi; }
is() { [ "$1" = "$2" ]; local r=$?; ok $r "$3"; [ $r = 0 ] || echo "# got '$1', wanted '$2'"; }
has() { case $1 in *"$2"*) ok 0 "$3" ;; *) ok 1 "$3"; echo "# got '$1'" ;; esac; }
lacks() { case $1 in *"$2"*) ok 1 "$3"; echo "# got '$1'" ;; *) ok 0 "$3" ;; esac; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
weir=$PWD/weir esc=$(printf '\033')
samples=$(cd "$top_srcdir/samples" && pwd)
export LC_ALL=C.UTF-8
cd "$dir" || exit 1

# import: figures that awk counts by itself
printf 'n;word;empty\n1;a;\n2;b;\n;a;\n10;;\n' >odd.csv
out=$($weir import "$samples/iris.csv" odd.csv)
has "$out" "iris.csv: 150 rows, 5 columns, csv, separator \",\", first line holds the names" "U231 import: what the file is"
mean=$(awk -F, 'NR > 1 { s += $1 } END { printf "%.6g", s / (NR - 1) }' "$samples/iris.csv")
has "$(echo "$out" | grep '^Sepal.Length')" " $mean " "U231 import: the mean of a column"
has "$out" 'odd.csv: 4 rows, 3 columns, csv, separator ";"' "U231 import: each file"
is "$(echo "$out" | awk '$1 == "n" { print $3, $5, $7 }')" "1 1 10" "U231 import: missing, least and most"
is "$(echo "$out" | awk '$1 == "word" { print $2, $3, $5 }')" "enum 1 2" "U231 import: levels"
is "$($weir import - <odd.csv | tail -n +2)" "$($weir import odd.csv | tail -n +2)" "U231 import: standard input"
is "$($weir import --json "$samples/iris.csv" odd.csv | python3 -c '
import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print(d["rows"], d["cols"], d["sep"], d["columns"][0]["name"], d["columns"][0]["missing"], end=" ")')" "150 5 , Sepal.Length 0 4 3 ; n 1 " "U231 import --json: an object a file"
out=$($weir import nosuch.csv odd.csv 2>err); is $? 4 "U227 import: a file that is not there"
has "$out" "odd.csv: 4 rows" "U231 import: the others are read"
is "$(cat err)" "weir: there is no file 'nosuch.csv'" "U231 import: says which one"
$weir import 2>/dev/null; is $? 2 "U227 import without a file"

# models
is "$($weir models)" "no model in this folder; m:save() writes one" "U231 models: none"
$weir run --quiet - <<L
local f = weir.import_file("$samples/prostate.csv")
f.CAPSULE = f.CAPSULE:asfactor()
local a, b = f:split{ 0.7, seed = 1 }
local m = weir.deeplearning{ y = "CAPSULE", x = { "AGE", "PSA", "GLEASON" }, training_frame = a, validation_frame = b, hidden = { 5 }, epochs = 20, seed = 1, reproducible = true,
  score_interval = 0, score_training_samples = 0, stopping_rounds = 0 }
m:save("two.weir")
weir.deeplearning{ y = "PSA", training_frame = a, hidden = { 5 }, epochs = 5, seed = 1, reproducible = true }:save("real.weir")
os.execute("mkdir -p .weir/nb.lua/models")
m:save(".weir/nb.lua/models/kept.weir")
a:save("frame.weir")
print(m:error{ valid = true })
io.open("err.txt", "w"):write(("%.6g"):format(m:error{ valid = true }))
L
out=$($weir models)
has "$(echo "$out" | grep '^two.weir')" "deeplearning  CAPSULE   valid error $(cat err.txt)" "U231 models: what, for what, how well"
has "$(echo "$out" | grep '^real.weir')" "train rmse" "U231 models: a number is judged by rmse"
has "$out" ".weir/nb.lua/models/kept.weir" "U231 models: those that sessions have kept"
has "$(echo "$out" | grep '^frame.weir')" "no model" "U231 models: a frame is none"
has "$out" "$(date +%Y-)" "U231 models: the date"
is "$($weir models --json two.weir | python3 -c 'import json, os, sys; d = json.loads(sys.stdin.read()); print(d["response"], d["set"], d["metric"], d["bytes"] == os.stat("two.weir").st_size)')" "CAPSULE valid error True" "U231 models --json"
$weir models /nosuch 2>/dev/null; is $? 4 "U227 models: a folder that is not there"

# plot
out=$($weir plot --model two.weir --metric err)
has "$out" "error" "U231 plot: the metric's name"
has "$out" "valid" "U231 plot: both sets"
has "$out" "┤" "U231 plot: an axis"
lacks "$out" "$esc" "U229 no escape codes in a pipe"
is "$(LC_ALL=C $weir plot two.weir --metric err | LC_ALL=C grep -c '[^ -~]')" 0 "U231 plot: ASCII where the locale has no more"
is "$($weir plot --json two.weir --metric err | python3 -c '
import json, sys
d = json.loads(sys.stdin.read())
print(d["metric"], [s["name"] for s in d["series"]], all(len(s["y"]) == len(d["epochs"]) for s in d["series"]), min(d["series"][1]["y"]) == float(open("err.txt").read()) or len(d["epochs"]) > 1)')" "error ['train', 'valid'] True True" "U231 plot --json: the points"
for metric in "" logloss roc pr varimp; do
  is "$($weir plot two.weir ${metric:+--metric $metric} --save "p$metric.svg")" "p$metric.svg" "U231 plot --save, ${metric:-what it was trained by}"
  has "$(cat "p$metric.svg")" "<svg" "U231 it is a picture"
done
has "$($weir plot two.weir --metric varimp)" "GLEASON" "U231 plot: importances"
has "$($weir plot two.weir --metric nosuch 2>&1)" "it has mse, rmse" "U231 plot: a metric that it has not"
$weir plot two.weir --metric nosuch 2>/dev/null; is $? 2 "U227 plot: a metric that it has not"
$weir plot real.weir --metric roc 2>/dev/null; is $? 2 "U227 plot: a curve of numbers"
$weir plot 2>/dev/null; is $? 2 "U227 plot without a model"
$weir plot odd.csv 2>/dev/null; is $? 4 "U227 plot: no model"

# predict
is "$($weir predict --json two.weir "$samples/prostate.csv" | python3 -c '
import json, sys
rows = [json.loads(l) for l in sys.stdin]
print(len(rows), all(abs(r["0"] + r["1"] - 1) < 1e-6 and r["predict"] in "01" for r in rows))')" "380 True" "U231 predict --json: an object a row"
is "$($weir predict --json two.weir "$samples/prostate.csv" | head -1 | python3 -c 'import json, sys; print(json.loads(sys.stdin.read())["predict"])')" "$($weir predict two.weir "$samples/prostate.csv" | sed -n '2s/"\{0,1\}\([01]\).*/\1/p')" "U231 the same as CSV"
echo "1..$n"
exit $bad
