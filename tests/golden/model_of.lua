-- model_of.lua - what is recorded of a model against weir's.
local weir = require "weir"
local compare = require "golden.compare"
local metrics_of = require "golden.metrics_of"
local rules = require "golden.rules"
local tolerance = compare.tolerance

local model_of = {}

-- Columns of the history that go by another name; false: clocks, not compared.
local history_names = {
  [""] = false, timestamp = false, duration = false, training_speed = false,
  training_pr_auc = "training_aucpr", validation_pr_auc = "validation_aucpr",
  training_lift = "training_lift_top_group", validation_lift = "validation_lift_top_group",
  training_classification_error = "training_error", validation_classification_error = "validation_error",
  training_deviance = "training_mean_residual_deviance", validation_deviance = "validation_mean_residual_deviance",
}

local function history(c, want, model)
  local got = model:scoring_history()
  c:count_of("scoring_history.rows", want.rows, got.nrow)
  c.may_flip = true
  c:table("scoring_history", want, got, { names = history_names,
    tolerance = { iterations = tolerance.equal, samples = tolerance.equal, epochs = tolerance.equal } })
  c.may_flip = false
end

local function layers(c, want, model)
  local percent = function(x) return x and x * 100 end
  c:table("model_summary", want, model:summary(), { names = { [""] = false }, change = { dropout = percent },
    tolerance = { layer = tolerance.equal, units = tolerance.equal } })
end

local function row_by_row(frame)
  local columns, out = {}, {}
  for k = 1, frame.ncol do columns[k] = frame[k]:to_list() end
  for r = 1, frame.nrow do
    for k = 1, #columns do out[#out + 1] = columns[k][r] end
  end
  return out
end

local function weights(c, want, model)
  for i, w in ipairs(want) do
    local f = model:weights(i)
    c:matrix(("weights %d"):format(i), w, f.nrow, f.ncol, row_by_row(f), true)
  end
end

local function biases(c, want, model)
  for i, b in ipairs(want) do
    local f = model:biases(i)
    c:matrix(("biases %d"):format(i), b, f.nrow, f.ncol, row_by_row(f), false)
  end
end

local function importances(c, want, model)
  c:table("variable_importances", want, model:varimp(), { tolerance = {
    relative_importance = tolerance.equal, scaled_importance = tolerance.equal, percentage = tolerance.equal } })
end

-- Names of the columns that were trained on, the response last, as recorded.
local function names(c, want, model)
  local got = {}
  for i, name in ipairs(model.predictors) do got[i] = name end
  local encoded = rules.encoded(c.case.params)
  if encoded then want = compare.value(c.original_names) or want end
  for _, special in ipairs{ "weights_column", "offset_column", "fold_column" } do
    local column = compare.value(c.case.data[special])
    if column then got[#got + 1] = column end
  end
  if compare.value(model.response) and model.response ~= "" then got[#got + 1] = model.response end
  if encoded then -- what an encoding makes of the columns goes by other names and in another order
    want = table.move(want, 1, #want, 1, {})
    table.sort(want)
    table.sort(got)
  end
  c:list("names", want, got)
end

local function list_of(name)
  return function(c, want, model)
    local got = model[name](model)
    c:list(name, want, got or {}, name == "catoffsets" and tolerance.equal or tolerance.equal)
  end
end

local categories = { Binomial = "binomial", Multinomial = "multinomial", Regression = "regression", AutoEncoder = "autoencoder" }

-- In the order in which differences are most telling: what went in, what came out, what was made of it.
local parts = {
  { "model_category", function(c, want, model) c:text("model_category", categories[want] or want, model.category) end },
  { "names", names },
  { "normmul", list_of "normmul" },
  { "normsub", list_of "normsub" },
  { "normrespmul", function(c, want, model) c:list("normrespmul", want, model:respmul() or {}, tolerance.equal) end },
  { "normrespsub", function(c, want, model) c:list("normrespsub", want, model:respsub() or {}, tolerance.equal) end },
  { "catoffsets", list_of "catoffsets" },
  { "weights", weights },
  { "biases", biases },
  { "variable_importances", importances },
  { "model_summary", layers },
  { "scoring_history", history },
  { "training_metrics", function(c, want, model)
      metrics_of.check(c, "training_metrics", want, model:performance{ train = true }, model.labels) end },
  { "validation_metrics", function(c, want, model)
      metrics_of.check(c, "validation_metrics", want, model:performance{ valid = true }, model.labels) end },
  { "default_threshold", function(c, want, model)
      if model.category == "binomial" then c:number("default_threshold", want, model:default_threshold()) end end },
}

local function predictions(c, quantity, want, got)
  local there = {}
  for _, name in ipairs(got:names()) do there[name] = true end
  for name, list in pairs(want) do
    local ours = there[name] and name or there[(name:gsub("^p(.*)$", "%1"))] and name:sub(2) or nil
    if not ours then
      c:differ(("%s.%s"):format(quantity, name), "a column", nil)
    else
      c:list(("%s.%s"):format(quantity, name), list, got:col(ours):to_list(), tolerance.close, true)
    end
  end
end

local function rebuilt(c, quantity, want, got)
  for name, list in pairs(want) do
    local there = false
    for _, n in ipairs(got:names()) do there = there or n == name end
    if not there then
      c:differ(("%s.%s"):format(quantity, name), "a column", nil)
    else
      c:list(("%s.%s"):format(quantity, name), list, got:col(name):to_list(), tolerance.rebuilt, true)
    end
  end
end

local function autoencoder(c, want, model, frames)
  for name, recorded in pairs(want) do
    local what, on_test = name:gsub("_test$", "")
    local frame = on_test > 0 and frames.test or frames.train
    local layer = what:match("^deepfeatures_(%d+)$")
    if what == "predict" then
      rebuilt(c, name, recorded, model:predict(frame))
    elseif what == "anomaly" then
      rebuilt(c, name, recorded, model:anomaly(frame))
    elseif what == "anomaly_per_feature" then
      rebuilt(c, name, recorded, model:anomaly(frame, true))
    elseif layer then
      rebuilt(c, name, recorded, model:deepfeatures(frame, tonumber(layer) + 1))
    elseif what == "metrics" then
      metrics_of.check(c, name, recorded, model:performance(frame))
    else
      c:differ("autoencoder." .. name, "known to this runner", nil)
    end
  end
end

local known = { outcome = true, column_types = true, domains = true, original_names = true, autoencoder = true,
                predictions_train = true, predictions_valid = true, predictions_test = true, metrics_test = true,
                metrics_full_train_frame = true }
for _, part in ipairs(parts) do known[part[1]] = true end

-- want: the `expect` of a case or of a step. frames: {train, valid, test}.
function model_of.check(c, want, model, frames)
  c.original_names = want.original_names
  for _, part in ipairs(parts) do
    if compare.value(want[part[1]]) ~= nil and not rules.left_out("model", part[1]) then part[2](c, want[part[1]], model) end
  end
  for _, set in ipairs{ "train", "valid", "test" } do
    local recorded = want["predictions_" .. set]
    if recorded then predictions(c, "predictions_" .. set, recorded, model:predict(frames[set])) end
  end
  if want.metrics_test then
    metrics_of.check(c, "metrics_test", want.metrics_test, model:performance(frames.test), model.labels)
  end
  if want.metrics_full_train_frame then
    metrics_of.check(c, "metrics_full_train_frame", want.metrics_full_train_frame, model:performance(frames.train), model.labels)
  end
  if want.autoencoder then autoencoder(c, want.autoencoder, model, frames) end
  for name in pairs(want) do
    if not known[name] and not rules.left_out("model", name) then c:differ(name, "known to this runner", nil) end
  end
end

return model_of
