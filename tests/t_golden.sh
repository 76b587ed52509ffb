# Recorded results: that the runner sees a wrong number, and, where WEIR_GOLDEN names a directory of them,
# that they come out. WEIR_GOLDEN_CASES: which, as patterns.
n=0
failed=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export WEIR_DATA="${WEIR_DATA:-$tmp}"
run() { ./weir run "$srcdir/tests/golden.lua" "$@" >"$tmp/out" 2>&1; }

# Three predictions judged by hand: errors 0.5, 0, -1; MSE 1.25 / 3, MAE 0.5.
mkdir "$tmp/good" "$tmp/bad" "$tmp/good/csv" "$tmp/bad/csv"
printf 'p,actual\n1.5,1\n2,2\n2,3\n' | tee "$tmp/good/csv/three.csv" >"$tmp/bad/csv/three.csv"
case_of() {
    printf '{"case": "three", "kind": "metrics", "file": "csv/three.csv", "predictions": ["p"], "weights": null, "domain": null,
 "params": {"distribution": "gaussian"}, "expect": {"MSE": %s, "mae": 0.5, "nobs": 3}}' "$1"
}
case_of 0.4166666666666667 >"$tmp/good/three.json"
case_of 0.4166666666766667 | gzip >"$tmp/bad/three.json.gz"
run "$tmp/good"
st=$?
grep -q '^ok   three' "$tmp/out" && grep -q '^1 passed, 0 failed, 0 skipped' "$tmp/out" && [ $st = 0 ]
ok $? "a right case passes"
run "$tmp/bad"
st=$?
grep -q '^FAIL three: metrics.MSE: expected 0.4166666666766' "$tmp/out" && grep -q '^0 passed, 1 failed' "$tmp/out" && [ $st = 1 ]
ok $? "a number that is wrong in its tenth digit is seen, named, and makes the status 1"
printf '{"case": "g", "kind": "grid"}' >"$tmp/good/g.json"
run "$tmp/good"
grep -q '^skip g: .' "$tmp/out" && grep -q '^1 passed, 0 failed, 1 skipped' "$tmp/out"
ok $? "a kind of a later step is skipped with its reason"
# Calls of the recording client, judged by hand: arguments by name and by place, positions from 0 and from the end,
# single cells, sums over all columns, missing cells.
frame_case() {
    printf '{"case": "calls", "kind": "frame", "frames": {}, "constants": {"K": 2},
 "small_frames": {"F": {"columns": {"a": [3, 1, 2, null], "b": [10, 30, 20, 40], "g": ["x", "y", "x", "y"]}, "types": {"g": "enum"}}},
 "results": [
 {"call": "F[1, \\"a\\"]", "expect": 1}, {"call": "F[-1, 1]", "expect": 40}, {"call": "F[[\\"a\\", \\"b\\"]].sum()", "expect": %s},
 {"call": "F[\\"a\\"].sd()", "expect": ["nan"]}, {"call": "F[\\"a\\"].sd(na_rm=True)", "expect": [1.0]}, {"call": "F.isfactor()", "expect": [false, false, true]},
 {"call": "F.sort(by=[1], ascending=[False])[\\"b\\"]", "expect": {"rows": 4, "types": {"b": "int"}, "first_rows": {"b": [40, 30, 20, 10]}}},
 {"call": "F.sort(\\"b\\")[\\"b\\"]", "expect": {"rows": 4, "types": {"b": "int"}, "first_rows": {"b": [10, 20, 30, 40]}}},
 {"call": "K < F[\\"a\\"]", "expect": {"rows": 4, "types": {"C1": "int"}, "first_rows": {"C1": [1, 0, 0, 0]}}},
 {"call": "F[-2:, 0:1]", "expect": {"rows": 2, "types": {"a": "int"}, "first_rows": {"a": [2, null]}}},
 {"call": "F.group_by(by=2).sum(col=\\"b\\").get_frame()", "expect": {"rows": 2, "types": {"g": "enum", "sum_b": "int"}, "first_rows": {"g": ["x", "y"], "sum_b": [30, 70]}}},
 {"call": "F[\\"a\\"] // 2", "expect": {"rows": 4, "types": {"a": "int"}, "first_rows": {"a": [1, 0, 1, 0]}}},
 {"call": "F[[\\"a\\", \\"b\\"]].apply(lambda r: r.sum(), axis=1)", "expect": {"rows": 4, "types": {"C1": "int"}, "first_rows": {"C1": [13, 31, 22, 40]}}},
 {"call": "-F", "error": "bad operand type for unary -: H2OFrame"}, {"call": "F[\\"b\\"].match([30, 10], nomatch=0)", "expect":
  {"rows": 4, "types": {"C1": "int"}, "first_rows": {"C1": [2, 1, 0, 0]}}}]}' "$1"
}
rm "$tmp/good/g.json"
frame_case 106 >"$tmp/good/calls.json"
frame_case 105 >"$tmp/bad/calls.json"
run "$tmp/good"
grep -q '^ok   calls' "$tmp/out"
ok $? "calls with arguments by name or place, from either end, come out as counted by hand"
run "$tmp/bad"
grep -q '^FAIL calls: .*sum().*expected 105, got 106' "$tmp/out"
ok $? "a sum that is one off is seen"
run "$tmp/none"
[ $? = 2 ]
ok $? "no directory: status 2"

if [ -n "$WEIR_GOLDEN" ]; then
    run "$WEIR_GOLDEN" ${WEIR_GOLDEN_CASES:-^errors ^frame ^metrics ^parse ^dl%-act ^dl%-ae ^dl%-ckpt ^dl%-dist ^dl%-init ^dl%-miss ^dl%-opt ^dl%-pre ^dl%-stop}
    st=$?
    grep '^FAIL' "$tmp/out" | sed 's/^/# /'
    tail -n 1 "$tmp/out" | sed 's/^/# /'
    ok $st "recorded results come out"
fi
echo "1..$n"
exit $failed
