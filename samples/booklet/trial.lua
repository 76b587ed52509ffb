-- 6.2: a trial run. In one call, then in two steps.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")

local model = weir.deeplearning(weir.merge(d.common, { validation_frame = d.test }))
print(("one call:  %.2f %% wrong"):format(100 * model:error{ valid = true }))

local est = weir.DeepLearning{
  distribution = "multinomial", activation = "Rectifier",
  hidden = { 32, 32, 32 }, input_dropout_ratio = 0.1, sparse = true, l1 = 1e-5, epochs = 10,
}
est:train{ x = d.x, y = d.y, training_frame = d.train, validation_frame = d.test }
print(("two steps: %.2f %% wrong"):format(100 * est:error{ valid = true }))
