-- Distributions and losses: what each learns, on data whose answer is known. F034 to F045, F376, F377, F406.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local function uniform(seed) -- a plain congruential stream: the tests' own numbers
  local state = seed
  return function()
    state = (state * 6364136223846793005 + 1442695040888963407)
    return ((state >> 11) & 0x1fffffffffffff) / 2 ^ 53
  end
end
local function normal(u)
  return math.sqrt(-2 * math.log(1 - u())) * math.cos(2 * math.pi * u())
end
local function frame_of(n, f) -- f(i) gives the row as a table by name
  local columns = {}
  for i = 1, n do
    for name, v in pairs(f(i)) do
      columns[name] = columns[name] or {}
      columns[name][i] = v
    end
  end
  return weir.frame(columns)
end
local base = { hidden = { 16 }, epochs = 20, seed = 1, reproducible = true, stopping_rounds = 0, quiet_mode = true, score_training_samples = 0,
               regression_stop = -1 }
local function train(args) return weir.deeplearning(weir.merge(base, args)) end
local function mean(list)
  local s = 0
  for _, x in ipairs(list) do s = s + x end
  return s / #list
end

local prostate, iris = weir.dataset("prostate"), weir.dataset("iris")
local factored = prostate[prostate:names()]
factored["CAPSULE"] = factored["CAPSULE"]:asfactor()

-- F034, F035
local h = train{ training_frame = factored, y = "CAPSULE", ignored_columns = { "ID" }, distribution = "bernoulli", train_samples_per_iteration = 380 }:scoring_history()
local logloss = h["training_logloss"]:to_list()
tap.ok(logloss[#logloss] < 0.9 * math.log(2) and logloss[#logloss] < logloss[2], "F034 bernoulli: the cross-entropy falls on prostate")
tap.raises(function() train{ training_frame = prostate, y = "CAPSULE", distribution = "bernoulli" } end, { "bernoulli", "asfactor" },
           "F034 a response of numbers is refused, asfactor is named")
local two = train{ training_frame = factored, y = "CAPSULE", ignored_columns = { "ID" }, distribution = "multinomial" }
local same = train{ training_frame = factored, y = "CAPSULE", ignored_columns = { "ID" }, distribution = "bernoulli" }
tap.near(two:logloss(), same:logloss(), 1e-12, "F035 multinomial takes two classes as well, and is bernoulli then")
tap.ok(train{ training_frame = iris, y = "Species", distribution = "multinomial" }:error() < 0.1, "F035 multinomial learns three classes")

-- F037 to F039: log links; positive predictions; the mean that the deviance asks for.
local u = uniform(7)
local function skewed(n)
  return frame_of(n, function()
    local x = u() * 2 - 1
    local m = math.exp(1 + x)
    return { x = x, count = math.floor(m * -math.log(1 - u())), y = m * (0.5 + u()) }
  end)
end
local few = skewed(2000)
for name, y in pairs{ poisson = "count", tweedie = "count", gamma = "y" } do
  local m = train{ training_frame = few, x = { "x" }, y = y, distribution = name, activation = "Tanh", epochs = 40 }
  local p, t = m:predict(few)[1]:to_list(), few[y]:to_list()
  local least = math.min(table.unpack(p))
  tap.ok(least > 0, ("F037 F038 F039 %s predicts above 0 (%.3g)"):format(name, least))
  tap.ok(math.abs(mean(p) / mean(t) - 1) < 0.1, ("F037 F038 F039 %s is right on average (%.3f of the mean)"):format(name, mean(p) / mean(t)))
end
tap.raises(function() train{ training_frame = few, x = { "x" }, y = "count", distribution = "gamma" } end, { "gamma", "above 0" }, "F038 gamma needs a response above 0")

-- F040, F041: medians and quantiles of noise that is not symmetric.
local function noisy(n)
  return frame_of(n, function()
    local x = u() * 2 - 1
    return { x = x, y = 3 * x + -math.log(1 - u()) }
  end)
end
local seen, held = noisy(4000), noisy(10000)
local function below(model)
  local p, t, n = model:predict(held)[1]:to_list(), held["y"]:to_list(), 0
  for i = 1, #p do n = n + (t[i] < p[i] and 1 or 0) end
  return n / #p
end
for _, alpha in ipairs{ 0.2, 0.5, 0.8 } do
  local share = below(train{ training_frame = seen, y = "y", distribution = "quantile", quantile_alpha = alpha, epochs = 60 })
  tap.ok(math.abs(share - alpha) < 0.03, ("F041 F336 %.0f %% of held-out rows lie below the %.1f-quantile (%.3f)"):format(100 * alpha, alpha, share))
end
tap.ok(math.abs(below(train{ training_frame = seen, y = "y", distribution = "laplace", epochs = 60 }) - 0.5) < 0.03, "F040 laplace is the median")
local alone = train{ training_frame = seen, y = "y", loss = "Quantile", quantile_alpha = 0.8 }
tap.is(alone.params.distribution.actual .. " " .. alone.params.loss.actual, "quantile Quantile", "F406 F033 loss Quantile alone resolves to quantile")

-- F042, F045, F338: huber_alpha acts on the training: with few rows beyond its quantile the fit is the mean, with many the median.
local huber = {}
for _, alpha in ipairs{ 0.05, 1 } do
  huber[alpha] = train{ training_frame = seen, y = "y", distribution = "huber", huber_alpha = alpha, epochs = 60, train_samples_per_iteration = 0 }
end
local tight, loose = below(huber[0.05]), below(huber[1])
tap.ok(tight < loose - 0.06, ("F042 F338 PEER huber_alpha changes what is learnt: %.3f and %.3f of the rows lie below"):format(tight, loose))
tap.ok(math.abs(tight - 0.5) < 0.08 and math.abs(loose - (1 - math.exp(-1))) < 0.05, "F042 from the median to the mean")
local by_loss = train{ training_frame = seen, y = "y", loss = "Huber" }
tap.is(by_loss.params.distribution.actual, "huber", "F045 loss Huber alone resolves to huber")
tap.raises(function() train{ training_frame = iris, y = "Species", loss = "Huber" } end, { "Huber" }, "F045 Huber is for numbers")

-- F043: both for classes and for numbers; gaussian's gradient is that of the squared error, not of half of it.
tap.ok(train{ training_frame = iris, y = "Species", loss = "Quadratic" }:error() < 0.1, "F043 Quadratic for classes")

-- F376: offsets of any sign count; adding a constant to all moves the predictions by nothing that is learnt.
local offsets = frame_of(1500, function()
  local x, o = u() * 2 - 1, u() * 8 - 4
  return { x = x, o = o, zero = 0, y = 2 * x + o + 0.1 * normal(u) }
end)
local with = train{ training_frame = offsets, x = { "x" }, y = "y", offset_column = "o", epochs = 40 }
tap.ok(with:mse() < 0.05, ("F376 offsets below 0 count too (MSE %.4f)"):format(with:mse()))
local p1, p2 = with:predict(offsets)[1]:to_list(), with:predict(offsets[{ "x" }]:cbind(offsets["o"] + 10))[1]:to_list()
local off = 0
for i = 1, #p1 do off = math.max(off, math.abs(p2[i] - p1[i] - 10)) end
tap.ok(off < 1e-6, "F376 a constant added to the offsets is added to the predictions")
local none = train{ training_frame = offsets, x = { "x" }, y = "y", offset_column = "zero", ignore_const_cols = false }
local plain = train{ training_frame = offsets, x = { "x" }, y = "y" }
tap.near(none:mse(), plain:mse(), 1e-9, "F376 offsets of zero change nothing")

-- Properties. Columns in another order, with the first weights in that order too, change nothing but rounding.
local straight = prostate[{ "AGE", "DPROS", "PSA", "VOL", "GLEASON" }]
local turned = prostate[{ "VOL", "AGE", "GLEASON", "PSA", "DPROS" }]
local first = train{ training_frame = straight, y = "AGE", epochs = 0 }
local w, columns = first:weights(1), {}
for _, name in ipairs{ "VOL", "GLEASON", "PSA", "DPROS" } do columns[#columns + 1] = w[name]:to_list() end
local rows = {}
for r = 1, w.nrow do
  rows[r] = {}
  for k = 1, 4 do rows[r][k] = columns[k][r] end
end
local other = { initial_weights = { weir.frame(rows), first:weights(2) } }
local same_order = train{ training_frame = straight, y = "AGE", epochs = 3, initial_weights = { w, first:weights(2) } }
local new_order = train(weir.merge({ training_frame = turned, y = "AGE", epochs = 3 }, other))
tap.near(new_order:mse() / same_order:mse(), 1, 1e-4, "columns in another order give the same model")

-- A row of weight 2 is that row twice (F377), a row of weight 0 none: whole batches, so that the order of rows is no matter.
local some = prostate[{ "AGE", "PSA", "VOL", "GLEASON" }]:head(200)
local counts = {}
for i = 1, 200 do counts[i] = i % 3 end
local n = weir.frame{ n = counts }
local by_weight = some:cbind(n)
local by_rows = some:where(n:gt(0)):rbind(some:where(n:gt(1)))
local steps = { y = "AGE", mini_batch_size = 1000, epochs = 30, train_samples_per_iteration = 0, standardize = false, adaptive_rate = false, rate = 1e-5,
                rate_annealing = 0, activation = "Tanh", hidden = { 5 }, overwrite_with_best_model = false }
local a2 = train(weir.merge(steps, { training_frame = by_weight, weights_column = "n" }))
local b2 = train(weir.merge(steps, { training_frame = by_rows }))
tap.near(a2:mse() / b2:mse(), 1, 0.02, ("F377 T024 weights of 0, 1, 2 are rows taken so often: MSE %.4f and %.4f"):format(a2:mse(), b2:mse()))

-- Other names of the classes, a response in other units, a predictor in other units.
local renamed = iris[iris:names()]
local labels = iris["Species"]:to_list()
for i, name in ipairs(labels) do labels[i] = "x " .. name end
renamed["Species"] = weir.frame{ Species = labels }
local a, b = train{ training_frame = iris, y = "Species" }, train{ training_frame = renamed, y = "Species" }
tap.near(a:logloss(), b:logloss(), 0, "other names of the classes give the same model")
local scaled = prostate[prostate:names()]
scaled["AGE"] = scaled["AGE"] * 12
local years = train{ training_frame = prostate, y = "AGE", ignored_columns = { "ID" } }
local months = train{ training_frame = scaled, y = "AGE", ignored_columns = { "ID" } }
tap.near(months:mse() / years:mse(), 144, 0.5, "F102 a response in months gives twelve times the predictions")
local wide = prostate[prostate:names()]
wide["PSA"] = wide["PSA"] * 1000 + 7
tap.near(train{ training_frame = wide, y = "AGE", ignored_columns = { "ID" } }:mse(), years:mse(), 1e-2 * years:mse(), "F102 a predictor in other units changes nothing")
tap.ok(math.abs(train{ training_frame = wide, y = "AGE", ignored_columns = { "ID" }, standardize = false, activation = "Tanh" }:mse()
                - train{ training_frame = prostate, y = "AGE", ignored_columns = { "ID" }, standardize = false, activation = "Tanh" }:mse()) > 1e-3,
       "F401 but it does when scaling is off")
tap.done()
