#!/bin/bash
# Plots as SVG are well-formed XML whatever stands in their titles, and hold what is drawn: read by Python's expat.
n=0 bad=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
weir=$PWD/weir
py=$(command -v python3) && "$py" -c 'import xml.parsers.expat' 2>/dev/null || {
  echo "1..0 # SKIP no python3 with expat here: nothing that reads XML"
  exit 0
}

cat >"$dir/plots.lua" <<'L'
local dir = ...
local nasty = { "<b>&amp; \"quoted\" 'single' ]]> <!-- -->", "a\0b\1c\27[31mred\127", "tab\there\nline\rreturn", "\255\254 broken \xc3 \xed\xa0\x80 \xf5\x80\x80\x80",
  "Größe ∑ 漢字 ที่นี่ हिन्दी 👩‍💻 e\u{301}", "\u{FFFE}\u{FFFF}\u{85}\u{9b}\u{2028}", "&#0; &unknown; %s %n" }
local f = weir.frame({ x = { 1, 2, 3, 4 }, y = { 4, 2, 0/0, 1 }, g = { "<a>", "b&\"", "<a>", "b&\"" } }, { names = { "x", "y", "g" } })
f["g"] = f["g"]:asfactor()
for i, s in ipairs(nasty) do
  local name = ("%s/%d"):format(dir, i)
  weir.plot{ x = { 1, 2, 3 }, y = { 3, 1, 2 }, title = s, x_label = s, y_label = s, file = name .. "a.svg" }
  weir.plot{ frame = f, x = "x", y = "y", by = "g", kind = "points", title = s, file = name .. "b.svg" }
  weir.plot{ frame = f, x = "g", kind = "bars", title = s, file = name .. "c.svg" }
end
weir.plot{ x = { 1, 2, 1, 2 }, y = { 1, 1, 2, 2 }, z = { 1, 2, 3, 4 }, kind = "heat", file = dir .. "/heat.svg" }
weir.plot{ x = { 1, 10, 100 }, y = { 1e-3, 1, 1e3 }, log = "xy", file = dir .. "/log.svg" }
weir.plot(weir.dataset("iris"), { kind = "hist", title = "<iris>", file = dir .. "/hist.svg" })
local m = weir.deeplearning{ training_frame = weir.dataset("iris"), y = "Species", hidden = { 5 }, epochs = 5, score_interval = 0 }
m:plot{ file = dir .. "/history.svg" }
m:varimp_plot{ file = dir .. "/varimp.svg" }
L
cat >"$dir/read.py" <<'P'
import re, sys, xml.etree.ElementTree as E
S = "{http://www.w3.org/2000/svg}"
files = sys.argv[1:]
for name in files:
    root = E.parse(name).getroot()
    assert root.tag == S + "svg", root.tag
    w, h = float(root.get("width")), float(root.get("height"))
    def inside(x, y):
        assert -0.01 <= x <= w + 0.01 and -0.01 <= y <= h + 0.01, (name, x, y)
    for e in root.iter():
        assert e.tag in {S + t for t in "svg g title rect polyline polygon circle text".split()}, e.tag
        if e.get("points"):
            for p in e.get("points").split():
                inside(*map(float, p.split(",")))
        if e.tag == S + "circle":
            inside(float(e.get("cx")), float(e.get("cy")))
        if e.tag == S + "text":
            inside(float(e.get("x")), float(e.get("y")))
        for k in ("fill", "stroke"):
            v = e.get(k)
            assert v is None or v == "none" or re.fullmatch("#[0-9a-f]{6}", v), v
    kinds = {e.get("class") for e in root.iter(S + "g")}
    assert "series" in kinds, (name, kinds)
texts = lambda name: "\n".join(e.text or "" for e in E.parse(name).getroot().iter(S + "text"))
d = files[0].rsplit("/", 1)[0]
assert "<b>&amp; \"quoted\" 'single' ]]> <!-- -->" in texts(d + "/1a.svg")
assert "漢字 ที่นี่ हिन्दी" in texts(d + "/5a.svg")
assert "&#0; &unknown; %s %n" in texts(d + "/7a.svg")

print(len(files))
P
$weir run "$dir/plots.lua" "$dir" >/dev/null 2>"$dir/err"; ok $? "U198 plots with odd titles are written"
cat "$dir/err" | sed 's/^/# /'
out=$("$py" "$dir/read.py" "$dir"/*.svg 2>&1); [ "$out" = 26 ]; r=$?; ok $r "U198 every SVG is XML, its parts are inside the picture, and titles come back"
[ $r = 0 ] || printf '%s\n' "$out" | sed 's/^/# /' | tail -5
LC_ALL=de_DE.UTF-8 $weir run "$dir/plots.lua" "$dir" >/dev/null 2>&1
out=$("$py" "$dir/read.py" "$dir"/*.svg 2>&1); [ "$out" = 26 ]; ok $? "U198 numbers have points in every locale"
echo "1..$n"
exit $bad
