-- What a training does with its data and its parameters: encodings, missing values, balance, weights, offsets, given
-- networks, guards, scoring and stopping. F020 to F061, F104 to F134, F301 to F382, F405 to F450.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local iris, prostate = weir.dataset("iris"), weir.dataset("prostate")
for _, c in ipairs{ "CAPSULE", "RACE", "DPROS", "DCAPS" } do prostate[c] = prostate[c]:asfactor() end
local species = iris:names()[5]
local function train(frame, y, args)
  return weir.deeplearning(weir.merge({ training_frame = frame, y = y, hidden = { 6 }, epochs = 2, seed = 3, stopping_rounds = 0,
    reproducible = true, overwrite_with_best_model = false }, args))
end
local function warns(m, piece)
  for _, w in ipairs(m.warnings) do if w:find(piece, 1, true) then return true end end
  return false
end
local function worst_difference(a, b)
  local worst, ta, tb = 0, a:to_table(), b:to_table()
  for name, column in pairs(ta) do
    for i, v in ipairs(column) do
      if type(v) == "number" then worst = math.max(worst, math.abs(v - tb[name][i])) end
    end
  end
  return worst
end
local function list_mean(v) local s = 0 for _, x in ipairs(v) do s = s + x end return s / #v end

-- Encodings, end to end: four factors of 2, 3, 4 and 3 levels in prostate
local widths = { AUTO = 3 + 4 + 5 + 3, OneHotInternal = 15, Binary = 2 + 3 + 2, Eigen = 3, LabelEncoder = 3, SortByResponse = 15, EnumLimited = 15 }
prostate.ID = nil
for name, width in pairs(widths) do
  local m = train(prostate, "CAPSULE", { categorical_encoding = name, epochs = 20 })
  local numbers = 4 -- AGE, PSA, VOL, GLEASON
  local factors = ({ AUTO = 12, OneHotInternal = 12, SortByResponse = 12, EnumLimited = 12 })[name]
  tap.is(#m:input_names(), numbers + (factors or width), "F340 to F343, F405 inputs of " .. name)
  tap.ok(m:auc() > 0.7, "F405 " .. name .. " learns")
  tap.is(worst_difference(m:predict(prostate):rows(1, 7), m:predict(prostate:rows(1, 7))), 0, "F342 " .. name .. " scores rows as before")
end
tap.raises(function() train(prostate, "CAPSULE", { categorical_encoding = "Enum" }) end, { "categorical_encoding", "OneHotInternal" }, "F405 Enum is refused with a reason")
tap.raises(function() train(prostate, "CAPSULE", { categorical_encoding = "OneHotExplicit" }) end, "categorical_encoding", "F405 OneHotExplicit is refused with a reason")
tap.raises(function() weir.autoencoder{ training_frame = prostate, categorical_encoding = "SortByResponse" } end, "response", "F405 SortByResponse needs a response")
tap.is(train(prostate, "CAPSULE", {}).params.categorical_encoding.actual, "OneHotInternal", "F343 auto is shown resolved")

-- F435: what outside scorers need
do
  local m = train(prostate, "AGE", {})
  local offsets = m:catoffsets()
  tap.is(#offsets, 5, "F435 catoffsets end with the numbers' place")
  tap.is(#m:normmul() .. " " .. #m:normsub() .. " " .. #m:respmul() .. " " .. #m:respsub(), "3 3 1 1", "F435 A121 a number each")
  tap.near(m:respsub()[1], prostate.AGE:mean(), 1e-9, "F435 the response's mean")
  tap.near(m:respmul()[1] * prostate.AGE:sd(), 1, 1e-9, "F435 and deviation")
  tap.ok(m:uses("PSA") and not m:uses("AGE"), "F434 which columns predictions depend on")
end

-- F443, T038: frames that do not fit
do
  local m = train(prostate, "CAPSULE", { epochs = 5 })
  local less = prostate[{ "AGE", "RACE", "DPROS", "DCAPS", "PSA", "VOL" }]
  tap.is(m:predict(less).nrow, 380, "F443 a missing column, no response")
  local numbers = prostate[prostate:names()]
  numbers["RACE"] = numbers["RACE"]:asnumeric()
  tap.is(worst_difference(m:predict(numbers), m:predict(prostate)), 0, "T038 numbers that spell the levels of a factor")
  tap.raises(function() train(prostate, "CAPSULE", { validation_frame = prostate[{ "AGE", "CAPSULE" }] }) end, { "validation_frame", "DPROS" },
    "F306 a validation frame without a predictor")
  local extra = prostate[prostate:names()]
  extra["more"] = 1
  tap.ok(train(prostate, "CAPSULE", { validation_frame = extra }):auc{ valid = true } > 0, "F306 a column more is no matter")
end

-- F355, F105: missing values
do
  local holes = weir.frame({ a = { 1, 2, 0 / 0, 4, 5, 6 }, b = { 0 / 0, 1, 1, 2, 3, 5 }, y = { 1, 2, 3, 4, 5, 6 } }, { names = { "a", "b", "y" } })
  local mean, skip = train(holes, "y", { epochs = 1 }), train(holes, "y", { epochs = 1, missing_values_handling = "Skip" })
  tap.is(mean.samples .. " " .. skip.samples, "6 4", "F355 Skip leaves out rows with holes")
  holes["c"] = weir.frame{ c = { 0 / 0, 0 / 0, 1, 0 / 0, 0 / 0, 0 / 0 } }
  holes["d"] = weir.frame{ d = { 1, 2, 0 / 0, 3, 4, 5 } }
  tap.raises(function() train(holes, "y", { missing_values_handling = "Skip", ignore_const_cols = false }) end, "MeanImputation", "F355 T020 no row left: says what to do")
  tap.ok(warns(train(holes, "y", {}), "constant: c"), "F364 constant columns are named")
  tap.is(#train(holes, "y", { ignore_const_cols = false }):input_names(), 4, "F364 and stay when asked")
  local y = weir.frame({ a = { 1, 2, 3, 4, 5 }, y = { 1, 0 / 0, 3, 4, 5 } }, { names = { "a", "y" } })
  tap.is(train(y, "y", { epochs = 1 }).samples, 4, "F355 rows without a response are never trained on")
end
tap.raises(function() train(weir.frame{ a = { 1, 1, 1 }, y = { 1, 2, 3 } }, "y", {}) end, "predictor", "T047 F302 constant predictors only")

-- F358 to F360: balance
do
  local m = train(prostate, "CAPSULE", { balance_classes = true, epochs = 1 })
  tap.ok(math.abs(m.samples - 2 * 227) <= 2, "F358 all classes as frequent as the largest")
  local p = train(prostate, "CAPSULE", { balance_classes = true, epochs = 30 }):predict(prostate)
  tap.near(list_mean(p[3]:to_list()), 153 / 380, 0.08, "F358 probabilities are corrected back")
  tap.is(train(prostate, "CAPSULE", { balance_classes = true, max_after_balance_size = 0.5, epochs = 1 }).samples, 190, "F360 half as many rows")
  tap.is(train(prostate, "CAPSULE", { balance_classes = true, class_sampling_factors = { 1, 2 }, epochs = 1 }).samples, 227 + 2 * 153, "F359 factors by class")
  tap.ok(warns(train(prostate, "CAPSULE", { balance_classes = true, class_sampling_factors = { 0.5, 1 }, epochs = 1 }), "class '0'"), "F359 a class that loses rows is named")
  tap.raises(function() train(prostate, "CAPSULE", { class_sampling_factors = { 1, 2 } }) end, "balance_classes", "F359 needs balance_classes")
  tap.raises(function() train(prostate, "CAPSULE", { balance_classes = true, class_sampling_factors = { 1 } }) end, "class_sampling_factors", "F359 one each")
end

-- F377, T024: weights
do
  local w = {}
  for i = 1, 380 do w[i] = i % 3 == 0 and 0 or 1 end
  local weighted = prostate[prostate:names()]
  weighted["w"] = weir.frame{ w = w }
  local a, b = train(weighted, "CAPSULE", { weights_column = "w" }), train(weighted:where(weighted.w:gt(0)), "CAPSULE", { ignored_columns = { "w" } })
  tap.is(a.samples, b.samples, "F377 rows of weight 0 are absent")
  tap.near(worst_difference(a:predict(prostate), b:predict(prostate)), 0, 1e-4, "F377 and change nothing")
  tap.is(a:predict(prostate).nrow, 380, "F377 new data need no weights")
  weighted["w"] = weir.frame{ w = { -1, table.unpack(w, 2) } }
  tap.raises(function() train(weighted, "CAPSULE", { weights_column = "w" }) end, "negative", "F377 a negative weight")
end

-- F376: offsets of any sign: y with offset o learns what y - o learns
for _, o in ipairs{ 7, -7 } do
  local f, g = prostate[prostate:names()], prostate[prostate:names()]
  f["o"] = o
  g["AGE"] = g["AGE"] - o
  local args = { standardize = false, adaptive_rate = false, rate = 1e-6, epochs = 1, x = { "PSA", "VOL", "GLEASON" } }
  local a = train(f, "AGE", weir.merge(args, { offset_column = "o" }))
  local b = train(g, "AGE", args)
  tap.near(worst_difference(a:predict(f), b:predict(g) + o), 0, 2e-3, "F376 an offset of " .. o .. " is taken off the response")
end
tap.raises(function() train(prostate, "CAPSULE", { offset_column = "AGE" }) end, "regression", "F376 not for classes")

-- F413, T023: given networks; F375: exported ones
do
  local m = train(iris, species, { hidden = { 10, 10 }, epochs = 3, export_weights_and_biases = true, model_id = "exporter" })
  local w, b = { m:weights(1), m:weights(2), m:weights(3) }, { m:biases(1), m:biases(2), m:biases(3) }
  local again = train(iris, species, { hidden = { 10, 10 }, epochs = 0, initial_weights = w, initial_biases = b, seed = 99 })
  tap.near(worst_difference(again:predict(iris), m:predict(iris)), 0, 1e-6, "F413 T023a given weights and biases give the same model")
  tap.near(again:logloss(), m:logloss(), 1e-6, "T023a the same log loss")
  local part = train(iris, species, { hidden = { 10, 10 }, epochs = 0, initial_weights = { w[1], false, w[3] }, initial_biases = { b[1], b[2], false } })
  tap.is(worst_difference(part:weights(1), w[1]) + worst_difference(part:weights(3), w[3]), 0, "F413 T023b entries may be left out")
  tap.ok(worst_difference(part:weights(2), w[2]) > 0, "T023b what is left out is drawn")
  tap.raises(function() train(iris, species, { hidden = { 10, 10 }, initial_weights = { w[1], w[2] } }) end, { "initial_weights", "3" }, "F413 one entry per layer")
  tap.raises(function() train(iris, species, { hidden = { 9, 10 }, initial_weights = w }) end, { "initial_weights[1]", "10 x 4", "9 x 4" }, "F413 sizes that do not fit")
  tap.is(worst_difference(weir.get_frame("exporter.weights.2"), w[2]), 0, "F375 T022 matrices are frames of their own")
  tap.is(weir.get_frame("exporter.biases.3").nrow, 3, "F375 T022 vectors too")
end

-- F208, F309: layers learnt without labels
do
  local x = { 1, 2, 3, 4 }
  local auto = weir.autoencoder{ training_frame = iris, x = x, hidden = { 6, 4 }, activation = "Tanh", epochs = 30, seed = 1, reproducible = true }
  local m = train(iris, species, { hidden = { 6, 4 }, activation = "Tanh", epochs = 0, pretrained_autoencoder = auto })
  tap.is(worst_difference(m:weights(1), auto:weights(1)) + worst_difference(m:weights(2), auto:weights(2)), 0, "F208 F309 hidden layers start from the autoencoder's")
  tap.is(m:weights(3).nrow, 3, "F208 with an output layer of its own")
  tap.raises(function() train(iris, species, { hidden = { 6, 5 }, activation = "Tanh", pretrained_autoencoder = auto }) end, { "6,4", "6,5" }, "F208 other hidden layers: both are named")
  tap.raises(function() train(iris, species, { hidden = { 6, 4 }, activation = "Tanh", x = { 1, 2, 3 }, pretrained_autoencoder = auto }) end, { "4 inputs", "'" .. iris:names()[4] .. "'" },
    "F208 other columns: the first is named")
  tap.raises(function() train(iris, species, { hidden = { 6, 4 }, pretrained_autoencoder = auto }) end, "activation", "F208 another activation")
  tap.raises(function() train(iris, species, { hidden = { 6, 4 }, pretrained_autoencoder = m }) end, "not an autoencoder", "F309 a supervised one")
end

-- F449: too large, before anything is allocated
do
  local e = tap.raises(function() train(iris, species, { hidden = { 65535, 65535 } }) end, { "hidden", "4295426043", "layer 2", "65535 units", "100000000" }, "F449 the guard names the count and the largest layer")
  tap.ok(tostring(e):find("parameters", 1, true), "F449 and what to do")
  weir.init{ parameters = 50 }
  tap.raises(function() train(iris, species, { hidden = { 10 } }) end, "limit is 50", "F449 the limit can be set")
  weir.init{ memory = "1M" }
  tap.raises(function() train(iris, species, { hidden = { 2000, 2000 } }) end, { "memory budget", "layer 2" }, "F449 decision 24 so can the memory")
  weir.init{}
end

-- F450, T006: explosion on two spirals
do
  local x, y, class = {}, {}, {}
  for i = 0, 95 do
    local angle, radius = i * math.pi / 16, 6.5 * (104 - i) / 104
    for k = 0, 1 do
      local s = k == 0 and 1 or -1
      x[#x + 1], y[#y + 1], class[#class + 1] = s * radius * math.sin(angle), s * radius * math.cos(angle), "c" .. k
    end
  end
  local spiral = weir.frame({ x = x, y = y, class = class }, { names = { "x", "y", "class" } })
  spiral["class"] = spiral["class"]:asfactor()
  local deep = {}
  for i = 1, 16 do deep[i] = 10 end
  local args = { hidden = deep, initial_weight_distribution = "Uniform", initial_weight_scale = 1e20, max_w2 = 1e20, epochs = 100,
    train_samples_per_iteration = 10, activation = "Tanh" }
  for _, auto in ipairs{ false, true } do
    local m = auto and weir.autoencoder(weir.merge({ training_frame = spiral, seed = 1, reproducible = true }, args)) or train(spiral, "class", args)
    tap.ok(m.unstable and m.stopped:find("unstable", 1, true), "F450 T006 an explosion marks the model" .. (auto and ", autoencoder" or ""))
    tap.ok(warns(m, "Remedies") and warns(m, "max_w2") and warns(m, "rate") and warns(m, "Tanh"), "F450 cause and three remedies")
    tap.raises(function() m:predict(spiral) end, "unstable", "F450 T006 predicting is refused")
  end
  local m = train(spiral, "class", { classification_stop = 0.7, epochs = 100, train_samples_per_iteration = -1 })
  tap.ok(m.epochs < 100 and m.stopped:find("classification_stop", 1, true), "F116 F349 T043 an absolute goal stops")
  tap.ok(train(spiral, "class", { classification_stop = -1, epochs = 3 }).epochs == 3, "F349 -1 is no goal")
end
tap.ok(train(iris, 1, { regression_stop = 1e3, epochs = 50 }).stopped:find("regression_stop", 1, true), "F116 F350 a goal for numbers")
do
  local m = train(iris, species, { max_runtime_secs = 1e-63, epochs = 1000 })
  tap.ok(m.epochs < 1000 and m.stopped:find("max_runtime_secs", 1, true), "F115 T046 1e-63 seconds give a model")
  tap.ok(warns(m, "of 1000 epochs: max_runtime_secs"), "F115 T046 and a warning")
end

-- F058 to F061, F407: iterations
do
  local function first(args) return train(iris, species, weir.merge({ score_each_iteration = true, epochs = 2 }, args)):scoring_history() end
  tap.near(first{ train_samples_per_iteration = 0 }.epochs:to_list()[2], 1, 1e-9, "F059 0 is an epoch")
  tap.near(first{ train_samples_per_iteration = -1 }.epochs:to_list()[2], 1, 1e-9, "F060 -1 is all data")
  local h = first{ train_samples_per_iteration = 50 }
  tap.is(h.nrow, 7, "F058 F407 an iteration is 50 rows, each one scored")
  tap.is(h.samples:to_list()[2], 50, "F058 rows of the first")
  local m = train(iris, species, { epochs = 100, reproducible = false, score_each_iteration = true })
  tap.ok(m:scoring_history().nrow > 10, "F061 -2 gives at least ten iterations")
  tap.raises(function() train(iris, species, { train_samples_per_iteration = -3 }) end, "train_samples_per_iteration", "F314 below -2")
end

-- F132 to F134, F345 to F348, F361: scoring
do
  local m = train(prostate, "CAPSULE", { score_training_samples = 100, validation_frame = prostate, score_validation_samples = 50 })
  tap.ok(tostring(m):find("sample of 100 of", 1, true), "F132 F346 how many training rows")
  tap.ok(tostring(m):find("sample of 50 of", 1, true), "F133 F347 how many validation rows")
  tap.ok(tostring(train(prostate, "CAPSULE", { score_training_samples = 0 })):find("full training frame", 1, true), "F346 0 is all")
  local few = train(prostate, "CAPSULE", { reproducible = false, score_interval = 1e9, epochs = 200 })
  tap.is(few:scoring_history().nrow, 2, "F345 F134 none before the interval is over")
  local many = train(prostate, "CAPSULE", { reproducible = false, score_interval = 0, score_duty_cycle = 1, epochs = 200 })
  tap.ok(many:scoring_history().nrow > 5, "F348 F134 all the time")
  local none = train(prostate, "CAPSULE", { reproducible = false, score_interval = 0, score_duty_cycle = 0, epochs = 200 })
  tap.is(none:scoring_history().nrow, 2, "F348 no time for scoring")
  local rare = {}
  for i = 1, 380 do rare[i] = i % 95 == 0 and "rare" or "often" end
  local f = prostate[{ "AGE", "PSA" }]
  f["k"] = weir.frame{ k = rare }
  f["k"] = f["k"]:asfactor()
  local s = train(f, "k", { validation_frame = f, score_validation_samples = 20, score_validation_sampling = "Stratified" })
  local cm = s:confusion_matrix{ valid = true }
  local there = 0
  for i = 1, 2 do there = there + ((cm:cell(i, 2) + cm:cell(i, 3)) > 0 and 1 or 0) end
  tap.is(there, 2, "F361 each class stays present")
end

-- Parameters that are heard and have no effect here, or change only what is said
for name, case in pairs{
  F370 = { { col_major = true }, "col_major" }, F366 = { { replicate_training_data = true }, "one machine" },
  F367 = { { single_node_mode = true }, "one machine" }, F382 = { { target_ratio_comm_to_comp = 0.5 }, "one machine" },
  F333 = { { initial_weight_scale = 3 }, "UniformAdaptive" }, F336 = { { quantile_alpha = 0.3 }, "quantile" },
  F414 = { { diagnostics = false }, "diagnostics" } } do
  tap.ok(warns(train(iris, species, case[1]), case[2]), name .. " is answered by a sentence")
end
do
  local s = train(iris, species, {}):summary()
  local dead = s.dead_units:to_list()
  tap.ok(dead[2] >= 0 and dead[2] <= 1, "layers show their dead units")
  local d = train(iris, species, { initial_biases = { weir.frame{ b = { -1e3, -1e3, -1e3, 0.5, 0.5, 0.5 } }, false } , epochs = 0 }):summary()
  tap.is(d.dead_units:to_list()[2], 0.5, "units that never fire are dead")
  local none = train(iris, species, { diagnostics = false }):summary().mean_weight:to_list()[2]
  tap.ok(type(none) ~= "number", "F414 no statistics without diagnostics")
  local small = tostring(train(iris, species, { max_confusion_matrix_size = 2 }))
  tap.ok(small:find("not printed", 1, true) and not tostring(train(iris, species, {})):find("not printed", 1, true), "F415 limits printed classes")
  tap.is(train(iris, species, { force_load_balance = false, threads = 2 }).threads, 1, "F365 off: a block of rows per thread at least")
  local one = train(iris, species, { seed = -1 })
  tap.is(train(iris, species, { seed = one.seed }):logloss(), one:logloss(), "F315 the seed that was drawn can be used again")
  tap.ok(not pcall(function() return train(iris, species, { variable_importances = false }):varimp() end), "F362 no importances when not asked")
  tap.is(train(iris, species, { x = { 1, 2, 3, 4 }, ignored_columns = { iris:names()[1] } }):input_names()[1], iris:names()[2], "F409 ignored columns")
end

-- F368: an iteration of one epoch shuffles by itself
do
  local plain = train(iris, species, { train_samples_per_iteration = 150 })
  tap.is(worst_difference(plain:weights(1), train(iris, species, { train_samples_per_iteration = 150, shuffle_training_data = true }):weights(1)), 0,
    "F368 shuffling comes on by itself")
  tap.ok(worst_difference(plain:weights(1), train(iris, species, { train_samples_per_iteration = 150, shuffle_training_data = false }):weights(1)) > 0,
    "F368 unless it was asked not to: another order")
end

-- F369, F106: sparse
do
  local rows = {}
  for k = 1, 30 do rows["s" .. k] = {} end
  local y = {}
  for i = 1, 400 do
    local sum = 0
    for k = 1, 30 do
      local v = (i * 7919 * k + k * k * 31) % 97 < 6 and ((i + k) % 5 + 1) or 0
      rows["s" .. k][i] = v
      sum = sum + (k % 3 - 1) * v
    end
    y[i] = sum
  end
  local f = weir.frame(weir.merge(rows, { y = y }))
  local sparse, dense = train(f, "y", { sparse = true, epochs = 40, hidden = { 20 } }), train(f, "y", { epochs = 40, hidden = { 20 } })
  tap.ok(sparse:r2() > 0.9 and dense:r2() > 0.9, "F106 F369 sparse data are learnt as well as dense ones")
  tap.is(math.max(table.unpack(sparse:normsub())), 0, "F106 sparse numbers are not centred")
end

-- T074: no combination brings it down
do
  local pick = function(n, k) return (n * 48271 % 2147483647) % k + 1 end
  local n, bad = 12345, nil
  local choices = {
    activation = { "Tanh", "TanhWithDropout", "Rectifier", "RectifierWithDropout", "Maxout", "MaxoutWithDropout", "ExpRectifier" },
    mini_batch_size = { 1, 1, 7, 64 }, optimizer = { "auto", "sgd", "adam" }, categorical_encoding = { "AUTO", "Binary", "Eigen", "LabelEncoder", "SortByResponse", "EnumLimited" },
    use_all_factor_levels = { true, false }, sparse = { false, true }, missing_values_handling = { "MeanImputation", "Skip" },
    train_samples_per_iteration = { -2, -1, 0, 100, 500 }, reproducible = { true, false }, shuffle_training_data = { true, false },
    overwrite_with_best_model = { true, false }, score_training_samples = { 0, 20, 200 }, input_dropout_ratio = { 0, 0.1 },
    max_categorical_features = { 2147483647, 5 }, l1 = { 0, 1e-3 }, l2 = { 0, 1e-3 }, max_w2 = { math.huge, 10 }, fast_mode = { true, false },
    standardize = { true, false }, weight_average = { 0, 0.99 }, force_load_balance = { true, false } }
  local names = {}
  for name in pairs(choices) do names[#names + 1] = name end
  table.sort(names)
  for _ = 1, 60 do
    local args, said = { epochs = 1.5, hidden = { 5, 4 } }, {}
    for _, name in ipairs(names) do
      n = n * 48271 % 2147483647
      args[name] = choices[name][pick(n, #choices[name])]
      said[#said + 1] = name .. "=" .. tostring(args[name])
    end
    local y = n % 2 == 0 and "CAPSULE" or "PSA"
    if y == "CAPSULE" then args.balance_classes = n % 3 == 0 end
    local good, e = pcall(function() local m = train(prostate, y, args) if not m.unstable then m:predict(prostate) end end)
    if not good then bad = tostring(e) .. ": " .. table.concat(said, " ") end
  end
  tap.is(bad, nil, "T074 sixty combinations of parameters run to their end")
end

tap.done()
