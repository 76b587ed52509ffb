-- 6.3.1: the inputs that matter most.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local model = weir.deeplearning(weir.merge(d.common, {
  validation_frame = d.test, variable_importances = true }))

print(model:varimp():head(20))
