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

-- facts: text (of the file), message (weir's refusal), column (as recorded), cell, want_cell.
local function half_seconds(text) return text:find(":%d%d[.:]%d%d?%f[%D]") ~= nil end
local function twelve(text) return text:find("12:%d%d:%d%d *[AP]M") ~= nil end

rules.parse = {
  { verb = "parse", quantity = "guess", reason = "names that come twice are found when the frame is made there",
    when = function(f) return f.message:find("are both called", 1, true) ~= nil end },
  { verb = "parse", quantity = "numbers", reason = "a column without cells has mean 0 there", when = function(f) return f.rows == 0 end },
  { verb = "parse", quantity = "outcome", reason = "the separator is guessed without the escape character there",
    when = function(f) return f.options.escapechar ~= nil and f.text:find(f.options.escapechar .. '"', 1, true) ~= nil end },
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
  { verb = "parse", quantity = "cells", reason = "digits behind the eighteenth are dropped there",
    when = function(f)
      return type(f.cell) == "number" and type(f.want_cell) == "number" and f.cell ~= f.want_cell and
        math.abs(f.cell - f.want_cell) <= 3e-16 * math.abs(f.cell) and
        (" " .. f.text:gsub("(%d)%.(%d)", "%1%2")):find(("%d"):rep(19)) ~= nil
    end },
  { verb = "parse", quantity = "cells", reason = "negative whole numbers of more than 18 digits lose their sign and two places there",
    when = function(f) return type(f.cell) == "number" and f.cell <= -1e18 and f.text:find("%-%d" .. ("%d"):rep(18)) ~= nil end },
  { verb = "parse", quantity = "numbers", reason = "negative whole numbers of more than 18 digits lose their sign and two places there",
    when = function(f) return f.column.type ~= "enum" and f.column.type ~= "string" and f.text:find("%-%d" .. ("%d"):rep(18)) ~= nil end },
}

local function missing_in(frame, row)
  if type(frame) ~= "userdata" then return false end
  for i = 1, frame.ncol do
    if frame[i]:isna():cell(row, 1) == 1 then return true end
  end
  return false
end

local function has_missing(frame) return type(frame) == "userdata" and frame:any_na() end

-- An operand's cell in a row, nil when it is missing.
local function cell(operand, row)
  if type(operand) ~= "userdata" then return operand end
  return operand:cell(operand.nrow == 1 and 1 or row, 1)
end

local function truth(x) return x == nil or x == 0 or x == 1 end

local function is_factor(frame, column)
  return frame:types()[type(column) == "number" and frame:names()[column + 1] or column] == "enum"
end

local function members(x) return type(x) == "table" and x or { x } end

-- facts: met = {verb, self, args, named}, one of the verbs of the call; want, row (of "cells"), message (of an error).
rules.frame = {
  { verb = "//", quantity = "cells", reason = "a missing operand gives 0 there",
    when = function(f) return missing_in(f.met.self, f.row) end },
  { verb = "|", quantity = "cells", reason = "an operand that is neither 0 nor 1 does not count as true there",
    when = function(f) return not truth(cell(f.met.self, f.row)) or not truth(cell(f.met.args[1], f.row)) end },
  { verb = "round", quantity = "cells", reason = "negative digits give missing values there",
    when = function(f) return (f.met.args[1] or f.met.named.digits or 0) < 0 end },
  { verb = "digamma", quantity = "cells", reason = "only eight digits are right there", when = function() return true end },
  { verb = "hist", quantity = "counts", reason = "a class has the count of the one before there, the last two are one" },
  { verb = "hist", quantity = "mids_true", reason = "not the middle of anything there" },
  { verb = "hist", quantity = "mids", reason = "the first class has no middle there", when = function(f) return f.row == 1 end },
  { verb = "hist", quantity = "outcome", reason = "the rule fd fails there", when = function(f) return f.met.args[1] == "fd" end },
  { verb = "cut", quantity = "outcome", reason = "a number of classes fails there",
    when = function(f) return type(f.met.args[1]) == "number" end },
  { verb = "asfactor", quantity = "outcome", reason = "the client refuses real numbers, the server takes them",
    when = function(f) return f.message:find("Only 'int' or 'string'", 1, true) ~= nil end },
  { verb = "mode", quantity = "outcome", reason = "the client cannot take the number that the server gives",
    when = function(f) return f.message:find("ValNum", 1, true) ~= nil end },
  { verb = "pivot", quantity = "outcome", reason = "a missing value in the column fails there",
    when = function(f) return has_missing(f.met.self:col(f.met.args[2])) end },
  { verb = "mode", quantity = "cells", reason = "a group with missing cells has the first level there",
    when = function(f) return has_missing(f.met.self:col(f.met.args[1])) end },
  { verb = "sort", quantity = "everything", reason = "a factor is in ascending order there, whatever was asked for",
    when = function(f)
      local up = f.met.named.ascending
      for i, column in ipairs(members(f.met.args[1])) do
        if type(up) == "table" and up[i] == false and is_factor(f.met.self, column) then return true end
      end
      return false
    end },
  { verb = "quantile", quantity = "cells", reason = "weights that are not whole are cut off there, class by class",
    when = function(f)
      local w = f.met.named.weights_column
      if type(w) ~= "string" then return false end
      for _, x in ipairs(f.met.self:col(w):to_list()) do
        if math.type(x) ~= "integer" then return true end
      end
      return false
    end },
  { verb = "stratified_kfold_column", quantity = "everything", reason = "all rows count as one class there",
    when = function(f) return f.met.self:nlevels() > 1 end },
  { verb = "skewness", quantity = "cells", reason = "missing cells are counted in n there",
    when = function(f) return has_missing(f.met.self[f.met.self.ncol == 1 and 1 or f.row]) end },
  { verb = "kurtosis", quantity = "cells", reason = "missing cells are counted in n there",
    when = function(f) return has_missing(f.met.self[f.met.self.ncol == 1 and 1 or f.row]) end },
  { verb = "cor", quantity = "cells", reason = "equal cells have different ranks there",
    when = function(f)
      if f.met.named.method ~= "Spearman" then return false end
      for i = 1, f.met.self.ncol do
        if f.met.self[i]:unique().nrow < f.met.self.nrow then return true end
      end
      return false
    end },
  { verb = "scale", quantity = "cells", reason = "given scales are multiplied with there",
    when = function(f) return type(f.met.named.scale) == "table" end },
  { verb = "idxmin", quantity = "cells", reason = "along rows always the first column there", when = function(f) return f.met.named.axis == 1 end },
  { verb = "idxmax", quantity = "cells", reason = "along rows always the first column there", when = function(f) return f.met.named.axis == 1 end },
  { verb = "asfactor", quantity = "levels", reason = "an empty text is no level there",
    when = function(f) return f.met.self:types()[f.met.self:names()[1]] == "string" end },
  { verb = "unique", quantity = "order", reason = "numbers come in the order of a hash there",
    when = function(f) return f.met.self:types()[f.met.self:names()[1]] == "numeric" end },
  { verb = "topN", quantity = "Original_Row_Indices", reason = "which of equal cells comes first is left open" },
  { verb = "bottomN", quantity = "Original_Row_Indices", reason = "which of equal cells comes first is left open" },
  { verb = "topNBottomN", quantity = "Original_Row_Indices", reason = "which of equal cells comes first is left open" },
  { verb = "sub", quantity = "cells", reason = "ignore_case makes the whole text small there and finds no capitals",
    when = function(f) return f.met.named.ignore_case == true end },
  { verb = "gsub", quantity = "cells", reason = "ignore_case makes the whole text small there and finds no capitals",
    when = function(f) return f.met.named.ignore_case == true end },
}

-- The first rule of `list` that applies to a quantity of a verb.
function rules.difference(list, verb, quantity, facts)
  for _, rule in ipairs(list) do
    if rule.verb == verb and (rule.quantity == quantity or rule.quantity == "*") and (not rule.when or rule.when(facts)) then
      return rule
    end
  end
end

return rules
