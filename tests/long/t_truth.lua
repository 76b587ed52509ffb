-- Fast mode learns what reproducible mode learns, and bf16 what f32 learns: 20 seeds of each, judged on rows held out,
-- on handwritten digits, on synthetic collisions and on prostate. Single runs differ by the order of work or by
-- roundings; their distribution must not.
--
-- Two statements per data set, m = number of seeds, "quick" = fast mode or bf16, "steady" = the other:
--  1. Ranks. All 2m results are ranked together (the larger the worse); under equal distributions the sum of the
--     quick ranks is normal with mean m (2m + 1) / 2 and variance m^2 (2m + 1) / 12. z below 3.1: what is worse
--     is refused at 0.1 %.
--  2. Spread. No more than 2 of the quick results lie beyond the worst steady result by more than half of
--     the steady range.
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

local function results(args, metric, mode)
  local out = {}
  for seed = 1, SEEDS do
    local m = weir.deeplearning(weir.merge({ stopping_rounds = 0, quiet_mode = true, classification_stop = -1, regression_stop = -1,
      overwrite_with_best_model = false, seed = seed }, mode, args))
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

-- claim, what is quick, the parameters that make it so and those that make it steady
local fast = { "F051", "fast mode", { reproducible = false }, { reproducible = true } }
local half = { "bf16", "bf16", { precision = "bf16", reproducible = true }, { precision = "f32", reproducible = true } }

local function compare(name, args, metric, modes)
  local claim, what = modes[1], modes[2]
  local quick, steady = results(args, metric, modes[3]), results(args, metric, modes[4])
  local z, range, beyond = rank_z(quick, steady), steady[#steady] - steady[1], 0
  for _, x in ipairs(quick) do beyond = beyond + (x > steady[#steady] + range / 2 and 1 or 0) end
  print(("# %s, %s: steady %.4f (%.4f to %.4f), %s %.4f (%.4f to %.4f)"):format(name, metric, mean(steady), steady[1],
    steady[#steady], what, mean(quick), quick[1], quick[#quick]))
  tap.ok(z < 3.1, ("%s %s: %s is not worse by ranks (z = %.2f)"):format(claim, name, what, z))
  tap.ok(beyond <= 2, ("%s %s: %d of %d results beyond the steady spread"):format(claim, name, beyond, SEEDS))
end

local prostate = weir.dataset("prostate")
prostate["CAPSULE"] = prostate["CAPSULE"]:asfactor()
local a, b = prostate:split{ 0.7, seed = 5 }
compare("prostate", { training_frame = a, validation_frame = b, y = "CAPSULE", ignored_columns = { "ID" }, hidden = { 20, 20 }, epochs = 20 }, "logloss", fast)
compare("prostate, AGE", { training_frame = a, validation_frame = b, y = "AGE", ignored_columns = { "ID" }, hidden = { 20 }, epochs = 20 }, "mse", fast)
compare("collisions", { training_frame = collisions(8000, 3), validation_frame = collisions(8000, 4), y = "y", hidden = { 50, 50 }, epochs = 5 }, "logloss", fast)
local digits, held, label
if data then
  digits, held = weir.import_file(data .. "/mnist/train.csv.gz"), weir.import_file(data .. "/mnist/test.csv.gz")
  label = digits:names()[#digits:names()]
  digits, held = digits:head(10000), held:head(5000)
  digits[label], held[label] = digits[label]:asfactor(), held[label]:asfactor()
  compare("digits", { training_frame = digits, validation_frame = held, y = label, hidden = { 64, 64 }, epochs = 2 }, "error", fast)
  compare("digits with dropout", { training_frame = digits, validation_frame = held, y = label, hidden = { 64, 64 }, epochs = 2,
    activation = "RectifierWithDropout", input_dropout_ratio = 0.2, hidden_dropout_ratios = { 0.2, 0.2 } }, "error", fast)
  -- too large for the caches: fast mode takes several rows at once
  local large = { training_frame = digits, validation_frame = held, y = label, hidden = { 1024, 1024, 2048 }, epochs = 1, sparse = true }
  compare("digits, a large network", large, "error", fast)
  compare("digits, a large network with dropout", weir.merge(large, { activation = "RectifierWithDropout", input_dropout_ratio = 0.2 }), "error", fast)
end

-- Mini-batches whose products are rounded to bf16.
local batches = { optimizer = "adam", mini_batch_size = 64, y = "y", training_frame = collisions(8000, 3), validation_frame = collisions(8000, 4),
  hidden = { 50, 50 }, epochs = 8 }
local has, why = pcall(weir.deeplearning, weir.merge({ precision = "bf16", seed = 1, quiet_mode = true }, batches, { epochs = 0.1 }))
if not has and tostring(why):find("needs a processor with bf16") then
  tap.ok(true, "bf16 # SKIP this processor has no bf16 products")
else
  compare("collisions in batches", batches, "logloss", half)
  if data then
    compare("digits in batches", weir.merge(batches, { training_frame = digits, validation_frame = held, y = label, hidden = { 64, 64 }, epochs = 4,
      activation = "RectifierWithDropout", hidden_dropout_ratios = { 0.2, 0.2 } }), "error", half)
  end
end
tap.done()
