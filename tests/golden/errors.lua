-- errors.lua - kind errors: many small trainings on one base, each taken or refused.
local weir = require "weir"
local compare = require "golden.compare"
local data = require "golden.data"
local outcome = require "golden.outcome"

local function describe(trial)
  if compare.value(trial.name) then return trial.name end
  return weir.json.encode(trial.params)
end

return function(c, case)
  for i, trial in ipairs(case.trials) do
    local d = weir.merge(case.data, trial.data_change)
    local params = weir.merge(case.params, trial.params)
    local frames = {}
    for _, set in ipairs{ "train", "valid" } do
      if compare.value(d[set]) then frames[set] = data.frame(c.data, d[set]) end
    end
    local got, result = data.train(data.arguments(d, params, frames, {}))
    outcome.check(c, ("trial %d, %s"):format(i, describe(trial)), trial.expect, got, result,
                  { params = params, changed = trial.params, data = d, frames = frames })
  end
end
