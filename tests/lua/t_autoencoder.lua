-- Autoencoders: F200 to F207, F209, F308, F371, F372, F401, T032, T004.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)
local data = os.getenv("WEIR_DATA")

local iris, prostate = weir.dataset("iris"), weir.dataset("prostate")
for _, name in ipairs{ "CAPSULE", "RACE" } do prostate[name] = prostate[name]:asfactor() end
local base = { activation = "Tanh", hidden = { 3 }, epochs = 40, seed = 1, reproducible = true, stopping_rounds = 0, quiet_mode = true,
               score_training_samples = 0 }
local function train(args) return weir.autoencoder(weir.merge(base, args)) end
local function mean(list)
  local s = 0
  for _, x in ipairs(list) do s = s + x end
  return s / #list
end

-- F200: output width is the expanded input width; a response is not looked at.
local numbers = iris[{ 1, 2, 3, 4 }]
local m = train{ training_frame = numbers }
local units = m:summary().units:to_list()
tap.list(units, { 4, 3, 4 }, "F200 as many outputs as inputs")
local mixed = train{ training_frame = prostate, ignored_columns = { "ID" } }
local inputs = mixed:summary().units:to_list()
tap.is(inputs[1], (2 + 1) + (3 + 1) + 6, "F200 levels and one slot for missing ones count")
tap.is(inputs[3], inputs[1], "F200 and all are rebuilt")
local asked = weir.deeplearning(weir.merge(base, { autoencoder = true, training_frame = iris, y = "Species", ignored_columns = { "Species" } }))
tap.near(asked:mse(), m:mse(), 1e-12, "F200 a response is ignored")

-- F203, F204, T032: the error of a row, of a feature.
local e = m:anomaly(numbers)["Reconstruction.MSE"]:to_list()
tap.near(mean(e), m:mse(), 1e-7 * m:mse(), "F203 the mean of the rows' errors is the reported MSE")
local features, worst = m:anomaly(numbers, true), 0
local columns = {}
for k = 1, features.ncol do columns[k] = features[k]:to_list() end
for i = 1, #e do
  local s = 0
  for k = 1, #columns do s = s + columns[k][i] end
  worst = math.max(worst, math.abs(s / #columns - e[i]))
end
tap.ok(worst < 1e-9, "F204 T032 the mean over features is the row's error")

-- F103, F206: inputs are (x - mean) / (max - min); what is rebuilt comes in the columns' own units.
local back = m:predict(numbers)
tap.list(back:names(), { "reconstr_" .. iris:names()[1], "reconstr_" .. iris:names()[2], "reconstr_" .. iris:names()[3], "reconstr_" .. iris:names()[4] },
         "F206 a column for each")
local x, r = numbers[1]:to_list(), back[1]:to_list()
local range = numbers[1]:max() - numbers[1]:min()
local off = 0
for i = 1, #x do off = math.max(off, math.abs(((r[i] - x[i]) / range) ^ 2 - columns[1][i])) end
tap.ok(off < 1e-6, "F103 F206 its distance, over max - min, is the feature's error")
tap.ok(mean(r) > 5 and mean(r) < 7, "F206 in centimetres again")
local levels = mixed:predict(prostate):names()
local named = 0
for _, name in ipairs(levels) do named = named + (name:find("^reconstr_RACE%.") and 1 or 0) end
tap.is(named, 4, "F206 a column per level of a factor")
local raw = train{ training_frame = numbers, standardize = false, activation = "Rectifier", epochs = 200 }
local own, guess = raw:anomaly(numbers, true)[1]:to_list(), raw:predict(numbers)[1]:to_list()
off = 0
for i = 1, #x do off = math.max(off, math.abs((guess[i] - x[i]) ^ 2 - own[i])) end
tap.ok(off < 1e-6, "F401 without scaling the error is in raw units")

-- F201, F209: any topology; features of every hidden layer.
for _, hidden in ipairs{ { 37, 12 }, { 10, 5, 3 }, { 50, 20, 50 }, { 2 } } do
  local a = train{ training_frame = numbers, hidden = hidden, epochs = 2 }
  local good = true
  for layer, n in ipairs(hidden) do
    local f = a:deepfeatures(numbers, layer)
    good = good and f.ncol == n and f.nrow == 150 and f:names()[1] == ("DF.L%d.C1"):format(layer)
  end
  tap.ok(good, "F209 F201 hidden layers " .. table.concat(hidden, ", "))
end
tap.raises(function() m:deepfeatures(numbers, 2) end, { "layer = 2", "1 to 1" }, "F201 T031 a layer that is not there")
for _, activation in ipairs{ "Maxout", "MaxoutWithDropout" } do
  tap.raises(function() train{ training_frame = numbers, activation = activation } end, { "activation", activation }, "F308 " .. activation .. " is refused")
end
tap.raises(function() train{ training_frame = numbers, nfolds = 3 } end, "nfolds", "F308 folds are refused")
tap.raises(function() train{ training_frame = numbers, hidden = {} } end, "hidden", "F308 no hidden layer is refused")

-- F371, F372: the mean activation is drawn to its target, the more the greater beta.
local function mean_activation(model)
  local f, s = model:deepfeatures(prostate, 1), 0
  for k = 1, f.ncol do s = s + f[k]:mean() / f.ncol end
  return s
end
local wide = { training_frame = prostate, ignored_columns = { "ID" }, hidden = { 20 }, epochs = 20, average_activation = -0.5 }
local d = {}
for i, beta in ipairs{ 0, 0.01, 1 } do d[i] = math.abs(mean_activation(train(weir.merge(wide, { sparsity_beta = beta }))) + 0.5) end
tap.ok(d[1] > d[2] and d[2] > d[3], ("F371 F372 distance of the mean activation from its target: %.3f, %.3f, %.3f as beta grows"):format(d[1], d[2], d[3]))

-- F207, in small: codes of one layer are learnt by the next, and a classifier learns the last codes.
local first = train{ training_frame = numbers, hidden = { 8 }, epochs = 100 }
local codes = first:deepfeatures(numbers, 1)
local second = train{ training_frame = codes, hidden = { 3 }, epochs = 100 }
local compressed = second:deepfeatures(codes, 1):cbind(iris["Species"])
local classifier = weir.deeplearning{ training_frame = compressed, y = "Species", hidden = { 10 }, epochs = 100, seed = 1, reproducible = true, quiet_mode = true }
tap.ok(classifier:logloss() < math.log(3) / 2, ("F207 a classifier on stacked codes (logloss %.3f)"):format(classifier:logloss()))

if not data then
  print(("ok %d - F202 ECG heartbeats # SKIP WEIR_DATA is not set"):format(tap.count + 1))
  tap.count = tap.count + 1
  tap.done()
  return
end
-- F202, T004: three beats that differ have by far the largest errors.
local train_ecg = weir.import_file{ data .. "/anomaly/ecg_discord_train.csv", header = false }
local test_ecg = weir.import_file{ data .. "/anomaly/ecg_discord_test.csv", header = false }
local ecg = weir.autoencoder{ training_frame = train_ecg, activation = "Tanh", hidden = { 50, 20, 50 }, l1 = 1e-4, epochs = 100, seed = 1,
                              reproducible = true, stopping_rounds = 0, quiet_mode = true }
local known, new = ecg:anomaly(train_ecg)[1]:to_list(), ecg:anomaly(test_ecg)[1]:to_list()
table.sort(known)
local limit, good = 10 * known[math.ceil(0.95 * #known)], true
for i = 21, 23 do good = good and new[i] > limit end
for i = 1, 20 do good = good and new[i] < limit end
tap.ok(good, "F202 T004 each of the three odd beats errs more than ten times the 95 % quantile of the training errors")
tap.done()
