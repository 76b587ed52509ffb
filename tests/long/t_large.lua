-- Larger cases of the peer's suite and of the booklet, on all cores as a user would run them: handwritten digits (60,000 rows
-- to learn from, 10,000 held out), airlines, and tables as wide as those of its own stress tests.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. here .. "/../lua/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)
local data = os.getenv("WEIR_DATA")
if not data then
  print("1..0 # SKIP WEIR_DATA is not set: the digits and the airlines are files")
  return
end
local function train(args) return weir.deeplearning(weir.merge({ quiet_mode = true, seed = 11, stopping_rounds = 0 }, args)) end

local digits, held = weir.import_file(data .. "/mnist/train.csv.gz"), weir.import_file(data .. "/mnist/test.csv.gz")
local y = digits:names()[#digits:names()]
digits[y], held[y] = digits[y]:asfactor(), held[y]:asfactor()
tap.is(("%d %d %d"):format(digits.nrow, held.nrow, digits.ncol), "60000 10000 785", "F120 F091 MNIST from gzip-compressed files: rows to learn from, rows held out, columns")
tap.list({ digits[y]:nlevels() }, { 10 }, "F120 ten digits")
local pixels = {}
for i = 1, #digits:names() - 1 do pixels[i] = i end

-- F121, F193: the trial run, with its speed.
do
  local from = os.time()
  local m = train{ training_frame = digits, validation_frame = held, y = y, activation = "RectifierWithDropout", hidden = { 32, 32, 32 }, input_dropout_ratio = 0.2,
                   sparse = true, l1 = 1e-5, epochs = 10 }
  local e = m:error{ valid = true }
  tap.ok(e > 0.03 and e < 0.14, ("F121 the trial run errs on %.3f of the digits held out"):format(e))
  tap.ok(os.time() - from < 600, ("F121 within minutes even beside other work: %d s, %.1f s of training"):format(os.time() - from, m.run_time / 1000))
  local shown = tostring(m)
  tap.ok(shown:find("training frame", 1, true) and shown:find("validation frame", 1, true) and shown:find("log loss", 1, true) and shown:find("classification error", 1, true)
    and shown:find("MSE", 1, true), "F121 error, log loss and MSE of both sets are shown")
  local speed = m:scoring_history().training_speed:to_list()
  tap.ok(speed[#speed] > 1000, ("F193 the history tells the speed: %.0f rows per second with the defaults"):format(speed[#speed]))
end

-- T087: momentum with a ramp, annealing and decay.
do
  local m = train{ training_frame = digits, validation_frame = held, y = y, activation = "RectifierWithDropout", hidden = { 128, 128, 256 }, adaptive_rate = false,
                   rate = 0.01, rate_decay = 0.9, rate_annealing = 1e-6, momentum_start = 0.95, momentum_ramp = 1e5, momentum_stable = 0.99,
                   nesterov_accelerated_gradient = false, input_dropout_ratio = 0.2, l1 = 1e-5, train_samples_per_iteration = 20000, epochs = 10 }
  tap.ok(m:mse{ valid = true } <= 0.10, ("T087 digits with momentum: MSE %.4f on what was held out"):format(m:mse{ valid = true }))
end

-- T085: autoencoders one on the other; a small classifier on the last codes.
local function coder(frame, hidden, more)
  return weir.autoencoder(weir.merge({ training_frame = frame, activation = "Tanh", hidden = hidden, l1 = 1e-5, epochs = 1, seed = 5, quiet_mode = true }, more))
end
local codes, coded = digits[pixels], held[pixels]
for _, size in ipairs{ 200, 100, 50 } do
  local m = coder(codes, { size })
  codes, coded = m:deepfeatures(codes, 1), m:deepfeatures(coded, 1)
end
codes[y], coded[y] = digits[y], held[y]
local stacked = train{ training_frame = codes, validation_frame = coded, y = y, hidden = { 10 }, epochs = 1 }
tap.is(codes.ncol, 51, "T085 200, 100, 50 codes, one from the other")
tap.ok(stacked:logloss{ valid = true } < 1, ("T085 ten units on the codes: log loss %.3f"):format(stacked:logloss{ valid = true }))

-- T086: twenty codes are enough to tell digits apart.
do
  local m = coder(digits[pixels], { 100, 20 }, { epochs = 3 })
  local few, fewer = m:deepfeatures(digits[pixels], 2), m:deepfeatures(held[pixels], 2)
  few[y], fewer[y] = digits[y], held[y]
  local e = train{ training_frame = few, validation_frame = fewer, y = y, hidden = { 50, 50 }, epochs = 5 }:error{ valid = true }
  tap.ok(few.ncol == 21 and e < 0.12, ("T086 a net on 20 codes errs on %.3f"):format(e))
end

-- T089: what an autoencoder finds odd; constant columns kept.
for _, size in ipairs{ 50, 2 } do
  local m = coder(digits[pixels], { size }, { ignore_const_cols = false })
  local errors = m:anomaly(held[pixels])[1]:to_list()
  local order = {}
  for i = 1, #errors do order[i] = i end
  table.sort(order, function(a, b) return errors[a] < errors[b] end)
  tap.is(#errors, held.nrow, ("T089 hidden %d: an error for every row"):format(size))
  tap.is(#m:input_names(), 784, "T089 constant pixels are inputs")
  local median = errors[order[#order // 2]]
  tap.ok(errors[order[1]] < median and median < errors[order[#order]], ("T089 from %.4f over %.4f to %.4f"):format(errors[order[1]], median, errors[order[#order]]))
  local file = os.tmpname() .. ".png"
  weir.image(held[pixels]:rows(order[#order], order[#order]), { width = 28, file = file })
  local drawn = io.open(file, "rb")
  tap.ok(drawn and drawn:read(4) == "\137PNG", "T089 the oddest digit can be drawn")
  if drawn then drawn:close() end
  os.remove(file)
end

-- T090: seven epochs of the airlines.
do
  local flights = weir.import_file(data .. "/airlines/allyears2k_headers.zip")
  local known = { "Year", "Month", "DayofMonth", "DayOfWeek", "CRSDepTime", "CRSArrTime", "UniqueCarrier", "CRSElapsedTime", "Origin", "Dest", "Distance" }
  local a, b = flights:split{ 0.8, seed = 7 }
  local m = train{ training_frame = a, validation_frame = b, x = known, y = "IsDepDelayed", epochs = 7, hidden = { 50, 50 } }
  tap.ok(m:auc{ valid = true } > 0.7, ("T090 airlines: AUC %.3f after seven epochs"):format(m:auc{ valid = true }))
end

-- T096: sizes. A tenth of the rows and all of the 3,200 columns of the peer's widest private test; a tenth of the rows of its
-- tallest with a tenth of its columns.
for name, size in pairs{ wide = { 18600, 3200 }, tall = { 1500000, 22 } } do
  local f = weir.create_frame{ rows = size[1], cols = size[2], categorical_fraction = 0, integer_fraction = 0.5, real_fraction = 0.5, binary_fraction = 0, time_fraction = 0,
                               string_fraction = 0, missing_fraction = 0.01, has_response = true, response_factors = 2, seed = 1 }
  local m = train{ training_frame = f, y = "response", hidden = { 20 }, epochs = 0.2, score_training_samples = 1000 }
  tap.ok(m.samples >= 0.19 * size[1] and m:logloss() == m:logloss(), ("T096 %s: %d rows of %d columns, %.0f rows per second"):format(name, size[1], size[2], 1000 * m.samples / m.run_time))
end
tap.done()
