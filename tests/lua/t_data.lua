-- Data as the booklet uses it: F012 compressed columns, F091 gzip, F096 folders and patterns, F108 results in the language, F120 MNIST,
-- F445 import options, percentiles; and Debian's dataset-fashion-mnist when it is installed.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)
local data = os.getenv("WEIR_DATA")
local folder = os.tmpname()
os.remove(folder)
os.execute("mkdir '" .. folder .. "'")

local function write(name, text)
  local f = assert(io.open(folder .. "/" .. name, "w"))
  f:write(text)
  f:close()
  return folder .. "/" .. name
end
-- Names, types and every cell.
local function same(a, b)
  if a.nrow ~= b.nrow or a.ncol ~= b.ncol then return false end
  local x, y = a:to_table(), b:to_table()
  for name, column in pairs(x) do
    if a:types()[name] ~= b:types()[name] or not y[name] then return false end
    for i = 1, #column do if column[i] ~= y[name][i] then return false end end
  end
  return true
end
local function shell(command)
  local p = assert(io.popen(command))
  local text = p:read("a")
  p:close()
  return text
end

-- F096: three parts are the whole.
local header, rows = "id,x,kind,when\n", {}
for i = 1, 3000 do rows[i] = ("%d,%.4f,%s,2014-%02d-%02d\n"):format(i, i * 0.37 % 11, ({ "a", "b", "c" })[i * i % 3 + 1], i % 12 + 1, i % 28 + 1) end
local whole = weir.import_file(write("whole.txt", header .. table.concat(rows)))
os.execute("mkdir '" .. folder .. "/parts'")
for k = 0, 2 do write(("parts/part-%d.csv"):format(k), header .. table.concat(rows, "", k * 1000 + 1, k * 1000 + 1000)) end
tap.ok(same(weir.import_file(folder .. "/parts"), whole), "F096 a folder of three parts is the whole file, row for row")
tap.ok(same(weir.import_file(folder .. "/parts/part-*.csv"), whole), "F096 so is a pattern of names")
write("parts/notes.md", "no table\n")
tap.ok(same(weir.import_file{ folder .. "/parts", pattern = "part-[0-9]\\.csv" }, whole), "F096 F445 pattern chooses among a folder's files")
tap.is(weir.import_file(folder .. "/parts/part-[02].csv").nrow, 2000, "F096 two of the three")
tap.raises(function() weir.import_file(folder .. "/parts/none-*.csv") end, "none-*.csv", "F096 a pattern that nothing matches is named")
write("parts/part-3.csv", "id,x\n1,2\n")
tap.raises(function() weir.import_file(folder .. "/parts/part-*.csv") end, "part-3.csv", "F096 a part of other columns is named")

-- F091: packed is the same; nothing is put down on the way.
os.execute("gzip -k '" .. folder .. "/whole.txt' && mkdir '" .. folder .. "/tmp'")
tap.ok(same(weir.import_file(folder .. "/whole.txt.gz"), whole), "F091 a gzip file is the file itself")
local before = shell("ls -A '" .. folder .. "'")
local got = shell(("TMPDIR='%s/tmp' ./weir -e 'weir.progress(false) print(weir.import_file(\"%s/whole.txt.gz\").nrow)'"):format(folder, folder))
tap.is(got .. shell("ls -A '" .. folder .. "/tmp'") .. shell("ls -A '" .. folder .. "'"), "3000\n" .. before, "F091 no temporary file")

-- F445: what is said is done.
local f = weir.import_file{ write("odd.txt", "# made by hand\n7;'a;b';-;x\n8;'c\\'d';9;y\n"), sep = ";", header = false, quote = "'", escape = "\\",
  na = { "-" }, comment = "#", names = { "n", "s", "m", "f" }, types = { s = "string", f = "factor" }, skip = { "m" } }
tap.list(f:names(), { "n", "s", "f" }, "F445 names are given, a column is skipped")
tap.list(f:col("s"):to_list(), { "a;b", "c'd" }, "F445 quotes and escapes of one's own")
tap.is(f:types().f .. " " .. f:types().s, "enum string", "F445 types by name")
tap.is(weir.import_file{ folder .. "/odd.txt", sep = ";", comment = "#", header = false, quote = "'", escape = "\\", na = { "-" } }[3]:nacnt(), 1,
  "F445 na strings are missing")

-- F091, F096: packed parts are read side by side, in their order.
os.execute(("mkdir '%s/packed' && gzip -c '%s/parts/part-0.csv' >'%s/packed/a.gz' && gzip -c '%s/parts/part-1.csv' >'%s/packed/b.gz' && gzip -c '%s/parts/part-2.csv' >'%s/packed/c.gz'"):gsub("%%s", folder))
do
  local f = weir.import_file(folder .. "/packed")
  local r = f:import_report()
  tap.ok(same(f, whole), "F091 F096 a folder of three gzip files is the whole file, row for row")
  tap.is(("%d %d"):format(r.files, r.rows), "3 3000", "F096 the report counts files and rows")
  tap.is(r.files_at_once, math.min(3, r.threads), "F091 F096 the report says how many were read at once")
  tap.is(whole:import_report().files_at_once, 1, "F091 a single file is read alone")
  tap.ok(same(weir.import_file{ { folder .. "/packed/a.gz", folder .. "/parts/part-1.csv", folder .. "/packed/c.gz" } }, whole), "F096 packed and plain parts in a list")
  local cut = shell("head -c 2000 '" .. folder .. "/packed/b.gz'")
  write("packed/b.gz", cut)
  tap.raises(function() weir.import_file(folder .. "/packed") end, { "b.gz", "cut off after 2000 bytes" }, "F091 a part that is cut off is named")
end

-- F445: what stands for missing, column by column.
do
  local path = write("marks.csv", "n,s,m,d\n1,x,-,2020-01-01\n-9,none,5,-\n3,NA,-9,2021-02-03\n")
  local function read(na, more) return weir.import_file(weir.merge({ path, na = na }, more)) end
  local function seen(f)
    local t = {}
    for i, name in ipairs(f:names()) do t[i] = ("%s %s %d"):format(name, f:types()[name], f[i]:nacnt()) end
    return t
  end
  local by_name = { s = "none", m = { "-", "-9" }, d = "-" }
  tap.list(seen(read(by_name)), { "n numeric 0", "s enum 1", "m numeric 2", "d time 1" }, "F445 na by the names of columns")
  tap.list(read(by_name):col("s"):to_list(), { "x", weir.null, "NA" }, "F445 a column with marks of its own has no others")
  tap.list(seen(read{ { "-9" }, false, { "-" } }), { "n numeric 1", "s enum 1", "m numeric 1", "d enum 0" }, "F445 na as a list of lists, false = as usual")
  tap.list(seen(weir.import_file{ path, na_strings = by_name }), seen(read(by_name)), "F445 na_strings is the same")
  tap.list(seen(read(-9)), { "n numeric 1", "s enum 0", "m enum 1", "d enum 0" }, "F445 na may be a number")
  tap.list(seen(read{ "-9", "-", "NA" }), { "n numeric 1", "s enum 1", "m numeric 2", "d time 1" }, "F445 one list for all columns")
  tap.list(seen(read(by_name, { names = { "s", "q", "m", "d" } })), { "s numeric 0", "q enum 1", "m numeric 2", "d time 1" }, "F445 names that are given count")
  tap.list(seen(read(by_name, { skip = { "n" }, types = { "string", "string", "string", "time" } })), { "s string 1", "m string 2", "d time 1" },
    "F445 types by position count the columns of the file, also those left out")
  tap.list(seen(read(nil, { types = { n = "string", m = "string" }, skip = { 1 } })), { "s enum 1", "m string 0", "d enum 0" },
    "F445 a type for a column that is left out does no harm")
  tap.list(seen(read(by_name, { compat = "h2o" })), { "n numeric 0", "s string 1", "m numeric 0", "d time 0" },
    "F445 compat: marks of columns are compared with texts only, where H2O's numbers begin with a sign")
  tap.raises(function() read{ zz = "x" } end, { "na", "'zz'", "marks.csv" }, "F445 marks of a column that is not there")
  tap.raises(function() read{ {}, {}, {}, {}, {} } end, { "na", "5 columns", "has 4" }, "F445 marks of too many columns")
  tap.raises(function() read{ true } end, { "na", "bool" }, "F445 a mark that is no text")
  tap.raises(function() read(nil, { skip = { 0 } }) end, { "skip", "no column 0", "1 to 4" }, "F445 columns are counted from one")
  tap.raises(function() read(nil, { skip = { "zz" } }) end, { "skip", "'zz'" }, "F445 a column to skip that is not there")
  tap.raises(function() read(nil, { skip = { "n", "s", "m", "d" } }) end, { "skip", "no column" }, "F445 no column left")
end

-- F445: what a file is meant to be helps to say what is wrong with it.
do
  local e = tap.raises(function() weir.import_file(write("remark.csv", "# made by hand\na,b\n1,2\n")) end, { "remark.csv", "2 cells" }, "F445 a remark before the names")
  tap.ok(e.hint:find('comment = "#"', 1, true), "F445 the error says how remarks are left out")
  tap.is(weir.import_file{ folder .. "/remark.csv", comment = "#" }.nrow, 1, "F445 and so they are")
  tap.raises(function() weir.import_file(write("bad.svm", "1 1:2 3:x\n0 2:1\n")) end, { "bad.svm", "line 1", "3:x" },
    "F445 a damaged SVMLight file is told as one, not read as a table")
end

-- F445: UUIDs are texts, forth and back.
do
  local cells = {}
  for i = 0, 29 do cells[i + 1] = ("%08x-0000-4000-8000-%012X,%d\n"):format(i % 25 * 99991, i % 25, i) end
  local path = write("uuid.csv", "key,n\n" .. table.concat(cells) .. ",30\n")
  local as = weir.import_file(path)
  tap.is(as:types().key, "string", "F445 UUIDs that come again are texts all the same")
  tap.is(weir.guess_file(path).types[1], "uuid", "F445 a guess knows them")
  for _, type in ipairs{ "uuid", "string", "enum" } do
    local f = weir.import_file{ path, types = { key = type } }
    tap.is(("%s %d %d"):format(f:types().key, f.key:nacnt(), f:import_report().bad_cells), (type == "enum" and "enum" or "string") .. " 1 0", "F445 UUIDs read as " .. type)
    tap.list(f.key:ascharacter():to_list(), as.key:to_list(), "F445 UUIDs read as " .. type .. " are the same texts")
  end
  local levels = as.key:asfactor()
  tap.is(levels:nlevels(), 25, "F445 UUIDs made levels")
  tap.list(levels:ascharacter():asfactor():ascharacter():to_list(), as.key:to_list(), "F445 and texts again")
  local some = write("some.csv", "key,n\n" .. table.concat(cells, "", 1, 5) .. "nonsense,6\n")
  local f = weir.import_file{ some, types = { key = "uuid" } }
  tap.is(("%d "):format(f.key:nacnt()) .. f:import_report().bad[1].text, "1 nonsense", "F445 what is no UUID where one was promised is missing and told")
end

-- Percentiles against their definition (7 of Hyndman and Fan): order the values, go to (n - 1) p, between neighbours in proportion.
local function percentile(list, p)
  local x = {}
  for _, v in ipairs(list) do if v ~= weir.null then x[#x + 1] = v end end
  table.sort(x)
  local at = (#x - 1) * p
  local low = math.floor(at)
  return x[low + 1] + (at - low) * ((x[low + 2] or x[low + 1]) - x[low + 1])
end
local holes = {}
for i = 1, 30011 do holes[i] = i % 7 == 3 and weir.null or (i * 7919 % 10007) / 8 - 300 end
local numbers = weir.frame({ a = { 5, 5, 5, 5, 1 }, b = { 3, 1, weir.null, 2, 10 } }, { names = { "a", "b" } })
local large = weir.frame{ x = holes }
local probabilities = { 0, 0.001, 0.01, 0.25, 1 / 3, 0.5, 0.75, 0.999, 1 }
for _, one in ipairs{ { numbers, "a" }, { numbers, "b" }, { large, "x" } } do
  local d, good, at = one[1]:summary{ percentiles = probabilities }, true
  for i, name in ipairs(d["column"]:to_list()) do at = name == one[2] and i or at end
  for _, p in ipairs(probabilities) do
    local want = percentile(one[1]:col(one[2]):to_list(), p)
    good = good and math.abs(d:cell(at, ("%g%%"):format(100 * p)) - want) <= 1e-12 * math.max(1, math.abs(want))
  end
  tap.ok(good, "F098 percentiles of the summary are those of the definition: " .. one[2])
end
tap.list(weir.dataset("iris"):summary():names(), { "column", "type", "shape", "missing", "min", "mean", "max", "sd", "zeros", "levels", "storage",
  "25%", "50%", "75%" }, "F098 the summary has the quartiles")
tap.raises(function() numbers:summary{ percentiles = { 1.5 } } end, { "summary", "1.5", "[0, 1]" }, "F098 a percentile that is none")

-- F012: bytes stay bytes, constants take next to nothing, and describe says so.
local bytes, constant = {}, {}
for i = 1, 20000 do bytes[i], constant[i] = i % 256 - (i % 256 == 255 and 1 or 0), 42 end
local packed = weir.frame({ bytes = bytes, constant = constant }, { names = { "bytes", "constant" } }):describe{ chunks = true }
tap.ok(packed:cell(1, "bytes") >= 20000 and packed:cell(1, "bytes") < 20500, "F012 small whole numbers take a byte each")
tap.ok(packed:cell(2, "bytes") < 500, "F012 a constant column takes no cells")
tap.is(packed:cell(1, "storage") .. " " .. packed:cell(2, "storage"), "u8 const", "F012 describe names the storage")

-- F108: a result comes back as a list, and as a curve.
local model = weir.autoencoder{ training_frame = weir.dataset("heartbeats_train"), activation = "Tanh", hidden = { 10 }, epochs = 3, seed = 1,
  reproducible = true, quiet_mode = true }
local recon = model:anomaly(weir.dataset("heartbeats_test"))
local list = recon:to_table()[recon:names()[1]]
local sum = 0
for _, e in ipairs(list) do sum = sum + e end
tap.near(sum / #list, recon:mean(), 1e-12, "F108 to_table gives the reconstruction errors")
local script = write("plot.lua", "local f = weir.frame{ error = { 1, 2, 3, 9, 2, 1 } } weir.plot(f)\n")
local drawn = shell("./weir run '" .. script .. "' 2>&1")
tap.ok(drawn:find("error", 1, true) and select(2, drawn:gsub("\n", "")) > 5, "F108 plot draws the series in the terminal")

-- The pair of files that MNIST comes in, real ones of the same form.
local fashion = os.getenv("WEIR_FASHION") or "/usr/share/datasets/fashion-mnist"
local images = io.open(fashion .. "/train-images-idx3-ubyte.gz")
if images then
  images:close()
  local train = weir.import_file(fashion .. "/train-images-idx3-ubyte.gz")
  local test = weir.import_file(fashion .. "/t10k-images-idx3-ubyte.gz")
  tap.is(train.nrow .. " " .. train.ncol .. " " .. test.nrow .. " " .. test.ncol, "60000 785 10000 785", "F097 Fashion-MNIST: images and labels become one frame")
  tap.list(train[785]:asfactor():table()["Count"]:to_list(), { 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000 }, "F097 6000 of each class")
  tap.list(test[785]:asfactor():table()["Count"]:to_list(), { 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000 }, "F097 1000 of each to test")
  -- A pixel read by hand: byte 16 + 784 (row - 1) + column - 1 of what gzip unpacks.
  local raw = shell("gzip -dc '" .. fashion .. "/t10k-images-idx3-ubyte.gz'")
  local good = true
  for _, at in ipairs{ { 1, 1 }, { 1, 400 }, { 77, 401 }, { 10000, 784 }, { 5000, 300 } } do
    good = good and test:cell(at[1], at[2]) == raw:byte(16 + 784 * (at[1] - 1) + at[2])
  end
  tap.ok(good, "F097 pixels are the bytes of the file")
else
  for i = 1, 4 do
    tap.count = tap.count + 1
    print(("ok %d - F097 Fashion-MNIST # SKIP %s is not there (Debian: dataset-fashion-mnist)"):format(tap.count, fashion))
  end
end

-- F120, F091, F012: MNIST itself.
if data then
  local test, train = weir.import_file(data .. "/mnist/test.csv.gz"), weir.import_file(data .. "/mnist/train.csv.gz")
  tap.is(train.nrow .. " " .. train.ncol .. " " .. test.nrow .. " " .. test.ncol, "60000 785 10000 785", "F120 F091 MNIST, 60000 and 10000 rows")
  tap.is(train:names()[1] .. " " .. train:names()[785], "C1 C785", "F120 names C1 to C785")
  tap.list(test[785]:asfactor():table()["Count"]:to_list(), { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 }, "F120 labels of the test set")
  tap.list(train[785]:asfactor():table()["Count"]:to_list(), { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 },
    "F120 labels of the training set")
  local d = train:describe{ chunks = true }
  tap.ok(d:col("bytes"):sum() < 60e6, ("F012 MNIST takes %.1f MB, less than 60"):format(d:col("bytes"):sum() / 1e6))
  local kinds = {}
  for _, s in ipairs(d["storage"]:to_list()) do kinds[s] = (kinds[s] or 0) + 1 end
  tap.is(("%d %d"):format(kinds.const, kinds.u8), "67 718", "F012 67 constant pixels, the others and the class as bytes")
else
  for i = 1, 6 do
    tap.count = tap.count + 1
    print(("ok %d - F120 F012 MNIST # SKIP WEIR_DATA is not set"):format(tap.count))
  end
end
-- F445: what H2O's rules say of files of their kind.
local function as_h2o(text, more) return weir.import_file(weir.merge({ write("h2o.csv", text), compat = "h2o" }, more)) end
tap.list(as_h2o("a,b\n50 %,x\n2.5%,y\n4\t%%,x\n", { header = 1 })[1]:to_list(), { 0.5, 0.025, 0.0004 }, "F445 compat: blanks before a percent sign")
tap.list(as_h2o("d,v\n2014-1-2,1\n7,2\n1999-12-31,3\n")[1]:asnumeric():to_list(), { 1388620800000, 7, 946598400000 },
  "F445 compat: a number in a column of times is one of milliseconds")
tap.list(as_h2o(",C1\n1,2\n3,4\n"):names(), { "C1C1", "C1" }, "F445 a column without a name gets one that is free")
tap.list(weir.import_file{ write("n.csv", ",C1\n1,2\n3,4\n"), header = true }:names(), { "C1C1", "C1" }, "F445 also by weir's own rules")
tap.raises(function() as_h2o("a,b,c\n1,2,3\n4,5,6\n", { types = { "numeric", "enum" } }) end, { "types", "2 entries", "3 columns" },
  "F445 compat: types for some of the columns")
tap.raises(function() as_h2o("a,b,c\n1,2,3\n4,5,6\n", { names = { "p", "q" } }) end, { "names", "2 entries", "3 columns" },
  "F445 compat: names for some of the columns")
local one, other, third = write("p1.csv", "x,y\n1,2\n"), write("p2.csv", "x;y\n5;6\n"), write("p3.csv", "x,y,z\n5,6,7\n")
for _, compat in ipairs{ "h2o", "none" } do
  tap.raises(function() weir.import_file{ { one, other }, compat = compat } end, "p2.csv", "F096 parts with other separators, compat " .. compat)
  tap.raises(function() weir.import_file{ { one, third }, compat = compat } end, "p3.csv", "F096 parts with other columns, compat " .. compat)
end
tap.raises(function() weir.guess_file{ { one, third }, compat = "h2o" } end, { "p1.csv", "p3.csv" }, "F096 a guess says so too")
local svm = weir.import_file{ write("rows.svm", "1\n0 1:3\n1 2:4\n"), compat = "h2o" }
tap.list(svm[3]:to_list(), { 0, 0, 4 }, "F445 an SVMLight file whose first row has nothing but zeros")

os.execute("rm -rf '" .. folder .. "'")
tap.done()
