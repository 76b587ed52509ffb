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

local function stops_by(f, ...) return (f.params.stopping_rounds or 5) > 0 and one_of(f.params.stopping_metric, ...) end

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
    when = function(f) return f.params.max_hit_ratio_k ~= nil end },
  { parameter = "max_categorical_features", recorded = "failed", weir = "accepted", reason = "row F373",
    when = function(f)
      return not f.continues and (f.params.max_categorical_features or 0) >= 1 and (f.params.variable_importances ~= false or f.params.export_weights_and_biases)
    end },
  { parameter = "distribution", recorded = "rejected", weir = "accepted", reason = "row F429",
    when = function(f) return f.call == "make_metrics" and one_of(f.params.distribution, "huber", "quantile", "tweedie") end },
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
rules.parse = {}
rules.frame = {}

-- The first rule of `list` that applies to a quantity of a verb.
function rules.difference(list, verb, quantity, facts)
  for _, rule in ipairs(list) do
    if rule.verb == verb and (rule.quantity == quantity or rule.quantity == "*") and (not rule.when or rule.when(facts)) then
      return rule
    end
  end
end

return rules
