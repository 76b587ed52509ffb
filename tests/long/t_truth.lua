-- Fast mode learns what reproducible mode learns: 20 seeds of each, judged on rows held out, on handwritten digits,
-- on synthetic collisions and on prostate. The order of work of fast mode is free, so single runs differ; their
-- distribution must not.
--
-- Two statements per data set, m = number of seeds:
--  1. Ranks. All 2m results are ranked together (the larger the worse); under equal distributions the sum of fast
--     mode's ranks is normal with mean m (2m + 1) / 2 and variance m^2 (2m + 1) / 12. z below 3.1: a worse fast mode
--     is refused at 0.1 %.
--  2. Spread. No more than 2 of the fast results lie beyond the worst reproducible result by more than half of
--     the reproducible range.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. here .. "/../lua/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)
local data = os.getenv("WEIR_DATA")
local SEEDS = tonumber(os.getenv("WEIR_SEEDS") or "20")

local function uniform(seed)
  local state = seed
  return function()
    state = state * 6364136223846793005 + 1442695040888963407
    return ((state >> 11) & 0x1fffffffffffff) / 2 ^ 53
  end
end

-- Signal and background differ in products and radii of the inputs, not in their means, as in the Higgs data.
local function collisions(n, seed)
  local u, columns = uniform(seed), { y = {} }
  local function normal() return math.sqrt(-2 * math.log(1 - u())) * math.cos(2 * math.pi * u()) end
  for k = 1, 12 do columns["x" .. k] = {} end
  for i = 1, n do
    local x = {}
    for k = 1, 12 do x[k] = normal() end
    local s = x[1] * x[2] + 0.5 * (x[3] ^ 2 + x[4] ^ 2 - 2) + math.sin(2 * x[5]) - x[6] * x[7] + 0.7 * normal()
    for k = 1, 12 do columns["x" .. k][i] = x[k] end
    columns.y[i] = s > 0 and "signal" or "background"
  end
  return weir.frame(columns)
end

local function results(args, metric, reproducible)
  local out = {}
  for seed = 1, SEEDS do
    local m = weir.deeplearning(weir.merge({ stopping_rounds = 0, quiet_mode = true, classification_stop = -1, regression_stop = -1,
      overwrite_with_best_model = false, reproducible = reproducible, seed = seed }, args))
    out[seed] = m[metric](m, { valid = true })
  end
  table.sort(out)
  return out
end

-- z of the rank sum of `a` among both; equal values share their ranks.
local function rank_z(a, b)
  local all = {}
  for _, x in ipairs(a) do all[#all + 1] = { x, true } end
  for _, x in ipairs(b) do all[#all + 1] = { x, false } end
  table.sort(all, function(p, q) return p[1] < q[1] end)
  local sum, i = 0, 1
  while i <= #all do
    local j = i
    while j < #all and all[j + 1][1] == all[i][1] do j = j + 1 end
    for k = i, j do sum = sum + (all[k][2] and (i + j) / 2 or 0) end
    i = j + 1
  end
  local m = #a
  return (sum - m * (2 * m + 1) / 2) / math.sqrt(m * m * (2 * m + 1) / 12)
end

local function mean(list)
  local s = 0
  for _, x in ipairs(list) do s = s + x / #list end
  return s
end

local function compare(name, args, metric)
  local steady, fast = results(args, metric, true), results(args, metric, false)
  local z, range, beyond = rank_z(fast, steady), steady[#steady] - steady[1], 0
  for _, x in ipairs(fast) do beyond = beyond + (x > steady[#steady] + range / 2 and 1 or 0) end
  print(("# %s, %s: reproducible %.4f (%.4f to %.4f), fast %.4f (%.4f to %.4f)"):format(name, metric, mean(steady), steady[1],
    steady[#steady], mean(fast), fast[1], fast[#fast]))
  tap.ok(z < 3.1, ("F051 %s: fast mode is not worse by ranks (z = %.2f)"):format(name, z))
  tap.ok(beyond <= 2, ("F051 %s: %d of %d fast results beyond the reproducible spread"):format(name, beyond, SEEDS))
end

local prostate = weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
local a, b = prostate:split{ 0.7, seed = 5 }
compare("prostate", { training_frame = a, validation_frame = b, y = "CAPSULE", ignored_columns = { "ID" }, hidden = { 20, 20 }, epochs = 20 }, "logloss")
compare("prostate, AGE", { training_frame = a, validation_frame = b, y = "AGE", ignored_columns = { "ID" }, hidden = { 20 }, epochs = 20 }, "mse")
compare("collisions", { training_frame = collisions(8000, 3), validation_frame = collisions(8000, 4), y = "y", hidden = { 50, 50 }, epochs = 5 }, "logloss")
if data then
  local digits, held = weir.import_file(data .. "/mnist/train.csv.gz"), weir.import_file(data .. "/mnist/test.csv.gz")
  local y = digits:names()[#digits:names()]
  digits, held = digits:head(10000), held:head(5000)
  digits[y], held[y] = digits[y]:asfactor(), held[y]:asfactor()
  compare("digits", { training_frame = digits, validation_frame = held, y = y, hidden = { 64, 64 }, epochs = 2 }, "error")
  compare("digits with dropout", { training_frame = digits, validation_frame = held, y = y, hidden = { 64, 64 }, epochs = 2,
    activation = "RectifierWithDropout", input_dropout_ratio = 0.2, hidden_dropout_ratios = { 0.2, 0.2 } }, "error")
end
tap.done()
