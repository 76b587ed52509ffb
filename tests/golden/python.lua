-- python.lua - evaluates the small part of Python in which recorded calls on frames are written: names,
-- numbers, strings, lists, dicts, calls with keywords, attributes, indices and slices, operators,
-- lambda, list comprehensions over one list. What a name or a method means is the caller's: `world` has
-- names, call(fn, args, named), attribute(object, name), index(object, keys), binary(op, a, b), unary(op, a).
local python = {}

-- Words -------------------------------------------------------------------------------------

local two = { ["**"] = true, ["//"] = true, ["=="] = true, ["!="] = true, ["<="] = true, [">="] = true }

local function words_of(s)
  local out, at = {}, 1
  local function add(kind, value, to) out[#out + 1] = { kind = kind, value = value, at = at } at = to + 1 end
  while at <= #s do
    local c = s:sub(at, at)
    if c:find("%s") then
      at = at + 1
    elseif c:find("%d") or c == "." and s:find("^%.%d", at) then
      local _, to = s:find("^%d*%.?%d*", at)
      local _, further = s:find("^[eE][+-]?%d+", to + 1)
      add("number", tonumber(s:sub(at, further or to)), further or to)
    elseif c == '"' or c == "'" then
      local text, i = {}, at + 1
      while i <= #s and s:sub(i, i) ~= c do
        local k = s:sub(i, i)
        if k == "\\" then
          i = i + 1
          local e = s:sub(i, i)
          k = ({ n = "\n", t = "\t", ["\\"] = "\\", ['"'] = '"', ["'"] = "'" })[e] or "\\" .. e
        end
        text[#text + 1] = k
        i = i + 1
      end
      add("string", table.concat(text), i)
    elseif c:find("[%a_]") then
      local _, to = s:find("^[%w_]+", at)
      add("name", s:sub(at, to), to)
    else
      local op = two[s:sub(at, at + 1)] and s:sub(at, at + 1) or c
      add("op", op, at + #op - 1)
    end
  end
  out[#out + 1] = { kind = "end", value = "the end" }
  return out
end

-- Grammar: every node is {what, ...} ---------------------------------------------------------------

local binding = { ["or"] = 1, ["and"] = 2, ["|"] = 5, ["&"] = 6, ["+"] = 7, ["-"] = 7, ["*"] = 8, ["/"] = 8, ["//"] = 8, ["%"] = 8, ["**"] = 10 }
for _, op in ipairs{ "==", "!=", "<", "<=", ">", ">=" } do binding[op] = 4 end

function python.parse(s)
  local words, at = words_of(s), 1
  local expression

  local function peek(value) return words[at].value == value and words[at].kind ~= "string" end
  local function take(value)
    if not peek(value) then error(("%s: expected %s, found %s"):format(s, value, tostring(words[at].value)), 0) end
    at = at + 1
  end
  local function accept(value)
    if peek(value) then at = at + 1 return true end
  end

  local function arguments()
    local args, named = {}, {}
    while not accept(")") do
      if words[at].kind == "name" and words[at + 1].value == "=" then
        local name = words[at].value
        at = at + 2
        named[name] = expression(0)
      else
        args[#args + 1] = expression(0)
      end
      if not peek(")") then take(",") end
    end
    return args, named
  end

  -- a, a:b, :, or several of them with commas
  local function keys()
    local out = {}
    repeat
      local low = not peek(":") and expression(0) or nil
      if accept(":") then
        local high = not peek(",") and not peek("]") and expression(0) or nil
        out[#out + 1] = { "slice", low, high }
      else
        out[#out + 1] = low
      end
    until not accept(",")
    take("]")
    return out
  end

  local function list()
    if accept("]") then return { "list" } end
    local first = expression(0)
    if accept("for") then
      local name = words[at].value
      at = at + 1
      take("in")
      local over = expression(0)
      take("]")
      return { "comprehension", first, name, over }
    end
    local node = { "list", first }
    while accept(",") do node[#node + 1] = expression(0) end
    take("]")
    return node
  end

  local function dict()
    local node = { "dict" }
    while not accept("}") do
      local key = expression(0)
      take(":")
      node[#node + 1] = { key, expression(0) }
      if not peek("}") then take(",") end
    end
    return node
  end

  local function primary()
    local w = words[at]
    at = at + 1
    if w.kind == "number" or w.kind == "string" then return { "constant", w.value } end
    if w.kind == "op" and w.value == "(" then
      local inner = expression(0)
      take(")")
      return inner
    end
    if w.kind == "op" and w.value == "[" then return list() end
    if w.kind == "op" and w.value == "{" then return dict() end
    if w.kind == "name" and w.value == "lambda" then
      local name = words[at].value
      at = at + 1
      take(":")
      return { "lambda", name, expression(0) }
    end
    if w.kind == "name" then return { "name", w.value } end
    error(("%s: unexpected %s"):format(s, tostring(w.value)), 0)
  end

  local function postfix()
    local node = primary()
    while true do
      if accept(".") then
        node = { "attribute", node, words[at].value }
        at = at + 1
      elseif accept("(") then
        node = { "call", node, arguments() }
        node.args, node.named = node[3], node[4]
      elseif accept("[") then
        node = { "index", node, keys() }
      else
        return node
      end
    end
  end

  function expression(least)
    local left
    if peek("-") or peek("~") then
      local op = words[at].value
      at = at + 1
      left = { "unary", op, expression(9) }
    else
      left = postfix()
    end
    while words[at].kind ~= "string" and binding[words[at].value] and binding[words[at].value] > least do
      local op = words[at].value
      at = at + 1
      left = { "binary", op, left, expression(op == "**" and binding[op] - 1 or binding[op]) }
    end
    return left
  end

  local node = expression(0)
  if words[at].kind ~= "end" then error(("%s: unexpected %s"):format(s, tostring(words[at].value)), 0) end
  return node
end

-- Evaluation ------------------------------------------------------------------------------------------

local run = {}

function python.run(node, names, world) return run[node[1]](node, names, world) end

function run.constant(node) return node[2] end

function run.name(node, names, world)
  local fixed = { True = true, False = false, None = world.none }
  if fixed[node[2]] ~= nil then return fixed[node[2]] end
  local v = names[node[2]]
  if v == nil then error("the name " .. node[2] .. " means nothing", 0) end
  return v
end

function run.list(node, names, world)
  local out = {}
  for i = 2, #node do out[i - 1] = python.run(node[i], names, world) end
  return out
end

function run.dict(node, names, world)
  local out = {}
  for i = 2, #node do out[python.run(node[i][1], names, world)] = python.run(node[i][2], names, world) end
  return out
end

local function with(names, name, value) return setmetatable({ [name] = value }, { __index = names }) end

function run.comprehension(node, names, world)
  local out = {}
  for i, v in ipairs(python.run(node[4], names, world)) do
    out[i] = python.run(node[2], with(names, node[3], v), world)
  end
  return out
end

run["lambda"] = function(node, names, world)
  return function(v) return python.run(node[3], with(names, node[2], v), world) end
end

function run.slice(node, names, world)
  return { slice = true, low = node[2] and python.run(node[2], names, world), high = node[3] and python.run(node[3], names, world) }
end

function run.index(node, names, world)
  local keys = {}
  for i, k in ipairs(node[3]) do keys[i] = python.run(k, names, world) end
  return world.index(python.run(node[2], names, world), keys)
end

function run.attribute(node, names, world)
  return world.attribute(python.run(node[2], names, world), node[3])
end

function run.call(node, names, world)
  local args, named = {}, {}
  for i, a in ipairs(node.args) do args[i] = python.run(a, names, world) end
  for k, a in pairs(node.named) do named[k] = python.run(a, names, world) end
  if node[2][1] == "attribute" then
    return world.method(python.run(node[2][2], names, world), node[2][3], args, named)
  end
  return python.run(node[2], names, world)(args, named)
end

function run.unary(node, names, world)
  local v = python.run(node[3], names, world)
  if node[2] == "-" and type(v) == "number" then return -v end
  return world.unary(node[2], v)
end

function run.binary(node, names, world)
  return world.binary(node[2], python.run(node[3], names, world), python.run(node[4], names, world))
end

return python
