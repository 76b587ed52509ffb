-- train.lua - kinds train, autoencoder and pretrained: one training, everything that is recorded of its model.
local data = require "golden.data"
local model_of = require "golden.model_of"
local outcome = require "golden.outcome"

local function frames_of(root, d)
  local frames = {}
  for _, set in ipairs{ "train", "valid", "test" } do
    if d[set] then frames[set] = data.frame(root, d[set]) end
  end
  return frames
end

local function pretrain(c, recorded)
  local frames = frames_of(c.data, recorded.data)
  local got, result = data.train(data.arguments(recorded.data, recorded.params, frames, {}))
  outcome.check(c, "outcome of the autoencoder", recorded.outcome, got, result, { params = recorded.params, data = recorded.data })
  model_of.check(c, recorded.expect, result, frames)
  return result
end

return function(c, case)
  local models = {}
  if case.autoencoder then models.autoencoder = pretrain(c, case.autoencoder) end
  local frames = frames_of(c.data, case.data)
  local got, result = data.train(data.arguments(case.data, case.params, frames, models))
  local facts = { params = case.params, data = case.data, frames = frames }
  if outcome.check(c, "outcome", case.expect.outcome, got, result, facts) then
    model_of.check(c, case.expect, result, frames)
  end
end
