-- 6.2.2: a label and one probability per class.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local model = weir.deeplearning(d.common)

local pred = model:predict(d.test)
print(pred:head())
local right = pred["predict"]:eq(d.test[d.y]):mean()
print(("%.1f %% of the labels are right"):format(100 * right))
