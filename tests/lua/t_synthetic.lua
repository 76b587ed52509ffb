-- T094: a random network labels a made-up frame, another one learns to agree with it.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"

local f = weir.create_frame{ rows = 1500, cols = 6, integer_fraction = 0, categorical_fraction = 0, binary_fraction = 0, has_response = true, seed = 1234 }
local labeller = weir.deeplearning{ y = "response", training_frame = f, epochs = 0, initial_weight_distribution = "Normal", hidden = { 8 },
  seed = 3, quiet_mode = true }
local p = labeller:predict(f)[3]
local labels = p:gt(p:median()):ifelse("high", "low")
tap.near(labels:eq("high"):mean(), 0.5, 0.01, "T094 a random network makes two classes")
f["response"] = labels
local train, test = f:split{ 0.7, seed = 7 }
local learner = weir.deeplearning{ y = "response", training_frame = train, hidden = { 32 }, epochs = 60, seed = 5, reproducible = true, quiet_mode = true }
local agreement = learner:predict(test)["predict"]:eq(test["response"]):mean()
tap.ok(agreement >= 0.9, ("T094 the learner agrees on %.0f %% of rows that it has not seen"):format(100 * agreement))
tap.done()
