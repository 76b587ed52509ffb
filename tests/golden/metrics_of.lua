-- metrics_of.lua - a recorded set of metrics against weir's object.
local compare = require "golden.compare"
local rules = require "golden.rules"
local tolerance = compare.tolerance

local metrics_of = {}

local numbers = {
  MSE = "mse", RMSE = "rmse", r2 = "r2", logloss = "logloss", AUC = "auc", pr_auc = "aucpr", Gini = "gini",
  mean_per_class_error = "mean_per_class_error", mean_residual_deviance = "mean_residual_deviance", mae = "mae", rmsle = "rmsle",
}
local in_order = { "nobs", "MSE", "RMSE", "r2", "logloss", "mean_residual_deviance", "mae", "rmsle", "AUC", "pr_auc", "Gini",
                   "mean_per_class_error" }
local threshold_counts = { tns = 1, fns = 1, fps = 1, tps = 1, idx = 1 }

local function equal_columns(columns, names)
  for name in pairs(names) do columns[name] = tolerance.equal end
  return columns
end

-- Rows actual, columns predicted; the recorded last row and the columns Error and Rate are sums.
local function confusion(c, quantity, want, m, labels)
  local got = m:confusion_matrix()
  for k, label in ipairs(labels) do
    local column = got[k + 1]:to_list()
    local recorded = want.data[label]
    if recorded then c:list(("%s.%s"):format(quantity, label), recorded, column, tolerance.equal) end
  end
  if not want.data.Error then return end
  local errors, ours = want.data.Error, got:col("error"):to_list()
  c:list(quantity .. ".Error", table.move(errors, 1, #errors - 1, 1, {}), table.move(ours, 1, #errors - 1, 1, {}))
  c:number(quantity .. ".Error of all", errors[#errors], ours[#errors], tolerance.single) -- their errors are summed in single precision
end

local function thresholds(c, quantity, want, m)
  local got = m:thresholds_and_metric_scores()
  c:count_of(quantity .. ".rows", want.rows, got.nrow)
  c:table(quantity, want, got, { rows = want.picked_rows, tolerance = equal_columns({}, threshold_counts) })
end

local function plain_table(name, options)
  return function(c, quantity, want, m)
    local got = m[name](m)
    c:count_of(quantity .. ".rows", want.rows, got.nrow)
    c:table(quantity, want, got, options)
  end
end

local tables = {
  { "max_criteria_and_metric_scores", plain_table("max_criteria_and_metric_scores", { tolerance = { idx = tolerance.equal } }) },
  { "gains_lift_table", plain_table("gains_lift_table", { tolerance = { group = tolerance.equal } }) },
  { "hit_ratio_table", plain_table("hit_ratio_table", { tolerance = { hit_ratio = tolerance.float } }) },
  { "multinomial_auc_table", plain_table("multinomial_auc_table") },
  { "multinomial_aucpr_table", plain_table("multinomial_aucpr_table") },
}

-- want: {MSE, RMSE, ..., cm, thresholds_and_metric_scores, ...} under the recording program's names.
function metrics_of.check(c, quantity, want, m, labels)
  for _, name in ipairs(in_order) do
    if want[name] ~= nil then
      local got
      if name == "nobs" then got = m.nobs else got = m[numbers[name]](m) end
      c:number(quantity .. "." .. name, want[name], got, name == "nobs" and tolerance.equal or nil)
    end
  end
  for name in pairs(want) do
    local known = numbers[name] or name == "nobs" or name == "cm" or name == "domain" or name == "thresholds_and_metric_scores"
    for _, t in ipairs(tables) do known = known or t[1] == name end
    if not known and not rules.left_out("metrics", name) then c:differ(quantity .. "." .. name, want[name], nil) end
  end
  if compare.value(want.domain) then c:list(quantity .. ".domain", want.domain, labels or {}) end
  if compare.value(want.cm) and labels then confusion(c, quantity .. ".cm", want.cm.table, m, labels) end
  if compare.value(want.thresholds_and_metric_scores) then
    thresholds(c, quantity .. ".thresholds", want.thresholds_and_metric_scores, m)
  end
  for _, t in ipairs(tables) do
    if compare.value(want[t[1]]) then t[2](c, quantity .. "." .. t[1], want[t[1]], m) end
  end
end

return metrics_of
