-- prelude.lua - the part of the module that is easier said in Lua.
-- Called with the module table, in which C's functions stand already, and the
-- table of methods that are written here: { frame = {...}, model = {...}, metrics = {...} }.
local weir, methods = ...

-- A new table with the entries of all; later ones win. Arguments stay as they are.
function weir.merge(...)
  local out = {}
  for i = 1, select("#", ...) do
    for k, v in pairs((select(i, ...)) or {}) do out[k] = v end
  end
  return out
end

-- Members of a that are not in b; b may be one value.
function weir.setdiff(a, b)
  local gone, out = {}, {}
  if type(b) ~= "table" then b = { b } end
  for _, v in ipairs(b) do gone[v] = true end
  for _, v in ipairs(a) do if not gone[v] then out[#out + 1] = v end end
  return out
end

-- An argument of a function that is written here, or an error in its caller's name.
local function needs(where, name, value, what, good)
  if not good then error(("%s: %s must be %s, not %s"):format(where, name, what, type(value) == "number" and tostring(value) or "a " .. type(value)), 3) end
end

function weir.range(from, to)
  needs("range", "from", from, "a number", type(from) == "number")
  needs("range", "to", to, "a number", type(to) == "number")
  local out = {}
  for i = from, to do out[#out + 1] = i end
  return out
end

function weir.seq(from, to, by)
  needs("seq", "from", from, "a number", type(from) == "number")
  needs("seq", "to", to, "a number", type(to) == "number")
  needs("seq", "by", by, "a number that leads from the first to the last", type(by) == "number" and by ~= 0 and (to - from) / by >= 0)
  local out, n = {}, math.floor((to - from) / by + 1e-9)
  for i = 0, n do out[#out + 1] = from + i * by end
  return out
end

-- Two-step style: an estimator becomes its model once trained.
local estimator = {}

function estimator:train(args)
  local p = weir.merge(rawget(self, "given"), args or {})
  rawset(self, "model", weir.deeplearning(p))
  return self
end

function estimator:start(args)
  return weir.start.deeplearning(weir.merge(rawget(self, "given"), args or {}))
end

local estimator_meta = {
  __index = function(self, key)
    if estimator[key] then return estimator[key] end
    local m = rawget(self, "model")
    if not m then
      error("the estimator has not been trained yet: call :train{...} first", 2)
    end
    local v = m[key]
    if type(v) == "function" then
      return function(_, ...) return v(m, ...) end
    end
    return v
  end,
  __tostring = function(self)
    local m = rawget(self, "model")
    return m and tostring(m) or "deep learning estimator, not trained yet"
  end,
}

function weir.DeepLearning(given)
  return setmetatable({ given = weir.merge(given or {}) }, estimator_meta)
end

function weir.AutoEncoder(given)
  return weir.DeepLearning(weir.merge({ autoencoder = true }, given or {}))
end

function weir.autoencoder(args)
  return weir.deeplearning(weir.merge({ autoencoder = true }, args))
end

local start = weir.start_deeplearning
weir.start_deeplearning = nil
weir.start = setmetatable({
  deeplearning = start,
  autoencoder = function(args) return start(weir.merge({ autoencoder = true }, args)) end,
}, { __call = function(_, args) return start(args) end })

function weir.predict(model, frame) return model:predict(frame) end

function weir.citation()
  return ([[
weir %s: deep learning on tables, after the Deep Learning of H2O.

@software{weir,
  title = {weir: a terminal workbench for deep learning on tables},
  version = {%s}
}
]]):format(weir.version, weir.version)
end

-- weir.notebook(path): the workbench on the terminal, until it is left; without a path, its start page.
local workbench = weir.workbench
weir.workbench = nil
function weir.notebook(path)
  local program, terminal = workbench()
  needs("notebook", "path", path, "the path of a file", path == nil or type(path) == "string")
  if not program then error("this is the notebook; g b goes to others", 2) end
  if not terminal then error("a notebook needs a terminal: weir " .. (path or "") .. " in one", 2) end
  local function quoted(s) return "'" .. s:gsub("'", "'\\''") .. "'" end
  os.execute(quoted(program) .. (path and " " .. quoted(path) or ""))
end

-- What weir is not, said in one sentence each.
function weir.connect()
  error("weir has no server to connect to: log in with ssh and use weir attach", 2)
end

-- Random whole numbers in [from, to], the same for the same seed.
local function dice(seed)
  local state = seed
  return function(from, to)
    state = state * 6364136223846793005 + 1442695040888963407
    return from + (state >> 33) % (to - from + 1)
  end
end

-- weir.sample(n, k, seed): k of 1..n, none twice. weir.sample{ n, seed =, f }: what f, given dice, makes n times.
function weir.sample(n, k, seed)
  local make
  if type(n) == "table" then
    for key in pairs(n) do
      if key ~= 1 and key ~= 2 and key ~= "seed" then error(("sample: there is no argument '%s'; sample{ n, seed =, function }"):format(key), 2) end
    end
    n, make, seed = n[1], n[2], n.seed
    if type(make) ~= "function" then error("sample{ n, seed =, function(dice) ... end } needs a function that makes one member", 2) end
  end
  needs("sample", "n", n, "a whole number", math.type(n) == "integer" and n >= 0)
  needs("sample", "k", k, "a whole number up to n", k == nil or math.type(k) == "integer" and k >= 0 and k <= n)
  needs("sample", "seed", seed, "a whole number", seed == nil or math.type(seed) == "integer")
  local roll, out = dice(seed or 1), {}
  if make then
    for i = 1, n do out[i] = make(roll) end
    return out
  end
  local at = weir.range(1, n)
  for i = 1, k or n do
    local j = roll(i, n)
    at[i], at[j] = at[j], at[i]
    out[i] = at[i]
  end
  return out
end

-- Files that are far away: proxies and credentials are those of the environment, unless remote = {...} says others.
local function far(path)
  if type(path) == "table" then
    for _, p in ipairs(path) do if far(p) then return true end end
    return false
  end
  return type(path) == "string" and path:find("^%w+://") ~= nil
end

local environment = {
  http_proxy = { "http_proxy" }, https_proxy = { "https_proxy", "HTTPS_PROXY" }, proxy = { "all_proxy", "ALL_PROXY" },
  no_proxy = { "no_proxy", "NO_PROXY" }, access_key = { "AWS_ACCESS_KEY_ID" }, secret_key = { "AWS_SECRET_ACCESS_KEY" },
  session_token = { "AWS_SESSION_TOKEN" }, region = { "AWS_REGION", "AWS_DEFAULT_REGION" },
  s3_endpoint = { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" }, hdfs_user = { "HADOOP_USER_NAME" }, ca_file = { "SSL_CERT_FILE" },
}

local function with_environment(args, ...)
  local t = args
  if type(args) ~= "table" then
    if not far(args) then return args, ... end
    t = { args }
  end
  if not far(t[1] or t.path) then return args, ... end
  local remote = {}
  for name, variables in pairs(environment) do
    for _, v in ipairs(variables) do
      local value = os.getenv(v)
      if value and value ~= "" then remote[name] = remote[name] or value end
    end
  end
  return weir.merge(t, { remote = weir.merge(remote, t.remote or {}) })
end

for _, name in ipairs{ "import_file", "guess_file" } do
  local plain = weir[name]
  weir[name] = function(...) return plain(with_environment(...)) end
end
weir.upload_file = weir.import_file

for _, name in ipairs{ "import_sql_table", "import_sql_select", "import_hive_table" } do
  weir[name] = function()
    error("weir reads no data bases: export the table as CSV and use weir.import_file", 2)
  end
end

-- Parameters that have a spelling of their own in Lua.

methods.parameter = {}

-- custom_metric_func: a function of whole columns (predictions, or one column per class; truths, or positions
-- of classes; weights) that gives a number, or a table of three functions of rows as in H2O:
--   map(pred, actual, weight) -> list; reduce(a, b) -> list; metric(list) -> number; and its name.
-- pred of classes is { position of the label, p1, p2, ... }, of numbers { prediction }; actual is { value }.
function methods.parameter.custom_metric_func(value)
  if type(value) ~= "table" then return value end
  for _, part in ipairs{ "map", "reduce", "metric" } do
    if type(value[part]) ~= "function" then
      error(("custom_metric_func: %s must be a function, not %s"):format(part, type(value[part])), 0)
    end
  end
  return function(predicted, actual, weights)
    local total
    local classes = type(predicted[1]) == "table"
    for i = 1, #actual do
      local pred = { predicted[i] }
      if classes then
        local best = 1
        for k = 1, #predicted do
          pred[k + 1] = predicted[k][i]
          if predicted[k][i] > predicted[best][i] then best = k end
        end
        pred[1] = best
      end
      local part = value.map(pred, { actual[i] }, weights[i], 0)
      total = total and value.reduce(total, part) or part
    end
    return value.metric(total), value.name
  end
end

-- Frames

methods.frame = {}
local frame = methods.frame

-- weir.frame(columns, { types = { x = "enum" } }): what types names is converted.
local make_frame = weir.frame
local conversions = {
  enum = "asfactor", factor = "asfactor", categorical = "asfactor", numeric = "asnumeric", real = "asnumeric", int = "asnumeric",
  string = "ascharacter", time = "as_date",
}

function weir.frame(columns, options)
  local f = make_frame(columns, options)
  for name, kind in pairs(type(options) == "table" and options.types or {}) do
    local how = conversions[tostring(kind):lower()]
    if not how then
      error(("weir.frame: the type of column '%s' is numeric, enum, string or time, not '%s'"):format(tostring(name), tostring(kind)), 2)
    end
    name = type(name) == "number" and f:names()[name] or name
    local column = f:col(name)
    f[name] = column[how](column)
  end
  return f
end

function frame:prefix(text)
  local names = self:names()
  for i, name in ipairs(names) do names[i] = text .. name end
  return self:set_names(names)
end

-- One boolean, or a list of them when there are several columns.
local function is_type(word)
  return function(self)
    local types, out = self:types(), {}
    for i, name in ipairs(self:names()) do out[i] = types[name] == word end
    return #out == 1 and out[1] or #out > 1 and out
  end
end
frame.isfactor, frame.isnumeric, frame.isstring = is_type("enum"), is_type("numeric"), is_type("string")

function frame:anyfactor()
  return #self:columns_by_type("categorical") > 0
end

frame.download_csv = function(self, ...) return self:export(...) end

function frame:categories() return self:levels() end

-- Unknown keys are refused, as everywhere.
local function check_options(name, options, known)
  for key in pairs(options) do
    if not known[key] then
      local list = {}
      for k in pairs(known) do list[#list + 1] = k end
      table.sort(list)
      error(("%s: there is no argument '%s', but %s"):format(name, tostring(key), table.concat(list, ", ")), 3)
    end
  end
end

-- Aggregates by group: f:group_by("c"):mean("x"):count():frame(). Without columns an aggregate
-- takes all numeric ones; na is "all", "rm" or "ignore".
local grouped = {}
local aggregates = { "mean", "sum", "min", "max", "sd", "var", "ss", "median", "mode", "first", "last" }

local function is_key(self, name)
  for _, key in ipairs(self.by) do
    if key == name or self.source:names()[key] == name then return true end
  end
  return false
end

for _, what in ipairs(aggregates) do
  grouped[what] = function(self, columns, options)
    local named = type(columns) == "table" and columns or { columns }
    local na = type(options) == "table" and options.na or type(options) == "string" and options or named.na
    for key in pairs(named) do
      if type(key) ~= "number" and key ~= "na" then
        error(("%s: there is no argument '%s', but na"):format(what, tostring(key)), 2)
      end
    end
    if #named == 0 then
      local types = self.source:types()
      for _, name in ipairs(self.source:names()) do
        if types[name] == "numeric" and not is_key(self, name) then
          self.asked[#self.asked + 1] = { what = what, column = name, na = na }
        end
      end
    end
    for _, column in ipairs(named) do
      self.asked[#self.asked + 1] = { what = what, column = column, na = na }
    end
    return self
  end
end

function grouped:count()
  self.asked[#self.asked + 1] = { what = "count" }
  return self
end

function grouped:frame()
  return self.source:group{ by = self.by, aggregates = self.asked }
end

grouped.get_frame = grouped.frame

local grouped_meta = {
  __index = function(_, key)
    if grouped[key] then return grouped[key] end
    error(("a group has no aggregate '%s', but count, %s; frame() ends"):format(tostring(key), table.concat(aggregates, ", ")), 2)
  end,
  __tostring = function(self) return tostring(self:frame()) end,
}

function frame:group_by(by)
  if by == nil then error("group_by: by is missing: a column or a list of them", 2) end
  by = type(by) == "table" and (by.by or by) or by
  by = type(by) == "table" and by or { by }
  self:select(by) -- refuses what is no column
  return setmetatable({ source = self, by = by, asked = {} }, grouped_meta)
end

-- A function of every column (axis 0: it gets a frame of one column and gives a number, a text
-- or a column) or of every row (axis 1: it gets the cells, by position and by name).
function frame:apply(fn, options)
  options = type(options) == "table" and options or { axis = options }
  check_options("apply", options, { axis = true })
  local axis, names, out = options.axis or 0, self:names(), {}
  if type(fn) ~= "function" then error("apply: the first argument is a function, not a " .. type(fn), 2) end
  if axis == 0 then
    local whole
    for i, name in ipairs(names) do
      local v = fn(self[i])
      if type(v) == "userdata" then
        v = v:set_names{ name }
        whole = whole and whole:cbind(v) or v
      else
        out[name] = { v }
      end
    end
    return whole or weir.frame(out, { names = names })
  elseif axis ~= 1 then
    error(("apply: axis is 0 (columns) or 1 (rows), not %s"):format(tostring(axis)), 2)
  end
  local cells = self:to_table()
  for r = 1, self.nrow do
    local row = {}
    for i, name in ipairs(names) do
      local v = cells[name][r]
      if v == weir.null then v = nil end
      row[i], row[name] = v, v
    end
    local v = fn(row)
    if v == nil then v = weir.null end
    out[r] = v
  end
  return weir.frame({ C1 = out })
end

-- Plots. weir.scene makes one from a description; it is shown at once, unless a file is asked for.
local scene = weir.scene
weir.scene = nil

local arguments_of = weir.arguments_of
weir.arguments_of = nil

local plot_options = arguments_of("", "plot")
local plot_kinds = { line = "line", lines = "line", points = "points", scatter = "points", bars = "bars", bar = "bars", band = "band",
  heat = "heat", hist = "hist" }
local MOST_GROUPS = 12

local function give_plot(description, options)
  local p = scene(description)
  if options.file then
    p:save(options.file, { width = options.width, height = options.height })
    return p
  end
  return p:show()
end

-- A column of the frame by name or position, a column as it is, a list.
local function plot_values(f, v, what)
  if type(v) == "userdata" or type(v) == "table" then return v end
  if not f then error(("plot: %s is a column or a list, not '%s'"):format(what, tostring(v)), 3) end
  return f[v]
end

local function is_frame(v) return type(v) == "userdata" end
local function type_of(v) return is_frame(v) and v:types()[v:names()[1]] or "numeric" end
local function name_of(v, absent) return is_frame(v) and v:names()[1] or absent end
local function list_of(v) return is_frame(v) and v:to_list() or v end

-- One panel of bars for each numeric column.
local function histograms(f, options)
  local panels, types = {}, f:types()
  for _, name in ipairs(f:names()) do
    if types[name] == "numeric" and #panels < 24 then
      local h = f:col(name):hist{ breaks = options.breaks or "sturges" }
      local edges, counts = h["breaks"]:to_list(), h["counts"]:to_list()
      local x, y, labels, even = {}, {}, {}, true
      for i = 2, #edges do
        x[i - 1], y[i - 1] = (edges[i - 1] + edges[i]) / 2, counts[i]
        labels[i - 1] = ("%.6g .. %.6g"):format(edges[i - 1], edges[i])
        even = even and math.abs((edges[i] - edges[i - 1]) - (edges[2] - edges[1])) <= 1e-6 * math.abs(edges[2] - edges[1])
      end
      local named = not even or options.breaks and type(options.breaks) == "table"
      panels[#panels + 1] = { title = options.title or name, x_label = not named and name or nil, lying = named, names = named and labels or nil,
        series = { { kind = "bars", x = not named and x or nil, y = y } } }
    end
  end
  if #panels == 0 then error("plot: no numeric column to count", 3) end
  return #panels == 1 and panels[1] or { panels = panels }
end

-- Rows of each level of `by`, in the order of the levels.
local function groups_of(by)
  local values, order, rows = list_of(by), {}, {}
  for i, v in ipairs(values) do
    local key = v == weir.null and "missing" or tostring(v)
    if not rows[key] then rows[key] = {} order[#order + 1] = key end
    table.insert(rows[key], i)
  end
  if is_frame(by) and type_of(by) == "enum" then
    order = {}
    for _, level in ipairs(by:levels()) do if rows[level] then order[#order + 1] = level end end
  end
  if #order > MOST_GROUPS then
    error(("plot: by has %d values; %d are the most"):format(#order, MOST_GROUPS), 3)
  end
  return order, rows
end

local function picked(list, rows)
  local out = {}
  for i, row in ipairs(rows) do out[i] = list[row] end
  return out
end

-- A line goes in order of x.
local function sorted_rows(x, rows)
  local out = { table.unpack(rows) }
  table.sort(out, function(a, b)
    local p, q = x[a], x[b]
    if p == weir.null or q == weir.null then return q == weir.null and p ~= weir.null end
    return p < q
  end)
  return out
end

local function is_rising(x)
  local last
  for _, v in ipairs(x) do
    if v ~= weir.null then
      if last and v < last then return false end
      last = v
    end
  end
  return true
end

local function add_series(d, kind, x, y, z, by, name)
  if not by then
    if kind == "line" and x then
      local list = list_of(x)
      if not is_rising(list) then
        local rows = {}
        for i = 1, #list do rows[i] = i end
        rows = sorted_rows(list, rows)
        x, y = picked(list, rows), picked(list_of(y), rows)
      end
    end
    table.insert(d.series, { name = name, kind = kind, x = x, y = y, z = z })
    return
  end
  local order, rows = groups_of(by)
  local xs, ys = x and list_of(x), list_of(y)
  for _, level in ipairs(order) do
    local mine = rows[level]
    if kind == "line" and xs then mine = sorted_rows(xs, mine) end
    table.insert(d.series, { name = level, kind = kind, x = xs and picked(xs, mine), y = picked(ys, mine) })
  end
end

-- Levels of a factor: how often each is, or the sums of y.
local function level_bars(d, x, y)
  local at, sums = {}, {}
  d.names = x:levels()
  for i, level in ipairs(d.names) do at[level], sums[i] = i, 0 end
  local ys = y and list_of(y)
  for i, level in ipairs(x:to_list()) do
    local k, v = at[level], ys and ys[i] or 1
    if k and v ~= weir.null then sums[k] = sums[k] + v end
  end
  d.lying = #d.names > 8
  d.series = { { name = y and name_of(y) or "rows", kind = "bars", y = sums } }
end

local function describe(f, options)
  local kind = plot_kinds[options.kind or "line"]
  if not kind then
    error(("kind is \"line\", \"points\", \"bars\", \"heat\", \"band\" or \"hist\", not \"%s\""):format(tostring(options.kind)), 3)
  end
  if kind == "hist" then return histograms(options.y and f[options.y] or options.x and f[options.x] or f, options) end
  local log = options.log == true and "y" or options.log or ""
  local x = options.x ~= nil and plot_values(f, options.x, "x") or nil
  local by = options.by ~= nil and plot_values(f, options.by, "by") or nil
  local d = { title = options.title, y_label = options.y_label, series = {}, from_zero = kind == "bars",
    x_label = options.x_label or x and name_of(x, "x") or "row", x_scale = log:find("x") and "log" or x and type_of(x) == "time" and "date" or nil,
    y_scale = log:find("y") and "log" or nil }
  local y = options.y
  if kind == "bars" and is_frame(x) and type_of(x) == "enum" then
    level_bars(d, x, y ~= nil and plot_values(f, y, "y") or nil)
    return d
  end
  if y == nil then
    if not f then error("plot: y is missing", 3) end
    y = options.x ~= nil and not is_frame(options.x) and f:drop(options.x) or f
    if options.by ~= nil and not is_frame(options.by) then y = y:drop(options.by) end
  else
    y = type(y) == "table" and f and type(y[1]) == "string" and f[y] or plot_values(f, y, "y")
  end
  local z = options.z ~= nil and plot_values(f, options.z, "z") or nil
  if not is_frame(y) then
    add_series(d, kind, x, y, z, by, nil)
  elseif kind == "band" then
    if y.ncol ~= 2 then error("plot: a band has two columns y, its lower and its upper edge", 3) end
    d.series = { { name = y:names()[2], kind = "band", x = x, y = y[1], y2 = y[2] } }
  else
    local types = y:types()
    for _, name in ipairs(y:names()) do
      if (types[name] == "numeric" or types[name] == "time" or types[name] == "int" or types[name] == "real") and #d.series < 12 then
        add_series(d, kind, x, y[name], z, by, name)
      end
    end
    if #d.series == 0 then error("plot: no numeric column to draw", 3) end
    if y.ncol == 1 then
      d.y_label = d.y_label or y:names()[1]
    end
  end
  return d
end

-- Columns y over column x, or over the rows: see weir.plot.
function frame:plot(options)
  options = type(options) == "table" and options or {}
  check_options("plot", options, plot_options)
  return give_plot(describe(self, options), options)
end

-- weir.plot(frame, options) or weir.plot{ x =, y =, by =, kind = } with columns or lists.
function weir.plot(f, options)
  if type(f) == "table" then
    options = f
    check_options("plot", options, plot_options)
    return give_plot(describe(options.frame, options), options)
  end
  return f:plot(options)
end

-- Rows as pictures: numeric columns are the pixels, row by row. With file a PNG, else in the terminal.
local draw_image = weir.draw_image
weir.draw_image = nil

function weir.image(f, options)
  options = options or {}
  check_options("image", options, arguments_of("", "image"))
  return draw_image(f, options)
end


-- Metrics: two-class curves. A value at a threshold is { threshold, value }, by name too.

methods.metrics = {}
local metrics = methods.metrics
local at_threshold = {
  F1 = "f1", F2 = "f2", F0point5 = "f0point5", accuracy = "accuracy", precision = "precision", recall = "recall",
  tpr = "tpr", sensitivity = "tpr", specificity = "specificity", tnr = "tnr", fpr = "fpr", fallout = "fpr",
  fnr = "fnr", missrate = "fnr", mcc = "absolute_mcc",
}

local function curve(m)
  return m:thresholds_and_metric_scores()
end

-- Options are a table with known keys; anything else is a slip.
local function check_sets(options, known)
  for key in pairs(type(options) == "table" and options or {}) do
    local good = key == "train" or key == "valid" or key == "xval"
    for _, k in ipairs(known) do good = good or k == key end
    if not good then
      error(("options are %s, not '%s'"):format(table.concat({ "train", "valid", "xval", table.unpack(known) }, ", "), tostring(key)), 3)
    end
  end
end

-- The row, from 1, whose threshold is nearest.
function metrics:find_idx_by_threshold(threshold)
  local best, row = math.huge, nil
  for i, t in ipairs(curve(self)["threshold"]:to_list()) do
    if math.abs(t - threshold) < best then best, row = math.abs(t - threshold), i end
  end
  return row
end

local function best_row(m, column)
  local t = m:max_criteria_and_metric_scores()
  for i, name in ipairs(t["metric"]:to_list()) do
    if name == "max " .. column then return { t:cell(i, "threshold"), t:cell(i, "value") } end
  end
  error(("there is no best threshold of '%s'"):format(column), 3)
end

local function pair(threshold, value)
  return { threshold, value, threshold = threshold, value = value }
end

function metrics:find_threshold_by_max_metric(name)
  return best_row(self, at_threshold[name] or name)[1]
end

function metrics:metric(name, options)
  local column = at_threshold[name] or name
  check_sets(options, { "threshold" })
  local threshold = type(options) == "table" and options.threshold or type(options) == "number" and options
  if not threshold then
    local b = best_row(self, column)
    return pair(b[1], b[2])
  end
  local t = curve(self)
  local row = self:find_idx_by_threshold(threshold)
  return pair(t:cell(row, "threshold"), t:cell(row, column))
end

for name in pairs(at_threshold) do
  metrics[name] = function(self, options) return self:metric(name, options) end
end

-- The worse of the two classes' errors: where it is least, or at a threshold.
function metrics:max_per_class_error(options)
  local p = self:metric("min_per_class_accuracy", options)
  return pair(p.threshold, 1 - p.value)
end

function metrics:residual_deviance() return self:mean_residual_deviance() * self.nobs end

-- Two classes: at the threshold of the labels, at one that is given, or where a metric is best.
function metrics:confusion_matrix(options)
  check_sets(options, { "threshold", "metric" })
  local plain = self:default_confusion_matrix()
  local threshold = type(options) == "table" and (options.threshold or options.metric and self:find_threshold_by_max_metric(options.metric))
  if not threshold then return plain end
  local t, row, names = curve(self), self:find_idx_by_threshold(threshold), plain:names()
  local function count(name) return t:cell(row, name) end
  local function line(a, b, wrong) return { a, b, a + b > 0 and wrong / (a + b) or 0, ("%g / %g"):format(wrong, a + b) } end
  local tn, fp, fn, tp = count("tns"), count("fps"), count("fns"), count("tps")
  local lines, out = { line(tn, fp, fp), line(fn, tp, fn), { tn + fn, fp + tp, (fp + fn) / (tn + fp + fn + tp), ("%g / %g"):format(fp + fn, tn + fp + fn + tp) } }, {}
  out[names[1]] = plain[1]:to_list()
  for k = 2, #names do
    out[names[k]] = {}
    for r = 1, 3 do out[names[k]][r] = lines[r][k - 1] end
  end
  return weir.frame(out, { names = names })
end

function metrics:fprs() return curve(self)["fpr"]:to_list() end
function metrics:tprs() return curve(self)["tpr"]:to_list() end
function metrics:roc() return curve(self)[{ "fpr", "tpr" }] end
function metrics:pr_auc() return self:aucpr() end

function metrics:plot(kind)
  if type(kind) == "table" then kind = kind.kind or kind[1] end
  if kind == "pr" then
    return curve(self):plot{ x = "recall", y = "precision" }
  elseif kind == nil or kind == "roc" then
    return curve(self):plot{ x = "fpr", y = "tpr" }
  else
    error(("a plot is of \"roc\" or \"pr\", not \"%s\""):format(tostring(kind)), 2)
  end
end

function metrics:show() weir.print(self) end

-- Models

methods.model = {}
local model = methods.model
local sets = { "train", "valid", "xval" }

-- fn of the metrics that options ask for: a frame's, one set's, or several sets' by name.
local function of_sets(m, options, fn)
  if type(options) == "userdata" then return fn(m:performance(options)) end
  local asked, out = {}, {}
  for _, s in ipairs(sets) do
    if type(options) == "table" and options[s] then asked[#asked + 1] = s end
  end
  if #asked < 2 then return fn(m:performance{ [asked[1] or "train"] = true }) end
  for _, s in ipairs(asked) do out[s] = fn(m:performance{ [s] = true }) end
  return out
end

for name in pairs(at_threshold) do
  model[name] = function(self, options)
    return of_sets(self, options, function(p) return p:metric(name, type(options) ~= "userdata" and options or nil) end)
  end
end

function model:metric(name, options)
  return of_sets(self, options, function(p) return p:metric(name, type(options) ~= "userdata" and options or nil) end)
end

for _, name in ipairs{ "roc", "pr_auc", "fprs", "tprs", "residual_deviance" } do
  model[name] = function(self, options)
    check_sets(options, {})
    return of_sets(self, options, function(p) return p[name](p) end)
  end
end

for _, name in ipairs{ "confusion_matrix", "max_per_class_error" } do
  model[name] = function(self, options)
    return of_sets(self, options, function(p) return p[name](p, type(options) ~= "userdata" and options or nil) end)
  end
end

function model:find_threshold_by_max_metric(name, options)
  return of_sets(self, options, function(p) return p:find_threshold_by_max_metric(name) end)
end

function model:find_idx_by_threshold(threshold, options)
  return of_sets(self, options, function(p) return p:find_idx_by_threshold(threshold) end)
end

function model:default_threshold() return self.threshold end

-- History of one metric, training and validation, over epochs: {metric =, timestep =, log =, file =}.
function model:plot(options)
  options = options or {}
  check_options("plot", options, arguments_of("model", "plot"))
  local history, there = self:scoring_history(), {}
  for _, n in ipairs(history:names()) do there[n] = true end
  local step = options.timestep or "epochs"
  if step == "auto" or step == "AUTO" then step = "epochs" end
  if step == "number_of_trees" or not there[step] then
    error(("plot: the history has no column '%s' to draw over"):format(step), 2)
  end
  local d = { title = options.title, x_label = step, x_scale = step == "duration" and "duration" or nil, y_scale = options.log and "log" or nil,
    from_zero = true, series = {} }
  for _, metric in ipairs(options.metric and { options.metric } or { "logloss", "deviance", "rmse", "mse" }) do
    for set, name in pairs{ training_ = "train", validation_ = "valid" } do
      if there[set .. metric] then
        d.title = d.title or metric
        d.series[#d.series + 1] = { name = name, x = history[step], y = history[set .. metric] }
      end
    end
    if #d.series > 0 then break end
  end
  if #d.series == 0 then
    error(("the history has no metric '%s'"):format(tostring(options.metric)), 2)
  end
  table.sort(d.series, function(a, b) return a.name < b.name end)
  return give_plot(d, options)
end

model.learning_curve = model.plot

-- Relative importances as bars: n of them, {n =, file =}.
function model:varimp_plot(options)
  options = type(options) == "number" and { n = options } or options or {}
  check_options("varimp_plot", options, arguments_of("model", "varimp_plot"))
  local t = self:varimp():head(options.n or 10)
  return give_plot({ title = "variable importances", lying = true, names = t["variable"]:to_list(),
    series = { { kind = "bars", y = t["scaled_importance"] } } }, options)
end

-- Files of models ------------------------------------------------------------------

model.download_model = function(self, ...) return self:save(...) end
weir.download_model = weir.save_model
weir.upload_model = weir.load_model

-- What JSON cannot say (NaN, infinities, objects) becomes null.
local function plain(v)
  if type(v) == "table" then
    local out = {}
    for k, x in pairs(v) do out[k] = plain(x) end
    return out
  end
  if type(v) == "number" then
    return (v ~= v or v == math.huge or v == -math.huge) and weir.null or v
  end
  return (type(v) == "string" or type(v) == "boolean") and v or weir.null
end

-- The metrics of one set by name; nil when there are none.
local function metrics_of(m, set)
  local good, x = pcall(m.performance, m, { [set] = true })
  if not good then return nil end
  local out = {}
  for _, name in ipairs(m:scoring_history():names()) do
    name = name:match("^training_(.+)$")
    if name and name ~= "speed" then out[name] = plain(x[name](x)) end
  end
  return out
end

-- Everything about the model but its weights, as a table of plain values (also m.output).
function model:details()
  local details = { training_metrics = metrics_of(self, "train"), validation_metrics = metrics_of(self, "valid"),
                    cross_validation_metrics = metrics_of(self, "xval") }
  for _, key in ipairs{ "id", "algorithm", "category", "response", "predictors", "labels", "epochs", "samples", "rows", "weights",
                        "start_time", "end_time", "run_time", "threads", "seed", "kernel", "threshold", "stopped", "unstable",
                        "warnings", "params" } do
    details[key] = plain(self[key])
  end
  for _, key in ipairs{ "summary", "scoring_history", "varimp" } do
    local good, t = pcall(self[key], self)
    if good then details[key] = plain(t:to_table()) end
  end
  local here, asked = weir.cluster(), self.params
  details.reproducibility = { seed = self.seed, reproducible = asked.reproducible.actual, compat = asked.compat.actual, threads = self.threads,
                              kernel = self.kernel, read_by = { version = here.version, cores = here.cores, kernel = here.kernel } }
  return details
end

-- The same as a JSON file; gives its path.
function model:save_details(options)
  options = type(options) == "table" and options or { path = options }
  local details = self:details()
  local path = options.path or "."
  if not path:find("%.json$") then path = path:gsub("/$", "") .. "/" .. self.id .. ".json" end
  local old = not options.force and io.open(path, "r")
  if old then
    old:close()
    error(("there is a file '%s' already; force = true replaces it"):format(path), 2)
  end
  local file, why = io.open(path .. ".part", "w")
  if not file then error("cannot write " .. why, 2) end
  local good = file:write(weir.json.encode(details), "\n")
  if not (file:close() and good and os.rename(path .. ".part", path)) then
    os.remove(path .. ".part")
    error(("cannot write '%s'"):format(path), 2)
  end
  return path
end

-- Prints what stands in a file of weir.
function weir.inspect(path)
  local function show(v, depth)
    if type(v) ~= "table" then return type(v) == "string" and ("%q"):format(v) or tostring(v) end
    if depth > 2 then return "..." end
    local parts = {}
    for _, x in ipairs(v) do
      parts[#parts + 1] = show(x, depth + 1)
      if #parts == 12 and #v > 12 then parts[13] = ("... %d in all"):format(#v); break end
    end
    if #v == 0 then
      local keys = {}
      for k in pairs(v) do keys[#keys + 1] = tostring(k) end
      table.sort(keys)
      for _, k in ipairs(keys) do parts[#parts + 1] = k .. " = " .. show(v[k], depth + 1) end
    end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  for _, s in ipairs(weir.inspect_file(path)) do
    weir.print(("%s  %d bytes"):format(s.section, s.bytes))
    for _, f in ipairs(s.fields or {}) do
      if type(f.value) == "table" and #f.value == 0 and next(f.value) then
        weir.print("  " .. f.name)
        local keys = {}
        for k in pairs(f.value) do keys[#keys + 1] = k end
        table.sort(keys)
        for _, k in ipairs(keys) do weir.print(("    %-32s %s"):format(k, show(f.value[k], 1))) end
      else
        local when = f.name == "created" and tonumber(f.value)
        weir.print(("  %-20s %s"):format(f.name, when and os.date("!%Y-%m-%d %H:%M:%S UTC", when // 1 | 0) or show(f.value, 0)))
      end
    end
  end
end
