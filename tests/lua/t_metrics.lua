-- Metrics as scripts see them: of outside predictions, of the client's own function, their tables.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local prostate = weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
local iris = weir.dataset("iris")
local base = { hidden = { 8 }, epochs = 20, seed = 1, reproducible = true, stopping_rounds = 0, score_training_samples = 0, quiet_mode = true }
local function train(more) return weir.deeplearning(weir.merge(base, more)) end

-- F429, T064: what a model says of its predictions, make_metrics says of them too.
local two = train{ training_frame = prostate, y = "CAPSULE", ignored_columns = { "ID" } }
local many = train{ training_frame = iris, y = "Species", auc_type = "WEIGHTED_OVO" }
local number = train{ training_frame = prostate, y = "AGE", ignored_columns = { "ID" }, distribution = "poisson" }
local cases = {
  { two, prostate, "CAPSULE", { "mse", "logloss", "auc", "aucpr", "r2", "error", "mean_per_class_error", "ks", "lift_top_group" } },
  { many, iris, "Species", { "mse", "logloss", "auc", "aucpr", "error", "mean_per_class_error" }, { auc_type = "WEIGHTED_OVO" } },
  { number, prostate, "AGE", { "mse", "mae", "rmsle", "mean_residual_deviance", "r2" }, { distribution = "poisson" } },
}
for _, c in ipairs(cases) do
  local model, frame, y, names, more = table.unpack(c)
  local p, own = model:predict(frame), model:performance(frame)
  local m = weir.make_metrics(weir.merge({ predicted = p, actual = frame[y] }, more))
  for _, name in ipairs(names) do
    tap.near(m[name](m), own[name](own), 1e-12 * math.abs(own[name](own)), ("F429 make_metrics gives the model's own %s of %s"):format(name, y))
  end
  tap.is(m.nobs, frame.nrow, "F429 and counts the rows")
end

-- T064: domain given, omitted, wrong; a weight of 2 counts as two rows.
local p = two:predict(prostate)
local y = prostate["CAPSULE"]
local omitted = weir.make_metrics{ predicted = p[3], actual = y }
local given = weir.make_metrics{ predicted = p[3], actual = y, domain = { "0", "1" } }
tap.is(given:auc(), omitted:auc(), "T064 the domain is the levels by default")
local turned = weir.make_metrics{ predicted = p[2], actual = y, domain = { "1", "0" } }
tap.near(turned:auc(), omitted:auc(), 1e-12, "F429 the two classes the other way round have the same AUC")
tap.raises(function() weir.make_metrics{ predicted = p[3], actual = y, domain = { "a", "b" } } end, { "domain", "row 1" },
           "T064 a domain that lacks a label is refused")
tap.raises(function() weir.make_metrics{ predicted = p[3], actual = y, distribution = "poisson" } end, { "distribution", "poisson" },
           "T064 a distribution of numbers is refused for classes")
tap.raises(function() weir.make_metrics{ predicted = prostate["AGE"], actual = y } end, { "[0, 1]" }, "F429 what is no probability is refused")
tap.raises(function() weir.make_metrics{ predicted = p[3]:head(5), actual = y } end, { "actual has 380 rows" }, "F429 frames of unequal length are refused")
tap.raises(function() weir.make_metrics{ predicted = p[3], actual = y, weights = prostate["AGE"] - 60 } end, { "weights", "negative" },
           "F429 negative weights are refused")
local doubled, twos = weir.make_metrics{ predicted = p[3]:rbind(p[3]), actual = y:rbind(y) }, {}
for i = 1, prostate.nrow do twos[i] = 2 end
local weighted = weir.make_metrics{ predicted = p[3], actual = y, weights = weir.frame{ w = twos } }
for _, name in ipairs{ "auc", "logloss", "mse", "error" } do
  tap.near(weighted[name](weighted), doubled[name](doubled), 1e-12, ("F429 weight 2 is two rows: %s"):format(name))
end

-- A class without rows has no accuracy; a row without a label still counts among the scores that make the groups under compat.
local alone = weir.make_metrics{ predicted = weir.frame{ p = { 0.5, 0.5 } }, actual = weir.frame({ y = { "b", "b" } }, { types = { y = "enum" } }),
  domain = { "a", "b" } }
tap.ok(alone:thresholds_and_metric_scores():col("min_per_class_accuracy"):to_list()[1] == weir.null, "F428 no accuracy of a class that is not there")
do
  local p, y = {}, {}
  for i = 1, 101 do p[i], y[i] = (i - 1) / 100, i <= 51 and (i % 2 == 0 and "b" or "a") or weir.null end
  local g = weir.make_metrics{ predicted = weir.frame{ p = p }, actual = weir.frame({ y = y }, { types = { y = "enum" } }), domain = { "a", "b" },
    compat = "h2o" }:gains_lift_table()
  tap.near(g:col("lower_threshold"):to_list()[1], 0.99, 1e-12, "F405 under compat the first group is the upper hundredth of all scores")
end

-- Ties among thresholds are decided by the last bit, so the criteria are worked out in the order 1.25 (p r) / (0.25 p + r).
do
  local t, good = two:thresholds_and_metric_scores(), true
  local p, r, f, f2 = t:col("precision"):to_list(), t:col("recall"):to_list(), t:col("f0point5"):to_list(), t:col("f2"):to_list()
  for i = 1, #p do
    local same = f[i] == 1.25 * (p[i] * r[i]) / (0.25 * p[i] + r[i]) and f2[i] == 5 * (p[i] * r[i]) / (4 * p[i] + r[i])
    good = good and (same or p[i] * r[i] == 0)
  end
  tap.ok(good, "F428 f2 and f0point5 of every threshold, to the last bit")
end

-- Under compat, scores from outside are gathered chunk by chunk of the file they came with, as a model's own are.
do
  local path, lines = os.tmpname(), { "p,x,y" }
  for i = 1, 4000 do
    local x = (i * 7919) % 4001 / 4001
    lines[i + 1] = ("%.15f,%.15f,%s"):format(x, (i * 104729) % 3989 / 3989, (i * 31) % 97 / 97 < x and "b" or "a")
  end
  local file = io.open(path, "w")
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
  local f = weir.import_file{ path, compat = "h2o", header = 1 }
  os.remove(path)
  local m = train{ training_frame = f, validation_frame = f, y = "y", hidden = { 2 }, epochs = 0.1, compat = "h2o" }
  local own, outside = m:performance(f), weir.make_metrics{ predicted = m:predict(f)["b"], actual = f["y"], domain = { "a", "b" }, compat = "h2o" }
  tap.is(m:performance{ valid = true }:auc(), own:auc(), "F428 the validation frame of a training keeps its chunks, its area is the same to the last bit")
  tap.ok(m:performance{ train = true }:auc() ~= own:auc(), "F428 the training frame is one chunk")
  tap.is(own:thresholds_and_metric_scores().nrow, 400, "F428 4000 scores are gathered to 400 thresholds under compat")
  tap.is(outside:auc(), own:auc(), "F429 predictions of a file in chunks have the area that the model reports, to the last bit")
end

-- A156, A160: tables of counts at any threshold, against counting here.
do
  local scores, labels = p[3]:to_list(), y:to_list()
  for _, cut in ipairs{ 0.2, 0.35, 0.6 } do
    local nearest, far = nil, math.huge
    for _, t in ipairs(two:performance():thresholds_and_metric_scores()["threshold"]:to_list()) do
      if math.abs(t - cut) < far then nearest, far = t, math.abs(t - cut) end
    end
    local n = { ["0"] = { 0, 0 }, ["1"] = { 0, 0 } }
    for i, x in ipairs(scores) do
      local hit = x >= nearest - 1e-9 and 2 or 1
      n[labels[i]][hit] = n[labels[i]][hit] + 1
    end
    local cm = two:confusion_matrix{ threshold = cut }
    tap.list({ cm:cell(1, 2), cm:cell(1, 3), cm:cell(2, 2), cm:cell(2, 3) }, { n["0"][1], n["0"][2], n["1"][1], n["1"][2] }, ("A160 the confusion matrix at %g"):format(cut))
    tap.near(cm:cell(3, 4), (n["0"][2] + n["1"][1]) / #scores, 1e-12, "A160 and its error")
    local worst = math.max(n["0"][2] / (n["0"][1] + n["0"][2]), n["1"][1] / (n["1"][1] + n["1"][2]))
    tap.near(two:max_per_class_error{ threshold = cut }.value, worst, 1e-12, "A156 the worse of the two errors")
  end
  local default, best = two:confusion_matrix(), two:confusion_matrix{ metric = "f1" }
  tap.is(tostring(best[{ 2, 3 }]), tostring(default[{ 2, 3 }]), "A160 the labels' threshold is that of the best F1")
  tap.raises(function() two:confusion_matrix{ treshold = 0.3 } end, { "treshold", "threshold" }, "A160 an option that is none is refused")
  tap.raises(function() two:F1{ vaild = true } end, { "vaild", "valid" }, "A156 here too")
  tap.near(number:residual_deviance(), number:mean_residual_deviance() * prostate.nrow, 1e-9, "A151 the deviance of all rows")
end

-- Deviances by a formula of the test's own.
local truth, guess = { 0.5, 1, 2, 4, 3 }, { 1, 1.5, 1.5, 3, 3.5 }
local function deviance(distribution, more)
  local m = weir.make_metrics(weir.merge({ predicted = weir.frame{ p = guess }, actual = weir.frame{ y = truth }, distribution = distribution }, more))
  return m:mean_residual_deviance()
end
local function mean(f)
  local s = 0
  for i = 1, #truth do s = s + f(truth[i], guess[i]) end
  return s / #truth
end
local function unit(v, m, power) -- unit deviance of the Tweedie family, by numeric integration of 2 (v - t) / t^power
  local s, n = 0, 20000
  for i = 1, n do
    local t = m + (v - m) * (i - 0.5) / n
    s = s + 2 * (v - t) / t ^ power * (v - m) / n
  end
  return s
end
tap.near(deviance "gaussian", mean(function(v, m) return (v - m) ^ 2 end), 1e-12, "F402 gaussian deviance is the squared error")
tap.near(deviance "laplace", mean(function(v, m) return math.abs(v - m) end), 1e-12, "F402 laplace deviance is the absolute error")
tap.near(deviance "poisson", mean(function(v, m) return unit(v, m, 1) end), 1e-7, "F402 poisson deviance by integration")
tap.near(deviance "gamma", mean(function(v, m) return unit(v, m, 2) end), 1e-7, "F402 gamma deviance by integration")
tap.near(deviance("tweedie", { tweedie_power = 1.3 }) - deviance("tweedie", { tweedie_power = 1.3, predicted = weir.frame{ p = truth } }),
         mean(function(v, m) return unit(v, m, 1.3) end), 1e-7, "F402 tweedie deviance above that of a perfect guess, by integration")
tap.near(deviance("quantile", { quantile_alpha = 0.2 }), mean(function(v, m) return v > m and 0.2 * (v - m) or 0.8 * (m - v) end), 1e-12,
         "F402 quantile deviance is the pinball loss")
-- |v - m| = 0.5, 0.5, 0.5, 1, 0.5: the 0.5-quantile is 0.5, beyond which it is linear.
tap.near(deviance("huber", { huber_alpha = 0.5 }), (4 * 0.25 + (2 * 1 - 0.5) * 0.5) / 5, 1e-12, "F402 huber deviance beyond its quantile is linear")

-- F417, T062: a metric of one's own equals the built-in one, for every kind of model but autoencoders, where it is refused.
local seen = {}
local function mae(predicted, actual, weights)
  local sum, all = 0, 0
  for i = 1, #actual do
    sum, all = sum + weights[i] * math.abs(predicted[i] - actual[i]), all + weights[i]
  end
  seen = { #predicted, #actual, #weights }
  return sum / all
end
local rmse_of_classes = { -- as H2O's clients write it
  name = "own rmse",
  map = function(pred, actual, weight) return { weight * (1 - pred[actual[1] + 1]) ^ 2, weight } end,
  reduce = function(a, b) return { a[1] + b[1], a[2] + b[2] } end,
  metric = function(sum) return math.sqrt(sum[1] / sum[2]) end,
}
local own = train{ training_frame = prostate, y = "AGE", ignored_columns = { "ID" }, custom_metric_func = mae, validation_frame = prostate:head(50) }
tap.near(own:performance():custom(), own:performance():mae(), 1e-12, "T062 F417 one's own mean absolute error is the built-in one")
tap.near(own:performance{ valid = true }:custom(), own:mae{ valid = true }, 1e-12, "F417 on the validation frame too")
tap.list(seen, { 50, 50, 50 }, "F417 it is called with whole columns")
tap.near(own:performance(prostate:tail(100)):custom(), own:performance(prostate:tail(100)):mae(), 1e-12, "T062 and on a frame that comes later")
for y, frame in pairs{ CAPSULE = prostate, Species = iris } do
  local m = train{ training_frame = frame, y = y, custom_metric_func = rmse_of_classes }
  local q = m:performance()
  tap.near(q.custom.value, q:rmse(), 1e-12, ("T062 map, reduce, metric of %s give the built-in RMSE"):format(y))
  tap.is(q.custom.name, "own rmse", "F417 and its name")
end
local h2o = train{ training_frame = prostate, y = "CAPSULE", compat = "h2o", custom_metric_func = rmse_of_classes }
tap.near(h2o:performance():custom(), h2o:rmse(), 1e-12, "F417 under compat too")
local early = train{ training_frame = prostate, y = "CAPSULE", stopping_metric = "custom", stopping_rounds = 2, stopping_tolerance = 0.5,
                     epochs = 200, custom_metric_func = rmse_of_classes, train_samples_per_iteration = 380, score_each_iteration = true }
tap.ok(early.epochs < 200, ("F416 a training stops by it, after %g epochs"):format(early.epochs))
local rising = { name = "rising", map = function(_, _, w) return { w } end, reduce = function(a) return a end, metric = function() return 1 end }
tap.ok(pcall(train, { training_frame = prostate, y = "CAPSULE", stopping_metric = "custom_increasing", stopping_rounds = 1, custom_metric_func = rising }),
       "F416 custom_increasing")
tap.raises(function() train{ training_frame = iris, ignored_columns = { "Species" }, autoencoder = true, activation = "Tanh", custom_metric_func = mae } end,
           "custom_metric_func", "T062 an autoencoder refuses it")
tap.raises(function() train{ training_frame = prostate, y = "AGE", custom_metric_func = function() error "no luck" end } end,
           { "no luck" }, "F417 an error in it ends the training with its words")
tap.raises(function() train{ training_frame = prostate, y = "AGE", custom_metric_func = { map = mae } } end, { "custom_metric_func", "reduce" },
           "F417 a table without its functions is refused")
tap.raises(function() train{ training_frame = prostate, y = "AGE", custom_metric_func = function() return "much" end } end, { "number", "string" },
           "F417 what is no number is refused")

tap.raises(function() weir.make_metrics{ predicted = weir.frame{ p = { 1, -0.5 } }, actual = weir.frame{ y = { 1, 2 } }, distribution = "poisson" } end,
           { "predicted", "-0.5", "poisson" }, "F429 a negative mean of counts is refused")

-- F429: what is not defined is missing, under compat as H2O has it; no rows at all are refused.
local function lone(args) return weir.make_metrics(weir.merge({ predicted = weir.frame{ p = { 0.1, 0.2, 0.3 } }, actual = weir.frame{ y = { "a", "a", "a" } }, domain = { "a", "b" } }, args)) end
tap.ok(lone{}:auc() ~= lone{}:auc() and lone{}:error() == 0, "one class alone has no AUC")
tap.is(lone{ compat = "h2o" }:auc(), 0, "PEER under compat it is 0")
tap.raises(function() lone{ weights = weir.frame{ w = { 0, 0, 0 } } } end, { "no row" }, "F429 rows of no weight alone are refused")
local absent = weir.make_metrics{ predicted = weir.frame{ a = { 0.7, 0.2, 0.1, 0.5 }, b = { 0.2, 0.7, 0.2, 0.2 }, c = { 0.1, 0.1, 0.7, 0.3 } },
                                  actual = weir.frame{ y = { "a", "b", "b", "a" } }, domain = { "a", "b", "c" }, auc_type = "MACRO_OVR" }
tap.is(absent:auc(), 0.875, "F418 a class without rows is left out of the mean of areas")

-- Many classes: the table of areas holds each class, each pair and the four means.
local areas = many:multinomial_auc_table()
tap.is(areas.nrow, 3 + 2 + 3 + 2, "F402 areas of 3 classes, 3 pairs and 4 means")
local auc = areas:col("auc"):to_list()
tap.near(auc[4], (auc[1] + auc[2] + auc[3]) / 3, 1e-12, "macro OVR is the mean over classes")
tap.near(auc[9], (auc[6] + auc[7] + auc[8]) / 3, 1e-12, "macro OVO is the mean over pairs")
tap.is(many:auc(), auc[10], "auc is the mean that auc_type names")
tap.done()
