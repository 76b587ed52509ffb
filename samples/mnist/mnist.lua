-- What the scripts beside this one share: the digits as frames, and trainings of several seeds.
local weir = require "weir"
local M = {}

local function found(dir, name)
  for _, ending in ipairs { ".csv", ".csv.gz" } do
    local f = io.open(dir .. "/" .. name .. ending)
    if f then
      f:close()
      return dir .. "/" .. name .. ending
    end
  end
  error(dir .. " has neither " .. name .. ".csv nor " .. name .. ".csv.gz", 0)
end

-- Frames to learn from and to judge on. `held`: the last 10,000 rows of the training file are
-- judged and the others learnt from; the test file is not looked at. `unit`: pixels from 0 to 1.
function M.read(dir, held, unit)
  local train = weir.import_file(found(dir, "train"))
  local test = not held and weir.import_file(found(dir, "test"))
  local y = train:names()[#train:names()]
  if held then
    local n = train.nrow
    train, test = train:rows(1, n - 10000), train:rows(n - 9999, n)
  end
  local function ready(f)
    local label = f[y]:asfactor()
    return unit and (f:drop(y) / 255):cbind(label) or f:drop(y):cbind(label)
  end
  return ready(train), ready(test), y
end

-- Trains with each seed (SEEDS=4,5 in the environment; 1, 2, 3 otherwise); prints error and time of
-- each, and the medians. What counts is the network of the last epoch, not the best on the way.
function M.try(name, params, train, test, y)
  local errors, times = {}, {}
  for seed in (os.getenv "SEEDS" or "1,2,3"):gmatch("%d+") do
    local p = { y = y, training_frame = train, validation_frame = test, seed = tonumber(seed),
                overwrite_with_best_model = false, stopping_rounds = 0, classification_stop = -1,
                variable_importances = false, score_validation_samples = 0 }
    for k, v in pairs(params) do p[k] = v end
    local cpu = os.clock()
    local m = weir.deeplearning(p)
    local seconds = m.run_time / 1000
    errors[#errors + 1], times[#times + 1] = 100 * m:error{ valid = true }, seconds
    print(("%s: seed %s, %g epochs, %.1f s (%.2f processors), %.2f %% of %d wrong"):format(name, seed, m.epochs, seconds,
          (os.clock() - cpu) / seconds, errors[#errors], test.nrow))
  end
  table.sort(errors)
  table.sort(times)
  local mid = (#errors + 1) // 2
  print(("%s: median of %d seeds: %.2f %% in %.1f s"):format(name, #errors, errors[mid], times[mid]))
end

-- Biases that start at 0, as large nets with adversarial examples want it; a Rectifier's start at
-- 0.5 otherwise.
function M.no_biases(...)
  local list = {}
  for i, units in ipairs { ... } do
    local rows = {}
    for k = 1, units do rows[k] = { 0 } end
    list[i] = weir.frame(rows)
  end
  return list
end

-- Arguments of a script: the folder of train.csv and test.csv (.gz), then what it says itself.
function M.folder(usage)
  if not arg[1] then
    io.stderr:write("usage: ", usage, "\n")
    os.exit(1)
  end
  return arg[1]
end

return M
