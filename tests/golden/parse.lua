-- parse.lua - kind parse: files as they were read: guessed setup, summaries, cells.
local weir = require "weir"
local compare = require "golden.compare"
local rules = require "golden.rules"
local tolerance = compare.tolerance

-- What the recording program calls a column's type, and what weir calls it.
local type_names = { int = "numeric", real = "numeric", enum = "enum", string = "string", time = "time", uuid = "string" }
local guessed_types = { Numeric = "numeric", Enum = "factor", String = "string", Time = "time", UUID = "uuid" }
local formats = { CSV = "csv", ARFF = "arff", SVMLight = "svmlight" }

local function differs(quantity, facts) return rules.difference(rules.parse, "parse", quantity, facts) end

-- The recorded options as weir's.
local function options_of(path, d)
  local o = { path, compat = "h2o" }
  local header = compare.value(d.header)
  if header ~= nil then o.header = (header == true or header == 1) and 1 or -1 end
  o.sep, o.names, o.types, o.na = d.sep, d.col_names, d.col_types, d.na_strings
  o.quote, o.escape, o.comment = d.quotechar, d.escapechar, d.custom_non_data_line_markers
  if d.skipped_columns then
    o.skip = {}
    for i, at in ipairs(d.skipped_columns) do o.skip[i] = at + 1 end
  end
  return o
end

local function text_of(path)
  local good, text = pcall(weir.read_file, path)
  return good and text:sub(1, 65536) or "" -- the rules look at small, awkward files
end

-- A label as the recording program shows it: runs of bytes that are no UTF-8 in hexadecimal.
local function shown(s)
  if type(s) ~= "string" or utf8.len(s) then return s end
  local out, i = {}, 1
  while i <= #s do
    local n = utf8.len(s, i, i) and utf8.offset(s, 2, i) - i
    if n then
      out[#out + 1] = s:sub(i, i + n - 1)
      i = i + n
    else
      local bad = {}
      while i <= #s and not utf8.len(s, i, i) do
        bad[#bad + 1] = ("%02X"):format(s:byte(i))
        i = i + 1
      end
      out[#out + 1] = "<0x" .. table.concat(bad) .. ">"
    end
  end
  return table.concat(out)
end

-- Of long lists only the beginning was recorded.
local function recorded_part(list)
  local out = {}
  for i, x in ipairs(list) do
    if x == "..." then break end
    out[i] = x
  end
  return out
end

local INFINITE = { [math.huge] = math.maxinteger, [-math.huge] = math.mininteger }

-- Our cell in the words of the record: labels as shown, UUIDs in capitals, infinity among whole numbers.
local function recorded(want, got, column_type)
  got = shown(got)
  if column_type == "uuid" and type(got) == "string" then return got:upper() end
  if INFINITE[got] and math.type(want) == "integer" then return INFINITE[got] end
  return got
end

-- Five least, five greatest, padded.
local function extremes(values, greatest)
  local there = {}
  for _, x in ipairs(values) do
    if type(x) == "number" and x == x and x ~= math.huge and x ~= -math.huge then there[#there + 1] = x end
  end
  table.sort(there, greatest and function(a, b) return a > b end or nil)
  local out = {}
  for i = 1, 5 do out[i] = there[i] or 0 / 0 end
  return out
end

local function column_summary(c, where, want, frame, name, facts)
  local col, kind = frame:col(name), frame:types()[name]
  facts.column, facts.rows = want, frame.nrow
  c:text(where .. ".type", type_names[want.type] or want.type, kind == "missing" and "numeric" or kind)
  c:count_of(where .. ".missing_count", want.missing_count, col:isna():sum())
  if want.domain then
    local levels = col:levels()
    for i, s in ipairs(levels) do levels[i] = shown(s) end
    table.sort(levels) -- what is shown in hexadecimal stands elsewhere
    c:list(where .. ".domain", recorded_part(want.domain), levels, nil, true)
  end
  if want.domain_cardinality and want.type == "enum" then c:count_of(where .. ".domain_cardinality", want.domain_cardinality, col:nlevels()) end
  if differs("numbers", facts) then return end
  if want.type == "enum" and col:nlevels() == 2 then
    local second = col:eq(col:levels()[2])
    c:number(where .. ".mean", want.mean, second:mean(), tolerance.moment)
    c:number(where .. ".sigma", want.sigma, second:sd(), tolerance.moment)
  elseif kind == "numeric" or kind == "time" then
    local values = frame.nrow <= 20000 and col:to_list()
    local ours = col:describe()
    c:number(where .. ".mean", want.mean, ours:cell(1, "mean"), tolerance.moment)
    c:number(where .. ".sigma", want.sigma, ours:cell(1, "sd"), tolerance.moment)
    if values and want.mins then
      local near = differs("last place", facts) and tolerance.last_place or tolerance.equal
      c:list(where .. ".mins", want.mins, extremes(values), near)
      c:list(where .. ".maxs", want.maxs, extremes(values, true), near)
      local zeros = 0
      for _, x in ipairs(values) do zeros = zeros + (x == 0 and 1 or 0) end
      c:count_of(where .. ".zero_count", want.zero_count - (want.positive_infinity_count or 0) - (want.negative_infinity_count or 0), zeros)
    end
  end
end

local function summary(c, quantity, want, frame, facts)
  c:count_of(quantity .. ".rows", want.rows, frame.nrow)
  c:count_of(quantity .. ".columns", want.columns, frame.ncol)
  local names = frame:names()
  for i, column in ipairs(want.column) do
    facts.infinite = (column.positive_infinity_count or 0) + (column.negative_infinity_count or 0) > 0
    if not differs("names", facts) then c:text(("%s.name %d"):format(quantity, i), column.label, names[i]) end
    column_summary(c, ("%s.%s"):format(quantity, column.label), column, frame, names[i], facts)
  end
end

local function cells(c, quantity, want, frame, facts, types)
  local names, there = frame:names(), {}
  for _, name in ipairs(names) do there[name] = true end
  for name, list in pairs(want) do
    local ours = there[name] and name or differs("names", facts) and name:gsub("^\u{FEFF}", "") or nil
    if not ours then
      c:differ(("%s.%s"):format(quantity, name), "a column", nil)
    else
      local got = frame:col(ours):to_list()
      for i, w in ipairs(list) do
        facts.cell, facts.want_cell, facts.column = got[i], w, types[name] or {}
        if not differs("cells", facts) then
          local g = recorded(w, got[i], facts.column.type)
          if type(w) == "string" and compare.value(w) == w then
            c:text(("%s.%s[%d]"):format(quantity, name, i), w, g)
          else
            c:number(("%s.%s[%d]"):format(quantity, name, i), w, g, tolerance.equal)
          end
        end
      end
      if #got < #list then c:differ(("#%s.%s"):format(quantity, name), #list, #got) end
    end
  end
end

local function guess(c, label, want, o, facts)
  local good, got = pcall(weir.guess_file, o)
  if want.error then
    if good then c:differ(label .. "guess", "refused: " .. want.error, "accepted") end
    return
  end
  facts.message = not good and tostring(got) or nil
  if not good and differs("guess", facts) then return end
  if not good then return c:differ(label .. "guess", "accepted", tostring(got)) end
  c:text(label .. "guess.parse_type", formats[want.parse_type] or want.parse_type, got.format)
  if got.format == "svmlight" then return end
  c:text(label .. "guess.separator", want.separator == -1 and "none" or want.separator, got.sep or "none")
  if got.format ~= "arff" then
    c:number(label .. "guess.check_header", want.check_header, got.header == nil and 0 or got.header and 1 or -1, tolerance.equal)
  end
  c:count_of(label .. "guess.number_columns", want.number_columns, #got.names)
  if compare.value(want.column_names) and not differs("names", facts) then
    c:list(label .. "guess.column_names", recorded_part(want.column_names), got.format == "arff" and got.names or got.tokens, nil, true)
  end
  for i, word in ipairs(recorded_part(want.column_types)) do
    c:text(("%sguess.column_types[%d]"):format(label, i), guessed_types[word] or word, got.types[i])
  end
  for i = 1, want.number_columns do
    local na = compare.value(want.na_strings) and compare.value(want.na_strings[i])
    local ours = got.column_na and got.column_na[i] ~= weir.null and got.column_na[i] or nil
    if got.format ~= "arff" then c:text(("%sguess.na_strings[%d]"):format(label, i), na and na[1] or "none", ours and ours[1] or "none") end
  end
end

local function one(c, label, root, d, want)
  local path = root .. "/" .. d.file
  local o = options_of(path, d)
  local facts = { file = d.file, options = d, want = want, text = text_of(path) }
  local good, frame = pcall(weir.import_file, o)
  local refused = want.error ~= nil
  facts.message = not good and tostring(frame) or nil
  if differs("outcome", facts) then return end
  if not good and not refused then return c:differ(label .. "outcome", "accepted", tostring(frame)) end
  if good and refused then return c:differ(label .. "outcome", "refused: " .. tostring(want.error), "accepted") end
  c.count = c.count + 1
  if want.guess then guess(c, label, want.guess, o, facts) end
  if not good then return end
  local types = {}
  for _, column in ipairs(want.summary and want.summary.column or {}) do types[column.label] = column end
  if want.summary then summary(c, label .. "summary", want.summary, frame, facts) end
  if want.first_rows and not differs("order", facts) then cells(c, label .. "first_rows", want.first_rows, frame, facts, types) end
  if want.cells then cells(c, label .. "cells", want.cells, frame, facts, types) end
end

return function(c, case)
  if case.data then return one(c, "", c.data, case.data, case.expect) end
  for _, result in ipairs(case.results) do
    local d = { file = result.file }
    for name, value in pairs(result.options or {}) do d[name] = value end
    one(c, result.file .. ": ", c.dir, d, result)
  end
end
