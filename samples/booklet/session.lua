-- Chapters 3, 9 and 10 on one page: start, help, train, predict, end.
local weir = require "weir"
print(weir.init{ threads = -1 })
weir.help("deeplearning.rho")

local fr = weir.dataset("prostate")
fr["CAPSULE"] = fr["CAPSULE"]:asfactor()
local m = weir.deeplearning{
  x = weir.range(3, 9), y = "CAPSULE", training_frame = fr,
  hidden = { 10, 10 }, epochs = 20,
}
print(weir.predict(m, fr):head())
weir.shutdown{ prompt = false }
