-- rules.lua - where weir means to differ from the recording program, and why. Nothing else may differ.
--
-- Outcomes. Each rule: the parameter (or "data"), when it applies, what was recorded, what weir does, and
-- one of four reasons: the recording program "crashes", "accepts nonsense", "answers too late"; or weir
-- accepts by a numbered row of the feature list ("row F...").
--
-- `when` sees facts: params (all that were passed), changed (those of a trial), data, frames.
local rules = {}

local function is(x) return x ~= nil and type(x) ~= "userdata" end
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

-- The value lies below low, above high, or is no number.
local function outside(name, low, high)
  return function(f)
    local x = number(f.params[name])
    return x ~= nil and not (x >= low and x <= high)
  end
end

local outcomes = {
  -- make_metrics: weir takes the parameters that these distributions need (F429).
  { parameter = "distribution", recorded = "rejected", weir = "accepted", reason = "row F429",
    when = function(f) return f.call == "make_metrics" and one_of(f.params.distribution, "huber", "quantile", "tweedie") end },
  -- accepts nonsense: silently taken, refused by weir
  { parameter = "epochs", when = outside("epochs", 0, math.huge), recorded = "accepted", weir = "refused", reason = "accepts nonsense" },
}

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
