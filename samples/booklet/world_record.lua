-- 6.6: the network of the record. The record took 8000 epochs on ten machines;
-- EPOCHS=10 weir run world_record.lua train.csv test.csv is a long lunch on one.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local large = arg[2] ~= nil

local model = weir.deeplearning{
  x = d.x, y = d.y, training_frame = d.train, validation_frame = d.test,
  activation = "RectifierWithDropout",
  hidden = large and { 1024, 1024, 2048 } or { 128, 128, 256 },
  epochs = tonumber(os.getenv "EPOCHS") or (large and 10 or 5),
  input_dropout_ratio = 0.2, l1 = 1e-5, max_w2 = 10,
  train_samples_per_iteration = -1,
  classification_stop = -1, stopping_rounds = 0,
}
print("error", model:error{ valid = true })
