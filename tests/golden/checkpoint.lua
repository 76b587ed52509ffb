-- checkpoint.lua - kind checkpoint: steps, each continuing the model of the last one that went well.
local weir = require "weir"
local compare = require "golden.compare"
local data = require "golden.data"
local model_of = require "golden.model_of"
local outcome = require "golden.outcome"

-- What a trial of one changed parameter records: columns of the history, or an error.
local columns = { samples = "samples", epochs = "epochs", iterations = "iterations", mse = "training_mse", MSE = "training_mse", training_mse = "training_mse" }

local function short(c, quantity, want, model)
  local history = model:scoring_history()
  for name, value in pairs(want) do
    local where = ("%s.%s"):format(quantity, name)
    if name == "outcome" or name == "status" or name == "messages" or name == "warnings" then
      -- compared already
    elseif not columns[name] then
      c:differ(where, "known to this runner", nil)
    elseif type(value) == "table" then
      c:list(where, value, history:col(columns[name]):to_list())
    else
      c:number(where, value, columns[name] == "training_mse" and model:mse() or model[name])
    end
  end
end

return function(c, case)
  local models = {}
  for i, step in ipairs(case.steps) do
    local d = weir.merge(case.data, step.data)
    local frames = {}
    for _, set in ipairs{ "train", "valid", "test" } do
      if d[set] then frames[set] = data.frame(c.data, d[set]) end
    end
    local got, result = data.train(data.arguments(d, step.params, frames, models))
    local recorded = step.expect.outcome or step.expect
    local facts = { params = step.params, data = d, frames = frames, continues = models.checkpoint ~= nil }
    local before = #c.differences
    if outcome.check(c, ("step %d outcome"):format(i), recorded, got, result, facts) then
      if step.expect.weights then
        model_of.check(c, step.expect, result, frames)
        models.checkpoint = result
      else
        short(c, ("step %d"):format(i), step.expect, result)
        if compare.value(step.kept) then models.checkpoint = result end
      end
    end
    if #c.differences > before then
      c.differences[before + 1] = ("step %d: %s"):format(i, c.differences[before + 1])
    end
  end
end
