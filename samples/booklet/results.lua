-- 6.2.2: what a model says about itself.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local model = weir.deeplearning(weir.merge(d.common, { validation_frame = d.test }))

print(model.params)                       -- default, given and used values
print(model)                              -- everything

print(model:performance{ train = true })
print(model:performance{ valid = true })

print("mean squared error", model:mse{ valid = true })
print(model:confusion_matrix{ valid = true })
print(model:scoring_history())
