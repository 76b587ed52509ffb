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
