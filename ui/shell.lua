-- shell.lua - commands of the shell that need data or models: weir import, models, plot, predict.
-- Each gets (json, ...): whether the answer is JSON, an object a line, and its arguments. An error ends the program with the status
-- of its kind.
local weir = require "weir"
local null = weir.null
local shell = {}

local function finite(v)
  return type(v) == "number" and (v ~= v or v == math.huge or v == -math.huge) and null or v
end

local function say_json(object)
  io.write(weir.json.encode(object), "\n")
end

-- What was asked for is not there: wrong usage.
local function misused(format, ...)
  io.stderr:write("weir: ", format:format(...), "\n")
  os.exit(2)
end

-- Columns as wide as what stands in them; numbers at the right.
local function print_table(heads, rows, right)
  local width = {}
  for _, row in ipairs{ heads, table.unpack(rows) } do
    for k, cell in ipairs(row) do width[k] = math.max(width[k] or 0, utf8.len(cell) or #cell) end
  end
  for i = 0, #rows do
    local line = {}
    for k, cell in ipairs(i == 0 and heads or rows[i]) do
      local blanks = (" "):rep(width[k] - (utf8.len(cell) or #cell))
      line[k] = right[k] and blanks .. cell or cell .. blanks
    end
    io.write((table.concat(line, "  "):gsub(" +$", "")), "\n")
  end
end

local function number(v)
  if v == nil or v == null or v ~= v then return "" end
  return (v % 1 == 0 and math.abs(v) < 1e15) and ("%d"):format(v) or ("%.6g"):format(v)
end

-- "1 row", "2 rows"
local function count(n, what)
  return ("%s %s%s"):format(number(n), what, n == 1 and "" or "s")
end

-- Without the line of this file.
local function bare(why)
  if type(why) == "table" then why.where = "" end
  return why
end

-- One that fails does not keep the others; the last error is the program's.
local function each(list, fn)
  local why
  for _, x in ipairs(list) do
    local good, e = pcall(fn, x)
    if not good and why then io.stderr:write("weir: ", tostring(bare(why)), "\n") end
    why = not good and e or why
  end
  if why then error(why, 0) end
end

-- weir import -----------------------------------------------------------------------

local facts = { "type", "missing", "zeros", "levels", "min", "mean", "max", "sd", "storage" }

local function columns_of(f)
  local d, out = f:describe(), {}
  local t = d:to_table()
  for i, name in ipairs(t.column) do
    local c = { name = name }
    for _, fact in ipairs(facts) do c[fact] = finite(t[fact][i]) end
    out[i] = c
  end
  return out
end

local separators = { ["\t"] = "tab", [" "] = "blank", ["\1"] = "Ctrl-A" }

local function import_one(path, json)
  local f = weir.import_file(path)
  local good, guess = pcall(weir.guess_file, path)
  if path == "-" or not good or type(guess) ~= "table" then guess = {} end
  local columns = columns_of(f)
  if json then
    say_json{ file = path, rows = f.nrow, cols = f.ncol, format = guess.format, sep = guess.sep, header = guess.header, columns = columns }
    return
  end
  local sep = guess.sep and (separators[guess.sep] or ('"%s"'):format(guess.sep))
  io.write(("%s: %s, %s%s%s%s\n"):format(path, count(f.nrow, "row"), count(f.ncol, "column"), guess.format and ", " .. guess.format or "",
    sep and ", separator " .. sep or "", guess.header ~= nil and (guess.header and ", first line holds the names" or ", no names") or ""))
  local rows = {}
  for i, c in ipairs(columns) do
    rows[i] = { c.name, c.type, number(c.missing), number(c.zeros), c.levels == null and "" or number(c.levels), number(c.min), number(c.mean),
      number(c.max), number(c.sd), c.storage == null and "" or c.storage }
  end
  print_table({ "column", "type", "missing", "zeros", "levels", "min", "mean", "max", "sd", "stored as" }, rows,
    { false, false, true, true, true, true, true, true, true, false })
end

function shell.import(json, ...)
  each({ ... }, function(path) import_one(path, json) end)
end

-- weir models -------------------------------------------------------------------------

-- The figure that the model is judged by, of the rows that count most: validation, folds, training.
local function judged(m)
  local name = (m.category == "binomial" or m.category == "multinomial") and "error" or "rmse"
  for _, set in ipairs{ "valid", "xval", "train" } do
    local good, p = pcall(m.performance, m, { [set] = true })
    if good and p then
      local got, v = pcall(p[name], p)
      if got and type(v) == "number" then return name, set, v end
    end
  end
  return "", "", null
end

local function model_of(path)
  local good, m = pcall(weir.load_model, path)
  if not good then
    local why = type(m) == "table" and m.message or tostring(m)
    return { file = path, problem = why }
  end
  local metric, set, value = judged(m)
  return { file = path, id = m.id, algorithm = m.algorithm, category = m.category, response = m.response or null, metric = metric, set = set, value = finite(value),
    epochs = finite(m.epochs), trained = finite(m.end_time or null) }
end

-- arguments: path, bytes, seconds since 1970, again and again.
function shell.models(json, folders, ...)
  local list, rows = { ... }, {}
  for k = 1, #list, 3 do
    local d = model_of(list[k])
    d.bytes, d.changed = tonumber(list[k + 1]), tonumber(list[k + 2])
    collectgarbage()
    if json then
      say_json(d)
    else
      local value = d.problem and "-" or ("%s %s %s"):format(d.set, d.metric, number(d.value)):gsub("^ +", "")
      rows[#rows + 1] = { d.file, d.algorithm or "no model", d.response and d.response ~= null and d.response or "", value,
        d.bytes < 1e6 and ("%.1f kB"):format(d.bytes / 1e3) or ("%.1f MB"):format(d.bytes / 1e6), os.date("%Y-%m-%d %H:%M", d.changed) }
    end
  end
  if json then return end
  if #rows == 0 then
    io.write(("no model in %s; m:save() writes one\n"):format(folders))
    return
  end
  print_table({ "file", "algorithm", "response", "judged by", "size", "date" }, rows, { false, false, false, false, true, false })
end

-- weir plot -----------------------------------------------------------------------------

local aliases = { err = "error", loss = "logloss", classification_error = "error", ["mean-per-class-error"] = "mean_per_class_error" }
local curves = { roc = { "fpr", "tpr" }, pr = { "recall", "precision" } }

-- Metrics that the history has.
local function recorded(m)
  local out = {}
  for _, n in ipairs(m:scoring_history():names()) do
    local name = n:match("^training_(.+)$")
    if name and name ~= "speed" then out[#out + 1] = name end
  end
  return out
end

local function history_json(m, path, metric)
  local h, there, series = m:scoring_history(), {}, {}
  for _, n in ipairs(h:names()) do there[n] = true end
  for _, set in ipairs{ "training", "validation" } do
    if there[set .. "_" .. metric] then
      local y = h[set .. "_" .. metric]:to_list()
      for i, v in ipairs(y) do y[i] = finite(v) end
      series[#series + 1] = { name = set == "training" and "train" or "valid", y = y }
    end
  end
  say_json{ model = path, metric = metric, x = "epochs", epochs = h.epochs:to_list(), series = series }
end

local function curve_json(m, path, metric)
  local t = m:performance():thresholds_and_metric_scores()
  local x, y = table.unpack(curves[metric])
  say_json{ model = path, metric = metric, x = x, y = y, [x] = t[x]:to_list(), [y] = t[y]:to_list(), threshold = t.threshold:to_list() }
end

local function varimp_json(m, path)
  local t = m:varimp()
  say_json{ model = path, metric = "varimp", variable = t.variable:to_list(), scaled_importance = t.scaled_importance:to_list() }
end

local function known_metric(m, path, metric)
  local names = recorded(m)
  for _, n in ipairs(names) do if n == metric then return end end
  misused("%s has no metric '%s'; it has %s, and roc, pr, varimp", path, metric, table.concat(names, ", "))
end

function shell.plot(json, path, metric, save)
  local m = weir.load_model(path)
  metric = aliases[metric] or metric
  if metric == "varimp" then
    if json then return varimp_json(m, path) end
    m:varimp_plot{ file = save ~= "" and save or nil }
  elseif curves[metric] then
    if m.category ~= "binomial" then misused("%s has no curve '%s': it is %s, not binomial", path, metric, m.category) end
    if json then return curve_json(m, path, metric) end
    local x, y = table.unpack(curves[metric])
    m:performance():thresholds_and_metric_scores():plot{ x = x, y = y, file = save ~= "" and save or nil }
  else
    if metric ~= "" then known_metric(m, path, metric) end
    if json and metric == "" then metric = m.category:find("nomial") and "logloss" or "rmse" end
    if json then return history_json(m, path, metric) end
    m:plot{ metric = metric ~= "" and metric or nil, file = save ~= "" and save or nil }
  end
  if save ~= "" then io.write(save, "\n") end
end

-- weir predict ------------------------------------------------------------------------------

function shell.predict(json, model, data)
  local p = weir.load_model(model):predict(weir.import_file(data))
  if json then
    local names, columns = p:names(), p:to_table()
    for i = 1, p.nrow do
      local row = {}
      for _, n in ipairs(names) do row[n] = finite(columns[n][i]) end
      say_json(row)
    end
    return
  end
  local name = os.tmpname()
  local good, why = pcall(function() p:export{ path = name, force = true } end)
  local out = good and io.open(name, "rb")
  for part in out and out:lines(65536) or function() end do io.stdout:write(part) end
  if out then out:close() end
  os.remove(name)
  if not good then error(why, 0) end
end

local good, why = pcall(shell[arg[1]], arg[2] == "json", table.unpack(arg, 3))
if not good then error(bare(why), 0) end
