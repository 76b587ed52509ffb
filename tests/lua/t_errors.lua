-- What goes wrong is said in a sentence, with the script's line and a near name; rules 10 and 14.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"

local f = weir.frame({ x = { 1, 2, 3, 4, 5, 6 }, y = { 2, 4, 6, 8, 10, 12 },
                       k = { 1, 1, 1, 1, 1, 1 }, c = { "a", "b", "a", "b", "a", "b" } })
local function train(args)
  return function()
    return weir.deeplearning(weir.merge({ training_frame = f, y = "y", epochs = 0.1, hidden = { 2 } }, args))
  end
end

local function file(text)
  local path = os.tmpname()
  local h = assert(io.open(path, "wb"))
  h:write(text)
  h:close()
  return path
end

-- Rule 10
local e = tap.raises(train({ epoch = 3 }), { "t_errors.lua:", "'epoch'" }, "rule 14 an unknown parameter")
tap.is(type(e), "table", "rule 10 errors are tables")
tap.is(e.hint, "did you mean 'epochs'?", "rule 10 with a hint")
tap.is(e.parameter, "epoch", "rule 10 with the parameter")
tap.ok(not e.message:find("t_errors"), "rule 10 the message is the bare sentence")

-- Parameters
e = tap.raises(train({ rho = 1.5 }), { "rho", "1.5" }, "a value out of range is named with its limit")
tap.raises(train({ epochs = "many" }), "epochs must be a number", "a text for a number")
tap.raises(train({ activation = "Rectifer" }), { "activation", "Rectifier" }, "a wrong spelling names a near one")
tap.raises(train({ hidden = { 10, -1 } }), "hidden", "a negative size")
tap.raises(train({ hidden = {}, nfolds = 1 }), "nfolds", "one fold")
tap.raises(train({ y = "z" }), { "'z'" }, "an unknown response")
tap.raises(train({ y = "k" }), { "constant" }, "a constant response")
tap.raises(train({ x = { "x", "nope" } }), "nope", "an unknown predictor")
tap.raises(train({ training_frame = "no_such_frame" }), "no_such_frame", "an unknown frame's id")
tap.raises(train({ training_frame = 3 }), "training_frame", "a number for a frame")
tap.raises(train({ training_frame = weir.null }), "training", "no frame at all")
tap.raises(train({ y = "c", distribution = "gaussian" }), "distribution", "a distribution that does not fit")
tap.raises(train({ [1] = f }), "by name", "positional parameters")
tap.raises(train({ seed = {} }), "seed", "a table for a number")
tap.raises(function() weir.deeplearning() end, "table", "no table")
local loop = {}
loop[1] = loop
tap.raises(train({ hidden = loop }), "nested", "a table that holds itself")
tap.raises(train({ hidden = { print } }), "hidden", "a function inside a list")
tap.raises(train({ hidden = { io.open(arg[0]) } }), "userdata", "what is no value of weir")

-- Verbs
tap.raises(function() f:head({ row = 3 }) end, { "head", "'row'" }, "rule 14 an unknown argument")
tap.raises(function() f:head(1, 2, 3, 4) end, "at most", "too many arguments")
tap.raises(function() f:head("x") end, { "head" }, "an argument of a wrong type")
tap.raises(function() return f.nope end, { "t_errors.lua:", "'nope'" }, "an unknown column")
tap.is(select(2, pcall(function() return f.hed end)).hint, "did you mean 'head'?", "a near method")
tap.is(select(2, pcall(function() return f.na_omitt end)).hint, "did you mean 'na_omit'?", "a near method written in Lua")
tap.raises(function() return f[9] end, "9", "a column past the last")
tap.raises(function() return f[{ "x", "xx" }] end, "xx", "an unknown column in a list")
tap.raises(function() return f:cell(7, "x") end, "rows 1 to 6", "a row past the last")
tap.raises(function() return f + "a" end, "", "arithmetic with a text")
tap.raises(function() return f.x + weir.frame({ x = { 1, 2 } }) end, "rows", "arithmetic of frames of other length")
tap.raises(function() return f:split({ 0.7, 0.6 }) end, "", "ratios above 1")
tap.raises(function() f.x:levels() end, "", "levels of numbers")
for verb, call in pairs{ sort = function() return f:sort("zz") end, merge = function() return f:merge(f, { by = "zz" }) end,
  melt = function() return f:melt{ id_vars = { "zz" } } end, drop = function() return f:drop("zz") end } do
  tap.raises(call, { verb .. ": ", "'zz'" }, "the error of a verb names it and the column: " .. verb)
end
tap.raises(function() return f.x:fillna{ method = "sideways" } end, { "fillna", "sideways" }, "a wrong word names the verb")
tap.raises(function() return f.x:ifelse(f.c, f.x) end, { "ifelse", "no is numbers and yes is not" }, "choices of two kinds")
for verb, call in pairs{ add = function() return f.c + 1 end, log = function() return f.c:log() end, mean = function() return f.c:mean() end,
  cut = function() return f.c:cut{ breaks = { 0, 1 } } end, cor = function() return f:cor() end, hist = function() return f.c:hist() end } do
  tap.raises(call, { verb .. ": ", "'c'", "enum" }, "the error of a verb names it, the column and its type: " .. verb)
end
tap.raises(function() return f.x < f.y end, { ":lt" }, "Lua's own comparison of frames")
tap.raises(function() return f.x <= 3 end, { ":le" }, "and with a number")
tap.is(select(2, pcall(function() return weir.imprt_file end)).hint, "did you mean 'import_file'?", "a near function")
tap.raises(function() return weir.frame({ x = { 1, "a" } }) end, "mixes", "numbers and texts in a column")
tap.raises(function() return weir.frame({ x = { {} } }) end, "table", "a table in a cell")
tap.raises(function() return weir.get_frame("nope") end, "nope", "an unknown id")
tap.raises(function() weir.remove("nope") end, "nope", "an unknown id to remove")

-- What has been released says so
do
  local gone = weir.frame({ x = { 1 } })
  tap.is(getmetatable(gone), "weir.frame", "scripts do not reach the metatable")
  debug.getmetatable(gone).__gc(gone)
  tap.raises(function() return gone.nrow end, "released", "a released frame does no harm")
  tap.raises(function() weir.deeplearning({ training_frame = gone }) end, "released", "nor as an argument")
  tap.raises(function() return gone + 1 end, "released", "nor in arithmetic")
end

-- Files
tap.raises(function() weir.import_file("/no/such/file.csv") end, "/no/such/file.csv", "a missing file")
tap.raises(function() weir.import_file(here) end, "", "a folder without tables or a path that is none")
local empty = file("")
tap.raises(function() weir.import_file(empty) end, "empty", "an empty file")
os.remove(empty)
local ragged = file("a,b\n1,2\n3\n4,5,6\n")
local good, r = pcall(weir.import_file, ragged)
tap.ok(not good and #tostring(r) > 10 or good and r.nrow == 3, "a ragged file is read with holes or refused in a sentence")
os.remove(ragged)
local zeros = file(("\0"):rep(300))
good, r = pcall(weir.import_file, zeros)
tap.ok(good or #tostring(r) > 10, "a file of zeros does no harm")
os.remove(zeros)

-- Models
local m = train({ y = "c" })()
tap.raises(function() return m.loglos end, "'loglos'", "an unknown member")
tap.raises(function() return m:logloss({ vald = true }) end, "vald", "an unknown set")
tap.raises(function() return m:logloss({ valid = true }) end, "validation", "a set that is not there")
tap.raises(function() return m:mse(f) end, "performance", "a frame where sets are asked for")
tap.raises(function() return m:predict() end, "predict", "no frame to predict")
tap.raises(function() return m:predict(weir.frame({ q = { "u" } })) end, "", "a frame without the predictors")
tap.raises(function() return m:anomaly(f) end, "autoencoder", "anomaly of a classifier")
tap.raises(function() return m:weights(9) end, "", "a layer that is not there")
tap.raises(function() return m:deepfeatures(f, 5) end, "", "a hidden layer that is not there")
tap.raises(function() return weir.DeepLearning({}).id end, "train", "an estimator that was not trained")
tap.raises(function() weir.connect({ ip = "1.2.3.4" }) end, "ssh", "A003 there is no server")
tap.done()
