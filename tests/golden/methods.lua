-- methods.lua - what the methods of the recorded client's frames are in weir. Each is declared with its
-- parameters in the order and with the defaults of that client, so that a call may name them or not.
local weir = require "weir"

local methods = {} -- name -> {parameters, run}
local NONE = setmetatable({}, { __tostring = function() return "None" end })
methods.NONE = NONE

local function is_frame(x) return type(x) == "userdata" end
local function listed(x) return type(x) == "table" and x or { x } end

local constants = { ["true"] = true, ["false"] = false }

-- "a b=1 c=text": names of parameters with their defaults.
local function parameters_of(text)
  local out = {}
  for word in text:gmatch("%S+") do
    local name, default = word:match("^([%w_]+)=(.*)$")
    local value = default
    if constants[default] ~= nil then value = constants[default] elseif tonumber(default) then value = tonumber(default) end
    out[#out + 1] = { name = name or word, default = value }
  end
  return out
end

local function define(names, parameters, run)
  for name in names:gmatch("%S+") do methods[name] = { parameters = parameters_of(parameters), run = run } end
end

-- Arguments by their names: given ones and defaults. None is as good as not given.
function methods.bind(name, args, named)
  local out, declared = {}, {}
  for i, p in ipairs(methods[name].parameters) do
    local v = args[i]
    if v == nil then v = named[p.name] end
    if v == nil or v == NONE then v = p.default end
    out[p.name], declared[p.name] = v, true
  end
  for key, v in pairs(named) do
    if not declared[key] then out[key] = v end -- what goes through to the server
  end
  return out
end

-- Columns by position from 0 or by name.
local function column_name(f, key) return math.type(key) == "integer" and f:names()[key + 1] or key end

local function column_names(f, keys)
  if keys == nil then return nil end
  local out = {}
  for i, key in ipairs(listed(keys)) do out[i] = column_name(f, key) end
  return out
end

local function less_one(frame) return frame - 1 end

local function row_of(names, values)
  local columns = {}
  for i, name in ipairs(names) do columns[name] = { values[i] == nil and weir.null or values[i] } end
  return weir.frame(columns, { names = names })
end

-- Verbs of cells ------------------------------------------------------------------------------------------

define("abs sqrt exp expm1 log log1p log10 log2 sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh sinpi cospi tanpi floor ceil " ..
  "trunc sign gamma lgamma digamma trigamma", "", nil)
define("na_omit isna transpose toupper tolower trim nchar entropy year month day dayOfWeek week hour minute second asfactor asnumeric " ..
  "ascharacter difflag1", "", nil)
for name, method in pairs(methods) do
  if type(method) == "table" and method.parameters and not method.run then
    method.run = function(f) return f[name](f) end
  end
end
define("logical_negation", "", function(f) return f:lnot() end)
define("round", "digits=0", function(f, a) -- halves go to even numbers, and away from zero in decimals
  return f:round{ a.digits, ties = a.digits > 0 and "away" or "even" }
end)
define("signif", "digits=6", function(f, a) return f:signif{ a.digits } end)
define("cumsum cumprod cummax cummin", "axis=0", nil)
for _, verb in ipairs{ "cumsum", "cumprod", "cummax", "cummin" } do
  methods[verb].run = function(f, a)
    if a.axis == 0 then return f[verb](f) end
    return f:transpose()[verb](f:transpose()):transpose():set_names(f:names())
  end
end
define("ifelse", "yes no", function(f, a) return f:ifelse(a.yes, a.no) end)

-- Numbers of columns ----------------------------------------------------------------------------------------

local countable = { numeric = true, missing = true, time = true }

-- Factors of two levels count as 0 and 1, others as missing.
local function coded(f)
  if not is_frame(f) then return nil end
  local g = f[f:names()]
  for i, name in ipairs(f:names()) do
    if f:types()[name] == "enum" then
      local levels, nothing = f[i]:levels(), {}
      for r = 1, f.nrow do nothing[r] = weir.null end
      g[name] = #levels == 2 and f[i]:eq(levels[2]) or weir.frame({ x = nothing })
    end
  end
  return g
end

-- A number for every column; factors of more than two levels and texts have none.
local of_codes = { mean = true, sum = true, prod = true }
local function of_columns(f, verb, options)
  local out = {}
  if of_codes[verb] then f = coded(f) end
  for i, name in ipairs(f:names()) do
    out[i] = 0 / 0
    if countable[f:types()[name]] then out[i] = f[i][verb](f[i], options) end
    if type(out[i]) == "table" then out[i] = out[i][1] end
  end
  return out
end

local function along_rows(f, verb, keep)
  local out = {}
  for r = 1, f.nrow do
    local sum, n = 0, 0
    for k = 1, f.ncol do
      local x = f:cell(r, k)
      if x ~= nil then sum, n = sum + x, n + 1 elseif not keep then sum, n = 0 / 0, 1 break end
    end
    out[r] = verb == "sum" and sum or sum / n
  end
  return weir.frame({ [verb] = out })
end

local function all_together(verb, values)
  local whole = verb == "sum" and 0 or 1
  for _, x in ipairs(values) do
    if verb == "sum" then whole = whole + x else whole = whole * x end
  end
  return whole
end

local function reducer(verb)
  return function(f, a)
    local keep = a.na_rm
    if keep == nil then keep = a.skipna end
    if a.return_frame and a.axis == 1 then return along_rows(f, verb, keep) end
    local values = of_columns(f, verb, { na_rm = keep })
    if a.return_frame then return row_of(f:names(), values) end
    if verb == "sum" or verb == "prod" then return all_together(verb, values) end
    return values
  end
end
for _, verb in ipairs{ "mean", "sum" } do define(verb, "skipna=true axis=0", reducer(verb)) end
for _, verb in ipairs{ "sd", "median", "prod" } do define(verb, "na_rm=false", reducer(verb)) end
for _, verb in ipairs{ "skewness", "kurtosis" } do define(verb, "na_rm=false", reducer(verb)) end

-- One number of all columns, missing if a cell is.
local function over_all(verb, better)
  define(verb, "", function(f)
    local best
    for i, x in ipairs(of_columns(f, verb, { na_rm = false })) do
      local kind = f:types()[f:names()[i]]
      local number = countable[kind] or kind == "enum"
      if kind == "enum" then x = f[i]:any_na() and 0 / 0 or verb == "min" and 0 or #f[i]:levels() - 1 end
      if number and (best == nil or x ~= x or (best == best and better(x, best))) then best = x end
    end
    return best or 0 / 0
  end)
end
over_all("min", function(a, b) return a < b end)
over_all("max", function(a, b) return a > b end)
define("nacnt", "", function(f) return f:nacnt() end)
define("any_na_rm any", "", function(f)
  for _, x in ipairs(listed(f:any())) do if x then return true end end
  return f:any_na()
end)
methods.any_na_rm.run = function(f)
  for _, x in ipairs(listed(f:any())) do if x then return true end end
  return false
end
define("all", "", function(f)
  for _, x in ipairs(listed(f:all())) do if not x then return false end end
  return true
end)

local function use_of(a) return a.use or (a.na_rm and "complete.obs" or "everything") end
define("var", "y na_rm=false use", function(f, a) return coded(f):var{ other = coded(a.y), use = use_of(a) } end)
define("cor", "y na_rm=false use method=Pearson", function(f, a)
  return coded(f):cor{ other = coded(a.y), use = use_of(a), method = a.method }
end)
define("scale", "center=true scale=true", function(f, a) return f:scale{ center = a.center, scale = a.scale } end)
define("quantile", "prob combine_method=interpolate weights_column", function(f, a)
  local numbers = {}
  for _, name in ipairs(f:names()) do
    if countable[f:types()[name]] then numbers[#numbers + 1] = name end
  end
  if #numbers == 0 then return weir.frame({ Probs = a.prob }) end
  return f:select(numbers):quantile{ probs = a.prob, combine = a.combine_method, weights = a.weights_column }
end)
define("distance", "y measure=l2", function(f, a) return f:distance{ a.y, measure = a.measure } end)
define("mult", "matrix", function(f, a) return f:mult(a.matrix) end)
for _, verb in ipairs{ "idxmax", "idxmin" } do
  define(verb, "skipna=true axis=0", function(f, a)
    local x = f[verb](f, { axis = a.axis })
    if is_frame(x) then return less_one(x) end
    local at = listed(x)
    for i, name in ipairs(f:names()) do
      at[i] = at[i] - 1
      if not a.skipna and f:col(name):any_na() then at[i] = weir.null end
    end
    return row_of(f:names(), at)
  end)
end
define("hist", "breaks=sturges plot=true", function(f, a) return methods.hist_of(f, a.breaks) end)

-- A row per class there; the lowest edge has none.
function methods.hist_of(f, breaks)
  local h = f:hist{ breaks = breaks }
  return type(breaks) == "table" and h or h:rows(2, h.nrow)
end

-- Factors ---------------------------------------------------------------------------------------------------

local function levels_of(f)
  local out = {}
  for i, name in ipairs(f:names()) do out[i] = f:types()[name] == "enum" and f[i]:levels() or {} end
  return out
end
define("levels", "", function(f)
  return f.ncol == 1 and f:types()[f:names()[1]] ~= "enum" and {} or levels_of(f)
end)
define("nlevels", "", function(f)
  if f.ncol == 1 and f:types()[f:names()[1]] ~= "enum" then return 0 end
  local out = levels_of(f)
  for i, levels in ipairs(out) do out[i] = #levels end
  return out
end)
define("categories", "", function(f) return f:levels() end)
define("relevel", "y", function(f, a) return f:relevel(a.y) end)
define("relevel_by_frequency", "weights_column top_n=-1", function(f, a) return f:relevel_by_frequency{ top_n = a.top_n } end)
define("set_level", "level", function(f, a) return f:set_level(a.level) end)
define("set_levels", "levels", function(f, a) return f:set_levels(a.levels) end)
define("interaction", "factors pairwise max_factors min_occurrence destination_frame", function(f, a)
  return f:interaction{ factors = column_names(f, a.factors), pairwise = a.pairwise, max_factors = a.max_factors, min_occurrence = a.min_occurrence }
end)
define("table", "data2 dense=true", function(f, a)
  return (is_frame(a.data2) and f:cbind(a.data2) or f):table{ dense = a.dense }
end)
define("unique", "include_nas=false", function(f, a) -- among numbers a missing value always counts
  return f:unique{ include_nas = a.include_nas or countable[f:types()[f:names()[1]]] or false }
end)
define("match", "table nomatch start_index=1", function(f, a)
  local at = f:match(a.table)
  if a.start_index ~= 1 then at = at + (a.start_index - 1) end
  return a.nomatch and at:isna():ifelse(a.nomatch, at) or at
end)
define("which", "", function(f) return less_one(f:which()) end)
define("cut", "breaks labels include_lowest=false right=true dig_lab=3", function(f, a) return f:cut(a) end)

local kinds = {
  isfactor = { enum = true }, isnumeric = { numeric = true, missing = true }, isstring = { string = true }, ischaracter = { string = true },
}
for name, kind in pairs(kinds) do
  define(name, "", function(f)
    local out = {}
    for i, column in ipairs(f:names()) do out[i] = kind[f:types()[column]] or false end
    return out
  end)
end
local column_kinds = { numeric = "numeric", categorical = "enum", string = "string", time = "time" }
define("columns_by_type", "coltype=numeric", function(f, a)
  local out = {}
  for i, name in ipairs(f:names()) do
    if f:types()[name] == column_kinds[a.coltype] then out[#out + 1] = i - 1 end
  end
  return out
end)

define("isin", "item", function(f, a)
  local found
  for _, x in ipairs(listed(a.item)) do
    local here = f:eq{ x, missing = 0 }
    found = found and (found | here) or here
  end
  return found
end)
define("append_levels", "levels", function(f, a) return f:append_levels(a.levels) end)
define("anyfactor", "", function(f)
  for _, kind in pairs(f:types()) do if kind == "enum" then return true end end
  return false
end)
define("type", "col", function(f, a)
  local kind = f:types()[column_name(f, a.col)]
  return kind == "numeric" and (f:col(column_name(f, a.col)):floor():eq(f:col(column_name(f, a.col))):all() and "int" or "real") or kind
end)
define("rep_len", "length_out", function(f, a)
  local at = {}
  for i = 1, a.length_out do at[i] = (i - 1) % f.nrow + 1 end
  return f:pick(at)
end)
define("flatten", "", function(f) return f:cell(1, 1) end)
define("getrow", "", function(f)
  local out = {}
  for k = 1, f.ncol do out[k] = f:cell(1, k) or 0 / 0 end
  return out
end)

-- Rows and columns ----------------------------------------------------------------------------------------

local function numbers_as_columns(f, data)
  local out = {}
  for i, d in ipairs(listed(data)) do
    if type(d) == "number" then
      local values = {}
      for r = 1, f.nrow do values[r] = d end
      d = weir.frame({ C1 = values })
    end
    out[i] = d
  end
  return out
end
define("cbind", "data", function(f, a) return f:cbind(numbers_as_columns(f, a.data)) end)
define("rbind", "data", function(f, a) return f:rbind(a.data) end)
define("concat", "frames axis=1", function(f, a)
  if a.axis == 1 then return f:cbind(a.frames) end
  return f:rbind(a.frames)
end)
define("merge", "other all_x=false all_y=false by_x by_y method=auto", function(f, a)
  return f:merge{ other = a.other, all_x = a.all_x, all_y = a.all_y, by_x = column_names(f, a.by_x), by_y = column_names(a.other, a.by_y) }
end)
define("sort", "by ascending=true", function(f, a) return f:sort{ by = column_names(f, a.by), ascending = a.ascending } end)
define("drop_duplicates", "columns keep=first", function(f, a)
  return f:drop_duplicates{ columns = column_names(f, a.columns), keep = a.keep }
end)
define("rank_within_group_by", "group_by_cols sort_cols ascending new_col_name=New_Rank_column sort_cols_sorted=false", function(f, a)
  return f:rank_within_group_by{ group_by = column_names(f, a.group_by_cols), sort_by = column_names(f, a.sort_cols),
    ascending = a.ascending == nil and true or a.ascending, name = a.new_col_name, sorted = a.sort_cols_sorted }
end)
local function top(which)
  return function(f, a)
    local verb = which or (a.grabTopN == 1 and "topn" or "bottomn")
    local t = f[verb](f, { column = column_name(f, a.column), percent = a.nPercent })
    t["row"] = t:col("row") - 1
    return t
  end
end
define("topN", "column=0 nPercent=10", top("topn"))
define("bottomN", "column=0 nPercent=10", top("bottomn"))
define("topNBottomN", "column=0 nPercent=10 grabTopN=-1", top(nil))

local function without(f, places)
  local gone, kept = {}, {}
  for _, at in ipairs(places) do gone[at] = true end
  for i = 1, f.ncol do
    if not gone[i] then kept[#kept + 1] = i end
  end
  return f:select(kept)
end
define("drop", "index axis=1", function(f, a)
  if a.axis == 0 then
    local gone, kept = {}, {}
    for _, at in ipairs(listed(a.index)) do gone[at + 1] = true end
    for r = 1, f.nrow do
      if not gone[r] then kept[#kept + 1] = r end
    end
    return f:pick(kept)
  end
  local place, places = {}, {}
  for i, name in ipairs(f:names()) do place[name] = i end
  for i, key in ipairs(listed(a.index)) do places[i] = type(key) == "number" and key + 1 or place[key] end
  return without(f, places)
end)
define("pop", "i", function(f, a) return f:col(column_name(f, a.i)) end)
define("rename", "columns", function(f, a)
  local names = f:names()
  for i, name in ipairs(names) do names[i] = a.columns[name] or name end
  return f:set_names(names)
end)
define("set_names", "names", function(f, a) return f:set_names(a.names) end)
define("head", "rows=10 cols=200", function(f, a) return f:rows(1, math.min(a.rows, f.nrow)):select{ table.unpack(f:names(), 1, math.min(a.cols, f.ncol)) } end)
define("tail", "rows=10 cols=200", function(f, a)
  return f:rows(math.max(1, f.nrow - a.rows + 1), f.nrow):select{ table.unpack(f:names(), 1, math.min(a.cols, f.ncol)) }
end)

define("pivot", "index column value", function(f, a)
  return f:pivot(column_name(f, a.index), column_name(f, a.column), column_name(f, a.value))
end)
define("melt", "id_vars value_vars var_name=variable value_name=value skipna=false", function(f, a)
  return f:melt{ id_vars = column_names(f, a.id_vars), value_vars = column_names(f, a.value_vars), var_name = a.var_name,
    value_name = a.value_name, skipna = a.skipna }
end)

-- The numbers that rows know inside of apply: missing cells are left out of sums and means.
local function row_sum(row)
  local sum, n = 0, 0
  for i = 1, getmetatable(row).n do
    if rawget(row, i) then sum, n = sum + row[i], n + 1 end
  end
  return sum, n
end
methods.of_rows = {
  sum = function(row) return (row_sum(row)) end,
  mean = function(row) local sum, n = row_sum(row) return sum / n end,
  min = function(row) return #row < getmetatable(row).n and weir.null or math.min(table.unpack(row)) end,
  max = function(row) return #row < getmetatable(row).n and weir.null or math.max(table.unpack(row)) end,
}

-- The function gets columns, or rows, that know the numbers of frames.
define("apply", "fun axis=0", function(f, a)
  return f:apply(function(x)
    if a.axis == 1 then x = setmetatable(x, { n = f.ncol }) end
    local v = a.fun(x)
    return type(v) == "table" and v[1] or v
  end, { axis = a.axis })
end)

-- Missing cells, chance --------------------------------------------------------------------------------------

define("fillna", "method=forward axis=0 maxlen=1", function(f, a) return f:fillna{ method = a.method, axis = a.axis, maxlen = a.maxlen } end)
define("filter_na_cols", "frac=0.2", function(f, a) -- positions from 0
  local at = f:filter_na_cols{ frac = a.frac }
  for i = 1, #at do at[i] = at[i] - 1 end
  return at
end)
define("insert_missing_values", "fraction=0.1 seed=-1", function(f, a)
  return f:insert_missing{ fraction = a.fraction, seed = a.seed, compat = "h2o" }
end)
define("runif", "seed=-1", function(f, a) return f:runif{ seed = a.seed, compat = "h2o" } end)
define("split_frame", "ratios destination_frames seed=-1", function(f, a)
  return { f:split(weir.merge(a.ratios or { 0.75 }, { seed = a.seed, compat = "h2o" })) }
end)
define("kfold_column", "n_folds=3 seed=-1", function(f, a) return f:kfold_column{ n = a.n_folds, seed = a.seed, compat = "h2o" } end)
define("modulo_kfold_column", "n_folds=3", function(f, a) return f:kfold_column{ n = a.n_folds, how = "modulo" } end)
define("stratified_kfold_column", "n_folds=3 seed=-1", function(f, a)
  return f:kfold_column{ n = a.n_folds, how = "stratified", seed = a.seed, compat = "h2o" }
end)
define("stratified_split", "test_frac=0.2 seed=-1", function(f, a)
  return f:stratified_split{ a.test_frac, seed = a.seed, compat = "h2o" }
end)

-- Texts and times --------------------------------------------------------------------------------------------

define("lstrip", "set", function(f, a) return f:lstrip{ set = a.set } end)
define("rstrip", "set", function(f, a) return f:rstrip{ set = a.set } end)
local function groups_of(replacement) return (replacement:gsub("%$(%d)", "\\%1")) end -- $1 is \1
for _, verb in ipairs{ "sub", "gsub" } do
  define(verb, "pattern replacement ignore_case=false", function(f, a)
    return f[verb](f, { a.pattern, groups_of(a.replacement), ignore_case = a.ignore_case })
  end)
end
define("strsplit", "pattern", function(f, a) return f:strsplit(a.pattern) end)
define("tokenize", "split", function(f, a) return f:tokenize(a.split) end)
define("substring", "start_index end_index", function(f, a) return f:substring{ from = a.start_index + 1, to = a.end_index } end)
define("countmatches", "pattern", function(f, a) return f:countmatches(a.pattern) end)
define("grep", "pattern ignore_case=false invert=false output_logical=false", function(f, a)
  local hits = f:grep{ a.pattern, ignore_case = a.ignore_case, invert = a.invert, mask = a.output_logical }
  return a.output_logical and hits or less_one(hits)
end)
define("strdistance", "y measure compare_empty=true", function(f, a)
  return f:strdistance{ a.y, measure = a.measure, compare_empty = a.compare_empty }
end)
define("as_date", "format", function(f, a) return f:as_date(a.format) end)

-- group_by: aggregates are collected, get_frame ends -------------------------------------------------------------

local grouped = {}
grouped.__index = grouped
define("group_by", "by", function(f, a)
  return setmetatable({ by = f:group_by(column_names(f, a.by)), source = f, modes = {}, keys = column_names(f, a.by) }, grouped)
end)

-- Every column but the keys, when none is named.
local function aggregated(g, columns)
  if columns ~= nil and columns ~= NONE then return column_names(g.source, columns) end
  local key, out = {}, {}
  for _, name in ipairs(g.keys) do key[name] = true end
  for _, name in ipairs(g.source:names()) do
    if not key[name] and countable[g.source:types()[name]] then out[#out + 1] = name end
  end
  return out
end

local aggregates = { mean = true, sum = true, min = true, max = true, sd = true, var = true, ss = true, median = true, mode = true }

-- Gives the group itself; get_frame gives the frame.
function methods.aggregate(g, what, args, named, note)
  if what == "get_frame" then return g:get_frame() end
  if what == "count" then g.by:count() return g end
  if not aggregates[what] then error("the aggregate " .. what .. " has no translation", 0) end
  local columns, na = args[1] or named.col, args[2] or named.na or "all"
  note(what, g.source, args, { col = columns, na = na })
  g.by[what](g.by, aggregated(g, columns), { na = na })
  if what == "mode" then
    for _, name in ipairs(aggregated(g, columns)) do g.modes[#g.modes + 1] = name end
  end
  return g
end

function grouped:get_frame()
  local f = self.by:frame()
  for _, name in ipairs(self.modes) do -- modes are level codes there
    local codes, list = {}, f:col("mode_" .. name):to_list()
    for i, level in ipairs(self.source:col(name):levels()) do codes[level] = i - 1 end
    for i = 1, #list do list[i] = list[i] ~= weir.null and codes[list[i]] or weir.null end
    f["mode_" .. name] = weir.frame({ x = list })
  end
  return f
end

function methods.is_grouped(x) return type(x) == "table" and getmetatable(x) == grouped end

return methods
