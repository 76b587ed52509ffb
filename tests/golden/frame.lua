-- frame.lua - kind frame: verbs on frames. A recorded call is an expression of the recording program's
-- client; client.lua says what its parts are in weir. What weir means to do otherwise stands in rules.lua.
local weir = require "weir"
local compare = require "golden.compare"
local client = require "golden.client"
local data = require "golden.data"
local rules = require "golden.rules"
local tolerance = compare.tolerance

-- A recorded column's type against weir's. Times come back as numbers there; a column of nothing but
-- missing values is one of whole numbers.
local type_names = {
  int = { numeric = true, missing = true, time = true }, real = { numeric = true, missing = true }, enum = { enum = true },
  string = { string = true }, time = { time = true },
}

-- Columns in the order of the file, which a table does not keep.
local function small_frame(text, frame, d)
  local names, at = {}, {}
  local start = text:find('"' .. frame .. '":%s*{%s*"columns"') or 1
  for name in pairs(d.columns) do
    names[#names + 1] = name
    at[name] = text:find('"' .. name .. '":%s*%[', start) or 0
  end
  table.sort(names, function(a, b) return at[a] < at[b] end)
  return weir.frame(d.columns, { names = names, types = d.types })
end

-- The names that a call may use: frames, small frames and constants.
local function scope_of(c, case)
  local scope, text = {}, weir.read_file(("%s/%s.json"):format(c.dir, case.case))
  for name, d in pairs(case.frames) do scope[name] = data.frame(c.data, d) end
  for name, d in pairs(case.small_frames) do scope[name] = small_frame(text, name, d) end
  for name, value in pairs(case.constants) do scope[name] = value end
  return scope
end

-- Columns that are computed keep their name in weir; there they are called after the function or "C1".
local aliases = { Original_Row_Indices = "row", Probs = "probs", Counts = "Count", msec = "time" }

local function holds_something(list)
  for _, x in ipairs(list or {}) do
    if x ~= weir.null then return true end
  end
  return false
end

local function column_of(got, name)
  local there, names = {}, got:names()
  for _, n in ipairs(names) do there[n] = true end
  local inner, place = name:match("^[%w_.]+%((.*)%)$"), tonumber(name:match("^C(%d+)$"))
  local unsuffixed, whole = name:match("^(.-)0$"), name:match("^(.*)%.0$")
  for _, n in ipairs{ name, inner or name, aliases[name] or name, unsuffixed or name, whole or name } do
    if there[n] then return n end
  end
  if place and names[place] then return names[place] end
  if #names == 1 then return names[1] end
end

-- "40.0" is 40.
local function plain_label(s, got)
  return s == got and s or (s:gsub("(%d)%.0([,%])%)])", "%1%2"):gsub("^(-?%d+)%.0$", "%1"))
end

local function excepted(facts, quantity, row)
  facts.row = row
  for _, met in ipairs(facts.verbs) do
    facts.met = met
    if rules.difference(rules.frame, met.verb, quantity, facts) then return true end
  end
  return false
end

-- Whole columns of infinities among whole numbers hold the largest integers there.
local function recorded(x)
  if x == math.mininteger then return -math.huge end
  if x == math.maxinteger then return math.huge end
  if x == "nan" then return 0 / 0 end
  return x
end

-- Recorded cells against own ones where the order is open and of the recorded only the first are known: an
-- own cell that equals each, as long as there is one left.
local function in_any_order(want, got)
  local left, out = {}, {}
  for _, x in ipairs(got) do left[x] = (left[x] or 0) + 1 end
  for i, w in ipairs(want) do
    local x = math.type(w) == "float" and math.tointeger(w) or w
    if not left[x] and type(w) == "number" then
      for y in pairs(left) do
        if type(y) == "number" and math.abs(y - w) <= 1e-10 * math.abs(w) then x = y end
      end
    end
    out[i] = (left[x] or 0) > 0 and x or "a cell less"
    left[x] = (left[x] or 0) - 1
  end
  return out
end

local function check_column(c, where, name, want, got, facts)
  if excepted(facts, "order") then got = in_any_order(want, got) end
  if #got < #want then return c:differ("#" .. where, #want, #got) end
  for i = 1, #want do
    local w, g = recorded(want[i]), got[i]
    facts.cell, facts.want_cell, facts.name = g, w, name
    if g == weir.null then facts.cell = nil end
    if w == weir.null then facts.want_cell = nil end
    if not excepted(facts, "cells", i) and not excepted(facts, name, i) then
      if type(w) == "string" then
        c:text(("%s[%d]"):format(where, i), plain_label(w, g), g ~= weir.null and g or nil)
      else
        if type(g) == "string" then g = tonumber(g) or g end
        c:number(("%s[%d]"):format(where, i), w, g, tolerance.moment)
      end
    end
  end
end

local function check_frame(c, quantity, want, got, facts)
  if excepted(facts, "everything") then return end
  if want.rows and not excepted(facts, "rows") then c:count_of(quantity .. ".rows", want.rows, got.nrow) end
  for name, kind in pairs(want.types or {}) do
    local ours = column_of(got, name)
    local where, list = ("%s.%s"):format(quantity, name), want.first_rows[name]
    facts.name, facts.type, facts.want_type = ours or name, ours and got:types()[ours], kind
    if excepted(facts, "column") then
      -- neither its type nor its cells
    elseif not ours then
      if holds_something(list) then c:differ(where, "a column", nil) end -- one that holds nothing need not be there
    else
      if not (type_names[kind] or {})[facts.type] and holds_something(list) and not excepted(facts, "type") then
        c:differ(where .. ".type", kind, facts.type)
      end
      check_column(c, where, name, list, got:col(ours):to_list(), facts)
    end
  end
end

local function is_frame_record(want) return type(want) == "table" and want.first_rows ~= nil end

local check_value

local function check_list(c, quantity, want, got, facts)
  got = type(got) == "table" and got or { got }
  if excepted(facts, "levels") then
    for i = #got, 1, -1 do if got[i] == "" then table.remove(got, i) end end
  end
  if excepted(facts, "order") and type(want[1]) == "string" then
    got = in_any_order(want, got)
  end
  if #want ~= #got then return c:differ("#" .. quantity, #want, #got) end
  for i, w in ipairs(want) do
    facts.cell, facts.want_cell = got[i], w
    if w ~= weir.null and not excepted(facts, "cells", i) then check_value(c, ("%s[%d]"):format(quantity, i), w, got[i], facts) end
  end
end

function check_value(c, quantity, want, got, facts)
  if is_frame_record(want) then
    if type(got) ~= "userdata" then return c:differ(quantity, "a frame", tostring(got)) end
    check_frame(c, quantity, want, got, facts)
  elseif type(want) == "table" and (#want > 0 or next(want) == nil) then
    check_list(c, quantity, want, got, facts)
  elseif type(want) == "table" then -- types by name
    for name, kind in pairs(want) do
      if not (type_names[kind] or {})[got[name]] then c:differ(quantity .. "." .. name, kind, got[name]) end
    end
  elseif type(want) == "number" or want == "nan" or type(want) == "boolean" then
    if type(got) == "table" then got = got[1] end
    if type(want) == "boolean" then want, got = want and 1 or 0, (got == true or got == 1) and 1 or 0 end
    facts.cell, facts.want_cell = got, want
    if excepted(facts, "number", 1) then return end
    c:number(quantity, recorded(want), got, tolerance.moment)
  elseif not excepted(facts, "cells", 1) then
    c:text(quantity, type(want) == "string" and plain_label(want, got) or want, got)
  end
end

local function check_one(c, scope, result)
  local good, got, verbs = client.evaluate(result.call, scope)
  local facts = { call = result.call, want = result.expect, verbs = verbs, refused = result.error ~= nil }
  if result.error then
    facts.message = result.error
    if good and not excepted(facts, "outcome") then c:differ(result.call, "refused: " .. result.error:sub(1, 80), "accepted") end
    c.count = c.count + 1
  elseif not good then
    facts.message = tostring(got)
    if not excepted(facts, "outcome") then c:differ(result.call, "a result", tostring(got)) end
  else
    check_value(c, result.call, result.expect, got, facts)
  end
end

return function(c, case)
  local scope = scope_of(c, case)
  for _, result in ipairs(case.results) do check_one(c, scope, result) end
end
