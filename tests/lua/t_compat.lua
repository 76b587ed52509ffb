-- compat="h2o": where H2O's way differs from weir's own, both are shown (features.md, list 3 and its PEER
-- remarks). Bits of H2O's arithmetic: tests/unit/t_compat.c; whole recorded trainings: tests/golden.lua.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local rows = 60
local function column(f)
  local v = {}
  for i = 1, rows do v[i] = f(i - 1) end
  return v
end
local function with(extra)
  local t = { a = column(function(i) return (7 * i + 3) % 11 / 4 - 1 end), b = column(function(i) return (5 * i + 1) % 13 / 5 end),
              y = column(function(i) return (7 * i + 3) % 11 / 3 - (5 * i + 1) % 13 / 4 + i % 3 / 10 end) }
  for name, v in pairs(extra or {}) do t[name] = v end
  return weir.frame(t)
end
local plain = with()

local function train(more)
  local p = { y = "y", training_frame = plain, hidden = { 4, 4 }, epochs = 3, seed = 42, reproducible = true, stopping_rounds = 0,
              overwrite_with_best_model = false, quiet_mode = true }
  for k, v in pairs(more or {}) do p[k] = v end
  return weir.deeplearning(p)
end
local function h2o(more)
  local p = { compat = "h2o" }
  for k, v in pairs(more or {}) do p[k] = v end
  return train(p)
end
local function numbers(m)
  local out = {}
  for i = 1, 3 do
    local ok, w = pcall(m.weights, m, i)
    if not ok then break end
    for j = 1, w.ncol do
      for _, x in ipairs(w[j]:to_list()) do out[#out + 1] = ("%.9g"):format(x) end
    end
    for _, x in ipairs(m:biases(i)[1]:to_list()) do out[#out + 1] = ("%.17g"):format(x) end
  end
  return table.concat(out, " ")
end
local function same(a, b, name) tap.ok(numbers(a) == numbers(b), name) end
local function differ(a, b, name) tap.ok(numbers(a) ~= numbers(b), name) end

-- What compat asks for, and that it keeps its promise.
tap.raises(function() weir.deeplearning{ y = "y", training_frame = plain, compat = "h2o" } end, { "compat", "reproducible" },
  "compat needs reproducible")
tap.raises(function() train{ elastic_averaging = true } end, "elastic_averaging", "elastic averaging acts under compat only")
for name, value in pairs{ optimizer = "adam", weight_decay = 0.1, label_smoothing = 0.1, rate_schedule = "cosine", weight_average = 0.9 } do
  tap.raises(function() h2o{ [name] = value } end, { name, "compat" }, name .. " is refused under compat")
end
local first = h2o()
same(first, h2o(), "F078 a training repeats bit for bit under compat")
for _, n in ipairs{ 1, 2, 3 } do same(first, h2o{ threads = n }, ("F078 the same bits with threads = %d under compat"):format(n)) end
differ(first, train(), "weir's own training is another one")
tap.is(first:scoring_history().nrow, 4, "an empty row, then one of every iteration")
tap.is(first:scoring_history():cell(1, "epochs"), 0, "the empty row stands first")

-- 1, F075: momentum
local slow = { adaptive_rate = false, rate = 0.01, momentum_start = 0.5, momentum_ramp = 100 }
local function momentum(stable)
  local p = { momentum_stable = stable }
  for k, v in pairs(slow) do p[k] = v end
  return p
end
tap.near(h2o(momentum(0.9)):summary():cell(2, "momentum"), 0.9, 1e-12, "F075 the layer table shows the ramp under compat, too")
-- The ramp stands one sample before its start: 0.5 - 0.4 / 100, whatever comes later.
same(h2o(momentum(0.9)), h2o{ adaptive_rate = false, rate = 0.01, momentum_start = 0.496, momentum_stable = 0.496 },
  "F075 PEER under compat momentum never rises")
differ(train(momentum(0.9)), train{ adaptive_rate = false, rate = 0.01, momentum_start = 0.496, momentum_stable = 0.496 },
  "F075 weir's momentum does rise")

-- 2, F042: the threshold of huber
same(h2o{ distribution = "huber", huber_alpha = 0.3 }, h2o{ distribution = "huber", huber_alpha = 0.9 },
  "F042 PEER under compat huber_alpha does not act on training")
differ(train{ distribution = "huber", huber_alpha = 0.3 }, train{ distribution = "huber", huber_alpha = 0.9 },
  "F042 huber_alpha acts on training")

-- 5, F403: mini-batches
same(h2o{ mini_batch_size = 1 }, h2o{ mini_batch_size = 50 }, "F403 T016 PEER under compat mini_batch_size is 1")
differ(train{ mini_batch_size = 1 }, train{ mini_batch_size = 50 }, "F403 mini_batch_size acts")

-- 6, F376: offsets
local minus = with{ o = column(function(i) return -(i % 3) / 2 end) }
local none = h2o{ x = { "a", "b" } }
same(h2o{ training_frame = minus, offset_column = "o", x = { "a", "b" } }, none, "F376 PEER under compat offsets below 0 do nothing")
differ(train{ training_frame = minus, offset_column = "o", x = { "a", "b" } }, train{ x = { "a", "b" } }, "F376 offsets below 0 count")
local plus = with{ o = column(function(i) return (i % 3 + 1) / 2 end) }
differ(h2o{ training_frame = plus, offset_column = "o", x = { "a", "b" } }, none, "F376 offsets above 0 count under compat")

-- 7, F375: weights
local twice, thrice = {}, {}
for i = 1, rows do twice[i], thrice[i] = 2, i % 3 end
local two = with{ w = twice }
same(h2o{ training_frame = two, weights_column = "w", x = { "a", "b" } }, none, "F375 PEER under compat equal weights change nothing")
-- 49 cells of 60 are there; 98 times 1/98 is less than 1 in double precision.
local holes = column(function(i) return i < 11 and weir.null or (i * i * 7 + 3) % 23 / 7 end)
local holed, holed_two = with{ a = holes }, with{ a = holes, w = twice }
tap.is(weir.json.encode(h2o{ training_frame = holed_two, weights_column = "w", x = { "a", "b" } }:normsub()),
  weir.json.encode(h2o{ training_frame = holed, x = { "a", "b" } }:normsub()),
  "F375 under compat equal weights leave the mean of a column with missing cells as it is, to the last bit")
local varied = with{ w = thrice }
local m = h2o{ training_frame = varied, weights_column = "w", x = { "a", "b" } }
differ(m, none, "F375 under compat weights draw rows")
tap.is(m:predict(varied):cell(3, 1), 0, "under compat rows of weight 0 are not scored")
tap.ok(train{ training_frame = varied, weights_column = "w", x = { "a", "b" } }:predict(varied):cell(3, 1) ~= 0,
  "rows of weight 0 are scored by default")

-- Skip with weights: rows with missing cells have no prediction on the training frame itself, unless its columns were encoded anew.
local categories = column(function(i) return i % 4 == 0 and weir.null or ({ "k", "l", "m" })[i % 3 + 1] end)
local gaps = weir.frame({ a = column(function(i) return i % 7 end), c = categories, w = twice, y = column(function(i) return i * i % 5 end) },
  { types = { c = "enum" } })
for encoding, want in pairs{ OneHotInternal = true, LabelEncoder = false } do
  local k = h2o{ training_frame = gaps, weights_column = "w", missing_values_handling = "Skip", categorical_encoding = encoding, x = { "a", "c" } }
  tap.ok((k:predict(gaps):cell(1, 1) == 0) == want, "F375 under compat a skipped row of the training frame, " .. encoding)
end

do -- a file of several chunks is trained on as a copy
  local path, lines = os.tmpname(), { "a,c,w,y" }
  for i = 1, 4000 do lines[i + 1] = ("%.15f,%s,2,%d"):format((i * 7919) % 4001 / 4001, i % 4 == 1 and "" or "k" .. i % 3, i * i % 5) end
  local file = io.open(path, "w")
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
  local f = weir.import_file{ path, compat = "h2o", header = 1, types = { "numeric", "enum", "numeric", "numeric" } }
  os.remove(path)
  local k = h2o{ training_frame = f, weights_column = "w", missing_values_handling = "Skip", x = { "a", "c" }, epochs = 0.01 }
  tap.ok(k:predict(f):cell(1, 1) ~= 0, "F375 under compat a skipped row of a training frame of several chunks has a prediction")
end

-- 12, F103: what an autoencoder's output can be
local square = weir.frame{ a = column(function(i) return i % 7 end), b = column(function(i) return i * i % 5 end) }
local function rebuilt(more)
  local p = { training_frame = square, autoencoder = true, hidden = { 2 }, epochs = 20, seed = 3, reproducible = true, activation = "Rectifier",
              quiet_mode = true }
  for k, v in pairs(more or {}) do p[k] = v end
  local model = weir.deeplearning(p)
  return model:predict(square), model
end
local theirs, model = rebuilt{ compat = "h2o" }
tap.ok(theirs[1]:min() >= square.a:mean() - 1e-12, "PEER under compat a Rectifier autoencoder gives nothing below the mean")
tap.ok(rebuilt()[1]:min() < square.a:mean(), "a Rectifier autoencoder reaches below the mean")
tap.near(model:normmul()[1], 1 / 6, 1e-15, "F103 inputs of an autoencoder are divided by their range")

local weighed = weir.frame{ a = square.a:to_list(), b = square.b:to_list(), w = thrice }
local coder = weir.deeplearning{ training_frame = weighed, autoencoder = true, hidden = { 2 }, epochs = 3, seed = 3, reproducible = true,
  weights_column = "w", compat = "h2o", quiet_mode = true, activation = "Tanh" }
local sum = 0
for _, e in ipairs(coder:anomaly(weighed)[1]:to_list()) do sum = sum + e end
tap.near(coder:performance(weighed):mse(), sum / rows, 1e-14, "PEER under compat weights do not act on the error of an autoencoder")
tap.ok(coder:anomaly(weighed):cell(3, 1) > 0, "which scores rows of weight 0, too")
tap.raises(function() h2o{ initial_weights = { weir.null, weir.null, weir.null } } end, { "initial_biases", "both" },
  "under compat initial weights need initial biases")

-- F106: sparse
differ(h2o{ sparse = true }, h2o(), "F106 PEER under compat sparse rows are not centred")

-- F331: max_w2
tap.is(h2o{ max_w2 = math.huge }.params.max_w2.actual, 1000, "F331 PEER under compat no bound means 1000 for Rectifier")
tap.is(train{ max_w2 = math.huge }.params.max_w2.actual, math.huge, "F331 no bound means none")
local function widest(mm)
  local w, most = mm:weights(1), 0
  for r = 1, w.nrow do
    local s = 0
    for c = 1, w.ncol do s = s + w:cell(r, c) ^ 2 end
    most = math.max(most, s)
  end
  return most
end
tap.ok(widest(train{ max_w2 = 0.2 }) <= 0.2 * (1 + 1e-4), "F074 the bound of max_w2 holds")
tap.ok(math.abs(widest(h2o{ max_w2 = 0.2 }) / 0.2 - 1) < 0.1, "F074 PEER under compat it holds to some per cent")

-- 4, F073: dropped units and masks
local function dropout(make, ratios) return make{ activation = "TanhWithDropout", hidden = { 4, 4 }, hidden_dropout_ratios = ratios } end
same(dropout(h2o, { 0.5, 0.5 }), dropout(h2o, { 0.5, 0.5 }), "10 masks follow the seed under compat")
same(dropout(train, { 0.5, 0.5 }), dropout(train, { 0.5, 0.5 }), "10 masks follow the seed")

-- F402, F029: every activation learns, continues and scores under compat
for _, act in ipairs{ "Tanh", "Rectifier", "Maxout", "ExpRectifier", "TanhWithDropout", "RectifierWithDropout", "MaxoutWithDropout",
                      "ExpRectifierWithDropout" } do
  local whole = h2o{ activation = act, epochs = 4 }
  local half = h2o{ activation = act, epochs = 2 }
  same(h2o{ activation = act, epochs = 4, checkpoint = half }, whole, ("F180 %s: a continued training is the uninterrupted one under compat"):format(act))
end
tap.raises(function() h2o{ epochs = 5, rho = 0.9, checkpoint = h2o() } end, { "rho", "may not change" },
  "under compat rho may not change when a training continues")
tap.raises(function() h2o{ epochs = 5, checkpoint = train() } end, { "compat", "may not change" }, "a model of another arithmetic is not continued")

-- F180, F186: files
do
  local folder = os.tmpname()
  os.remove(folder)
  for name, p in pairs{ maxout = { activation = "Maxout" }, tanh = { activation = "TanhWithDropout", adaptive_rate = false, rate = 0.01,
    momentum_start = 0.5, momentum_stable = 0.5 }, linear = { hidden = {} } } do
    local function both(more) return h2o(weir.merge(p, more)) end
    local half = both{ epochs = 2, model_id = "half_" .. name }
    local want = half:predict(plain)[1]:to_list()
    local path = half:save{ path = folder }
    weir.remove(half)
    local back = weir.load_model(path)
    tap.list(back:predict(plain)[1]:to_list(), want, ("F186 %s: a model of compat scores the same from its file"):format(name))
    same(both{ epochs = 4, checkpoint = back }, both{ epochs = 4 }, ("F180 %s: and goes on from there as if never interrupted"):format(name))
    os.remove(path)
  end
  os.remove(folder)
end

-- F404: elastic averaging on one node. After each iteration the kept network moves by the rate towards the one that learns: with
-- 1 and no pull it is that one, with 0 it stays where the first iteration left it; whole trainings: tests/golden.lua.
do
  local plain_epochs = { epochs = 4, train_samples_per_iteration = 0 }
  local function elastic(rate, pull, more)
    return h2o(weir.merge(plain_epochs, { elastic_averaging = true, elastic_averaging_moving_rate = rate, elastic_averaging_regularization = pull }, more))
  end
  same(elastic(1, 0), h2o(plain_epochs), "F404 moving_rate 1 without a pull is no averaging")
  same(elastic(0, 0.001), h2o{ epochs = 1, train_samples_per_iteration = 0 }, "F404 moving_rate 0 keeps the first iteration's network")
  differ(elastic(0.9, 0.001), h2o(plain_epochs), "F404 the default moving_rate averages")
  differ(elastic(0.9, 0.001), elastic(0.9, 0.1), "F404 elastic_averaging_regularization pulls")
  tap.raises(function() elastic(1.5, 0) end, { "elastic_averaging_moving_rate", "1.5", "1" }, "F404 a moving_rate beyond 1")
end

-- The table of layers is one and the same: dead units are counted under compat too, and the output has no dropout.
do
  local table = h2o{ epochs = 0, hidden = { 4 }, activation = "Rectifier", initial_weights = { weir.frame{ a = { 1, -1, 0, 1 }, b = { 0, 1, 0, -1 } }, weir.frame{ p = { 1 }, q = { 1 }, r = { 1 }, s = { 1 } } },
                     initial_biases = { weir.frame{ b = { -1e3, 0, -1e3, 0 } }, weir.frame{ b = { 0 } } } }:summary()
  tap.is(table.dead_units:to_list()[2], 0.5, "two of four units never fire under compat")
  tap.ok(type(table.dropout:to_list()[3]) ~= "number", "an output layer has no dropout")
end

-- F420: files while a training goes on, under compat too
do
  local folder = os.tmpname()
  os.remove(folder)
  local seen
  local p = { y = "y", training_frame = plain, hidden = { 4, 4 }, seed = 42, reproducible = true, stopping_rounds = 0, quiet_mode = true,
              overwrite_with_best_model = false, compat = "h2o", epochs = 4000, export_checkpoints_dir = folder, checkpoint_interval = 0, model_id = "h2o_live" }
  local job = weir.start.deeplearning(p)
  while job:progress() and job.status ~= "DONE" and not seen do
    local good, m = pcall(weir.load_model, folder .. "/h2o_live.weir")
    if good and m.epochs < p.epochs then seen = m end
  end
  job:cancel()
  tap.ok(seen and seen.epochs > 0 and #seen:scoring_history() > 0, ("F420 under compat a model is written while the training goes on, at epoch %g"):format(seen and seen.epochs or -1))
  local more = { epochs = seen.epochs + 3 }
  same(h2o(weir.merge(more, { checkpoint = seen })), h2o(more), "F420 and continues as if never interrupted")
  os.execute("rm -rf '" .. folder .. "'")
end

-- F061: streams of H2O for splits
local part = plain:split{ 0.5, seed = 42, compat = "h2o" }
local u = plain:runif{ seed = 42, compat = "h2o" }
tap.near(u:cell(1, 1), 0.5137835741043091, 0, "A066 H2O's own numbers")
local low = 0
for _, x in ipairs(u[1]:to_list()) do low = low + (x <= 0.5 and 1 or 0) end
tap.is(part.nrow, low, "A061 a split goes by those numbers")

tap.done()
