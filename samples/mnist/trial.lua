-- The booklet's trial run: three small layers with dropout, 10 epochs.
local here = arg[0]:match("^(.*/)") or ""
local mnist = dofile(here .. "mnist.lua")
local train, test, y = mnist.read(mnist.folder("weir run trial.lua FOLDER"))

mnist.try("trial run", {
  activation = "RectifierWithDropout", hidden = { 32, 32, 32 }, input_dropout_ratio = 0.2, sparse = true, l1 = 1e-5,
  epochs = 10,
}, train, test, y)
