-- Verbs on frames against numbers made by hand: F098 to F101, F107, F439, F441; rows A040, A041, A050 to A071.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
local null = weir.null
local samples = (os.getenv("srcdir") or here .. "/../..") .. "/samples"

local function frame(columns, names, types) return weir.frame(columns, { names = names, types = types }) end
local function col(list, kind) return frame({ x = list }, { "x" }, kind and { x = kind }) end
local function list(f, want, name)
  if type(f) ~= "userdata" then return tap.ok(false, name .. " (no frame)") end
  tap.list(f:to_list(), want, name)
end
local function near(f, want, tolerance, name)
  local got, good = f:to_list(), true
  for i, w in ipairs(want) do
    local both = w == null and got[i] == null
    good = good and (both or type(got[i]) == "number" and w ~= null and math.abs(got[i] - w) <= tolerance)
  end
  if not tap.ok(good and #got == #want, name) then print("# got " .. weir.json.encode(got)) end
end

-- Looking: F098, F107
local prostate = weir.import_file(samples .. "/prostate.csv")
local d = prostate:describe()
local age
for i, name in ipairs(d["column"]:to_list()) do if name == "AGE" then age = i end end
tap.is(d:cell(age, "min") .. " " .. d:cell(age, "max") .. " " .. d:cell(age, "missing"), "43 79 0", "F098 AGE runs from 43 to 79")
tap.near(d:cell(age, "mean"), 66.039, 0.0005, "F098 the mean of AGE")
tap.near(d:cell(age, "sd"), 6.527, 0.0005, "F098 the standard deviation of AGE")
list(prostate:head(3)["ID"], { 1, 2, 3 }, "F107 head")
list(prostate:tail(2)["ID"], { 379, 380 }, "F107 tail")
tap.is(prostate:head(1000).nrow, 380, "F107 head of more than there is")
list(prostate:pick({ 380, 1, 1 })["ID"], { 380, 1, 1 }, "A055 rows of a list, in its order")
tap.raises(function() prostate:pick({ 381 }) end, { "380" }, "A055 a row that is not there")
tap.raises(function() prostate:select("AEG") end, { "AEG", "AGE" }, "F099 a column that is not there, with a near name")
list(prostate:drop({ "AGE", 1 }):rename({ PSA = "psa" })[{ "psa" }]:head(1), { prostate:cell(1, "PSA") }, "A057 drop by name and position")

-- Cells: A056
local c = frame({ x = { 1, 2, 3 }, f = { "a", "b", "a" } }, { "x", "f" })
list(c:set{ 9, rows = { 2 }, columns = "x" }.x, { 1, 9, 3 }, "A056 set a cell")
list(c:set{ rows = c.x:gt(1), columns = "x" }.x, { 1, null, null }, "A056 set cells to missing by a mask")
list(c:set{ "b", rows = { 1 }, columns = "f" }.f, { "b", "b", "a" }, "A056 set a label")
tap.raises(function() c:set{ "z", columns = "f" } end, { "'f'", "'z'" }, "A056 a label that is no level")
tap.raises(function() c:set{ "z", columns = "x" } end, { "'x'", "numeric", "text" }, "A056 a text in a column of numbers")

-- Types and levels: F100, A058, A060
local digits = col({ 10, 9, null, 100, 9 })
tap.list(digits:asfactor():levels(), { "9", "10", "100" }, "F100 levels of numbers keep their order")
list(digits:asfactor():asnumeric(), { 10, 9, null, 100, 9 }, "A058 labels that are numbers are those numbers")
list(col({ "b", "a", null, "b" }):asnumeric(), { 1, 0, null, 1 }, "A058 other labels are codes from 0")
list(col({ "1.5", "x", "2e3" }, "string"):asnumeric(), { 1.5, null, 2000 }, "A058 texts as numbers")
list(col({ 0.5, null, -3 }):ascharacter(), { "0.5", null, "-3" }, "A058 numbers as text")
tap.list(col({ 1.25, 0.5, 1.25 }):asfactor():levels(), { "0.5", "1.25" }, "A058 real numbers as levels")
local f = col({ "b", "c", "b", "a", "c", "b" })
tap.list(f:relevel("c"):levels(), { "c", "a", "b" }, "A060 relevel")
list(f:relevel("c"), { "b", "c", "b", "a", "c", "b" }, "A060 relevel keeps the cells")
tap.list(f:relevel_by_frequency():levels(), { "b", "c", "a" }, "A060 by frequency")
tap.list(f:relevel_by_frequency{ top_n = 1 }:levels(), { "b", "a", "c" }, "A060 the most frequent one first")
tap.list(f:set_levels({ "x", "y", "z" }):levels(), { "x", "y", "z" }, "A060 set_levels")
tap.raises(function() f:set_levels({ "x", "x", "z" }) end, "'x'", "A060 two levels of one name")
tap.raises(function() f:set_levels({ "x" }) end, { "1", "3" }, "A060 too few names")
tap.list(f:append_levels({ "d" }):levels(), { "a", "b", "c", "d" }, "A060 append_levels")
tap.list(f:pick({ 1, 2 }):drop_levels():levels(), { "b", "c" }, "A060 drop_levels")
list(f:set_level("a"), { "a", "a", "a", "a", "a", "a" }, "A060 set_level")
tap.raises(function() f:relevel("d") end, { "relevel", "'x'", "'d'" }, "A060 the error names verb, column and level")
tap.raises(function() digits:levels() end, { "levels", "'x'", "numeric" }, "A060 levels of numbers are refused")
local two = frame({ a = { "x", "x", "y", "y", "x" }, b = { "p", "q", "p", "p", null } }, { "a", "b" })
tap.list(two:interaction({ "a", "b" }):levels(), { "x_NA", "x_p", "x_q", "y_p" }, "A041 interaction")
tap.list(two:interaction{ factors = { "a", "b" }, max_factors = 1 }:levels(), { "y_p", "other" }, "A041 rare ones become other")
tap.list(two:interaction{ factors = { "a", "b" }, pairwise = true }:names(), { "a_b" }, "A041 pairs")

-- Arithmetic: F439, A068, A069
local x, y = col({ 7, -7, null, 2.5 }), col({ 2, 2, 2, 0 })
list(x // y, { 3, -4, null, math.huge }, "F439 // rounds down and keeps what is missing")
list(x % y:set{ 2 }, { 1, 1, null, 0.5 }, "F439 % has the divisor's sign")
list(x:mod{ 2, sign = "dividend" }, { 1, -1, null, 0.5 }, "F439 % with the dividend's sign")
list(x:gt(0), { 1, 0, null, 1 }, "F439 a comparison with a missing value is missing")
list(x:gt{ 0, missing = 0 }, { 1, 0, 0, 1 }, "F439 or what one asks for")
list(col({ 0, 1, null, 5 }) & col({ null, null, 0, 1 }), { 0, null, 0, 1 }, "F439 & is decided by a 0")
list(col({ 0, 1, null, 0 }) | col({ null, null, 5, 0 }), { null, 1, 1, 0 }, "F439 | is decided by a true one")
list(col({ "a", "b", null }):eq("b"), { 0, 1, null }, "F439 labels")
list(col({ "a", "b" }):eq("z"), { 0, 0 }, "F439 a label that is no level equals nothing")
list(col({ "a", "b", "c" }):eq(col({ "b", "b", "x" })), { 0, 1, 0 }, "F439 factors are compared by label")
list(col({ "u", "v" }, "string"):ne("u"), { 0, 1 }, "F439 texts")
list(col({ "2014-01-02", "2015-01-02" }, "time"):lt("2015-01-01"), { 1, 0 }, "F439 times against a date")
tap.raises(function() return col({ "a" }) + 1 end, { "add", "'x'", "enum" }, "F439 the error names verb, column and type")
tap.raises(function() return col({ 1 }):gt("a") end, { "gt", "'x'", "numeric", "a" }, "F439 a number against a text")
tap.raises(function() return col({ 1, 2 }) + col({ 1, 2, 3 }) end, { "2 rows", "3 rows" }, "F439 lengths that do not fit")
list(col({ 2.5, -1.5, 0.5, 1.25, 0.15 }):round(), { 2, -2, 0, 1, 0 }, "A068 halves go to the even number")
list(col({ 1.25, -1.25, 0.15, 2.675 }):round(1), { 1.2, -1.2, 0.1, 2.7 }, "A068 decimals: ties are ties only when they are exact")
list(col({ 1.25, -1.25 }):round{ 1, ties = "away" }, { 1.3, -1.3 }, "A068 halves away from zero")
list(col({ 65, 75, -35, 149 }):round(-1), { 60, 80, -40, 150 }, "A068 tens")
list(col({ 1.25, 123456, 0, -0.00987 }):signif(2), { 1.2, 120000, 0, -0.0099 }, "A068 signif")
near(col({ 1, 0.5, 2, -0.5 }):digamma(), { -0.5772156649015329, -1.9635100260214235, 0.42278433509846713, 0.03648997397857652 }, 1e-14, "A068 digamma against tables")
near(col({ 1, 0.5 }):trigamma(), { math.pi ^ 2 / 6, math.pi ^ 2 / 2 }, 1e-13, "A068 trigamma against tables")
near(col({ 5, 0.5 }):gamma(), { 24, math.sqrt(math.pi) }, 1e-12, "A068 gamma")
list(col({ 2.7, -2.7 }):trunc(), { 2, -2 }, "A068 trunc")
list(col({ 3, 0, -2, null }):sign(), { 1, 0, -1, null }, "A068 sign")
list(col({ 1, 2, null, 4 }):cumsum(), { 1, 3, null, null }, "F439 cumsum stops at the first hole")
list(col({ 2, -3, 4 }):cumprod(), { 2, -6, -24 }, "F439 cumprod")
list(col({ 2, 5, 4 }):cummax(), { 2, 5, 5 }, "F439 cummax")
list(col({ 2, 5, 1 }):cummin(), { 2, 2, 1 }, "F439 cummin")
list(col({ 2, 5, 1 }):difflag1(), { null, 3, -4 }, "F439 difflag1")
list(col({ 1, 0, null }):ifelse(col({ 7, 8, 9 }), -1), { 7, -1, null }, "A069 ifelse of a column and a number")
tap.list(col({ 1, 1, 0 }):ifelse("z", "a"):levels(), { "a", "z" }, "A069 ifelse of texts gives a factor")
list(col({ 1, 0 }):ifelse(col({ "p", "q" }), "new"), { "p", "new" }, "A069 ifelse of labels and a text")

-- Numbers: A067
local n = col({ 3, null, 1, 8, 1 })
tap.is(n:min() .. " " .. n:max() .. " " .. n:sum() .. " " .. n:prod() .. " " .. n:nacnt(), "1.0 8.0 13.0 24.0 1.0", "A067 min, max, sum, prod, nacnt")
tap.near(n:mean(), 3.25, 0, "A067 mean")
tap.near(n:var(), ((3 - 3.25) ^ 2 + 2 * (1 - 3.25) ^ 2 + (8 - 3.25) ^ 2) / 3, 1e-14, "A067 var is over n - 1")
tap.near(n:sd(), math.sqrt(n:var()), 1e-15, "A067 sd")
tap.near(n:median(), 2, 0, "A067 median")
tap.is(n:mode(), 1, "F439 mode")
tap.is(col({ "q", "p", "q", null }):mode(), "q", "F439 mode of labels")
tap.ok(n:mean{ na_rm = false } ~= n:mean{ na_rm = false }, "A067 na_rm = false: missing")
tap.near(col({ 1, 2, 2, 5, null }):skewness(), (-1.5 ^ 3 - 2 * 0.5 ^ 3 + 2.5 ^ 3) / 4 / (9 / 4) ^ 1.5, 1e-14, "A067 skewness is over the values that are there")
tap.near(col({ 1, 2, 2, 5 }):kurtosis(), (1.5 ^ 4 + 2 * 0.5 ^ 4 + 2.5 ^ 4) / 4 / (9 / 4) ^ 2, 1e-14, "A067 kurtosis of a normal would be 3")
tap.is(col({ 1, math.huge }):max(), math.huge, "A067 infinite values take part")
tap.is(n:idxmax() .. " " .. n:idxmin(), "4.0 3.0", "F439 places of the largest and the smallest, from 1")
list(frame({ a = { 1, 5 }, b = { 4, null } }, { "a", "b" }):idxmax{ axis = 1 }, { 2, 1 }, "F439 the column of each row's largest")
list(frame({ a = { 1, 5 }, b = { 4, null } }, { "a", "b" }):row_means(), { 2.5, 5 }, "F439 row_means")
tap.ok(n:gt(5):any() and not n:gt(9):any() and n:gt(0):all() and n:any_na(), "F439 any, all, any_na")
tap.list(frame({ a = { 1, 2 }, b = { 3, 5 } }, { "a", "b" }):mean(), { 1.5, 4 }, "A067 several columns give a list")
tap.raises(function() col({ "a" }):mean() end, { "mean", "'x'", "enum" }, "A067 a mean of labels is refused")
tap.near(col({ 1e16, 1, -1e16 }):sum(), 1, 0, "A067 sums do not lose small numbers")

-- Quantiles, all nine definitions of Hyndman and Fan on 1, 2, 4, 8, 16 at 0.3 and 0.5
local q = col({ 16, 1, 8, null, 2, 4 })
local by_type = { { 2, 4 }, { 2, 4 }, { 2, 2 }, { 1.5, 3 }, { 2, 4 }, { 1.8, 4 }, { 2.4, 4 }, { 1 + 2.8 / 3, 4 }, { 1.95, 4 } }
for k, want in ipairs(by_type) do
  local t = q:quantile{ probs = { 0.3, 0.5 }, type = k }
  tap.ok(math.abs(t:cell(1, 2) - want[1]) < 1e-12 and math.abs(t:cell(2, 2) - want[2]) < 1e-12, "A067 quantile type " .. k)
end
list(q:quantile{ probs = { 0.3 }, combine = "average" }[2], { 3 }, "A067 quantile: average of neighbours")
list(q:quantile{ probs = { 0.3 }, combine = "low" }[2], { 2 }, "A067 quantile: the lower one")
list(q:quantile{ probs = { 0.3 }, combine = "high" }[2], { 4 }, "A067 quantile: the higher one")
local w = frame({ v = { 5, 1, 9 }, w = { 2, 3, 0 } }, { "v", "w" })
list(w:quantile{ probs = { 0, 0.5, 0.75, 1 }, weights = "w" }[2], { 1, 1, 5, 5 }, "A067 weights repeat a value, as 1 1 1 5 5")
near(frame({ v = { 5, 1, 9 }, w = { 0.5, 0.25, 0.25 } }, { "v", "w" }):quantile{ probs = { 0.9, 1 }, weights = "w" }[2], { 8.2, 9 }, 1e-14, "A067 weights that are not whole are shares of the values: 1.5, 0.75, 0.75")
tap.raises(function() q:quantile{ probs = { 1.5 } } end, "1.5", "A067 a probability beyond 1")
tap.raises(function() q:quantile{ type = 10 } end, "10", "A067 a type that is none")

-- Covariances: A070
local v = frame({ a = { 1, 2, 3, null }, b = { 2, 4, 9, 1 } }, { "a", "b" })
near(v:var{ use = "complete.obs" }["b"], { 3.5, 13 }, 1e-13, "F439 covariances of complete rows")
tap.near(v["a"]:cor{ v["b"], use = "complete.obs" }, 3.5 / math.sqrt(13), 1e-14, "F439 a correlation by hand")
list(v:cor{ use = "everything" }["a"], { null, null }, "F439 a missing value makes a correlation missing")
tap.raises(function() v:cor{ use = "all.obs" } end, { "all.obs", "'a'", "1" }, "F439 all.obs refuses missing values")
tap.near(col({ 1, 2, 2, 9 }):cor{ col({ 5, 7, 6, 8 }), method = "spearman" }, 4.5 / math.sqrt(4.5 * 5), 1e-14, "F439 ranks of equal values are averaged")

-- Counting and classes
local t = col({ "b", "a", null, "b" }):table()
list(t["x"], { "a", "b" }, "F439 table: values")
list(t["Count"], { 1, 2 }, "F439 table: counts, missing left out")
local pairs_ = frame({ a = { "x", "y", "x", "x" }, b = { 1, 2, 2, 1 } }, { "a", "b" }):table()
list(pairs_["Count"], { 2, 1, 1 }, "F439 table of two columns")
list(frame({ a = { "x", "y", "x", "x" }, b = { 1, 2, 2, 1 } }, { "a", "b" }):table{ dense = false }["1"], { 2, 0 }, "F439 a column per value")
local h = col({ 1, 2, 2, 3, 5, 9, null }):hist{ { 1, 2, 5, 9 } }
list(h["counts"], { null, 3, 2, 1 }, "F439 hist: each class has its own count, the first its lower edge too")
list(h["mids"], { null, 1.5, 3.5, 7 }, "F439 hist: middles")
near(h["density"], { null, 3 / 6 / 1, 2 / 6 / 3, 1 / 6 / 4 }, 1e-15, "F439 hist: areas sum to 1")
tap.is(col({ 1, 2, 3, 4, 5, 6, 7, 8 }):hist().nrow, 5, "F439 Sturges: 4 classes of 8 values")
for _, rule in ipairs{ "sturges", "rice", "sqrt", "doane", "scott", "fd" } do
  local sum = prostate["PSA"]:hist(rule)["counts"]:sum()
  tap.is(sum, 380, "F439 hist by " .. rule .. " counts every value once")
end
list(col({ 1, 5, 10, 11, null }):cut({ 1, 5, 10 }), { null, "(1,5]", "(5,10]", null, null }, "F439 cut")
list(col({ 1, 5, 10 }):cut{ { 1, 5, 10 }, include_lowest = true }, { "[1,5]", "(1,5]" and "[1,5]", "(5,10]" }, "F439 cut with the lowest edge")
list(col({ 1, 5, 10 }):cut{ { 1, 5, 10 }, right = false }, { "[1,5)", "[5,10)", null }, "F439 cut closed on the left")
list(col({ 1, 5 }):cut{ { 0, 2, 6 }, labels = { "low", "high" } }, { "low", "high" }, "F439 labels of classes")
tap.is(col({ 0, 5, 10 }):cut(5):nacnt(), 0, "F439 a number of classes holds every value")
tap.raises(function() col({ 1 }):cut{ { 1, 1, 2 } } end, "twice", "F439 a break that stands twice")

-- Scaling, distances
near(frame({ a = { 1, 2, 3 } }, { "a" }):scale().a, { -1, 0, 1 }, 1e-15, "A071 scale")
list(frame({ a = { 1, 3 } }, { "a" }):scale{ center = { 1 }, scale = { 2 } }.a, { 0, 1 }, "A071 given numbers: less the centre, over the scale")
list(frame({ a = { 4, 4 } }, { "a" }):scale().a, { 0, 0 }, "A071 a constant column is only shifted")
local p, r = frame({ a = { 0, 3 }, b = { 0, 4 } }, { "a", "b" }), frame({ a = { 3 }, b = { 4 } }, { "a", "b" })
list(p:distance(r)[1], { 5, 0 }, "F439 distance")
list(p:distance{ r, measure = "l1" }[1], { 7, 0 }, "F439 distance l1")
near(frame({ a = { 1 }, b = { 0 } }, { "a", "b" }):distance{ r, measure = "cosine" }[1], { 0.6 }, 1e-15, "F439 cosine")

-- By lot: F101, A061 to A063, A065, A040
local a, b = prostate:split{ 0.75, seed = 1234 }
local a2 = prostate:split{ 0.75, seed = 1234 }
tap.is(a.nrow + b.nrow, 380, "F101 the parts have all rows")
tap.list(a["ID"]:to_list(), a2["ID"]:to_list(), "F101 a seed decides")
tap.is(a["ID"]:sum() + b["ID"]:sum(), 380 * 381 / 2, "F101 each row once")
list(weir.dataset("iris"):head(6):runif{ seed = 1234, compat = "h2o" },
  { .7325717806816101, .2710251808166504, .6313393712043762, .9877932071685791, .09666681289672852, .4091837406158447 }, "A062 runif of the other program")
list(prostate:head(10):kfold_column{ n = 5, seed = 42, compat = "h2o" }, { 1, 2, 1, 2, 1, 3, 0, 4, 1, 4 }, "A063 folds of the other program")
local classes = weir.dataset("iris")[5]
local folds = classes:kfold_column{ n = 4, how = "stratified", seed = 9 }
local each = classes:cbind(folds):table()["Count"]
tap.ok(each:min() >= 12 and each:max() <= 13, "A063 stratified folds have every class evenly")
tap.raises(function() prostate:kfold_column{ n = 1 } end, "n = 1", "A063 one fold is none")
local test = classes:stratified_split{ 0.2, seed = 5 }
list(classes:cbind(test):table()["Count"], { 40, 10, 40, 10, 40, 10 }, "A063 stratified_split takes the same share of each class")
local holes = prostate:insert_missing{ fraction = 0.1, seed = 3 }
local missing = 0
for _, k in ipairs(holes:nacnt()) do missing = missing + k end
tap.ok(math.abs(missing / (380 * 9) - 0.1) < 0.02, "A065 insert_missing makes about the share asked for")
tap.is(prostate:insert_missing{ fraction = 0 }:any_na(), false, "A065 none")
local cf = weir.create_frame{ rows = 500, cols = 10, categorical_fraction = 0.3, integer_fraction = 0.2, binary_fraction = 0.1, factors = 7,
  missing_fraction = 0.05, has_response = true, response_factors = 3, seed = 11 }
tap.is(cf.nrow .. " " .. cf.ncol .. " " .. cf:names()[1], "500 11 response", "A040 create_frame: size and response")
tap.is(cf["response"]:nlevels(), 3, "A040 create_frame: classes of the response")
tap.is(#cf:columns_by_type("categorical"), 4, "A040 create_frame: factors")
tap.raises(function() weir.create_frame{ categorical_fraction = 0.9 } end, "1.2", "A040 fractions beyond 1")

-- Holes: A066
local g = frame({ k = { "u", "u", "v", "v", null }, x = { 1, null, 4, null, null } }, { "k", "x" })
list(g:impute{ column = "x", by = "k" }.x, { 1, 1, 4, 4, null }, "A066 impute by group; a group of holes stays")
list(g:impute().k, { "u", "u", "v", "v", "u" }, "A066 impute fills factors with their mode")
list(g:impute{ column = "x", method = "median", combine = "high" }.x, { 1, 4, 4, 4, 4 }, "A066 impute with the higher median")
list(g:impute{ column = "k", value = "v" }.k, { "u", "u", "v", "v", "v" }, "A066 impute with a label")
list(g.x:fillna{ method = "forward", maxlen = 1 }, { 1, 1, 4, 4, null }, "A066 fillna forward, one at most")
list(g.x:fillna{ method = "backward" }, { 1, 4, 4, null, null }, "A066 fillna backward")
list(frame({ a = { 1, null }, b = { null, 2 } }, { "a", "b" }):fillna{ axis = 1 }.b, { 1, 2 }, "A066 fillna along the rows")
list(g:isna().x, { 0, 1, 0, 1, 1 }, "A066 isna")
tap.is(g:na_omit().nrow, 2, "A066 na_omit")
tap.list(g:filter_na_cols{ 0.5 }, { 1 }, "A066 filter_na_cols gives positions")

-- Binding: A064
tap.list(frame({ x = { 1 } }, { "x" }):cbind({ col({ 2 }), col({ 3 }) }):names(), { "x", "x0", "x1" }, "A064 cbind of several gives new names")
local stacked = col({ "b", "a" }):rbind({ col({ "c" }), col({ null, "b" }) })
list(stacked, { "b", "a", "c", null, "b" }, "A064 rbind of several")
tap.list(stacked:levels(), { "a", "b", "c" }, "A064 rbind: levels of the first, then new ones")
list(col({ 1, 2 }):rbind(col({ null })), { 1, 2, null }, "A064 rbind of numbers and nothing")
tap.raises(function() col({ 1 }):rbind(col({ "a" })) end, { "rbind", "'x'", "numeric", "enum" }, "A064 types that do not fit")
tap.raises(function() col({ 1 }):cbind(col({ 1, 2 })) end, { "1 rows", "2 rows" }, "A064 lengths that do not fit")

-- Joins: A070
local l = frame({ k = { "b", "a", "c", "a" }, n = { 1, 2, 3, 4 } }, { "k", "n" })
local o = frame({ k = { "a", "b", "b", "e" }, y = { 10, 20, 30, 40 } }, { "k", "y" })
list(l:merge(o)["y"], { 10, 10, 20, 30 }, "A070 merge: ascending keys, left rows outside")
list(l:merge{ o, all_x = true }["n"], { 3, 2, 4, 1, 1 }, "A070 left join: what has no partner comes first")
list(l:merge{ o, all_y = true }["y"], { 40, 10, 10, 20, 30 }, "A070 right join")
tap.is(l:merge{ o, all_x = true, all_y = true }.nrow, 6, "A070 full join")
list(l:merge{ o, all_x = true, all_y = true }["k"], { "c", "e", "a", "a", "b", "b" }, "A070 full join: keys of both sides")
list(l:merge{ o:rename({ k = "key" }), by_x = "k", by_y = "key" }["k"], { "a", "a", "b", "b" }, "A070 keys of different names")
tap.raises(function() l:merge(o:rename({ k = "z" })) end, { "no column name in common" }, "A070 no common name")
tap.raises(function() l:merge(frame({ k = { 1 } }, { "k" })) end, { "'k'", "enum", "numeric" }, "A070 keys of different types")

-- Groups: A070
local grp = frame({ g = { "x", "y", "x", null }, v = { 1, 2, null, 7 }, w = { 4, 4, 6, 8 } }, { "g", "v", "w" })
local s = grp:group_by("g"):count():sum("w"):mean("v", { na = "rm" }):frame()
tap.list(s:names(), { "g", "nrow", "sum_w", "mean_v" }, "A070 group_by: names")
list(s:col("nrow"), { 1, 2, 1 }, "A070 group_by: the missing group comes first")
list(s["mean_v"], { 7, 1, 2 }, "A070 group_by: na = rm")
list(grp:group_by("g"):mean("v"):frame()["mean_v"], { 7, null, 2 }, "A070 group_by: na = all")
list(grp:group_by("g"):mean("v", "ignore"):frame()["mean_v"], { 7, 0.5, 2 }, "A070 group_by: na = ignore")
list(grp:group_by("g"):median("w"):frame()["median_w"], { 8, 5, 4 }, "A070 group_by: median")
tap.list(grp:group_by("g"):max():frame():names(), { "g", "max_v", "max_w" }, "A070 group_by: all numeric columns")
tap.raises(function() grp:group_by("g"):averge("v") end, { "averge", "mean" }, "A070 an aggregate that is none")
tap.raises(function() grp:group_by("q") end, "'q'", "A070 a group column that is none")

-- Order: A070
local so = frame({ a = { 2, null, 1, 2 }, b = { 1, 2, 3, 4 } }, { "a", "b" })
list(so:sort("a")["b"], { 2, 3, 1, 4 }, "A070 sort is stable, missing first")
list(so:sort{ by = "a", ascending = false }["b"], { 2, 1, 4, 3 }, "A070 sort down, missing first all the same")
list(so:sort{ by = { "a", "b" }, ascending = { false, false } }["b"], { 2, 4, 1, 3 }, "A070 sort by two, a direction each")
list(col({ "b", "B", "a" }, "string"):sort("x"), { "B", "a", "b" }, "A070 texts in the order of their bytes")
list(col({ 5, 3, 5, null }):rank(), { 2.5, 1, 2.5, null }, "F439 rank")
list(col({ 5, 3, 5 }):rank("dense"), { 2, 1, 2 }, "F439 dense ranks")
list(col({ 5, 3, 5 }):rank("first"), { 2, 1, 3 }, "F439 ranks in order of appearance")
list(grp:rank_within_group_by{ group_by = "g", sort_by = "w" }:col("rank"), { 1, 1, 2, 1 }, "F439 ranks within groups")
local top = col({ 5, 9, 1, 7, null }):topn{ percent = 40 }
list(top["row"], { 2, 4 }, "F439 topn: rows from 1")
list(col({ 5, 9, 1, 7, null }):bottomn{ percent = 40 }["x"], { 1, 5 }, "F439 bottomn leaves missing cells out")
list(col({ 3, 1, 3, null }):unique(), { 1, 3 }, "A070 unique, in order")
list(col({ 3, 1, null }):unique{ include_nas = true }, { 1, 3, null }, "A070 unique with missing")
list(so:drop_duplicates("a")["b"], { 1, 2, 3 }, "F439 drop_duplicates keeps the first")
list(so:drop_duplicates{ "a", keep = "last" }["b"], { 2, 3, 4 }, "F439 or the last")
list(col({ "b", "a", "z" }):match({ "a", "b" }), { 2, 1, null }, "A070 match: position in the list, from 1")
list(col({ 2, 5, null }):isin({ 5, 7 }), { 0, 1, 0 }, "F439 isin")
list(col({ 0, 2, null, 1 }):which(), { 2, 4 }, "F439 which: rows from 1")

-- Shapes: A070
local m = frame({ id = { 1, 2 }, p = { 5, null }, q = { 7, 8 } }, { "id", "p", "q" })
list(m:melt("id")["value"], { 5, 7, null, 8 }, "A070 melt row by row")
tap.is(m:melt{ "id", skipna = true }.nrow, 3, "A070 melt without missing values")
local wide = m:melt{ "id", skipna = true }:pivot("id", "variable", "value")
tap.list(wide:names(), { "id", "p", "q" }, "A070 pivot undoes melt: names")
list(wide["p"], { 5, null }, "A070 pivot undoes melt: cells")
tap.raises(function() frame({ i = { 1, 1 }, c = { "a", "a" }, v = { 2, 3 } }, { "i", "c", "v" }):pivot("i", "c", "v") end,
  { "rows 1 and 2" }, "A070 two cells for one place are refused")
list(m:drop("p"):transpose()[2], { 2, 8 }, "F439 transpose")
list(m:drop("p"):apply(function(cc) return cc:max() end)["q"], { 8 }, "A070 apply to columns")
list(m:apply(function(row) return row.id * 10 + row[3] end, { axis = 1 }), { 17, 28 }, "A070 apply to rows")

-- Texts
local st = col({ "  Hello World ", "abcabc", "", "\u{dc}n\u{ef}code", null }, "string")
list(st:toupper(), { "  HELLO WORLD ", "ABCABC", "", "\u{dc}N\u{cf}CODE", null }, "F439 toupper beyond ASCII")
list(st:tolower()[1]:pick({ 4 }), { "\u{fc}n\u{ef}code" }, "F439 tolower beyond ASCII")
list(st:trim():pick({ 1 }), { "Hello World" }, "F439 trim")
list(st:lstrip(" H"):pick({ 1 }), { "ello World " }, "F439 lstrip of a set")
list(st:nchar(), { 14, 6, 0, 7, null }, "F439 nchar counts characters")
list(st:substring(2, 3):pick({ 2, 4 }), { "bc", "n\u{ef}" }, "F439 substring from 1, both ends in")
list(st:sub("a", "Z"):pick({ 2 }), { "Zbcabc" }, "F439 sub")
list(st:gsub("([a-c])([a-c])", "\\2\\1"):pick({ 2 }), { "baaccb" }, "F439 gsub with groups")
list(st:gsub{ "A", "_", ignore_case = true }:pick({ 2 }), { "_bc_bc" }, "F439 gsub without case")
list(st:grep("^$|W"), { 1, 3 }, "F439 grep: rows from 1")
list(st:grep{ "abc", mask = true }, { 0, 1, 0, 0, 0 }, "F439 grep as a mask")
list(st:countmatches({ "a", "l" }), { 3, 2, 0, 0, null }, "F439 countmatches")
near(col({ "aab" }, "string"):entropy(), { -(2 / 3 * math.log(2 / 3, 2) + 1 / 3 * math.log(1 / 3, 2)) }, 1e-15, "F439 entropy in bits")
list(col({ "a,b;c", "d" }, "string"):strsplit("[,;]")[3], { "c", null }, "F439 strsplit")
list(col({ "a b", null }, "string"):tokenize(" "), { "a", "b", null, null }, "F439 tokenize")
list(col({ "kitten" }, "string"):strdistance(col({ "sitting" }, "string")), { 1 - 3 / 7 }, "F439 Levenshtein: kitten to sitting in 3")
near(col({ "MARTHA", "DIXON" }, "string"):strdistance{ col({ "MARHTA", "DICKSONX" }, "string"), measure = "jw" }, { 0.961111, 0.813333 }, 5e-7,
  "F439 Jaro-Winkler: Winkler's examples")
do -- likeness by sound and by pairs; missing stays missing
  local function alike(measure, pairs)
    local a, b, want = {}, {}, {}
    for i, p in ipairs(pairs) do a[i], b[i], want[i] = p[1], p[2], p[3] end
    near(col(a, "string"):strdistance{ col(b, "string"), measure = measure }, want, 1e-12, "F439 strdistance " .. measure)
  end
  alike("soundex", { { "Robert", "Rupert", 0.9 }, { "Robert", "Rubin", 0 }, { "Ashcraft", "Ashcroft", 0.9 }, -- R163, R163, R150, A261
    { "Ashcraft", "Ascraft", 0.9 }, { "Ashcraft", "Asacraft", 0 }, -- h does not part equal digits, a vowel does
    { "Tymczak", "Tansgoz", 0.9 }, { "Pfister", "Pister", 0.9 }, { "lee", "lee", 1 }, { "12", "13", 0 }, { null, "a", null } })
  alike("qgram", { { "night", "nacht", 1 / 4 }, { "abab", "ab", 1 }, { "abcd", "xbcz", 1 / 3 }, { "a", "a", 1 }, { "a", "b", 0 },
    { "a", "ab", 0 }, { "", "", 1 }, { "\u{e4}b", "\u{e4}bc", 1 } })
  alike("lcs", { { "  Hello World ", "Hello World", 1 }, { "MiXeD 123", "mixed 123", 4 / 9 }, { "abcdef", "defabc", 1 }, -- the whole; " 123"; abc, def
    { "night", "nacht", 2 / 5 }, { "abcd", "abxcd", 1 }, { "", "", 1 }, { "x", "y", 0 } }) -- ht; ab, cd
  alike("jaccard", { { "a b c", "b c d", 2 / 4 }, { "a a", "a", 1 } })
end
tap.raises(function() st:strdistance{ st, measure = "hamming" } end, { "hamming", "soundex" }, "F439 an unknown measure lists those there are")
tap.list(col({ "b1", "b2", "a" }):sub("[0-9]", ""):levels(), { "a", "b" }, "F439 levels that become equal become one")
tap.raises(function() st:sub("(", "x") end, { "(", "character" }, "F439 a pattern that is none")
tap.raises(function() col({ 1 }):toupper() end, { "toupper", "'x'", "numeric" }, "F439 numbers have no case")

-- Dates
local dt = col({ "2014-01-02 03:04:05", "1969-12-31 23:59:59", "2016-02-29", "2021-01-03", null }, "time")
list(dt:year(), { 2014, 1969, 2016, 2021, null }, "F439 year")
list(dt:month(), { 1, 12, 2, 1, null }, "F439 month")
list(dt:day(), { 2, 31, 29, 3, null }, "F439 day")
list(dt:dayOfWeek(), { "Thu", "Wed", "Mon", "Sun", null }, "F439 day of the week")
list(dt:week(), { 1, 1, 9, 53, null }, "F439 ISO week")
list(dt:hour(), { 3, 23, 0, 0, null }, "F439 hour, before 1970 too")
list(weir.moment{ year = 2014, month = 1, day = 2, hour = 3 }:asnumeric(), { 1388631600000 }, "F439 moment counts months from 1")
list(weir.mktime{ year = 2014, month = 0, day = 1, hour = 3 }:asnumeric(), { 1388631600000 }, "F439 mktime counts months from 0")
list(weir.moment{ year = col({ 2000, 2001 }), month = 2, day = 29 }:isna(), { 0, 1 }, "F439 a day that does not exist is missing")
list(col({ "04/03/14 10:20 PM", "x" }):as_date("%d/%m/%y %I:%M %p"):hour(), { 22, null }, "F439 as_date")
tap.raises(function() col({ "x" }):as_date("%Q") end, "%Q", "F439 a format that is none")

-- A few definitions in full: labels, missing cells that count, orders of ties, factors of one column, turns, products.
tap.list(col({ 1, 60 }):cut{ breaks = { 0, 50.25, 100 }, dig_lab = 1 }:levels(), { "(0,50.3]", "(50.3,100]" }, "F439 edges are rounded as on paper")
local holes = frame({ g = { "x", "x", "y", "y", "y" }, v = { 7.5, null, 1, 2, 6 } }, { "g", "v" }, { g = "enum" })
near(holes:group_by("g"):var("v", { na = "ignore" }):frame()["var_v"], { 28.125, 7 }, 1e-12, "F439 ignored cells count as zeros in the variance of a group, (7.5, 0): 28.125")
near(holes:group_by("g"):sd("v", { na = "rm" }):frame()["sdev_v"], { null, math.sqrt(7) }, 1e-12, "F439 removed cells do not")
local ties = frame({ g = { "b", "a", "b", "a" }, v = { 1, 1, 0, 2 }, row = { 1, 2, 3, 4 } }, { "g", "v", "row" }, { g = "enum" })
list(ties:rank_within_group_by{ group_by = "g", sort_by = "v", name = "rk", sorted = true }["row"], { 3, 2, 1, 4 },
  "F439 ranked rows in the order of sort_by, equal ones in the order of groups")
local lone = col({ "p", "q", null, "p" }, "enum"):interaction{ factors = { "x" }, max_factors = 1 }
tap.is(lone:nacnt(), 1, "F439 an interaction of one factor keeps its missing cells")
list(lone, { "p", "other", null, "p" }, "F439 and calls rare levels other")
near(col({ 0, 0.5, 1, 1.5, -0.5, 0.25, 2, -1 }):sinpi(), { 0, 1, 0, -1, -1, math.sin(math.pi / 4), 0, 0 }, 1e-15, "F439 sines of halves of a turn are exact")
near(col({ 0, 0.5, 1, 1.5, -0.5, 1 / 3, 2 }):cospi(), { 1, 0, -1, 0, 0, 0.5, 1 }, 1e-15, "F439 and cosines")
near(col({ 0.25, -0.25, 1 }):tanpi(), { 1, -1, 0 }, 1e-15, "F439 and tangents")
local product = frame({ a = { 1, 3, 5 }, b = { 2, 4, 6 } }, { "a", "b" }):mult(frame({ u = { 1, 0 }, v = { -1, 2 } }, { "u", "v" }))
list(product[1], { 1, 3, 5 }, "F439 a matrix times the first unit vector")
list(product[2], { 3, 5, 7 }, "F439 and times (-1, 2)")
tap.raises(function() product:mult(product) end, { "mult", "2 columns", "3 rows" }, "F439 matrices that do not fit")

-- F441: memory comes back
local before = weir.cluster().memory_used
do
  local big = weir.create_frame{ rows = 200000, cols = 5, integer_fraction = 0, categorical_fraction = 0, binary_fraction = 0, seed = 1 }
  big:assign("big")
  tap.ok(weir.cluster().memory_used > before + 200000 * 5 * 4, "F441 a frame takes memory")
  weir.remove("big")
end
collectgarbage()
collectgarbage()
weir.ls()
tap.ok(weir.cluster().memory_used <= before + 1000000, "F441 and gives it back")
tap.done()
