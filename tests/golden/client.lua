-- client.lua - what the recorded client's names, operators and methods on frames are in weir. A recorded
-- call is evaluated by golden.python with this as its world. Every verb that is met is noted with its
-- operands, so that golden/rules.lua can say where weir means to differ.
local weir = require "weir"
local python = require "golden.python"
local methods = require "golden.methods"

local client = {}
local NONE = methods.NONE
local noted -- verbs of the call that is being evaluated, in order

local function is_frame(x) return type(x) == "userdata" end
local function note(verb, self, args, named) noted[#noted + 1] = { verb = verb, self = self, args = args, named = named } end

-- Operators -------------------------------------------------------------------------------------

local arithmetic = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end, ["**"] = function(a, b) return a ^ b end, ["//"] = function(a, b) return a // b end,
  ["%"] = function(a, b) return a:mod{ b, sign = "dividend" } end, ["&"] = function(a, b) return a & b end,
  ["|"] = function(a, b) return a | b end,
}
local comparisons = { ["=="] = "eq", ["!="] = "ne", ["<"] = "lt", ["<="] = "le", [">"] = "gt", [">="] = "ge" }

local mirrored = { ["=="] = "==", ["!="] = "!=", ["<"] = ">", ["<="] = ">=", [">"] = "<", [">="] = "<=" }

function client.binary(op, a, b)
  if op == "%" and type(a) == "string" then return (a:gsub("%%d", tostring(b))) end
  if not is_frame(a) and not is_frame(b) then return arithmetic[op](a, b) end
  if mirrored[op] and not is_frame(a) then a, b, op = b, a, mirrored[op] end
  note(op, a, { b }, {})
  if comparisons[op] then -- a missing value is unequal to everything there
    return a[comparisons[op]](a, { b, missing = op == "!=" and 1 or 0 })
  end
  if not arithmetic[op] then error("the operator " .. op .. " is not known", 0) end
  if op == "%" and not is_frame(a) then a = b * 0 + a end
  return arithmetic[op](a, b)
end

function client.unary(op, a)
  note("unary " .. op, a, {}, {})
  if op == "~" then return ~a end
  return -a
end

-- Indices: rows and columns from 0, half open; negative ones from the end -----------------------------------------

local function bounds(key, n)
  local low, high = key.low or 0, key.high or n
  if low < 0 then low = low + n end
  if high < 0 then high = high + n end
  return low + 1, math.min(high, n)
end

local function rows_of(f, key)
  if is_frame(key) then return f:where(key) end
  if type(key) == "number" then return f:rows(key < 0 and f.nrow + key + 1 or key + 1) end
  if key.slice then
    if not key.low and not key.high then return f end
    return f:rows(bounds(key, f.nrow))
  end
  local at = {}
  for i, k in ipairs(key) do at[i] = k + 1 end
  return f:pick(at)
end

local function columns_of(f, key)
  if type(key) == "number" then return f[key < 0 and f.ncol + key + 1 or key + 1] end
  if type(key) == "string" then return f:col(key) end
  if key.slice then
    if not key.low and not key.high then return f end
    local at, low, high = {}, bounds(key, f.ncol)
    for k = low, high do at[#at + 1] = k end
    return f:select(at)
  end
  local at = {}
  for i, k in ipairs(key) do at[i] = type(k) == "number" and k + 1 or k end
  return f:select(at)
end

local function one(key) return type(key) == "number" or type(key) == "string" end

function client.index(object, keys)
  if not is_frame(object) then return object[type(keys[1]) == "number" and keys[1] + 1 or keys[1]] end
  if #keys == 2 then
    local part = columns_of(rows_of(object, keys[1]), keys[2])
    if one(keys[1]) and one(keys[2]) then return part:cell(1, 1) end -- a single cell is no frame
    return part
  end
  if is_frame(keys[1]) then return object:where(keys[1]) end
  return columns_of(object, keys[1])
end

local attributes = {
  nrow = function(f) return f.nrow end, ncol = function(f) return f.ncol end, names = function(f) return f:names() end,
  columns = function(f) return f:names() end, col_names = function(f) return f:names() end, dim = function(f) return { f.nrow, f.ncol } end,
  shape = function(f) return { f.nrow, f.ncol } end, types = function(f) return f:types() end,
}

function client.attribute(object, name)
  if is_frame(object) and attributes[name] then return attributes[name](object) end
  error("the attribute " .. name .. " is not known", 0)
end

-- Methods ------------------------------------------------------------------------------------------------

function client.method(object, name, args, named)
  if type(object) == "table" and object.client_module then return object[name](args, named) end
  if methods.is_grouped(object) then return methods.aggregate(object, name, args, named, note) end
  if type(object) == "table" and methods.of_rows[name] then
    note("row " .. name, object, args, named)
    return methods.of_rows[name](object)
  end
  if not methods[name] then error("the method " .. name .. " has no translation", 0) end
  local bound = methods.bind(name, args, named)
  note(name, object, args, bound)
  return methods[name].run(object, bound)
end

-- Functions ----------------------------------------------------------------------------------------------

local functions, raw = {}, {}

function raw.cut(args)
  note("cut", args[1], {}, { breaks = args[2], labels = args[3], include_lowest = args[4], right = args[5], dig_lab = args[6] })
  return args[1]:cut{ breaks = args[2], labels = #args[3] > 0 and args[3] or nil, include_lowest = args[4], right = args[5], dig_lab = args[6] }
end
function raw.hist(args)
  note("hist", args[1], {}, { breaks = args[2] })
  return methods.hist_of(args[1], args[2])
end
raw["as.factor"] = function(args)
  note("as.factor", args[1], {}, {})
  return args[1]:asfactor()
end
function raw.mode(args)
  note("mode", args[1], {}, {})
  return args[1]:mode()
end
-- The server's names of what the client calls otherwise.
local server_names = { ["is.na"] = "isna", ["as.numeric"] = "asnumeric", ["as.character"] = "ascharacter", ["!!"] = "logical_negation",
  ["not"] = "logical_negation", t = "transpose", ["x"] = "mult", ["na.omit"] = "na_omit", ceiling = "ceil" }

function functions.expr(args)
  local rest = table.move(args, 2, #args, 1, {})
  if raw[args[1]] then return raw[args[1]](rest) end
  return client.method(rest[1], server_names[args[1]] or args[1], table.move(rest, 2, #rest, 1, {}), {})
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
  local f, column, method, by = args[1], args[2], args[3] or named.method, named.by
  if math.type(column) == "integer" then column = column >= 0 and f:names()[column + 1] or nil end
  note("impute", f, args, { column = column, method = method, by = by })
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
return client
