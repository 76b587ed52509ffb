-- 7.2.1: autoencoders one on another; each learns the code of the one below.
local weir = require "weir"
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")
local large = arg[2] ~= nil

local function with_prefix(frame, prefix)
  local names = frame:names()
  for i, name in ipairs(names) do names[i] = prefix .. name end
  return frame:set_names(names)
end

local function encode(data, stack)
  for i, ae in ipairs(stack) do
    data = with_prefix(ae:deepfeatures(data, 1), "L" .. i .. ".")
  end
  return data
end

local function train_stack(data, sizes, args)
  local stack = {}
  for i, n in ipairs(sizes) do
    local ae = weir.autoencoder(weir.merge(args, {
      x = data:names(), training_frame = data, hidden = { n } }))
    data = with_prefix(ae:deepfeatures(data, 1), "L" .. i .. ".")
    stack[i] = ae
  end
  return stack
end

local train, test, y = d.train, d.test, d.y

-- for comparison: a small network on the raw pixels
local ref = weir.deeplearning{ training_frame = train, x = d.x, y = y, hidden = { 10 }, epochs = 1, seed = 1 }
print("log loss from pixels", ref:performance(test):logloss())

local stack = train_stack(train:drop(y), large and { 200, 100, 50 } or { 40, 30, 20 },
  { activation = "Tanh", epochs = large and 1 or 20, l1 = 1e-5, seed = 1 })
local codes = encode(train:drop(y), stack):cbind(train[y])
local test_codes = encode(test:drop(y), stack):cbind(test[y])

local m = weir.deeplearning{ training_frame = codes, x = weir.range(1, codes.ncol - 1), y = codes.ncol,
                             hidden = { 10 }, epochs = 1, seed = 1 }
print("log loss from codes ", m:performance(test_codes):logloss())
