-- Parameters, one claim each: F303 to F332, F341, F351 to F356, F363, F378 to F381, F110 to F112, F418, F419, F433, F436.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local iris, prostate = weir.dataset("iris"), weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
prostate["RACE"] = prostate["RACE"]:asfactor()
local base = { training_frame = prostate, y = "CAPSULE", ignored_columns = { "ID" }, hidden = { 8 }, epochs = 3, seed = 1, reproducible = true,
               stopping_rounds = 0, quiet_mode = true, score_training_samples = 0 }
local function train(args) return weir.deeplearning(weir.merge(base, args)) end
local function weights(m, layer)
  local w, out = m:weights(layer or 1), {}
  for k = 1, w.ncol do
    for _, x in ipairs(w[k]:to_list()) do out[#out + 1] = x end
  end
  return out
end
local function same(a, b)
  local x, y = weights(a), weights(b)
  for i = 1, #x do
    if x[i] ~= y[i] then return false end
  end
  return #x == #y
end
local function differs(args, name, against) tap.ok(not same(train(args), against or train{}), name) end
local plain = train{}
tap.ok(same(plain, train{}), "F315 the same seed gives the same model")

-- Frames and names
tap.raises(function() train{ training_frame = prostate:head(0) } end, "rows", "F303 an empty frame is refused")
local named = train{ model_id = "mine" }
tap.ok(named.id == "mine" and weir.get_model("mine").id == "mine", "F304 an id of one's own")
local again = train{ model_id = "mine", epochs = 1 }
tap.near(weir.get_model("mine").epochs, again.epochs, 0, "F304 the same id is overwritten")
tap.ok(train{}.id ~= train{}.id, "F304 ids are unique by default")
local last = { epochs = 30, stopping_metric = "MSE", train_samples_per_iteration = 0, score_each_iteration = true, rate = 0.5, adaptive_rate = false }
local best, late = train(last), train(weir.merge(last, { overwrite_with_best_model = false }))
local function column(m, name) return m:scoring_history()[name]:to_list() end
local history, least = column(late, "training_mse"), math.huge
for _, x in ipairs(history) do least = math.min(least, type(x) == "number" and x or math.huge) end
tap.near(late:mse(), history[#history], 1e-12, "F305 F117 without overwrite_with_best_model the last network is the model")
tap.near(best:mse(), least, 1e-12, "F305 F117 with it the best")

-- Columns
local function inputs(m) return m:summary().units:to_list()[1] end
tap.is(inputs(plain), 3 + 1 + 6, "F310 a factor of 3 levels takes 4 inputs")
tap.is(inputs(train{ use_all_factor_levels = false }), 3 + 6, "F310 one less when the first level is left out")
tap.is(inputs(weir.autoencoder(weir.merge(base, { y = weir.null, activation = "Tanh", use_all_factor_levels = false, ignored_columns = { "ID", "CAPSULE" } }))), 10,
       "F310 an autoencoder has all levels")
tap.ok(inputs(train{ categorical_encoding = "Binary" }) < 3 + 1 + 6, "F341 binary takes fewer inputs than levels")

-- Topology
for _, spelling in ipairs{ "tanh_with_dropout", "TanhWithDropout", "TANHWITHDROPOUT" } do
  tap.is(train{ activation = spelling }.params.activation.actual, "TanhWithDropout", "F311 spelt " .. spelling)
end
local e = tap.raises(function() train{ activation = "Sigmoid" } end, { "Sigmoid", "Tanh", "Rectifier", "Maxout" }, "F311 an unknown one: all are listed")
tap.is(train{ epochs = 0.2 }.samples, 76, "F313 0.2 epochs are a fifth of the rows")
tap.near(train{ epochs = 0 }.samples, 0, 0, "F313 none give the first network")
local drawn = train{ seed = -1 }
local seed = drawn.params.seed.actual
tap.ok(seed ~= -1 and same(drawn, train{ seed = seed }), "F315 a seed that was drawn is told and gives the same model again")

-- Optimiser: each acts, and acts only where it should.
differs({ rho = 0.9 }, "F317 rho acts")
differs({ epsilon = 1e-4 }, "F318 epsilon acts")
local sgd = { adaptive_rate = false }
local manual = train(sgd)
tap.ok(not same(manual, plain), "F316 adaptive_rate = false is another optimiser")
for name, value in pairs{ rate = 0.02, rate_annealing = 1e-3, rate_decay = 0.5, momentum_start = 0.5, momentum_stable = 0.9 } do
  differs(weir.merge(sgd, { [name] = value }), "F319 F320 F321 F322 F324 acts: " .. name, manual)
  tap.ok(same(train{ [name] = value }, plain), name .. " does nothing with an adaptive rate")
end
local ramp = weir.merge(sgd, { momentum_start = 0.1, momentum_stable = 0.9 })
differs(weir.merge(ramp, { momentum_ramp = 100 }), "F323 momentum_ramp acts (PEER: its ramp never rises)", train(ramp))
tap.ok(same(train(weir.merge(ramp, { momentum_ramp = 0 })), train(weir.merge(ramp, { momentum_start = 0.9 }))), "F323 a ramp of 0 is stable from the start")
differs(weir.merge(ramp, { nesterov_accelerated_gradient = false }), "F325 looking ahead acts", train(ramp))
tap.ok(same(train(weir.merge(sgd, { nesterov_accelerated_gradient = false })), manual), "F325 and does nothing without momentum")
for name, value in pairs{ rate_schedule = "cosine", rate_warmup = 0.5, optimizer = "adam" } do
  differs(weir.merge(name ~= "optimizer" and sgd or {}, { [name] = value }), "acts: " .. name, manual)
end
differs({ weight_average = 0.9 }, "weight_average acts")
differs({ weight_decay = 0.01 }, "weight_decay acts")
differs({ label_smoothing = 0.1 }, "label_smoothing acts")
differs({ adversarial_epsilon = 0.1 }, "adversarial_epsilon acts")

-- F054: a row of the history per scoring event.
local judged_rows = train{ validation_frame = prostate:head(100), score_each_iteration = true, train_samples_per_iteration = 380 }:scoring_history()
local there = {}
for _, name in ipairs(judged_rows:names()) do there[name] = true end
local whole = judged_rows.nrow == 4
for _, name in ipairs{ "timestamp", "duration", "training_speed", "epochs", "iterations", "samples", "training_logloss", "validation_logloss" } do
  whole = whole and there[name]
end
tap.ok(whole, "F054 F407 time, speed, epochs, iterations, samples, metrics of both frames, after each iteration")

-- Regularisation
differs({ input_dropout_ratio = 0.3 }, "F326 input_dropout_ratio acts")
local dropped = train{ activation = "RectifierWithDropout" }
differs({ activation = "RectifierWithDropout", hidden_dropout_ratios = { 0.1 } }, "F327 hidden_dropout_ratios acts", dropped)
tap.ok(same(train{ activation = "RectifierWithDropout", hidden_dropout_ratios = { 0.5 } }, dropped), "F327 and is 0.5 by default")
differs({ l1 = 1e-2 }, "F329 l1 acts")
differs({ l2 = 1e-2 }, "F330 l2 acts")
differs({ max_w2 = 0.3 }, "F331 max_w2 acts")
tap.ok(same(train{ max_w2 = math.huge }, plain), "F331 and is infinite by default (PEER: turned into 1000 for Rectifier)")
for i, how in ipairs{ "Uniform", "Normal" } do
  differs({ initial_weight_distribution = how, epochs = 0 }, "F332 F024 first weights by " .. how, train{ epochs = 0 })
end
tap.is(plain.params.loss.input .. " " .. plain.params.loss.actual .. " " .. plain.params.distribution.actual, "Automatic CrossEntropy bernoulli",
       "F334 F335 what was asked and what became of it")

-- F363, F082: fast_mode leaves out steps whose gradient is zero: the same model in fewer steps, to rounding.
local slow = train{ fast_mode = false, activation = "Rectifier", adaptive_rate = false }
local fast = train{ fast_mode = true, activation = "Rectifier", adaptive_rate = false }
tap.near(slow:logloss(), fast:logloss(), 1e-3, "F363 fast_mode changes next to nothing")

-- Stopping. The rule of the booklet on the training's own history.
local function moving(list, k, at) -- mean of k members ending at `at`
  local s = 0
  for i = at - k + 1, at do s = s + list[i] end
  return s / k
end
local function should_stop(list, k, tolerance, less)
  if #list < 2 * k then return false end
  local ref, best_mean = moving(list, k, #list - k), nil
  for i = 0, k - 1 do
    local m = moving(list, k, #list - i)
    best_mean = not best_mean and m or less and math.min(best_mean, m) or math.max(best_mean, m)
  end
  if less then return best_mean / ref >= 1 - tolerance end
  return best_mean / ref <= 1 + tolerance
end
local function stops(args, name, history_name, less)
  local m = train(weir.merge({ epochs = 300, train_samples_per_iteration = 380, score_each_iteration = true, classification_stop = -1,
                               overwrite_with_best_model = false }, args))
  local all, seen, right = column(m, history_name), {}, true
  for i = 1, #all do
    if type(all[i]) == "number" and all[i] == all[i] then seen[#seen + 1] = all[i] end
    local now = should_stop(seen, args.stopping_rounds, args.stopping_tolerance or 0, less)
    right = right and (now == (i == #all)) or (i == #all and m.epochs >= 300)
  end
  tap.ok(right and m.epochs < 300, ("%s: after %d scorings, at the first that does not improve"):format(name, #seen))
  return m
end
local one = stops({ stopping_rounds = 1, stopping_metric = "misclassification", stopping_tolerance = 0.01 }, "F110 F351 F353 misclassification, one round", "training_error", true)
tap.ok(one.stopped:find("misclassification") or one.stopped:find("error"), "F110 and the model says why: " .. one.stopped)
stops({ stopping_rounds = 5, stopping_metric = "AUC", stopping_tolerance = 0.001 }, "F111 F352 AUC, a moving average of five", "training_auc", false)
stops({ stopping_rounds = 3, stopping_metric = "logloss", stopping_tolerance = 0.01 }, "F112 F352 log loss, three rounds", "training_logloss", true)
local a, b = prostate:split{ 0.6, seed = 3 }
local judged = stops({ training_frame = a, validation_frame = b, stopping_rounds = 3, stopping_metric = "logloss", stopping_tolerance = 0, train_samples_per_iteration = 0 },
                     "F112 F353 with a validation frame its metric counts", "validation_logloss", true)
for _, metric in ipairs{ "MSE", "RMSE", "AUCPR", "mean_per_class_error", "lift_top_group" } do
  tap.ok(pcall(train, { stopping_metric = metric, stopping_rounds = 2 }), "F352 F416 stopping by " .. metric)
end
local numbers = { y = "AGE" }
for _, metric in ipairs{ "deviance", "MAE", "RMSLE", "RMSE" } do
  tap.ok(pcall(train, weir.merge(numbers, { stopping_metric = metric, stopping_rounds = 2 })), "F352 F416 stopping by " .. metric)
end
local t = weir.clock()
local cut = train{ epochs = 1e7, max_runtime_secs = 0.2, classification_stop = -1 }
tap.ok(weir.clock() - t < 5 and cut.epochs > 0, "F354 F115 a time limit holds")
tap.ok(pcall(train, { max_runtime_secs = 1e-63 }), "F115 T046 a limit of 1e-63 seconds gives a model")

-- Folds belong to a later step and are refused by name.
for name, value in pairs{ nfolds = 3, keep_cross_validation_predictions = true, fold_column = "RACE", fold_assignment = "Modulo" } do
  tap.raises(function() train{ [name] = value } end, name, "F378 F379 F380 F381 refused by name until folds are there: " .. name)
end

-- F418: areas of many classes by counting pairs.
local scores = train{ training_frame = iris, y = "Species", ignored_columns = {}, auc_type = "MACRO_OVR", epochs = 1 }
local p, truth = scores:predict(iris), iris["Species"]:to_list()
local levels, area = iris["Species"]:levels(), {}
local function pairs_won(score, is_positive, takes_part)
  local won, all = 0, 0
  for i = 1, #truth do
    for j = 1, #truth do
      if takes_part(i) and takes_part(j) and is_positive(i) and not is_positive(j) then
        all = all + 1
        won = won + (score[i] > score[j] and 1 or score[i] == score[j] and 0.5 or 0)
      end
    end
  end
  return won / all
end
local sum, table_of = 0, scores:multinomial_auc_table()["auc"]:to_list()
for k, level in ipairs(levels) do
  local mine = pairs_won(p[k + 1]:to_list(), function(i) return truth[i] == level end, function() return true end)
  tap.near(table_of[k], mine, 1e-9, "F418 one against the rest: " .. level)
  sum = sum + mine / #levels
end
tap.near(scores:auc(), sum, 1e-9, "F418 macro OVR by counting pairs")
local pair_sum, at = 0, 6
for x = 1, 3 do
  for y = x + 1, 3 do
    local both = function(i) return truth[i] == levels[x] or truth[i] == levels[y] end
    local one_way = pairs_won(p[x + 1]:to_list(), function(i) return truth[i] == levels[x] end, both)
    local other = pairs_won(p[y + 1]:to_list(), function(i) return truth[i] == levels[y] end, both)
    tap.near(table_of[at], (one_way + other) / 2, 1e-9, ("F418 %s against %s"):format(levels[x], levels[y]))
    at, pair_sum = at + 1, pair_sum + (one_way + other) / 6
  end
end
tap.near(table_of[at], pair_sum, 1e-9, "F418 macro OVO by counting pairs")

-- F419, T063: with a group per row the distance is the two-sample statistic.
local each = train{ gainslift_bins = 380 }
local q, y = each:predict(prostate)[3]:to_list(), prostate["CAPSULE"]:to_list()
local function share(label, limit)
  local n, below = 0, 0
  for i = 1, #y do
    if y[i] == label then n, below = n + 1, below + (q[i] < limit and 1 or 0) end
  end
  return below / n
end
local distance = 0
for i = 1, #q do distance = math.max(distance, math.abs(share("0", q[i]) - share("1", q[i]))) end
tap.near(each:ks(), distance, 1e-10, "F419 T063 the largest distance of the two distributions")
tap.is(train{ gainslift_bins = 5 }:gains_lift_table().nrow, 5, "F419 as many groups as were asked for")

-- F433, T041: scoring by several jobs at a time is scoring.
local jobs, first = {}, plain:predict(prostate)[3]:to_list()
for i = 1, 3 do jobs[i] = weir.start.deeplearning(weir.merge(base, { epochs = 20, seed = i })) end
local equal = true
for i = 1, 5 do
  local now = plain:predict(prostate)[3]:to_list()
  for k = 1, #first do equal = equal and now[k] == first[k] end
end
for i = 1, 3 do jobs[i]:join() end
tap.ok(equal, "F433 T041 predictions are the same bits while trainings run")

-- F436: a job of one's own.
local job = weir.start.deeplearning(weir.merge(base, { epochs = 1e7, classification_stop = -1 }))
while job.epochs == 0 and job:status() ~= "failed" do end
tap.is(job:status(), "running", "F436 a training in the background")
job:cancel()
local kept = job:join()
tap.ok(kept and kept.epochs > 0, "F436 F444 cancelled, it gives what it has")

-- F356: nothing on the console but errors.
local loud = train{ quiet_mode = false, rate = 0.1 }
tap.ok(#loud.warnings == 1 and #train{ rate = 0.1 }.warnings == 1, "F356 a quiet training keeps its warnings")
tap.done()
