-- rules.lua - where weir means to differ from the recording program, and why. Nothing else may differ.
--
-- Outcomes. Each rule: the parameter (or "data"), when it applies, what was recorded, what weir does, and
-- one of four reasons: the recording program "crashes", "accepts nonsense", "answers too late"; or weir
-- accepts by a numbered row of the feature list ("row F...").
--
-- `when` sees facts: params (all that were passed), changed (those of a trial), data, frames.
local rules = {}

local function number(x)
  if x == "NaN" then return 0 / 0 end
  if x == "Infinity" then return math.huge end
  return type(x) == "number" and x or nil
end

local function one_of(x, ...)
  for _, y in ipairs{ ... } do
    if x == y then return true end
  end
  return false
end

-- The parameter was given and lies outside (low, high), a number or not; with ends: [low, high].
local function outside(name, low, high, low_end, high_end)
  return function(f)
    local x = number(f.params[name])
    if x == nil then return false end
    return not ((x > low or low_end and x == low) and (x < high or high_end and x == high))
  end
end

local function sgd(f) return f.params.adaptive_rate == false end

-- A parameter that only sgd looks at, out of its range.
local function sgd_outside(...)
  local bad = outside(...)
  return function(f) return sgd(f) and bad(f) end
end

local function classes_of(f)
  local frame, y = f.frames and f.frames.train, f.data and f.data.response
  return frame and type(y) == "string" and frame:col(y):types()[y] == "enum" and #frame:col(y):levels() or 0
end

local function stops_by(f, ...) return one_of(f.params.stopping_metric, ...) end

local nonsense = function(parameter, when)
  return { parameter = parameter, when = when, recorded = "accepted", weir = "refused", reason = "accepts nonsense" }
end

local huge = math.huge
local outcomes = {
  -- Silently taken, refused by weir: a value outside its range.
  nonsense("epochs", outside("epochs", 0, huge, true)),
  nonsense("rate", sgd_outside("rate", 0, huge)),
  nonsense("rate_annealing", sgd_outside("rate_annealing", 0, huge, true)),
  nonsense("rate_decay", sgd_outside("rate_decay", 0, huge)),
  nonsense("momentum_start", sgd_outside("momentum_start", 0, 1, true)),
  nonsense("momentum_stable", sgd_outside("momentum_stable", 0, 1, true)),
  nonsense("max_w2", function(f) local x = number(f.params.max_w2) return x ~= nil and x ~= x end),
  nonsense("initial_weight_scale", outside("initial_weight_scale", 0, huge)),
  nonsense("score_interval", outside("score_interval", 0, huge, true)),
  nonsense("train_samples_per_iteration", outside("train_samples_per_iteration", -2, huge, true, true)),
  nonsense("target_ratio_comm_to_comp", outside("target_ratio_comm_to_comp", 0, 1, true, true)),
  nonsense("sparsity_beta", outside("sparsity_beta", 0, huge, true)),
  nonsense("quantile_alpha", outside("quantile_alpha", 0, 1)),
  nonsense("max_after_balance_size", outside("max_after_balance_size", 0, huge)),
  nonsense("rho", function(f) return f.params.adaptive_rate ~= false and outside("rho", 0, 1)(f) end),
  nonsense("epsilon", function(f) return f.params.adaptive_rate ~= false and outside("epsilon", 0, huge)(f) end),
  nonsense("momentum_ramp", sgd_outside("momentum_ramp", 0, huge, true)),
  nonsense("classification_stop", outside("classification_stop", -1, 1, true, true)),
  nonsense("elastic_averaging_moving_rate", outside("elastic_averaging_moving_rate", 0, 1, true, true)),
  nonsense("elastic_averaging_regularization", outside("elastic_averaging_regularization", 0, huge, true)),
  nonsense("max_confusion_matrix_size", outside("max_confusion_matrix_size", 0, huge, true)),
  nonsense("gainslift_bins", outside("gainslift_bins", -1, huge, true)),
  nonsense("huber_alpha", outside("huber_alpha", 0, 1, false, true)),
  nonsense("class_sampling_factors", function(f)
    for _, x in ipairs(f.params.class_sampling_factors or {}) do
      if not (x >= 0) then return true end
    end
    return false
  end),
  -- Silently taken, refused by weir: a combination that means nothing.
  nonsense("average_activation", function(f) return not f.params.autoencoder and (f.params.average_activation or 0) ~= 0 end),
  nonsense("stopping_metric", function(f)
    local k = classes_of(f)
    return stops_by(f, "anomaly_score") or k > 0 and stops_by(f, "MAE", "RMSLE", "deviance")
      or k ~= 2 and stops_by(f, "lift_top_group")
      or k == 0 and stops_by(f, "AUC", "AUCPR", "logloss", "misclassification", "mean_per_class_error", "custom", "custom_increasing")
      or k > 2 and stops_by(f, "AUC", "AUCPR") and one_of(f.params.auc_type or "AUTO", "AUTO", "NONE")
  end),
  nonsense("loss", function(f)
    return f.params.distribution == "gaussian" and one_of(f.params.loss, "Absolute", "Huber", "Quantile")
  end),
  nonsense("distribution", function(f) -- the deviance of a zero is infinite
    local y, frame = f.data and f.data.response, f.frames and f.frames.train
    return f.params.distribution == "gamma" and frame ~= nil and frame:col(y):min() <= 0
  end),
  nonsense("ignored_columns", function(f)
    local there = {}
    if not (f.frames and f.frames.train) then return false end
    for _, name in ipairs(f.frames.train:names()) do there[name] = true end
    for _, name in ipairs(type(f.data.ignored) == "table" and f.data.ignored or {}) do
      if not there[name] then return true end
    end
    return false
  end),
  -- Refused or failed there, accepted by weir as a row of the feature list says.
  { parameter = "col_major", recorded = "rejected", weir = "accepted", reason = "row F370", when = function(f) return f.params.col_major == true end },
  { parameter = "max_hit_ratio_k", recorded = "rejected", weir = "accepted", reason = "row F357",
    when = function(f) return (f.params.max_hit_ratio_k or -1) >= 0 end },
  { parameter = "max_categorical_features", recorded = "failed", weir = "accepted", reason = "row F373",
    when = function(f)
      return not f.continues and (f.params.max_categorical_features or 0) >= 1 and (f.params.variable_importances ~= false or f.params.export_weights_and_biases)
    end },
  { parameter = "distribution", recorded = "accepted", weir = "refused", reason = "accepts nonsense",
    when = function(f) -- of numbers for classes, of classes for numbers, of counts for what is below 0
      local d, numbers = f.params.distribution, f.actual
      if f.call ~= "make_metrics" or not d or d == "AUTO" then return false end
      if f.domain then return not one_of(d, "bernoulli", "multinomial") end
      return one_of(d, "bernoulli", "multinomial") or one_of(d, "poisson", "gamma", "tweedie") and numbers:min{ na_rm = true } < 0
    end },
  { parameter = "actual", recorded = "rejected", weir = "accepted", reason = "crashes",
    when = function(f) return f.call == "make_metrics" and f.domain ~= nil and #f.domain > 2 and f.actual:any_na() end },
  { parameter = "distribution", recorded = "rejected", weir = "accepted", reason = "row F429",
    when = function(f) return f.call == "make_metrics" and one_of(f.params.distribution, "huber", "quantile", "tweedie") end },
  { parameter = "any", recorded = "failed", weir = "unstable", reason = "the job fails there; the model is kept and marked here",
    when = function(f, recorded) return f.got == "unstable" and tostring(recorded.error):find("unstable model", 1, true) ~= nil end },
  -- Everything else that failed there, weir refuses before a row is learnt: it crashed ("NullPointer", "ArrayIndex") or
  -- was found too late.
  { parameter = "any", recorded = "failed", weir = "refused", reason = "answers too late, or crashes", when = function() return true end },
}

-- Encodings that put other columns in the place of the frame's.
function rules.encoded(params)
  return one_of(params and params.categorical_encoding, "Binary", "Eigen", "LabelEncoder", "SortByResponse", "OneHotExplicit", "EnumLimited")
end

-- The first rule that applies to a recorded outcome, or nil: then weir accepts what was accepted and refuses,
-- before any work, what was rejected or failed.
function rules.outcome(recorded, facts)
  for _, rule in ipairs(outcomes) do
    if rule.recorded == recorded.status and rule.when(facts, recorded) then return rule end
  end
end

-- Quantities that are recorded and not compared, with the reason.
local left_out = {
  metrics = {
    description = "a sentence", model_category = "stands beside it", loglikelihood = "never computed there", AIC = "never computed there",
  },
  model = {
    scoring_warnings_test = "wording", effective = "wording",
  },
}

function rules.left_out(of, name) return left_out[of][name] ~= nil end

function rules.left_out_names()
  local out = {}
  for of, names in pairs(left_out) do
    for name, why in pairs(names) do out[#out + 1] = ("%s.%s (%s)"):format(of, name, why) end
  end
  table.sort(out)
  return out
end

-- Differences of data: {verb = or "parse", quantity =, when = function(facts), reason =}. Tables of their own
-- per kind, in the order in which they are asked.

-- facts: text (of the file), message (weir's refusal), column (as recorded), cell, want_cell.
local function half_seconds(text) return text:find(":%d%d[.:]%d%d?%f[%D]") ~= nil end
local function twelve(text) return text:find("12:%d%d:%d%d *[AP]M") ~= nil end

rules.parse = {
  { verb = "parse", quantity = "guess", reason = "names that come twice are found when the frame is made there",
    when = function(f) return f.message:find("are both called", 1, true) ~= nil end },
  { verb = "parse", quantity = "numbers", reason = "a column without cells has mean 0 there", when = function(f) return f.rows == 0 end },
  { verb = "parse", quantity = "outcome", reason = "crashes",
    when = function(f) return f.want.error ~= nil and (f.want.error:find("OutOfBounds", 1, true) or f.want.error:find("NullPointer", 1, true)) ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "the separator is guessed without the escape character there",
    when = function(f) return f.options.escapechar ~= nil and f.text:find(f.options.escapechar .. (f.options.quotechar or '"'), 1, true) ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "an attribute of an unknown type makes an ARFF file one of CSV there",
    when = function(f) return f.message ~= nil and f.text:lower():find("@attribute", 1, true) ~= nil and f.message:find("a type that is none of", 1, true) ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "a remark behind the values makes an SVMLight file one of CSV there",
    when = function(f) return f.file:find("%.svm") ~= nil and f.text:find("%d:%S+ *#") ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "a NUL byte swallows the rest of the file there",
    when = function(f) return f.message ~= nil and f.text:find("\0", 1, true) ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "text behind a closing quote tears the row in two there",
    when = function(f) return f.message ~= nil and f.message:find("text behind the closing quote", 1, true) ~= nil end },
  { verb = "parse", quantity = "outcome", reason = "a quote that is never closed swallows the rest of the file there",
    when = function(f) return f.message ~= nil and f.message:find("is never closed", 1, true) ~= nil end },
  { verb = "parse", quantity = "names", reason = "a byte order mark becomes part of the first name there",
    when = function(f) return f.text:sub(1, 3) == "\xEF\xBB\xBF" end },
  { verb = "parse", quantity = "order", reason = "a folder's files come as the file system lists them there",
    when = function(f) return f.text == "" end },
  { verb = "parse", quantity = "cells", reason = "a fraction of a second counts as milliseconds, and 12 PM as midnight there",
    when = function(f) return f.column.type == "time" and (half_seconds(f.text) or twelve(f.text)) end },
  { verb = "parse", quantity = "numbers", reason = "a fraction of a second counts as milliseconds, and 12 PM as midnight there",
    when = function(f) return f.column.type == "time" and (half_seconds(f.text) or twelve(f.text)) end },
  { verb = "parse", quantity = "cells", reason = "numbers whose digits end beyond the 308th place are 0 there",
    when = function(f) return f.want_cell == 0 and type(f.cell) == "number" and f.cell ~= 0 and math.abs(f.cell) < 1e-290 end },
  { verb = "parse", quantity = "numbers", reason = "numbers whose digits end beyond the 308th place are 0 there",
    when = function(f) return f.text:find("e%-3%d%d") ~= nil and f.column.type == "real" end },
  { verb = "parse", quantity = "cells", reason = "numbers of more than fifteen digits are rounded twice there",
    when = function(f)
      return type(f.cell) == "number" and type(f.want_cell) == "number" and f.cell ~= f.want_cell and
        math.abs(f.cell - f.want_cell) <= 3e-16 * math.abs(f.cell) and
        (" " .. f.text:gsub("(%d)%.(%d)", "%1%2")):find(("%d"):rep(16)) ~= nil
    end },
  { verb = "parse", quantity = "last place", reason = "numbers of more than fifteen digits are rounded twice there",
    when = function(f) return f.column.type == "real" and (" " .. f.text:gsub("(%d)%.(%d)", "%1%2")):find(("%d"):rep(16)) ~= nil end },
  { verb = "parse", quantity = "cells", reason = "negative whole numbers of more than 18 digits lose their sign and two places there",
    when = function(f) return type(f.cell) == "number" and f.cell <= -1e18 and f.text:find("%-%d" .. ("%d"):rep(18)) ~= nil end },
  { verb = "parse", quantity = "numbers", reason = "negative whole numbers of more than 18 digits lose their sign and two places there",
    when = function(f) return f.column.type ~= "enum" and f.column.type ~= "string" and f.text:find("%-%d" .. ("%d"):rep(18)) ~= nil end },
}

-- The first rule of `list` that applies to a quantity of a verb.
function rules.difference(list, verb, quantity, facts)
  for _, rule in ipairs(list) do
    if (rule.verb == verb or rule.verb == "*") and (rule.quantity == quantity or rule.quantity == "*") and (not rule.when or rule.when(facts)) then
      return rule
    end
  end
end

rules.frame = require "golden.frame_rules"

return rules
