-- What weir has beyond the peer helps where it is meant to: adam, schedules, warm-up, the average of the weights,
-- label smoothing, decay, adversarial rows. Each claim is a mean over seeds with a margin that chance does not give.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local function uniform(seed)
  local state = seed
  return function()
    state = state * 6364136223846793005 + 1442695040888963407
    return ((state >> 11) & 0x1fffffffffffff) / 2 ^ 53
  end
end
local u = uniform(11)
local function normal() return math.sqrt(-2 * math.log(1 - u())) * math.cos(2 * math.pi * u()) end
local function frame_of(n, f)
  local columns = {}
  for i = 1, n do
    for name, v in pairs(f(i)) do
      columns[name] = columns[name] or {}
      columns[name][i] = v
    end
  end
  return weir.frame(columns)
end

local SEEDS = 3
local base = { hidden = { 16 }, activation = "Tanh", reproducible = true, stopping_rounds = 0, quiet_mode = true, score_training_samples = 0, overwrite_with_best_model = false,
               classification_stop = -1, regression_stop = -1, train_samples_per_iteration = 0, score_interval = 1e9 }
-- Mean over seeds of what `judge` makes of a training.
local function mean(args, judge)
  local s = 0
  for seed = 1, SEEDS do s = s + judge(weir.deeplearning(weir.merge(base, args, { seed = seed }))) / SEEDS end
  return s
end
local function valid_mse(m) return m:mse{ valid = true } end
local function valid_logloss(m) return m:logloss{ valid = true } end

-- A smooth curve under much noise: a fixed rate keeps on jumping about it.
local function noisy(n)
  return frame_of(n, function()
    local x = 2 * u() - 1
    return { x = x, y = math.sin(3 * x) + normal() }
  end)
end
local seen, held = noisy(1500), noisy(4000)
local curve = { training_frame = seen, validation_frame = held, y = "y", epochs = 10, adaptive_rate = false, rate = 0.02, rate_schedule = "constant" }
local fixed = mean(curve, valid_mse)
for _, schedule in ipairs{ "linear", "cosine", "annealing" } do
  local m = mean(weir.merge(curve, { rate_schedule = schedule, rate_annealing = 1e-3 }), valid_mse)
  tap.ok(m < fixed - 0.003, ("schedule %s: %.4f, a constant rate %.4f"):format(schedule, m, fixed))
end
local averaged = mean(weir.merge(curve, { weight_average = 0.999 }), valid_mse)
tap.ok(averaged < fixed - 0.003, ("weight_average: %.4f, without %.4f"):format(averaged, fixed))

-- Inputs of very unequal size: one rate does not fit them, adam's does.
local skew = frame_of(1000, function()
  local a, b = normal(), normal()
  return { a = a, b = 100 * b, c = 0.01 * normal(), y = a + b }
end)
local unequal = { training_frame = skew, y = "y", standardize = false, epochs = 20, rate = 1e-3, rate_schedule = "constant" }
local by_sgd = mean(weir.merge(unequal, { adaptive_rate = false }), function(m) return m:mse() end)
local by_adam = mean(weir.merge(unequal, { optimizer = "adam", rate = 1e-3 }), function(m) return m:mse() end)
tap.ok(by_adam < by_sgd / 2, ("adam: MSE %.4f, sgd %.4f"):format(by_adam, by_sgd))

-- A deep net on a large rate: without warm-up the first steps do harm.
local deep = weir.merge(curve, { hidden = { 32, 32, 32, 32 }, activation = "Rectifier", rate = 0.05, rate_schedule = "linear", epochs = 5 })
local cold, warm = mean(deep, valid_mse), mean(weir.merge(deep, { rate_warmup = 0.3 }), valid_mse)
tap.ok(warm < cold, ("rate_warmup: %.4f, without %.4f"):format(warm, cold))

-- Few rows, wrong labels among them, many inputs: certainty is punished on new rows.
local function labelled(n, wrong)
  return frame_of(n, function()
    local row, s = {}, 0
    for k = 1, 10 do
      row["x" .. k] = normal()
      if k <= 3 then s = s + row["x" .. k] end
    end
    local yes = s > 0
    if u() < wrong then yes = not yes end
    row.y = yes and "yes" or "no"
    return row
  end)
end
local few, many = labelled(150, 0.15), labelled(3000, 0.15)
local overfit = { training_frame = few, validation_frame = many, y = "y", hidden = { 64 }, activation = "Rectifier", epochs = 60, optimizer = "adam", rate = 2e-3 }
local sure = mean(overfit, valid_logloss)
local smooth = mean(weir.merge(overfit, { label_smoothing = 0.2 }), valid_logloss)
tap.ok(smooth < 0.8 * sure, ("label_smoothing: log loss %.3f, without %.3f"):format(smooth, sure))
local decayed = mean(weir.merge(overfit, { weight_decay = 0.3 }), valid_logloss)
tap.ok(decayed < 0.9 * sure, ("weight_decay: log loss %.3f, without %.3f"):format(decayed, sure))

-- Rows moved a little against the model: one that has seen such rows errs less on them.
local two = frame_of(1500, function()
  local row, s = {}, 0
  for k = 1, 10 do
    row["x" .. k] = normal()
    s = s + row["x" .. k] * (k <= 2 and 1 or 0.15)
  end
  row.y = s > 0 and "yes" or "no"
  return row
end)
-- Each row moved by `far` along the sign of the slope of its own log loss, found by differences.
local function attacked(m, frame, far)
  local names, moved, y = {}, {}, frame["y"]:to_list()
  local at = m:predict(frame)["yes"]:to_list()
  for k = 1, 10 do
    local name = "x" .. k
    local up = frame[frame:names()]
    up[name] = up[name] + 1e-3
    local p, x = m:predict(up)["yes"]:to_list(), frame[name]:to_list()
    for i = 1, #x do
      local rises = p[i] - at[i]
      if y[i] == "yes" then rises = -rises end
      x[i] = x[i] + (rises > 0 and far or rises < 0 and -far or 0)
    end
    names[k], moved[name] = name, x
  end
  moved.y = y
  return weir.frame(moved)
end
local plain = { training_frame = two, y = "y", epochs = 20, hidden = { 32 }, activation = "Tanh" }
local function under_attack(m)
  return m:performance(attacked(m, two:head(400), 0.2)):logloss()
end
local weak, strong = mean(plain, under_attack), mean(weir.merge(plain, { adversarial_epsilon = 0.2 }), under_attack)
tap.ok(strong < 0.9 * weak, ("adversarial_epsilon: log loss of attacked rows %.3f, without %.3f"):format(strong, weak))

-- Off by default, and each has its entry in the help.
local model = weir.deeplearning(weir.merge(base, { training_frame = seen, y = "y", epochs = 1 }))
for name, default in pairs{ optimizer = "auto", weight_decay = 0, rate_schedule = "annealing", rate_warmup = 0, weight_average = 0, label_smoothing = 0, adversarial_epsilon = 0 } do
  tap.is(model.params[name].default, default, name .. " is off by default")
  tap.ok(weir.help_text(name):find(name, 1, true), name .. " has its help")
end
-- What the list of functions names is there.
local some = weir.frame{ a = { 1, 2, 3 }, b = { 2, 3, 5 } }
local net = weir.deeplearning{ training_frame = some, y = "b", hidden = { 2 }, epochs = 1 }
local of = { weir = weir, frame = some, model = net, metrics = net:performance(), job = weir.jobs()[1], plot = some:plot{ file = os.tmpname() .. ".txt" } }
local count, missing = 0, {}
for on, name in weir.help_text(""):gmatch("\n  (%w+) +([%w_]+) ") do
  count = count + 1
  local good, v = pcall(function() return of[on][name] end)
  if not good or type(v) ~= "function" then missing[#missing + 1] = on .. ":" .. name end
end
tap.ok(count > 200, "U206 functions and methods are listed")
tap.is(table.concat(missing, " "), "", "U206 and all of them exist")
for _, topic in ipairs{ "plot", "varimp_plot", "image", "report", "confusion_matrix", "cancel", "words" } do
  tap.ok(not weir.help_text(topic):find("no help on"), "U206 help on " .. topic)
end
tap.ok(weir.help_text("plot"):find("One of: line, points, bars, band, heat, hist", 1, true), "U206 the kinds of a plot")

tap.done()
