-- client.lua - what the recorded client's names, operators and methods on frames are in weir. A recorded
-- call is evaluated by golden.python with this as its world. Every verb that is met is noted with its
-- operands, so that golden/rules.lua can say where weir means to differ.
local weir = require "weir"
local python = require "golden.python"

local client = {}
local NONE = setmetatable({}, { __tostring = function() return "None" end })
local noted -- verbs of the call that is being evaluated, in order

local function is_frame(x) return type(x) == "userdata" end
local function given(x) return x ~= nil and x ~= NONE end
local function note(verb, self, args, named) noted[#noted + 1] = { verb = verb, self = self, args = args, named = named } end

-- Values of missing cells become nil.
local function cells(column)
  local out = column:to_list()
  for i = 1, #out do if out[i] == weir.null then out[i] = false end end
  return out
end

local function listed(x) return type(x) == "table" and x or { x } end

-- Positions count from 0 there.
local function less_one(frame) return frame - 1 end

local function named_or(args, named, at, name, default)
  local v = args[at]
  if v == nil then v = named[name] end
  if not given(v) then return default end
  return v
end

-- Operators -------------------------------------------------------------------------------------

local arithmetic = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end, ["**"] = function(a, b) return a ^ b end, ["//"] = function(a, b) return a // b end,
  ["%"] = function(a, b) return a:mod{ b, sign = "dividend" } end, ["&"] = function(a, b) return a & b end,
  ["|"] = function(a, b) return a | b end,
}
local comparisons = { ["=="] = "eq", ["!="] = "ne", ["<"] = "lt", ["<="] = "le", [">"] = "gt", [">="] = "ge" }

function client.binary(op, a, b)
  if op == "%" and type(a) == "string" then return (a:gsub("%%d", tostring(b))) end
  if not is_frame(a) and not is_frame(b) then return arithmetic[op](a, b) end
  note(op, a, { b }, {})
  if comparisons[op] then -- a missing value is unequal to everything there
    return a[comparisons[op]](a, { b, missing = op == "!=" and 1 or 0 })
  end
  if not arithmetic[op] then error("the operator " .. op .. " is not known", 0) end
  return arithmetic[op](a, b)
end

function client.unary(op, a)
  if op == "~" then return ~a end
  return -a
end

-- Indices: rows and columns from 0, half open ----------------------------------------------------------

local function rows_of(f, key)
  if is_frame(key) then return f:where(key) end
  if type(key) == "number" then return f:rows(key + 1) end
  if key.slice then
    if not key.low and not key.high then return f end
    return f:rows((key.low or 0) + 1, key.high or f.nrow)
  end
  local at = {}
  for i, k in ipairs(key) do at[i] = k + 1 end
  return f:pick(at)
end

local function columns_of(f, key)
  if type(key) == "number" then return f[key + 1] end
  if type(key) == "string" then return f:col(key) end
  if key.slice then
    if not key.low and not key.high then return f end
    local at = {}
    for k = (key.low or 0) + 1, key.high or f.ncol do at[#at + 1] = k end
    return f:select(at)
  end
  local at = {}
  for i, k in ipairs(key) do at[i] = type(k) == "number" and k + 1 or k end
  return f:select(at)
end

function client.index(object, keys)
  if not is_frame(object) then return object[keys[1] + 1] end
  if #keys == 2 then return columns_of(rows_of(object, keys[1]), keys[2]) end
  if is_frame(keys[1]) then return object:where(keys[1]) end
  return columns_of(object, keys[1])
end

function client.attribute(object, name)
  if is_frame(object) and (name == "nrow" or name == "ncol") then return object[name] end
  error("the attribute " .. name .. " is not known", 0)
end

-- Methods ------------------------------------------------------------------------------------------------

local methods, grouped = {}, {}

local function same(name, weir_name) -- the same verb without arguments
  methods[name] = function(f) return f[weir_name or name](f) end
end
for _, name in ipairs{ "abs", "sqrt", "exp", "log", "log1p", "log10", "log2", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos",
  "atan", "floor", "ceil", "trunc", "sign", "gamma", "lgamma", "digamma", "trigamma", "cumsum", "cumprod", "cummax", "cummin", "na_omit",
  "isna", "transpose", "toupper", "tolower", "trim", "nchar", "entropy", "year", "month", "day", "dayOfWeek", "week", "hour", "minute",
  "second", "asfactor", "asnumeric", "ascharacter", "difflag1" } do
  same(name)
end
same("logical_negation", "lnot")

function methods.round(f, args, named)
  local digits = named_or(args, named, 1, "digits", 0) -- halves go to even numbers, and away from zero in decimals
  return f:round{ digits, ties = digits > 0 and "away" or "even" }
end
function methods.signif(f, args, named) return f:signif{ named_or(args, named, 1, "digits", 6) } end

-- Numbers of columns; with skipna (na_rm) false a missing value makes the result missing.
local function reducer(verb, default)
  return function(f, args, named)
    local keep = named_or(args, named, 1, named.skipna ~= nil and "skipna" or "na_rm", default)
    local x = f[verb](f, { na_rm = keep })
    if verb ~= "sum" and verb ~= "prod" then x = listed(x) end
    if named.return_frame then
      local columns, names = {}, f:names()
      for i, name in ipairs(names) do columns[name] = { listed(x)[i] } end
      return weir.frame(columns, { names = names })
    end
    return x
  end
end
for _, verb in ipairs{ "mean", "sd", "sum", "prod", "median", "skewness", "kurtosis" } do methods[verb] = reducer(verb, true) end

local function over_all(verb, better)
  return function(f)
    local best
    for _, x in ipairs(listed(f[verb](f))) do if not best or better(x, best) then best = x end end
    return best
  end
end
methods.min = over_all("min", function(a, b) return a < b end)
methods.max = over_all("max", function(a, b) return a > b end)
methods.nacnt = function(f) return f:nacnt() end
methods.any_na_rm = function(f) return f:any_na() end
methods.var = function(f, args, named)
  return f:var{ other = is_frame(args[1]) and args[1] or nil, use = named_or({}, named, 1, "use", "everything") }
end
methods.cor = function(f, args, named)
  return f:cor{ other = is_frame(args[1]) and args[1] or nil, use = named_or({}, named, 1, "use", "everything"),
    method = named_or({}, named, 1, "method", "pearson") }
end
methods.scale = function(f, args, named)
  return f:scale{ center = named_or(args, named, 1, "center", true), scale = named_or(args, named, 2, "scale", true) }
end
methods.quantile = function(f, args, named)
  return f:quantile{ probs = named_or(args, named, 1, "prob", nil), combine = named_or(args, named, 2, "combine_method", "interpolate"),
    weights = named_or(args, named, 3, "weights_column", nil) }
end
methods.distance = function(f, args, named) return f:distance{ args[1], measure = named_or(args, named, 2, "measure", "l2") } end
methods.idxmax = function(f, args, named)
  local x = f:idxmax{ axis = named_or(args, named, 2, "axis", 0) }
  return is_frame(x) and less_one(x) or less_one(weir.frame({ x = listed(x) }))
end
methods.idxmin = function(f, args, named)
  local x = f:idxmin{ axis = named_or(args, named, 2, "axis", 0) }
  return is_frame(x) and less_one(x) or less_one(weir.frame({ x = listed(x) }))
end

methods.levels = function(f) return { f:levels() } end
methods.nlevels = function(f) return { f:nlevels() } end
methods.relevel = function(f, args) return f:relevel(args[1]) end
methods.relevel_by_frequency = function(f, args, named)
  return f:relevel_by_frequency{ top_n = named_or(args, named, 2, "top_n", -1) }
end
methods.set_level = function(f, args) return f:set_level(args[1]) end
methods.set_levels = function(f, args) return f:set_levels(args[1]) end
methods.interaction = function(f, _, named) return f:interaction(named) end
methods.table = function(f, args, named) return f:table{ dense = named_or(args, named, 2, "dense", true) } end
methods.unique = function(f, args, named) return f:unique{ include_nas = named_or(args, named, 1, "include_nas", false) } end
methods.match = function(f, args) return f:match(args[1]) end
methods.which = function(f) return less_one(f:which()) end
methods.cut = function(f, args, named)
  return f:cut{ breaks = args[1], labels = named_or(args, named, 2, "labels", nil), include_lowest = named_or(args, named, 3, "include_lowest", false),
    right = named_or(args, named, 4, "right", true), dig_lab = named_or(args, named, 5, "dig_lab", 3) }
end
methods.ifelse = function(f, args) return f:ifelse(args[1], args[2]) end

methods.cbind = function(f, args) return f:cbind(args[1]) end
methods.rbind = function(f, args) return f:rbind(args[1]) end
methods.concat = function(f, args, named)
  if (named.axis or 1) == 1 then return f:cbind(args[1]) end
  return f:rbind(args[1])
end
methods.merge = function(f, args, named)
  return f:merge{ other = args[1], all_x = named_or(args, named, 2, "all_x", false), all_y = named_or(args, named, 3, "all_y", false),
    by_x = named_or(args, named, 4, "by_x", nil), by_y = named_or(args, named, 5, "by_y", nil) }
end
methods.sort = function(f, args, named) return f:sort{ by = args[1], ascending = named_or(args, named, 2, "ascending", true) } end
methods.drop_duplicates = function(f, args, named)
  return f:drop_duplicates{ columns = named_or(args, named, 1, "columns", nil), keep = named_or(args, named, 2, "keep", "first") }
end
methods.rank_within_group_by = function(f, _, named)
  return f:rank_within_group_by{ group_by = named.group_by_cols, sort_by = named.sort_cols, ascending = named.ascending or true,
    name = named.new_col_name, sorted = named.sort_cols_sorted or false }
end
local function top(verb, named)
  return function(f, args, given_named)
    local column, percent = named_or(args, given_named, 1, "column", 0), named_or(args, given_named, 2, "nPercent", 10)
    local which = verb or (given_named.grabTopN == 1 and "topn" or "bottomn")
    local t = f[which](f, { column = type(column) == "number" and column + 1 or column, percent = percent })
    t["row"] = t:col("row") - 1
    return t
  end
end
methods.topN, methods.bottomN, methods.topNBottomN = top("topn"), top("bottomn"), top(nil)

methods.pivot = function(f, args) return f:pivot(args[1], args[2], args[3]) end
methods.melt = function(f, _, named)
  return f:melt{ id_vars = named.id_vars, value_vars = given(named.value_vars) and named.value_vars or nil, skipna = named.skipna or false }
end
-- The function gets columns, or rows, that know the numbers of frames.
local row_numbers = {
  mean = function(row) local sum, n = 0, 0 for _, x in ipairs(row) do sum, n = sum + x, n + 1 end return sum / n end,
  sum = function(row) local sum = 0 for _, x in ipairs(row) do sum = sum + x end return sum end,
  min = function(row) return math.min(table.unpack(row)) end,
  max = function(row) return math.max(table.unpack(row)) end,
}
methods.apply = function(f, args, named)
  local fn = function(x)
    local v = args[1](x)
    return type(v) == "table" and v[1] or v
  end
  return f:apply(fn, { axis = named_or(args, named, 2, "axis", 0) })
end

methods.fillna = function(f, args, named)
  return f:fillna{ method = named_or(args, named, 1, "method", "forward"), axis = named_or(args, named, 2, "axis", 0),
    maxlen = named_or(args, named, 3, "maxlen", 1) }
end
methods.filter_na_cols = function(f, args) -- positions from 0
  local at = f:filter_na_cols{ frac = args[1] }
  for i = 1, #at do at[i] = at[i] - 1 end
  return at
end
methods.insert_missing_values = function(f, args, named)
  return f:insert_missing{ fraction = named_or(args, named, 1, "fraction", 0.1), seed = named_or(args, named, 2, "seed", -1), compat = "h2o" }
end

methods.runif = function(f, args) return f:runif{ seed = args[1], compat = "h2o" } end
methods.split_frame = function(f, args, named)
  return { f:split(weir.merge(args[1], { seed = named.seed, compat = "h2o" })) }
end
methods.kfold_column = function(f, args, named)
  return f:kfold_column{ n = named_or(args, named, 1, "n_folds", 3), seed = named_or(args, named, 2, "seed", -1), compat = "h2o" }
end
methods.modulo_kfold_column = function(f, args) return f:kfold_column{ n = args[1], how = "modulo" } end
methods.stratified_kfold_column = function(f, args)
  return f:kfold_column{ n = args[1], how = "stratified", seed = args[2], compat = "h2o" }
end
methods.stratified_split = function(f, args, named)
  return f:stratified_split{ named_or(args, named, 1, "test_frac", 0.2), seed = named_or(args, named, 2, "seed", -1), compat = "h2o" }
end

methods.lstrip = function(f, args) return f:lstrip{ set = args[1] } end
methods.rstrip = function(f, args) return f:rstrip{ set = args[1] } end
methods.sub = function(f, args, named) return f:sub{ args[1], args[2], ignore_case = named.ignore_case or false } end
methods.gsub = function(f, args, named) return f:gsub{ args[1], args[2], ignore_case = named.ignore_case or false } end
methods.strsplit = function(f, args) return f:strsplit(args[1]) end
methods.tokenize = function(f, args) return f:tokenize(args[1]) end
methods.substring = function(f, args) return f:substring{ from = args[1] + 1, to = args[2] } end
methods.countmatches = function(f, args) return f:countmatches(args[1]) end
methods.grep = function(f, args, named)
  local hits = f:grep{ args[1], ignore_case = named.ignore_case or false, invert = named.invert or false, mask = named.output_logical or false }
  return named.output_logical and hits or less_one(hits)
end
methods.strdistance = function(f, args, named)
  return f:strdistance{ args[1], measure = named.measure, compare_empty = named.compare_empty ~= false }
end
methods.as_date = function(f, args) return f:as_date(args[1]) end

-- group_by: aggregates are collected, get_frame ends.
methods.group_by = function(f, args, named) return setmetatable({ by = f:group_by(named_or(args, named, 1, "by")), source = f, modes = {} }, grouped) end
grouped.__index = grouped
for _, what in ipairs{ "mean", "sum", "min", "max", "sd", "var", "ss", "median", "mode" } do
  grouped[what] = function(g, args, named)
    note(what, g.source, args, named)
    g.by[what](g.by, named_or(args, named, 1, "col", nil), { na = named_or(args, named, 2, "na", "all") })
    if what == "mode" then g.modes[#g.modes + 1] = args[1] end
    return g
  end
end
function grouped.count(g) g.by:count() return g end
function grouped.get_frame(g)
  local f = g.by:frame()
  for _, name in ipairs(g.modes) do -- modes are level codes there
    local levels, codes, list = g.source:col(name):levels(), {}, f:col("mode_" .. name):to_list()
    for i, level in ipairs(levels) do codes[level] = i - 1 end
    for i = 1, #list do list[i] = list[i] ~= weir.null and codes[list[i]] or weir.null end
    f["mode_" .. name] = weir.frame({ x = list })
  end
  return f
end

function client.method(object, name, args, named)
  if type(object) == "table" and object.client_module then return object[name](args, named) end
  if type(object) == "table" and getmetatable(object) == grouped then return grouped[name](object, args, named) end
  if type(object) == "table" and row_numbers[name] then return row_numbers[name](object) end
  if not methods[name] then error("the method " .. name .. " has no translation", 0) end
  note(name, object, args, named)
  return methods[name](object, args, named)
end

-- Functions ----------------------------------------------------------------------------------------------

local functions, raw = {}, {}

function raw.cut(args)
  note("cut", args[1], { args[2] }, {})
  return args[1]:cut{ breaks = args[2], labels = #args[3] > 0 and args[3] or nil, include_lowest = args[4], right = args[5], dig_lab = args[6] }
end
function raw.hist(args)
  note("hist", args[1], { args[2] }, {})
  local h = args[1]:hist{ breaks = args[2] }
  return type(args[2]) == "table" and h or h:rows(2, h.nrow) -- a row per class there, the lowest edge has none
end
raw["as.factor"] = function(args) return args[1]:asfactor() end
function raw.mode(args)
  note("mode", args[1], {}, {})
  return args[1]:mode()
end
function functions.expr(args)
  local rest = table.move(args, 2, #args, 1, {})
  if not raw[args[1]] then error("the expression " .. tostring(args[1]) .. " has no translation", 0) end
  return raw[args[1]](rest)
end

function functions.levels_after(args) return { args[1]:levels() } end
function functions.copy(args) return args[1] end
function functions.list_first(args) return args[1]:col(args[2]):to_list()[1] end
function functions.len(args) return #args[1] end
function functions.range(args)
  local out = {}
  for i = 0, args[1] - 1 do out[#out + 1] = i end
  return out
end

-- The values that were filled in (NaN: none), and the frame.
function functions.impute(args, named)
  local f, column, method, by = args[1], args[2], args[3], named.by
  note("impute", f, args, named)
  local done = f:impute{ column = column, method = method, combine = named.combine_method, by = by }
  if by then return { NONE, done } end
  local values = {}
  for i, name in ipairs(f:names()) do
    values[i] = 0 / 0
    if not column or name == column then
      local was, is = f:col(name):to_list(), done:col(name):to_list()
      for r = 1, #was do if was[r] == weir.null then values[i] = is[r] end end
      if done:types()[name] == "enum" then
        local mode = values[i] == values[i] and values[i] or f:col(name):mode()
        for k, level in ipairs(f:col(name):levels()) do if level == mode then values[i] = k - 1 end end
      elseif values[i] ~= values[i] then
        values[i] = f:col(name)[method == "median" and "median" or "mean"](f:col(name))
      end
    end
  end
  return { values, done }
end

local function made_frame(args, named)
  local names = {}
  for name in pairs(args[1]) do names[#names + 1] = name end
  return weir.frame(args[1], { names = names, types = named.column_types })
end

local frame_class = { client_module = true }
function frame_class.mktime(_, named) note("mktime", nil, {}, named) return weir.mktime(named) end
function frame_class.moment(_, named) note("moment", nil, {}, named) return weir.moment(named) end
local module = { client_module = true, H2OFrame = made_frame }

-- Evaluates a call with the frames and constants of `scope`. Gives the result and the verbs that were met.
function client.evaluate(call, scope)
  noted = {}
  local names = setmetatable({ H2OFrame = frame_class, h2o = module }, { __index = function(_, name)
    return functions[name] or scope[name]
  end })
  local world = { none = NONE, binary = client.binary, unary = client.unary, index = client.index, attribute = client.attribute, method = client.method }
  local good, result = pcall(function() return python.run(python.parse(call), names, world) end)
  return good, result, noted
end

client.none = NONE
client.cells = cells
return client
