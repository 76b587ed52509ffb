-- What the examples about handwritten digits share: the data, the columns, common parameters.
local weir = require "weir"
local train, test
local large = arg and arg[2] ~= nil -- 60,000 digits bear a stronger hand than 1,400
if large then
  train, test = weir.import_file(arg[1]), weir.import_file(arg[2])
else
  train, test = weir.dataset("digits"):split{ 0.8, seed = 1234 }
end

local y = train:names()[train.ncol]
local x = weir.setdiff(train:names(), y)
train[y] = train[y]:asfactor()
test[y] = test[y]:asfactor()

local common = {
  x = x, y = y, training_frame = train,
  distribution = "multinomial",
  activation = "RectifierWithDropout",
  hidden = large and { 32, 32, 32 } or { 64, 64 },
  input_dropout_ratio = large and 0.2 or 0.1,
  hidden_dropout_ratios = not large and { 0.2, 0.2 } or nil,
  sparse = true, l1 = 1e-5, epochs = large and 10 or 30,
}
return { train = train, test = test, x = x, y = y, common = common }
