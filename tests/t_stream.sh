#!/bin/bash
# Text from a pipe, far larger than the memory that its columns need: it comes in within 1.3 times the columns and the text under
# way. STREAM_MB: how much (40); the long tier sends 10 GB (tests/long/t_stream.sh). So does a file of very many labels.
mb=${STREAM_MB:-40}
weir=./weir
[ -r /proc/self/status ] || { echo '1..0 # SKIP no /proc/self/status tells the peak of memory'; exit 0; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# About a megabyte of rows: four long labels of few kinds, numbers of one, two and four bytes.
awk 'BEGIN { srand(7); for (i = 0; i < 4000; i++) {
  for (k = 0; k < 4; k++) printf "%s-of-a-kind-that-takes-sixty-characters-in-every-row-%d,", substr("abcdefgh", 1 + int(8 * rand()), 1), int(30 * rand())
  printf "%d,%d,%d,%.3f\n", 256 * rand(), 2 * rand(), 30000 * rand(), 100000 * rand() } }' >"$dir/block"
size=$(wc -c <"$dir/block")
for k in 1 2 3 4 5 6 7 8 9 10; do cat "$dir/block"; done >"$dir/blocks"
tens=$((mb / 10)) times=$((mb / 10 * 10))
cat >"$dir/take.lua" <<'LUA'
local weir = require "weir"
weir.progress(false)
local function peak() for l in io.lines "/proc/self/status" do local kb = l:match "VmHWM:%s+(%d+)" if kb then return kb * 1024 end end end
local before = peak()
local f = weir.import_file("-", { header = false })
local r, rows, text = f:import_report(), tonumber(arg[1]), tonumber(arg[2])
local under_way = (r.threads + 1) * 2 * 4e6 -- a block's text, its cells, its columns, and the next one's text
local allowed, took = 1.3 * (f:bytes() + under_way), peak() - before
local function ok(good, n, what) print((good and "ok " or "not ok ") .. n .. " - " .. what) end
ok(f.nrow == rows and r.rows == rows and r.text_bytes == text, 1, ("F090 %d rows of %d bytes are all there"):format(f.nrow, r.text_bytes))
ok(took <= allowed, 2, ("F090 %.0f MB from a pipe took %.0f MB of memory; the frame has %.0f MB, %.0f are allowed"):format(text / 1e6, took / 1e6, f:bytes() / 1e6, allowed / 1e6))
print(("# %.1f s, %.0f MB/s, %d passes"):format(r.seconds, r.mb_per_second, r.passes))
LUA
echo 1..4
for ((i = 0; i < tens; i++)); do cat "$dir/blocks"; done | $weir run "$dir/take.lua" $((times * 4000)) $((times * size))

# Two million rows, 600,000 different labels: they look like texts of which each is different, and are none. On two threads, so that
# what is under way is the same everywhere.
awk 'BEGIN { print "label,n"; for (i = 0; i < 2000000; i++) printf "customer-%07d,%d\n", (i * 7919 + int(i / 3) * 31) % 600011 * 13, i % 100 }' >"$dir/labels.csv"
cat >"$dir/labels.lua" <<'LUA'
local weir = require "weir"
weir.progress(false)
weir.init{ nthreads = 2 }
local function peak() for l in io.lines "/proc/self/status" do local kb = l:match "VmHWM:%s+(%d+)" if kb then return kb * 1024 end end end
local before = peak()
local f = weir.import_file(arg[1])
local took, allowed = peak() - before, 1.3 * (f:bytes() + f:import_report().bytes) + 16e6
local function ok(good, n, what) print((good and "ok " or "not ok ") .. n .. " - " .. what) end
local labels = f.label:nlevels()
ok(f.nrow == 2000000 and labels == 600011, 3, ("F090 %d labels are levels"):format(labels))
ok(took <= allowed, 4, ("F090 their file of %.0f MB and columns of %.0f MB took %.0f MB, %.0f are allowed"):format(f:import_report().bytes / 1e6, f:bytes() / 1e6, took / 1e6, allowed / 1e6))
LUA
$weir run "$dir/labels.lua" "$dir/labels.csv"
