-- 5.2.2: the 80th percentile of a flower's petal length, given its other sizes.
local weir = require "weir"
weir.init{ threads = -1 }

local iris = weir.dataset("iris")
local train, rest = iris:split{ 0.75, seed = 1234 }

local dl = weir.deeplearning{
  x = weir.range(1, 2), y = "Petal.Length",
  training_frame = train,
  distribution = "quantile", quantile_alpha = 0.8,
  hidden = { 20 }, epochs = 500, stopping_rounds = 0, -- 107 flowers are few
}
local predicted = dl:predict(rest)
print(predicted)

local above = rest["Petal.Length"]:le(predicted["predict"]):mean()
print(("%.0f %% of the lengths lie below their predicted percentile"):format(100 * above))
