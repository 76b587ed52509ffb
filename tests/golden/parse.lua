-- parse.lua - kind parse: files as they were read: guessed setup, summaries, cells.
local weir = require "weir"
local compare = require "golden.compare"
local data = require "golden.data"
local rules = require "golden.rules"
local tolerance = compare.tolerance

-- A recorded column's type against weir's.
local type_names = { int = "numeric", real = "numeric", enum = "enum", string = "string", time = "time", uuid = "string" }

local numbers = { missing_count = "missing", zero_count = "zeros", mean = "mean", sigma = "sigma" }

local function differs(quantity, facts) return rules.difference(rules.parse, "parse", quantity, facts) end

local function summary(c, quantity, want, frame, facts)
  c:count_of(quantity .. ".rows", want.rows, frame.nrow)
  c:count_of(quantity .. ".columns", want.columns, frame.ncol)
  local got = frame:describe()
  local there = {}
  for _, name in ipairs(got:names()) do there[name] = got:col(name):to_list() end
  for i, column in ipairs(want.column) do
    local where = ("%s.%s"):format(quantity, column.label)
    for _, name in ipairs{ "missing_count", "zero_count", "mean", "sigma" } do
      local ours = there[numbers[name]] or there[name]
      if column[name] ~= nil and ours and not differs(name, facts) then
        c:number(where .. "." .. name, column[name], ours[i], (name == "mean" or name == "sigma") and tolerance.moment or tolerance.equal)
      end
    end
    if not differs("type", facts) then c:text(where .. ".type", type_names[column.type] or column.type, frame:types()[frame:names()[i]]) end
  end
end

local function cells(c, quantity, want, frame)
  local names = frame:names()
  local there = {}
  for _, name in ipairs(names) do there[name] = true end
  for name, list in pairs(want) do
    if not there[name] then
      c:differ(("%s.%s"):format(quantity, name), "a column", nil)
    else
      c:list(("%s.%s"):format(quantity, name), list, frame:col(name):to_list(), tolerance.equal, true)
    end
  end
end

local function one(c, label, root, d, want)
  local facts = { file = d.file, options = d, want = want }
  local good, frame = pcall(data.import, root, d)
  local refused = want.error ~= nil
  if differs("outcome", facts) then return end
  if not good and not refused then c:differ(label .. "outcome", "accepted", tostring(frame)) end
  if good and refused then c:differ(label .. "outcome", "refused: " .. tostring(want.error), "accepted") end
  if not good or refused then return end
  if want.guess and compare.value(want.guess.column_names) and not differs("names", facts) then
    c:list(label .. "names", want.guess.column_names, frame:names())
  end
  if want.summary then summary(c, label .. "summary", want.summary, frame, facts) end
  if want.first_rows then cells(c, label .. "first_rows", want.first_rows, frame) end
  if want.cells then cells(c, label .. "cells", want.cells, frame) end
end

return function(c, case)
  if case.data then return one(c, "", c.data, case.data, case.expect) end
  for _, result in ipairs(case.results) do
    local root = c.dir
    local d = { file = result.file }
    for name, value in pairs(result.options or {}) do d[name] = value end
    one(c, result.file .. ": ", root, d, result)
  end
end
