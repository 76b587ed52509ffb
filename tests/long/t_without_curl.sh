# A weir without libcurl, configured, compiled and tested beside this one: files far away say how they are to be had, the
# rest is as it was.
n=0
failed=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; tail -n 30 "$tmp/build/out" | sed 's/^/# /'; failed=1; fi; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
src=$(cd "$srcdir" && pwd)
# What configures and compiles below must not take part in this make's own jobs.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKE_TERMOUT MAKE_TERMERR srcdir builddir top_srcdir top_builddir
# A program that is not installed finds its samples beside its own folder.
mkdir "$tmp/build" && ln -s "$src/samples" "$tmp/samples" && cd "$tmp/build" || exit 1
"$src/configure" --without-curl >out 2>&1
ok $? "configure --without-curl"
grep -q 'curl no' out
ok $? "configure says that there is none"
make -s -j2 weir >out 2>&1
ok $? "it compiles"
if ldd weir | grep -q libcurl; then false; else true; fi
ok $? "nothing of libcurl is linked"
for url in http://127.0.0.1/a.csv https://127.0.0.1/a.csv s3://bucket/a.csv hdfs://127.0.0.1:9870/a.csv; do
    ! ./weir -e "weir.import_file('$url')" >out 2>&1 && grep -q "'$url': this weir was built without libcurl; install libcurl and configure" out
    ok $? "${url%%:*}: the error says how to get it"
done
printf 'a,b\n1,2\n' >a.csv
[ "$(./weir -e "print(weir.import_file('file://$tmp/build/a.csv').nrow)" 2>out)" = 1 ]
ok $? "file:// needs none"
make -s -j2 check >check 2>&1
r=$?
grep -E '^(FAIL|ERROR)' check >out
ok $r "its tests pass"
echo "1..$n"
exit $failed
