-- frame.lua - kind frame: verbs on frames. A recorded call is a Python expression; translate.lua's table says
-- what it is in weir. A call without a translation is a difference.
local weir = require "weir"
local compare = require "golden.compare"
local data = require "golden.data"
local rules = require "golden.rules"
local translate = require "golden.translate"
local tolerance = compare.tolerance

local function small_frame(d)
  local names = {}
  for name in pairs(d.columns) do names[#names + 1] = name end
  table.sort(names)
  return weir.frame(d.columns, { names = names, types = d.types })
end

-- The names that a call may use: frames, small frames and constants.
local function scope_of(c, case)
  local scope = {}
  for name, d in pairs(case.frames) do scope[name] = data.frame(c.data, d) end
  for name, d in pairs(case.small_frames) do scope[name] = small_frame(d) end
  for name, value in pairs(case.constants) do scope[name] = value end
  return scope
end

local function check_frame(c, quantity, want, got)
  if want.rows then c:count_of(quantity .. ".rows", want.rows, got.nrow) end
  for name, kind in pairs(want.types or {}) do c:text(("%s.%s.type"):format(quantity, name), kind, got:types()[name]) end
  for name, list in pairs(want.first_rows or {}) do
    c:list(("%s.%s"):format(quantity, name), list, got:col(name):to_list(), tolerance.moment, true)
  end
end

local function check_one(c, scope, result)
  local call, want = result.call, result.expect
  local verb = call:match("%.([%a_]+)%(") or call
  local facts = { call = call, want = want }
  if rules.difference(rules.frame, verb, "outcome", facts) then return end
  local fn = translate.of(call)
  if not fn then return c:differ(call, "a translation", nil) end
  local good, got = pcall(fn, scope)
  local refused = type(want) == "table" and want.error ~= nil
  if not good then
    if not refused then c:differ(call, "a result", tostring(got)) end
  elseif refused then
    c:differ(call, "refused", "accepted")
  elseif type(got) == "userdata" and type(want) == "table" then
    check_frame(c, call, want, got)
  elseif type(want) == "table" then
    c:list(call, want.value or want, type(got) == "table" and got or { got }, tolerance.moment)
  elseif type(want) == "number" then
    c:number(call, want, got, tolerance.moment)
  else
    c:text(call, want, got)
  end
end

return function(c, case)
  local scope = scope_of(c, case)
  for _, result in ipairs(case.results) do check_one(c, scope, result) end
end
