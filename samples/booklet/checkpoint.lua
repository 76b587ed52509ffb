-- 6.5: a training goes on where another ended.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local model = weir.deeplearning(weir.merge(d.common, { validation_frame = d.test, epochs = 5, stopping_rounds = 0 }))

local further = weir.deeplearning(weir.merge(d.common, {
  validation_frame = d.test,
  checkpoint = model,                     -- or model.id
  epochs = 20,                            -- in all; must exceed what is already done
  stopping_rounds = 0,
}))
print(("after %2.0f epochs: %.2f %% wrong"):format(model.epochs, 100 * model:error{ valid = true }))
print(("after %2.0f epochs: %.2f %% wrong"):format(further.epochs, 100 * further:error{ valid = true }))
assert(further.epochs > model.epochs)
