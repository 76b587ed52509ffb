-- 7.2.2: a network begins as an autoencoder on rows without labels.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local train, test, y = d.train, d.test, d.y

local sid = train:runif{ seed = 0 }
local unlabelled = train:where(sid:ge(0.2)):drop(y)
local labelled = train:where(sid:lt(0.2))

local ae = weir.autoencoder{
  model_id = "ae_model", x = d.x, training_frame = unlabelled,
  activation = "Tanh", hidden = { 20 }, epochs = 50,
  ignore_const_cols = false, reproducible = true, seed = 1234,
}

-- its codes are columns for another model
local codes = ae:deepfeatures(labelled:drop(y), 1)
assert(codes.ncol == 20)

-- and its first layers are where a network with labels begins
local sup = {
  x = d.x, y = y, training_frame = labelled, validation_frame = test,
  activation = "Tanh", hidden = { 20 }, epochs = 20,
  ignore_const_cols = false, reproducible = true, seed = 1234,
}
local pre = weir.deeplearning(weir.merge(sup, { pretrained_autoencoder = "ae_model" }))
local scratch = weir.deeplearning(sup)
print("log loss begun as an autoencoder", pre:logloss{ valid = true })
print("log loss from scratch           ", scratch:logloss{ valid = true })
assert(pre:logloss{ valid = true } < scratch:logloss{ valid = true })
