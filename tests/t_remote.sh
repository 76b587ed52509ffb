# Files that are far away, against a server on 127.0.0.1 (tests/remote_server.py).
n=0
failed=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' "$tmp/out"; failed=1; fi; }
if ! command -v python3 >/dev/null 2>&1; then echo "1..0 # SKIP no python3 for the server"; exit 0; fi
tmp=$(mktemp -d) || exit 1
mkdir "$tmp/data"
mkfifo "$tmp/in"
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION \
    AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3
awk 'BEGIN { print "id,x,name"; for (i = 1; i <= 20000; i++) printf "%d,%.3f,n%d\n", i, i / 7, i % 13 }' >"$tmp/data/a b.csv"
cp "$tmp/data/a b.csv" "$tmp/data/a.csv"
gzip -kc "$tmp/data/a.csv" >"$tmp/data/a.csv.gz"
python3 "$srcdir/tests/remote_server.py" "$tmp/data" <"$tmp/in" >"$tmp/port" &
exec 9>"$tmp/in"
trap 'exec 9>&-; rm -rf "$tmp"' EXIT
for _ in $(seq 400); do [ -s "$tmp/port" ] && break; sleep 0.3; done
at="127.0.0.1:$(cat "$tmp/port")"

# The same rows, to the last cell, as from the file itself.
cat >"$tmp/same.lua" <<'LUA'
local weir = require "weir"
weir.progress(false)
local here, there = weir.import_file(arg[1]), weir.import_file{ arg[2], remote = load("return {" .. (arg[3] or "") .. "}")() }
assert(here.nrow == there.nrow and there.nrow == 20000)
for _, name in ipairs(here:names()) do
  local a, b = here:col(name):to_list(), there:col(name):to_list()
  for i = 1, #a do assert(a[i] == b[i], name) end
end
LUA
same() { ./weir run "$tmp/same.lua" "$tmp/data/a.csv" "$@" >"$tmp/out" 2>&1; }
says() { ! same "$1" "$3" && grep -q "$2" "$tmp/out"; }

if ! same "http://$at/files/a.csv" && grep -q 'built without libcurl' "$tmp/out"; then
    ok 0 "F092 without libcurl the error says how to get it"
    echo "1..$n"
    exit 0
fi
same "http://$at/files/a.csv"
ok $? "F092 http"
same "http://$at/files/a.csv.gz"
ok $? "F092 http, packed"
same "http://$at/moved/a.csv"
ok $? "F092 redirects"
same "http://$at/broken/a.csv"
ok $? "F092 a broken transfer goes on from where it was, again and again"
same "http://$at/stubborn/a.csv"
ok $? "F092 a server that cannot go on begins anew"
same "http://$at/busy/a.csv"
ok $? "F092 a busy server is asked again"
same "file://$tmp/data/a.csv"
ok $? "F093 file://"
says "http://$at/files/none.csv" "answers 404"
ok $? "F092 a file that is not there: the status"
says "http://127.0.0.1:1/a.csv" "cannot read"
ok $? "F092 no server"
same "http://nowhere.invalid/a.csv" "http_proxy = 'http://$at'"
ok $? "F092 through a proxy that the script names"
http_proxy="http://$at" same "http://nowhere.invalid/a.csv"
ok $? "F092 through the proxy of the environment"
no_proxy=nowhere.invalid http_proxy="http://$at" says "http://nowhere.invalid/a.csv" "resolve"
ok $? "F092 but not where no_proxy says so"
key="s3_endpoint = 'http://$at', access_key = 'AK', secret_key = 'SK'"
same "s3://bucket/a.csv" "$key"
ok $? "F094 s3 with a signature"
same "s3://bucket/a b.csv" "$key, region = 'eu-north-1', session_token = 'TOK'"
ok $? "F094 s3 with a region, a token, and a blank in the name"
AWS_ACCESS_KEY_ID=AK AWS_SECRET_ACCESS_KEY=SK AWS_ENDPOINT_URL="http://$at" same "s3://bucket/a.csv"
ok $? "F094 s3 with credentials of the environment"
says "s3://bucket/a.csv" "signature does not match" "s3_endpoint = 'http://$at', access_key = 'AK', secret_key = 'wrong'"
ok $? "F094 a wrong secret: the server's words"
says "s3://bucket/a.csv" "no credentials were given" "s3_endpoint = 'http://$at'"
ok $? "F094 no credentials where some are needed"
same "s3://public/a.csv" "s3_endpoint = 'http://$at'"
ok $? "F094 a public bucket without credentials"
same "hdfs://$at/a.csv"
ok $? "F095 hdfs through WebHDFS and its redirect"
says "hdfs://$at/none.csv" "File does not exist"
ok $? "F095 a file that is not there: the server's words"
echo "1..$n"
exit $failed
