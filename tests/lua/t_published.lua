-- Numbers that others published, on tables small enough to stand here: claims of car insurance (Insurance of Venables
-- and Ripley, 64 rows; Canada 1957 to 1958 by Bailey and Simon, 20 rows). H2O's own tests print what its networks give
-- on them; under compat = "h2o" weir gives the same. Then rules of the same tests that need no file either.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local function range(m, frame)
  local p = m:predict(frame)[1]
  return { m:mean_residual_deviance(), p:mean(), p:min(), p:max() }
end
-- Four published figures: the mean deviance, and mean, least and largest prediction.
local function figures(m, frame, want, tolerance, name)
  local got, worst = range(m, frame), 0
  for i = 1, 4 do worst = math.max(worst, math.abs(got[i] / want[i] - 1)) end
  if not tap.ok(worst < tolerance, ("%s: deviance, mean, minimum, maximum within %.0e (%.1e)"):format(name, tolerance, worst)) then
    print(("# got %.9g %.9g %.9g %.9g"):format(table.unpack(got)))
  end
end

local holders = { 197, 264, 246, 1680, 284, 536, 696, 3582, 133, 286, 355, 1640, 24, 71, 99, 452, 85, 139, 151, 931, 149, 313, 419, 2443, 66, 175, 221,
                  1110, 9, 48, 72, 322, 35, 73, 89, 648, 53, 155, 240, 1635, 24, 78, 121, 692, 7, 29, 43, 245, 20, 33, 40, 316, 31, 81, 122, 724, 18, 39,
                  68, 344, 3, 16, 25, 114 }
local claims = { 38, 35, 20, 156, 63, 84, 89, 400, 19, 52, 74, 233, 4, 18, 19, 77, 22, 19, 22, 87, 25, 51, 49, 290, 14, 46, 39, 143, 4, 15, 12, 53,
                 5, 11, 10, 67, 10, 24, 37, 187, 8, 19, 24, 101, 3, 2, 8, 37, 2, 5, 4, 36, 7, 10, 22, 102, 5, 7, 16, 63, 0, 6, 8, 33 }
local engines, ages = { "<1l", "1-1.5l", "1.5-2l", ">2l" }, { "<25", "25-29", "30-35", ">35" }
local function column(n, f)
  local v = {}
  for i = 1, n do v[i] = f(i) end
  return v
end
local insurance = weir.frame({
  District = column(64, function(i) return "d" .. (i - 1) // 16 + 1 end), Group = column(64, function(i) return engines[(i - 1) // 4 % 4 + 1] end),
  Age = column(64, function(i) return ages[(i - 1) % 4 + 1] end), Claims = claims, offset = column(64, function(i) return math.log(holders[i]) end) },
  { names = { "District", "Group", "Age", "Claims", "offset" } })
for _, name in ipairs{ "District", "Group", "Age" } do insurance[name] = insurance[name]:asfactor() end
tap.is(insurance.Claims:sum(), 3151, "the table has the claims that its sources state")

local common = { epochs = 1000, train_samples_per_iteration = -1, score_training_samples = 0, stopping_rounds = 0, activation = "Tanh", hidden = { 1 },
                 force_load_balance = false, reproducible = true, compat = "h2o", quiet_mode = true }
local cars = weir.merge(common, { training_frame = insurance, x = { "District", "Group", "Age" }, y = "Claims", distribution = "tweedie", tweedie_power = 1.5,
                                  seed = 23123 })
figures(weir.deeplearning(cars), insurance, { 0.5560917, 47.61471, 1.942533, 284.5918 }, 1e-6, "T052a tweedie")
figures(weir.deeplearning(weir.merge(cars, { offset_column = "offset" })), insurance, { 0.2610655, 49.2939, 1.073911, 397.3288 }, 5e-3,
        "T052a tweedie with an offset, as an older release printed it")
insurance["Claims"] = insurance["Claims"] + 1e-19
local gamma = weir.deeplearning(weir.merge(cars, { training_frame = insurance, validation_frame = insurance, offset_column = "offset", distribution = "gamma",
                                                   seed = 516736545500 }))
figures(gamma, insurance, { 1.397723, 50.87408, 0.9473774, 416.5421 }, 1e-6, "T054 gamma with an offset")
tap.is(gamma:mean_residual_deviance(), gamma:mean_residual_deviance{ valid = true }, "T054 the same frame validates the same")

-- Merit, class, insured, premium, claims, cost
local canada = { { 3, 1, 2757520, 159108, 217151, 63191 }, { 3, 2, 130535, 7175, 14506, 4598 }, { 3, 3, 247424, 15663, 31964, 9589 },
                 { 3, 4, 156871, 7694, 22884, 7964 }, { 3, 5, 64130, 3241, 6560, 1752 }, { 2, 1, 130706, 7910, 13792, 4055 }, { 2, 2, 7233, 431, 1001, 380 },
                 { 2, 3, 15868, 1080, 2695, 701 }, { 2, 4, 17707, 888, 3054, 983 }, { 2, 5, 4039, 209, 487, 114 }, { 1, 1, 163544, 9862, 19346, 5552 },
                 { 1, 2, 9726, 572, 1430, 439 }, { 1, 3, 20369, 1382, 3546, 1011 }, { 1, 4, 21089, 1052, 3618, 1281 }, { 1, 5, 4869, 250, 613, 178 },
                 { 0, 1, 273944, 17226, 37730, 11809 }, { 0, 2, 21504, 1207, 3421, 1088 }, { 0, 3, 37666, 2502, 7565, 2383 }, { 0, 4, 56730, 2756, 11345, 3971 },
                 { 0, 5, 8601, 461, 1291, 382 } }
local function of_rows(f) return column(#canada, function(i) return f(table.unpack(canada[i])) end) end
local cancar = weir.frame({
  Loss = of_rows(function(_, _, insured, _, _, cost) return cost / insured end), Merit = of_rows(function(m) return "m" .. m end),
  Class = of_rows(function(_, c) return "c" .. c end), Insured = of_rows(function(_, _, insured) return insured end),
  Claims = of_rows(function(_, _, _, _, n) return n end), logInsured = of_rows(function(_, _, insured) return math.log(insured) end),
  C1M3 = of_rows(function(m, c) return c == 1 and m == 3 and "yes" or "no" end), C4M3 = of_rows(function(m, c) return c == 4 and m == 3 and "yes" or "no" end) },
  { names = { "Loss", "Merit", "Class", "Insured", "Claims", "logInsured", "C1M3", "C4M3" } })
for _, name in ipairs{ "Merit", "Class", "C1M3", "C4M3" } do cancar[name] = cancar[name]:asfactor() end
local counts = weir.merge(common, { training_frame = cancar, x = { "Merit", "Class" }, y = "Claims", distribution = "poisson", hidden = { 6 }, epochs = 995, seed = 5313 })
figures(weir.deeplearning(counts), cancar, { 10.30712, 20234.62, 352.3061, 217515.7 }, 1e-6, "T053a poisson")
local loss = weir.merge(common, { training_frame = cancar, x = { "Merit", "Class", "C1M3", "C4M3" }, y = "Loss", distribution = "tweedie", tweedie_power = 1.5,
                                  seed = 2353123 })
figures(weir.deeplearning(loss), cancar, { 0.0013052, 0.0443739, 0.0252611, 0.0735923 }, 1e-5, "T057a tweedie")
loss.distribution = "gamma"
figures(weir.deeplearning(loss), cancar, { 0.005592862, 0.04435186, 0.02331988, 0.07382817 }, 1e-6, "T058a gamma")
local weighted = range(weir.deeplearning(weir.merge(loss, { weights_column = "Insured" })), cancar)
for i, want in ipairs{ 0.04430156, 0.02298414, 0.07380657 } do
  tap.near(weighted[i + 1], want, 1e-6 * want, "T058a gamma, weighted by the insured: " .. ({ "mean", "minimum", "maximum" })[i])
end

-- T055: an offset named when the estimator is made, when it trains, or both (then the latter counts).
local offset = { training_frame = insurance, x = { "District", "Group", "Age" }, y = "Claims", distribution = "tweedie", hidden = { 3 }, epochs = 20, seed = 4,
                 reproducible = true, quiet_mode = true }
insurance["wrong"] = insurance["offset"] * -1
local function trained(made, trains)
  local est = weir.DeepLearning(weir.merge(offset, made))
  est:train(trains)
  return table.concat(est:predict(insurance)[1]:to_list(), " ")
end
local early = trained({ offset_column = "offset" }, {})
tap.is(trained({}, { offset_column = "offset" }), early, "T055 an offset given to train is one given before")
tap.is(trained({ offset_column = "wrong" }, { offset_column = "offset" }), early, "T055 what train is given counts")
tap.ok(trained({}, {}) ~= early, "T055 and an offset matters")

-- T025: 18 rows. Weights of one are no weights; weights are repeated rows, exactly so where the step is the sum over all rows.
local prostate = weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
local few = prostate:head(18)
few = few:cbind(weir.frame{ one = column(18, function() return 1 end), w = column(18, function(i) return i % 3 + 1 end) })
local small = { training_frame = few, x = { "AGE", "PSA", "GLEASON" }, y = "CAPSULE", hidden = { 1 }, l1 = 0.1, epochs = 1, seed = 0xdecaf, reproducible = true, quiet_mode = true }
local plain = weir.deeplearning(small)
local ones = weir.deeplearning(weir.merge(small, { weights_column = "one" }))
tap.ok(plain:auc() == ones:auc() and plain:mse() == ones:mse(), "T025a T025b without weights and with weights of one: the same AUC and MSE")
do
  local rows, sum = {}, 0
  for i = 1, 18 do
    for _ = 1, i % 3 + 1 do rows[#rows + 1] = few:rows(i, i) end
    sum = sum + i % 3 + 1
  end
  local many = rows[1]
  for i = 2, #rows do many = many:rbind(rows[i]) end
  -- One step a pass over all rows: the mean over 18 weighted rows is sum / 18 times the mean over the repeated ones. Scaled
  -- inputs depend on the rows' own mean, so none are scaled, and the net starts where the other does.
  local step = weir.merge(small, { l1 = 0, epochs = 10, adaptive_rate = false, rate_annealing = 0, standardize = false, hidden = { 3 }, activation = "Tanh" })
  local a = weir.deeplearning(weir.merge(step, { weights_column = "w", mini_batch_size = 18, train_samples_per_iteration = 18, rate = 1e-3 }))
  local b = weir.deeplearning(weir.merge(step, { training_frame = many, mini_batch_size = sum, train_samples_per_iteration = sum, rate = 1e-3 * sum / 18 }))
  local worst, moved = 0, 0
  local start = weir.deeplearning(weir.merge(step, { epochs = 0 }))
  for layer = 1, 2 do
    local p, q, s = a:weights(layer), b:weights(layer), start:weights(layer)
    for k = 1, p.ncol do
      for i = 1, p.nrow do
        worst = math.max(worst, math.abs(p:cell(i, k) - q:cell(i, k)))
        moved = math.max(moved, math.abs(p:cell(i, k) - s:cell(i, k)))
      end
    end
  end
  tap.ok(worst < 1e-5 * moved + 1e-7, ("T025d weights train as repeated rows do, 10 steps (they moved %.1e, differ by %.1e)"):format(moved, worst))
  tap.near(a:mse(), b:mse(), 1e-6, "T025d and score as repeated rows do: MSE")
  tap.near(a:auc(), b:auc(), 1e-6, "T025d AUC")
end

-- T040a: encodings survive a file, a level that no row has included.
local coded = prostate[prostate:names()]
for _, name in ipairs{ "RACE", "GLEASON" } do coded[name] = coded[name]:asfactor() end
do
  local extra = coded:rows(1, 1)
  extra["RACE"] = weir.frame{ RACE = { "never seen" } }:asfactor()
  coded = coded:rbind(extra):head(coded.nrow)
end
tap.is(#coded["RACE"]:levels(), 4, "T040a the frame knows a level that no row has")
local folder = os.tmpname()
os.remove(folder)
for _, encoding in ipairs{ "AUTO", "OneHotInternal", "SortByResponse", "Binary", "LabelEncoder", "Eigen", "EnumLimited" } do
  for _, compat in ipairs{ "none", "h2o" } do
    local m = weir.deeplearning{ training_frame = coded, ignored_columns = { "ID" }, y = "CAPSULE", categorical_encoding = encoding, hidden = { 5 }, epochs = 2,
                                 seed = 3, reproducible = true, quiet_mode = true, compat = compat }
    local want = m:predict(coded):to_table()
    local path = m:save{ path = folder, force = true }
    weir.remove(m)
    local got, same = weir.load_model(path):predict(coded):to_table(), true
    for name, values in pairs(want) do
      for i, v in ipairs(values) do same = same and got[name][i] == v end
    end
    tap.ok(same, ("T040a %s, compat %s: a loaded model predicts the same bits"):format(encoding, compat))
  end
end
os.execute("rm -rf '" .. folder .. "'")

-- T095: a model by its name, its importances as bars.
local iris = weir.dataset("iris")
local named = weir.deeplearning{ training_frame = iris, y = "Species", hidden = { 5 }, epochs = 1, seed = 1, model_id = "named", quiet_mode = true }
local found = weir.get_model("named")
tap.ok(found.id == "named" and found.seed == named.seed and found:logloss() == named:logloss(), "T095 get_model gives the model of that name")
tap.ok(found == named and found ~= plain, "T095 which is equal to itself and to no other")
tap.raises(function() weir.get_model("nemed") end, "nemed", "T095 and names one that is not there")
local bars = {}
local print_before = weir.print
weir.print = function(text) bars[#bars + 1] = tostring(text) end
local drew = pcall(named.varimp_plot, named, { n = 2 })
weir.print = print_before
tap.ok(drew, "T095 varimp_plot draws two importances")
tap.done()
