-- Frames in Lua: rows A030, A033, A034, A050 to A058, A060, A061, A064, A073; rules 6 to 8.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
local samples = (os.getenv("srcdir") or here .. "/../..") .. "/samples"

-- A033: columns by name, rows, names, types, missing cells
local f = weir.frame({ x = { 1, 2.5, 3, 4 }, c = { "b", "a", "b", nil } }, { names = { "x", "c" } })
tap.list(f:names(), { "x", "c" }, "A033 columns by name in the order given")
tap.is(#f, 4, "A053 # is rows")
tap.is(f.nrow .. " " .. f.ncol, "4 2", "A053 nrow and ncol")
tap.is(f:types().x .. " " .. f:types().c, "numeric enum", "A054 types")
tap.list(f:columns_by_type("categorical"), { 2 }, "A054 columns by type, from 1")
local rows = weir.frame({ { 1, "u" }, { 2, "v" } })
tap.list(rows:names(), { "C1", "C2" }, "A033 a list of rows has names C1, C2")
tap.is(rows:cell(2, "C2"), "v", "A055 cell by row and column")
tap.is(rows:cell(2, 1), 2, "A055 cell by position")
tap.is(weir.frame({ s = { "p", "q" } }, { types = { s = "string" } }):types().s, "string", "A033 types")

-- A034
local t = f:to_table()
tap.list(t.x, { 1, 2.5, 3, 4 }, "A034 to_table has numbers")
tap.is(t.c[4], weir.null, "A034 a missing cell is weir.null")
tap.list(f["x"]:to_list(), { 1, 2.5, 3, 4 }, "A034 to_list")
tap.raises(function() f:to_list() end, "one column", "A034 to_list of two columns is refused")

-- A055, rules 6 and 7
tap.list(f[{ "c", "x" }]:names(), { "c", "x" }, "A055 columns by names")
tap.list(f[{ 2 }]:names(), { "c" }, "A055 columns by positions from 1")
tap.list(f[1]:to_list(), { 1, 2.5, 3, 4 }, "A055 one column by position")
tap.list(f:rows(2, 3)["x"]:to_list(), { 2.5, 3 }, "A055 rows from to")
tap.list(f:where(f.x:gt(1) & f.x:le(3)).x:to_list(), { 2.5, 3 }, "A055 rows by a mask")
tap.list(weir.frame({ head = { 7 } }):col("head"):to_list(), { 7 }, "rule 7 a column called like a method")

-- A056, A057
local g = f[{ "x", "c" }]
g["y"] = g.x * 2
tap.list(g.y:to_list(), { 2, 5, 6, 8 }, "A056 a new column")
g["x"] = g.x + 1
tap.list(g.x:to_list(), { 2, 3.5, 4, 5 }, "A056 a replaced column")
tap.list(f.x:to_list(), { 1, 2.5, 3, 4 }, "A056 the frame it came from stays")
g["z"] = 3
tap.list(g.z:to_list(), { 3, 3, 3, 3 }, "A056 a number fills the column")
tap.list(g:drop("y"):names(), { "x", "c", "z" }, "A057 drop")
local popped = g:pop("y")
tap.list(popped:to_list(), { 2, 5, 6, 8 }, "A057 pop gives the column")
tap.list(g:names(), { "x", "c", "z" }, "A057 pop takes it out")

-- Rule 8
local a = weir.frame({ a = { 1, -2, 7 } })
tap.list((a + 1):to_list(), { 2, -1, 8 }, "rule 8 +")
tap.list((10 - a):to_list(), { 9, 12, 3 }, "rule 8 - with the number first")
tap.list((a * a):to_list(), { 1, 4, 49 }, "rule 8 * of frames")
tap.list((a / 2):to_list(), { 0.5, -1, 3.5 }, "rule 8 /")
tap.list((2 / a):to_list(), { 2, -1, 2 / 7 }, "rule 8 / with the number first")
tap.list((a ^ 2):to_list(), { 1, 4, 49 }, "rule 8 ^")
tap.list((a % 3):to_list(), { 1, 1, 1 }, "rule 8 % has the divisor's sign")
tap.list((-a):to_list(), { -1, 2, -7 }, "rule 8 unary minus")
tap.list(a:gt(0):to_list(), { 1, 0, 1 }, "rule 8 gt")
tap.list((a:gt(0) & a:lt(5)):to_list(), { 1, 0, 0 }, "rule 8 &")
tap.list((a:lt(0) | a:gt(5)):to_list(), { 0, 1, 1 }, "rule 8 |")
tap.list((~a:gt(0)):to_list(), { 0, 1, 0 }, "rule 8 ~")
tap.list(f.c:eq("b"):to_list(), { 1, 0, 1, weir.null }, "rule 8 eq of labels keeps what is missing")

-- A051, A052, A058, A060, A064
tap.list(f:head(2).x:to_list(), { 1, 2.5 }, "A051 head")
tap.list(f:tail(1).x:to_list(), { 4 }, "A051 tail")
tap.list(f:rename({ x = "u" }):names(), { "u", "c" }, "A052 rename")
tap.list(f:set_names({ "p", "q" }):names(), { "p", "q" }, "A052 set_names")
tap.list(f.c:levels(), { "a", "b" }, "A060 levels are sorted")
tap.is(f.c:nlevels(), 2, "A060 nlevels")
tap.list(f.c:relevel("b"):levels(), { "b", "a" }, "A060 relevel")
tap.list(f.x:asfactor():levels(), { "1", "2.5", "3", "4" }, "A058 asfactor")
tap.list(f.x:asfactor():asnumeric():to_list(), { 1, 2.5, 3, 4 }, "A058 a factor of numbers goes back")
tap.is(f.c:ascharacter():types().c, "string", "A058 ascharacter")
tap.is(f:cbind(weir.frame({ w = { 1, 2, 3, 4 } })).ncol, 3, "A064 cbind")
tap.is(#f:rbind(f), 8, "A064 rbind")

-- A030, A050
local iris = weir.import_file(samples .. "/iris.csv")
tap.is(iris.nrow .. " " .. iris.ncol, "150 5", "A030 import")
tap.is(weir.import_file({ samples .. "/iris.csv", header = true }).nrow, 150, "A030 named arguments")
local d = iris:describe()
tap.is(d.nrow, 5, "A050 describe has a row per column")
local sum = 0
for _, x in ipairs(iris[1]:to_list()) do sum = sum + x end
tap.near(iris[1]:mean(), sum / 150, 1e-12, "A050 the mean is the mean")
tap.ok(tostring(iris):find("%[150 rows x 5 columns%]"), "a print says how much there is")

tap.ok(not tostring(weir.frame({ s = { "a\27[2Jb\nc\194\155d" } })):find("[\27\194]"), "a print moves no cursor")

-- A061
local p, q, r = iris:split({ 0.5, 0.25, seed = 3 })
tap.is(p.nrow + q.nrow + r.nrow, 150, "A061 the parts of a split have all rows")
tap.is(iris:split({ 0.5, seed = 3 }).nrow, iris:split({ 0.5, seed = 3 }).nrow, "A061 a seed decides")

-- A073
tap.list(weir.range(2, 5), { 2, 3, 4, 5 }, "A073 range")
tap.is(#weir.seq(1e-6, 1e-3, 1e-6), 1000, "A073 seq has its end")
tap.list(weir.setdiff({ "a", "b", "c" }, "b"), { "a", "c" }, "A073 setdiff")
local s = weir.sample(10, 10, 4)
table.sort(s)
tap.list(s, weir.range(1, 10), "A073 sample is a permutation")
do -- A073: what a function makes, with dice
  local function made() return weir.sample{ 50, seed = 3, function(dice) return dice(2, 4) end } end
  local list, seen = made(), {}
  for _, v in ipairs(list) do seen[v] = true end
  tap.ok(#list == 50 and seen[2] and seen[3] and seen[4] and not seen[1] and not seen[5], "A073 sample calls a function with dice")
  tap.list(made(), list, "A073 sample repeats itself by its seed")
  for call, want in pairs{ ["weir.range(1, {})"] = "range: to must be a number, not a table", ["weir.seq(1, 0, 1)"] = "seq: by must be a number that leads",
                           ["weir.sample{ 5 }"] = "needs a function", ["weir.sample(3, 4)"] = "sample: k must be a whole number up to n, not 4" } do
    local good, message = pcall(load(call, "=t", "t", { weir = weir }))
    tap.ok(not good and tostring(message):find(want, 1, true), "A073 " .. call .. " says what is wrong")
  end
end
local common = { a = 1, b = 2 }
local merged = weir.merge(common, { b = 3 })
tap.is(common.b .. " " .. merged.a .. " " .. merged.b, "2 1 3", "rule 13 merge leaves its arguments")
tap.raises(function() weir.plot(iris[{ 1, 2 }], { colour = 1 }) end, "'colour'", "A072 an unknown option of plot")
tap.raises(function() weir.plot(iris[1], { kind = "pie" }) end, "pie", "A072 a kind of plot that is none")

-- A035, A036, F440: what is exported comes back equal
do
  local path = os.tmpname()
  local odd = weir.frame({ n = { 0.1, 1e-300, -5, 123456789.125 }, s = { "plain", 'a "b", c', " sides ", "line\nbreak" },
    f = { "x", nil, "y", "x" } }, { types = { s = "string" }, names = { "n", "s", "f" } })
  tap.raises(function() odd:export(path) end, { "already", "force" }, "A035 a file that is there stays")
  tap.is(odd:export({ path, force = true }), path, "A035 gives the path")
  local back = weir.import_file({ path, types = { s = "string" } })
  tap.list(back.n:to_list(), odd.n:to_list(), "F440 numbers come back bit by bit")
  tap.list(back.f:to_list(), odd.f:to_list(), "F440 factors and holes come back")
  tap.is(back:cell(1, "s") .. back:cell(2, "s"), odd:cell(1, "s") .. odd:cell(2, "s"), "F440 quotes come back")
  iris:export({ path .. ".gz" })
  local again = weir.import_file(path .. ".gz")
  tap.is(again.nrow .. again[5]:levels()[3], "150" .. iris[5]:levels()[3], "A035 gzip")
  local size = assert(io.open(path .. ".gz", "rb"))
  tap.is(size:read(2), "\31\139", "A035 is gzip")
  size:close()
  tap.raises(function() iris:export("/no/such/folder/a.csv") end, "/no/such/folder/a.csv", "A035 a folder that is not there")
  tap.raises(function() iris:export({ path, force = true, sep = ",," }) end, "sep", "A035 a separator of two")
  tap.is(io.open(path .. ".part"), nil, "A035 leaves nothing beside it")
  os.remove(path)
  os.remove(path .. ".gz")
end

-- A063, A066, A070, A071
do
  local h = weir.frame({ x = { 1, nil, 3, 8 }, c = { "a", "b", nil, "a" } }, { names = { "x", "c" } })
  tap.list(h:na_omit().x:to_list(), { 1, 8 }, "A066 na_omit")
  tap.list(h:impute().x:to_list(), { 1, 4, 3, 8 }, "A066 impute by the mean")
  tap.list(h:impute({ column = "x", method = "median" }).x:to_list(), { 1, 3, 3, 8 }, "A066 impute by the median")
  tap.list(h:fillna(0).x:to_list(), { 1, 0, 3, 8 }, "A066 fillna")
  tap.is(h:impute():types().c, "enum", "A066 factors stay")
  tap.raises(function() h:impute({ column = "c" }) end, "'c'", "A066 a factor asked for is refused")
  tap.raises(function() h:impute({ colum = "x" }) end, "'colum'", "rule 14 of methods written in Lua")
  local z = weir.frame({ a = { 1, 2, 3 } }):scale()
  tap.list(z.a:to_list(), { -1, 0, 1 }, "A071 scale")
  tap.list(weir.frame({ a = { 1, 2, 3 } }):scale({ scale = false, center = true }).a:to_list(), { -1, 0, 1 }, "A071 centre only")
  tap.list(iris:head(5):kfold_column({ n = 2, how = "modulo" }):to_list(), { 0, 1, 0, 1, 0 }, "A063 modulo folds")
  local folds = iris:kfold_column({ n = 4, seed = 1 })
  tap.ok(folds:min() == 0 and folds:max() == 3, "A063 random folds")
  local c = weir.frame({ a = { 1, 2, 3, 4 }, b = { 2, 4, 6, 8 }, d = { 4, 3, 2, 1 } }):cor()
  tap.near(c:cell(1, "b"), 1, 1e-12, "A070 correlation 1")
  tap.near(c:cell(1, "d"), -1, 1e-12, "A070 correlation -1")
end

-- A037, F440: frames in files of their own; A035: exports in parts
do
  local path = os.tmpname()
  local odd = weir.frame({ n = { 0.1, weir.null, -5 }, s = { "", 'a "b"', weir.null }, f = { "x", weir.null, "y" } },
    { types = { s = "string" }, names = { "n", "s", "f" } })
  tap.raises(function() odd:save(path) end, { "already", "force" }, "A037 a file that is there stays")
  tap.is(odd:save{ path, force = true }, path, "A037 save gives the path")
  local back = weir.load_frame(path)
  for _, name in ipairs(odd:names()) do tap.list(back[name]:to_list(), odd[name]:to_list(), "A037 load_frame gives column " .. name) end
  tap.is(weir.json.encode(back:types()), weir.json.encode(odd:types()), "A037 types come back")
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("a")
  file:close()
  file = assert(io.open(path, "wb"))
  file:write(bytes:sub(1, 60), string.char(bytes:byte(61) ~ 4), bytes:sub(62))
  file:close()
  tap.raises(function() weir.load_frame(path) end, { path, "damaged" }, "A037 a flipped bit is refused")
  os.remove(path)
  tap.raises(function() weir.load_frame(path) end, path, "A037 a file that is not there")
  iris:export{ path, parts = 4, gzip = true }
  local rows = 0
  for k = 1, 4 do
    local part = weir.import_file(("%s/part-%05d.csv.gz"):format(path, k))
    rows = rows + part.nrow
    os.remove(("%s/part-%05d.csv.gz"):format(path, k))
  end
  tap.is(rows, 150, "A035 the parts have all rows")
  os.remove(path)
  odd:export{ path, quote = "all", na = "?" }
  tap.is(assert(io.open(path)):read("a"), '"n","s","f"\n0.1,"","x"\n?,"a ""b""",?\n-5,?,"y"\n', "A035 quotes everywhere, a mark for what is missing")
  os.remove(path)
end
do -- large frames, whose verbs are jobs
  local big = weir.create_frame{ rows = 300000, cols = 3, categorical_fraction = 0, binary_fraction = 0, integer_fraction = 1, missing_fraction = 0, seed = 1 }
  local name = big:names()[2]
  big[name] = big[name]:asfactor()
  tap.is(big:types()[name], "enum", "F098 a column of a large frame is replaced in place")
  local column = big:pop(name)
  tap.ok(column:nlevels() > 1 and big.ncol == 2 and column.nrow == 300000, "F098 and taken out of it")
end
tap.done()
