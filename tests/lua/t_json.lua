-- weir.json and weir.read_file: what comes back is what went in; refusals say where.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
local json = weir.json

local v = json.decode [[ {"a": [1, 2.5, null, "x\u00e9\ud83d\ude00\n", true, [], -0.5e-3], "b": {"c": false}, "big": 12345678901234567890} ]]
tap.list({ v.a[1], math.type(v.a[1]), v.a[2], v.a[4], v.a[5], v.a[7] }, { 1, "integer", 2.5, "xé😀\n", true, -0.0005 }, "values of every kind")
tap.ok(v.a[3] == weir.null and #v.a == 7, "null keeps its place in a list")
tap.is(#v.a[6], 0, "an empty list")
tap.is(v.b.c, false, "an object in an object")
tap.is(v.big, 12345678901234567890.0, "a number beyond 64 bits is real")

tap.is(json.encode(v.a), '[1,2.5,null,"xé😀\\n",true,[],-0.0005]', "a list is written as it was read")
tap.is(json.encode{ b = 1, a = { x = weir.null } }, '{"a":{"x":null},"b":1}', "names are in byte order")
tap.is(json.encode({ a = { 1, 2 } }, { indent = 2 }), '{\n  "a": [\n    1,\n    2\n  ]\n}', "indented")
for _, x in ipairs{ 0.1, 1e-320, 1 / 3, 1e300, math.maxinteger, -7 } do
  tap.is(json.decode(json.encode(x)), x, ("%s comes back with the same bits"):format(tostring(x)))
end

for text, where in pairs{ [""] = "column 1: the text ends", ["[1 2]"] = "column 4", ['{"a":}'] = "column 6", ["[01]"] = "starts with 0",
                          ['"abc'] = "no end", ["[1]x"] = "something follows", ['"\\ud800"'] = "surrogate", ["[1.]"] = "digit",
                          ["\n{\n 1"] = "line 3, column 2", [("["):rep(1000)] = "too deeply" } do
  tap.raises(function() json.decode(text) end, where, ("%s is refused"):format(text:sub(1, 12):gsub("\n", " ")))
end
tap.raises(function() json.encode{ 0 / 0 } end, "NaN", "NaN is no JSON")
tap.raises(function() json.encode{ print } end, "function", "a function is no JSON")
local loop = {}
loop[1] = loop
tap.raises(function() json.encode(loop) end, "holds itself", "a table in itself")

local path = os.tmpname()
local frame = weir.frame{ x = { 1, 2, 3 } }
frame:export{ path = path .. ".csv" }
frame:export{ path = path .. ".csv.gz" }
tap.is(weir.read_file(path .. ".csv.gz"), weir.read_file(path .. ".csv"), "read_file unpacks gzip")
local cut = io.open(path .. ".csv.gz", "rb"):read("a")
io.open(path, "wb"):write(cut:sub(1, #cut - 9)):close()
tap.raises(function() weir.read_file(path) end, { path, "cut off" }, "a gzip file that is cut off")
tap.raises(function() weir.read_file(path .. ".none") end, "cannot open", "a file that is not there")
for _, suffix in ipairs{ "", ".csv", ".csv.gz" } do os.remove(path .. suffix) end
tap.done()
