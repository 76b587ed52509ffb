-- What the booklet says of trainings, as a script sees it: F020 to F049, F070 to F081, F090 to F117, F127 to F137, F180 to F183.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local iris, prostate = weir.dataset("iris"), weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
local species = iris:names()[5]
local function train(frame, y, args)
  return weir.deeplearning(weir.merge({ training_frame = frame, y = y, hidden = { 6 }, epochs = 2, seed = 3, stopping_rounds = 0,
    reproducible = true, export_weights_and_biases = true }, args))
end
local function ends(x) -- smallest and largest of all cells
  local least, most = math.huge, -math.huge
  for _, column in pairs(x:to_table()) do
    for _, v in ipairs(column) do least, most = math.min(least, v), math.max(most, v) end
  end
  return least, most
end

-- F020, F021
for _, hidden in ipairs{ {}, { 1 }, { 64, 64, 32 }, { 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10 } } do
  local m = train(iris, species, { hidden = hidden, epochs = 0.5 })
  local units = m:summary().units:to_list()
  local good = #units == #hidden + 2
  for i, n in ipairs(hidden) do good = good and units[i + 1] == n and m:biases(i).nrow == n end
  tap.ok(good and m:biases(#hidden + 1).nrow == 3, "F020 F021 " .. #hidden .. " hidden layers, a bias per unit")
end

-- F022, F023, F033
local m3, m2, r = train(iris, species, {}), train(prostate, "CAPSULE", {}), train(iris, 1, {})
tap.is(m3.category .. " " .. m2.category .. " " .. r.category, "multinomial binomial regression", "F023 the type follows the response")
local p = m3:predict(iris)
local worst = 0
for i = 1, 150 do worst = math.max(worst, math.abs(p:cell(i, 2) + p:cell(i, 3) + p:cell(i, 4) - 1)) end
tap.ok(worst < 1e-6, "F022 probabilities sum to 1")
tap.is(r:predict(iris).ncol, 1, "F022 regression has one output")
tap.is(m2.params.distribution.input .. " " .. m2.params.distribution.actual, "AUTO bernoulli", "F033 asked and resolved")
tap.is(m3.params.loss.actual .. " " .. r.params.loss.actual, "CrossEntropy Quadratic", "F047 the distribution's own loss")
tap.raises(function() train(iris, 1, { distribution = "bernoulli" }) end, "asfactor", "F023 a numeric response is no class; names asfactor")

-- F024 to F026: first weights
local first = train(iris, species, { epochs = 0, hidden = { 40, 20 }, activation = "Tanh" })
for layer, io in ipairs{ { 4, 40, 1 }, { 40, 20, 1 }, { 20, 3, 4 } } do
  local most, least, bound = select(2, ends(first:weights(layer))), ends(first:weights(layer)), io[3] * math.sqrt(6 / (io[1] + io[2]))
  tap.ok(most <= bound and least >= -bound and most > bound / 2, "F024 weights of layer " .. layer .. " lie in their range")
end
tap.is(select(2, ends(first:biases(1))), 0, "F024 hidden biases of Tanh are 0")
local rect = train(iris, species, { epochs = 0, hidden = { 4, 4 } })
tap.is(ends(rect:biases(1)) .. " " .. ends(rect:biases(2)) .. " " .. ends(rect:biases(3)), "0.5 1 0", "F024 biases of Rectifier")
local low, high = ends(train(iris, species, { epochs = 0, hidden = { 200 }, initial_weight_distribution = "Uniform",
  initial_weight_scale = 0.2 }):weights(1))
tap.ok(low >= -0.2 and high <= 0.2 and high > 0.15, "F025 Uniform within its scale")
do
  local w, sum, n = train(iris, species, { epochs = 0, hidden = { 3000 }, initial_weight_distribution = "Normal",
    initial_weight_scale = 0.5 }):weights(1), 0, 0
  for _, c in pairs(w:to_table()) do for _, v in ipairs(c) do sum, n = sum + v * v, n + 1 end end
  tap.near(math.sqrt(sum / n), 0.5, 0.01, "F026 Normal has its standard deviation")
end
-- 4 x 6 + 6 weights and biases below, twice as many for two channels; 6 x 3 + 3 above
tap.is(tostring(train(iris, species, { epochs = 0, activation = "Maxout" })):match("(%d+) weights and biases"), "" .. 2 * 30 + 21, "F029 Maxout has two channels per unit")

-- F036, F037, F040: deviances by the published formulas
local function deviance(frame, y, args, formula)
  local m = train(frame, y, args)
  local f, actual, sum = m:predict(frame)[1]:to_list(), frame[y]:to_list(), 0
  for i = 1, #f do sum = sum + formula(actual[i], f[i]) end
  return m:mean_residual_deviance(), sum / #f
end
for name, formula in pairs{
  gaussian = function(y, f) return (y - f) ^ 2 end,
  laplace = function(y, f) return math.abs(y - f) end,
  poisson = function(y, f) return 2 * (y * math.log(y / f) - y + f) end,
  gamma = function(y, f) return 2 * (math.log(f / y) + y / f - 1) end } do
  local got, want = deviance(iris, 1, { distribution = name }, formula)
  tap.near(got / want, 1, 2e-5, "F036 to F040 deviance of " .. name)
end

-- F044, F046, F048
tap.raises(function() train(iris, species, { loss = "Absolute" }) end, "loss", "F044 Absolute is for numbers")
tap.raises(function() train(iris, 1, { loss = "CrossEntropy" }) end, "CrossEntropy", "F046 CrossEntropy is for classes")
tap.raises(function() train(iris, 1, { distribution = "poisson", loss = "Quadratic" }) end, "poisson", "F048 pairs that do not fit name both")
tap.raises(function() train(iris, 1, { distribution = "tweedie", tweedie_power = 2.5 }) end, "tweedie_power", "F039 a power above 2")

-- F070 to F074
local function size(m, fn)
  local sum = 0
  for i = 1, 2 do
    for _, c in pairs(m:weights(i):to_table()) do for _, v in ipairs(c) do sum = sum + fn(v) end end
  end
  return sum
end
local square = function(v) return v * v end
local small = function(v) return math.abs(v) < 1e-2 and 1 or 0 end
tap.ok(size(train(prostate, "CAPSULE", { epochs = 20, l1 = 1e-2 }), small) > size(train(prostate, "CAPSULE", { epochs = 20 }), small),
  "F070 l1 makes weights small")
local s0, s1, s2 = 0, 0, 0
s0 = size(train(prostate, "CAPSULE", { epochs = 10 }), square)
s1 = size(train(prostate, "CAPSULE", { epochs = 10, l2 = 1e-3 }), square)
s2 = size(train(prostate, "CAPSULE", { epochs = 10, l2 = 1e-1 }), square)
tap.ok(s0 > s1 and s1 > s2, "F071 l2 makes their squares fall")
tap.ok(train(iris, species, { input_dropout_ratio = 0.3 }).epochs > 0, "F072 input dropout works with any activation")
tap.raises(function() train(iris, species, { hidden_dropout_ratios = { 0.5 } }) end, "hidden_dropout_ratios", "F073 refused without a dropout activation")
tap.raises(function() train(iris, species, { activation = "TanhWithDropout", hidden_dropout_ratios = { 0.5, 0.5 } }) end,
  "hidden_dropout_ratios", "F073 a wrong length")
tap.raises(function() train(iris, species, { activation = "TanhWithDropout", hidden_dropout_ratios = { 1 } }) end,
  "hidden_dropout_ratios", "F073 a share of 1")
do
  local m, most = train(iris, species, { epochs = 20, max_w2 = 0.5 }), 0
  local columns = m:weights(1):to_table()
  for unit = 1, 6 do
    local sum = 0
    for _, c in pairs(columns) do sum = sum + c[unit] ^ 2 end
    most = math.max(most, sum)
  end
  tap.ok(most <= 0.5 * (1 + 1e-4), "F074 max_w2 caps the squares into a unit")
  tap.ok(train(iris, species, { max_w2 = math.huge }).epochs > 0, "F074 math.huge is no cap")
end

-- F080, F081
do
  local m = train(iris, species, { rate = 0.1, momentum_start = 0.5 })
  local all = table.concat(m.warnings, " ")
  tap.ok(all:find("rate") and all:find("momentum_start"), "F080 ignored parameters are named")
  local manual = train(iris, species, { adaptive_rate = false })
  tap.near(manual.params.rate.actual, 0.005, 1e-12, "F081 the manual rate")
  tap.is(manual.params.rate_annealing.actual .. " " .. manual.params.rate_decay.actual, "1e-06 1.0", "F081 annealing and decay")
end

-- F098, F099, F101
do
  local d = prostate:describe()
  local row
  for i, name in ipairs(d["column"]:to_list()) do if name == "AGE" then row = i end end
  tap.is(d:cell(row, "min") .. " " .. d:cell(row, "max"), "43 79", "F098 AGE's ends")
  tap.near(d:cell(row, "mean"), 66.039, 5e-4, "F098 AGE's mean")
  tap.near(d:cell(row, "sd"), 6.527, 5e-4, "F098 AGE's sd")
  local m = train(iris, 3, { x = { 1, 2, 3 } })
  tap.list(m.predictors, { iris:names()[1], iris:names()[2] }, "F099 a response within x is dropped")
  local a, b = prostate:split({ 0.75, seed = 1234 })
  local c = prostate:split({ 0.75, seed = 1234 })
  tap.ok(a.nrow + b.nrow == 380 and c.nrow == a.nrow and c:cell(5, 1) == a:cell(5, 1), "F101 same seed, same split")
end

-- F113, F115, F117, F123
tap.is(train(iris, species, { epochs = 7, stopping_rounds = 0, classification_stop = -1 }).epochs, 7.0, "F113 rounds = 0 runs all epochs")
do
  local t = weir.clock()
  local m = train(iris, species, { epochs = 1e8, max_runtime_secs = 0.3, classification_stop = -1 })
  tap.ok(weir.clock() - t < 3 and m.stopped:find("max_runtime_secs"), "F115 a training is cut in time and says so")
  local best, kept = math.huge, train(iris, species, { epochs = 30, score_interval = 0, score_duty_cycle = 1, stopping_metric = "logloss",
    stopping_rounds = 3, train_samples_per_iteration = 150 })
  for _, x in ipairs(kept:scoring_history()["training_logloss"]:to_list()) do
    if x ~= weir.null then best = math.min(best, x) end
  end
  tap.near(kept:logloss(), best, 1e-6, "F117 the best of the history is kept")
end
tap.is(m3.params.nfolds.actual, 0, "F123 no folds by default")

-- F127 to F137
tap.ok(tostring(m3.params):find("epochs +10 +2 +2"), "F127 default, asked and used")
for _, part in ipairs{ "multinomial", "Layers", "Confusion matrix", "Scoring history", "Variable importances", "Hit ratios" } do
  tap.ok(tostring(m3):find(part, 1, true), "F128 a model's print has: " .. part)
end
tap.raises(function() m3:performance{ valid = true } end, "validation", "F129 a set that is not there")
do
  local perf, q, sum = r:performance(iris), r:predict(iris)[1]:to_list(), 0
  for i, y in ipairs(iris[1]:to_list()) do sum = sum + (y - q[i]) ^ 2 end
  tap.near(perf:mse(), sum / 150, 1e-6, "F130 performance equals metrics of the predictions")
end
for _, name in ipairs{ "mse", "rmse", "logloss", "auc", "aucpr", "gini", "mean_per_class_error", "error" } do
  local x = m2[name](m2)
  tap.ok(x == x and x >= -1, "F131 " .. name)
end
for _, name in ipairs{ "rmsle", "r2", "mae" } do
  tap.ok(r[name](r) == r[name](r), "F131 " .. name .. " of a regression")
end
do
  local sampled = train(iris, species, { score_training_samples = 50 })
  tap.ok(tostring(sampled):find("50", 1, true) and sampled:performance{ train = true }.nobs < 150, "F132 a sample is told")
  local threshold, q = m2:default_threshold(), m2:predict(prostate)
  local good = true
  for i = 1, 380 do good = good and (q:cell(i, 1) == "1") == (q:cell(i, 3) >= threshold) end
  tap.ok(good, "F135 labels follow the best threshold")
  tap.is(q:head().nrow, 10, "F136 head")
  local v, sum = m2:varimp(), 0
  for _, x in ipairs(v["percentage"]:to_list()) do sum = sum + x end
  tap.near(sum, 1, 1e-6, "F137 percentages sum to 1")
  tap.is(v:cell(1, "scaled_importance"), 1, "F137 the first has 1")
end

-- F180 to F183
do
  local two = train(iris, species, { model_id = "two" })
  local four = train(iris, species, { checkpoint = "two", epochs = 4 })
  tap.near(four.epochs, 4, 1e-9, "F180 goes on to the epochs in all")
  local straight = train(iris, species, { epochs = 4 })
  tap.ok(math.abs(four:logloss() - straight:logloss()) < 0.5, "F180 and is about where a straight training is")
  local e = tap.raises(function() train(iris, species, { checkpoint = two, epochs = 2 }) end, { "epochs", "2" }, "F180 nothing is left to do")
  tap.raises(function() train(iris, species, { checkpoint = two, epochs = 4, hidden = { 5 } }) end, "hidden", "F183 another architecture")
  tap.raises(function() train(iris, 1, { checkpoint = two, epochs = 4 }) end, "", "F183 another response")
  tap.raises(function() train(prostate, "CAPSULE", { checkpoint = two, epochs = 4 }) end, "", "F181 other columns")
  tap.ok(train(iris, species, { checkpoint = two, epochs = 4, l1 = 1e-4 }).epochs > 2, "F182 l1 may change")
end
tap.done()
