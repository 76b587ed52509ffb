-- Every parameter at its default: two layers of 200, 10 epochs.
local here = arg[0]:match("^(.*/)") or ""
local mnist = dofile(here .. "mnist.lua")
local train, test, y = mnist.read(mnist.folder("weir run defaults.lua FOLDER"))

mnist.try("defaults", { epochs = 10 }, train, test, y)
