-- Trainings and models in Lua: A090 to A093, A110 to A118, A120, A130 to A133, A150 to A166, F390, F391.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local iris = weir.dataset("iris")
local y = iris:names()[5]
local train, test = iris:split({ 0.7, seed = 5 })
local given = { y = y, training_frame = train, validation_frame = test, hidden = { 8 }, epochs = 30, seed = 7,
                reproducible = true, export_weights_and_biases = true, model_id = "flowers" }
local m = weir.deeplearning(given)

-- A090, rule 13
tap.is(given.hidden[1] .. given.seed, "87", "rule 13 arguments stay")
tap.is(m.id, "flowers", "A111 id")
tap.is(m.model_id, "flowers", "A111 model_id")
tap.is(m.category, "multinomial", "A113 category")
tap.ok(m.end_time >= m.start_time + m.run_time - 50 and math.abs(m.end_time / 1000 - os.time()) < 600 and m.run_time >= 0, "A114 times are milliseconds, since 1970")
tap.is(m.params.epochs.actual, 30, "A112 actual")
tap.is(m.params.epochs.default, 10, "A112 default")
tap.is(m.params.activation.actual, "Rectifier", "A112 default value in use")
tap.ok(tostring(m.params):find("epochs +10 +30 +30"), "A112 print")
tap.ok(tostring(m):find("multinomial", 1, true), "A110 print")
tap.is(m:summary().nrow, 3, "A115 a row per layer")
tap.list(m:summary().units:to_list(), { 4, 8, 3 }, "A115 units")
tap.ok(m:scoring_history().nrow >= 2, "A116 scoring history")
tap.is(m:score_history().nrow, m:scoring_history().nrow, "A116 alias")
tap.is(m:varimp().nrow, 4, "A118 importances of four predictors")

-- A120: sizes, and that predict is what the weights say
local w1, b1, w2, b2 = m:weights(1), m:biases(1), m:weights(2), m:biases(2)
tap.is(w1.nrow .. "x" .. w1.ncol .. " " .. b1.nrow .. " " .. w2.nrow .. "x" .. w2.ncol, "8x4 8 3x8",
  "A120 sizes of weights and biases")
local p = m:predict(test)
tap.list(p:names(), { "predict", table.unpack(iris[5]:levels()) }, "A130 label and probabilities")
do
  local mean, sd = {}, {}
  for j = 1, 4 do mean[j], sd[j] = train[j]:mean(), train[j]:sd() end
  local W1, B1, W2, B2 = {}, b1[1]:to_list(), {}, b2[1]:to_list()
  for j = 1, 4 do W1[j] = w1[j]:to_list() end
  for j = 1, 8 do W2[j] = w2[j]:to_list() end
  local h, z, total = {}, {}, 0
  for i = 1, 8 do
    local s = B1[i]
    for j = 1, 4 do s = s + W1[j][i] * (test:cell(1, j) - mean[j]) / sd[j] end
    h[i] = math.max(s, 0)
  end
  for k = 1, 3 do
    local s = B2[k]
    for i = 1, 8 do s = s + W2[i][k] * h[i] end
    z[k] = math.exp(s)
    total = total + z[k]
  end
  tap.near(p:cell(1, 2), z[1] / total, 1e-4, "A120 A130 the weights give the prediction")
  local hidden = m:deepfeatures(test, 1)
  tap.is(hidden.ncol, 8, "A132 features of the hidden layer")
  tap.near(hidden:cell(1, 1), h[1], 1e-4, "A132 are its activations")
end
tap.is(weir.predict(m, test).nrow, test.nrow, "A130 weir.predict")

-- A150 to A161, with train and valid
tap.near(m:rmse() ^ 2, m:mse(), 1e-9, "A150 rmse")
tap.is(m:mse({ train = true }), m:mse(), "tvx none is training")
local both = m:logloss({ train = true, valid = true })
tap.is(both.train, m:logloss({ train = true }), "tvx several come by name")
tap.is(both.valid, m:logloss({ valid = true }), "A152")
do -- by hand from the predictions
  local sum, wrong, labels = 0, 0, iris[5]:levels()
  for i = 1, test.nrow do
    local actual, most, best = test:cell(i, 5), -1, nil
    for k = 1, 3 do
      local x = p:cell(i, k + 1)
      if labels[k] == actual then sum = sum - math.log(math.max(x, 1e-15)) end
      if x > most then most, best = x, labels[k] end
    end
    if best ~= actual then wrong = wrong + 1 end
  end
  tap.near(m:logloss({ valid = true }), sum / test.nrow, 1e-5, "A152 log loss by hand")
  tap.near(m:error({ valid = true }), wrong / test.nrow, 1e-12, "A156 error by hand")
end
local perf = m:performance(test)
tap.near(perf:logloss(), m:logloss({ valid = true }), 1e-9, "A131 of a frame")
tap.is(m:performance({ valid = true }):mse(), m:mse({ valid = true }), "A131 of the validation")
tap.is(m:model_performance({ train = true }).nobs, train.nrow, "A131 alias, A166 nobs")
tap.is(perf:confusion_matrix().nrow, 4, "A160 with totals")
tap.is(m:confusion_matrix({ valid = true }).nrow, 4, "A160 of the model")
tap.is(m:confusion_matrix(test).nrow, 4, "A160 of a frame")
tap.near(m:hit_ratio_table():cell(3, 2), 1, 1e-9, "A161 all three guesses hit")
tap.near(m:hit_ratio_table():cell(1, 2), 1 - m:error(), 1e-6, "A161 the first guess")

-- A091, F391: two steps
local est = weir.DeepLearning({ hidden = { 8 }, epochs = 1, seed = 7, reproducible = true })
local same = est:train({ y = y, training_frame = train, epochs = 2 })
tap.is(rawequal(same, est), true, "A091 train gives the estimator")
tap.is(est.params.epochs.actual, 2, "A091 values of train win")
tap.is(est:predict(test).nrow, test.nrow, "F391 the estimator predicts")
tap.ok(tostring(est):find("multinomial", 1, true), "F391 prints the model")
local again = weir.deeplearning({ y = y, training_frame = train, hidden = { 8 }, epochs = 2, seed = 7, reproducible = true })
tap.is(again:logloss(), est:logloss(), "F013 both styles give the same model")

-- A092: jobs
local job = weir.start.deeplearning({ y = y, training_frame = train, hidden = { 8 }, epochs = 3, seed = 7 })
tap.ok(({ queued = 1, running = 1, done = 1 })[job:status()], "A092 status")
tap.is(job:join().id, job:model().id, "A092 join gives the model")
tap.is(job:status(), "done", "A092 done")
tap.is(job:progress(), 1, "A092 progress")
tap.is(weir.job(job.id).id, job.id, "A013 a job by its number")
local long = est:start({ y = y, training_frame = train, epochs = 1e9, stopping_rounds = 0, max_runtime_secs = 60,
                         classification_stop = -1 })
while not long:model() or long.samples == 0 do end
long:cancel()
local kept = long:wait()
tap.ok(kept.epochs > 0, "a cancelled training keeps its best")
tap.is(long:status(), "cancelled", "and its job says so")

-- A093: autoencoders, the three spellings
local x = iris:drop(5)
for name, make in pairs({ ["weir.autoencoder"] = weir.autoencoder,
  ["autoencoder = true"] = function(t) return weir.deeplearning(weir.merge(t, { autoencoder = true })) end,
  ["weir.AutoEncoder"] = function(t) return weir.AutoEncoder(t):train() end }) do
  local ae = make({ training_frame = x, hidden = { 3 }, activation = "Tanh", epochs = 5, seed = 1 })
  tap.is(ae.category, "autoencoder", "A093 " .. name)
end
local ae = weir.autoencoder({ training_frame = x, hidden = { 3 }, activation = "Tanh", epochs = 5, seed = 1 })
tap.is(ae:anomaly(x).ncol, 1, "A133 one error per row")
tap.is(ae:anomaly(x, { per_feature = true }).ncol, 4, "A133 per feature")
local sum = 0
for _, e in ipairs(ae:anomaly(x)[1]:to_list()) do sum = sum + e end
tap.near(ae:mse(), sum / 150, 1e-5, "A133 the mean is the model's MSE")
tap.is(ae:predict(x).ncol, 4, "A130 a reconstruction")

-- A122, A153, A156 to A160, A162: two classes
do
  local pr = weir.dataset("prostate")
  pr["CAPSULE"] = pr["CAPSULE"]:asfactor()
  local b = weir.deeplearning({ x = weir.range(3, 9), y = "CAPSULE", training_frame = pr, hidden = { 5 }, epochs = 20, seed = 2 })
  local best = b:F1()
  tap.is(b:find_threshold_by_max_metric("f1"), best.threshold, "A158 the threshold of the best F1")
  local score, truth = b:predict(pr)[3]:to_list(), pr["CAPSULE"]:to_list()
  local tp, fp, fn, tn = 0, 0, 0, 0
  for i = 1, #score do
    if score[i] >= best.threshold then
      if truth[i] == "1" then tp = tp + 1 else fp = fp + 1 end
    elseif truth[i] == "1" then fn = fn + 1 else tn = tn + 1 end
  end
  tap.near(best.value, 2 * tp / (2 * tp + fp + fn), 1e-6, "A156 F1 by hand")
  tap.near(b:accuracy({ threshold = best.threshold }).value, (tp + tn) / #score, 1e-6, "A156 accuracy at a threshold")
  tap.near(b:specificity({ threshold = best.threshold, train = true })[2], tn / (tn + fp), 1e-6, "A156 specificity with a set")
  tap.near(b:default_threshold(), best.threshold, 1e-9, "A122 the cut is that of the best F1")
  do -- A123: labels follow the new cut, probabilities and metrics do not
    local was, loss = b:default_threshold(), b:logloss()
    local scored = b:performance(pr):logloss()
    tap.near(b:reset_threshold(0.8), was, 1e-12, "A123 the cut before is given")
    local p = b:predict(pr)
    local label, share, right = p.predict:to_list(), p[3]:to_list(), true
    local second = p:names()[3]
    for i = 1, p.nrow do right = right and (tostring(label[i]) == second) == (share[i] >= 0.8) end
    tap.ok(right, "A123 the label is the second class from the new cut on")
    tap.is(b:default_threshold(), 0.8, "A123 and it is the model's now")
    tap.ok(b:logloss() == loss and math.abs(b:performance(pr):logloss() - scored) < 1e-12, "A123 metrics stay")
    tap.raises(function() b:reset_threshold(1.5) end, "1.5", "A123 a cut outside")
    tap.raises(function() m:reset_threshold(0.5) end, "two classes", "A123 three classes have none")
    b:reset_threshold{ threshold = was }
    tap.near(b:default_threshold(), was, 1e-12, "A123 back again")
  end
  tap.near(b:gini(), 2 * b:auc() - 1, 1e-9, "A153 gini")
  tap.is(b:pr_auc(), b:aucpr(), "A153 pr_auc")
  tap.list(b:roc():names(), { "fpr", "tpr" }, "A162 roc")
  tap.is(#b:fprs(), b:roc().nrow, "A162 fprs")
  local total = b:confusion_matrix(pr:head(10))
  tap.is(total:cell(3, "0") + total:cell(3, "1"), 10, "A160 of a frame counts its rows")
  tap.raises(function() b:metric("nope") end, "nope", "A157 a metric that is not there")
end

-- A041 and neighbours written in Lua
tap.list(weir.frame({ { 1, 2 } }):prefix("L1."):names(), { "L1.C1", "L1.C2" }, "prefix")
tap.is(iris[5]:isfactor(), true, "A059 isfactor of one column")
tap.list(iris[{ 4, 5 }]:isnumeric(), { true, false }, "A059 isnumeric of two")
tap.is(iris[5]:isstring(), false, "A059 isstring")
tap.is(iris:anyfactor(), true, "A059 anyfactor")
tap.raises(function() weir.import_sql_table() end, "CSV", "A042 names the CSV way")

-- A custom metric is called back
local calls = 0
local ok, custom = pcall(weir.deeplearning, { y = y, training_frame = train, hidden = { 4 }, epochs = 1,
  custom_metric_func = function() calls = calls + 1 return 3 end })
tap.ok(ok and calls > 0 or not ok and tostring(custom):find("custom_metric_func", 1, true),
  "a custom metric is called, or refused by name")
tap.done()
