-- frame_rules.lua - where the verbs of frames mean to differ from the recording program's, and why: verb ("*": any),
-- quantity, condition, reason. Nothing else may differ.
--
-- Quantities: "outcome", "everything", "rows", "column" (type and cells of one), "type", "cells", "number" (a result that is
-- one), "order" (of cells or levels), "levels", or a column's name.
--
-- facts: met = {verb, self, args, named}, one of the verbs of the call, with `named` complete; row (of "cells"); name and type
-- (of "column", "type", "cells"), want_type; cell and want_cell; message (of a refusal, theirs or ours), refused (by them).
local function is_frame(x) return type(x) == "userdata" end

local function missing_in(frame, row)
  if not is_frame(frame) or not row or row > frame.nrow then return false end
  for i = 1, frame.ncol do
    if frame[i]:isna():cell(row, 1) == 1 then return true end
  end
  return false
end

local function has_missing(frame) return is_frame(frame) and frame:any_na() end

-- An operand's cell in a row, nil when it is missing.
local function cell(operand, row, column)
  if not is_frame(operand) then return operand end
  return operand:cell(operand.nrow == 1 and 1 or row, operand.ncol == 1 and 1 or column or 1)
end

local function truth(x) return x == nil or x == 0 or x == 1 end
local function whole(x) return type(x) == "number" and x == math.floor(x) end
local function members(x) return type(x) == "table" and x or { x } end
local function is_factor(frame, column)
  return frame:types()[type(column) == "number" and frame:names()[column + 1] or column] == "enum"
end
local function type_of(x) return is_frame(x) and x.ncol > 0 and x:types()[x:names()[1]] or nil end
local function place(frame, name)
  for i, n in ipairs(frame:names()) do
    if n == name then return i end
  end
end
local function said(f, text) return f.message ~= nil and f.message:find(text, 1, true) ~= nil end

-- Both operands of a comparison are missing in the row.
local function both_missing(f)
  local a, b = f.met.self, f.met.args[1]
  local at = is_frame(a) and a.ncol > 1 and place(a, f.name) or 1
  return is_frame(a) and is_frame(b) and cell(a, f.row, at) == nil and cell(b, f.row, at) == nil
end

-- // there cuts both operands to whole numbers and the quotient towards zero.
local function cut_first(f)
  local a, b = cell(f.met.self, f.row), cell(f.met.args[1], f.row)
  return a == nil or b == nil or not whole(a) or not whole(b) or a * b < 0
end

local function tied(frame)
  for i = 1, frame.ncol do
    if frame[i]:unique().nrow < frame.nrow then return true end
  end
  return false
end
local function spearman_of_ties(f)
  local named = f.met.named
  return named.method == "Spearman" and (tied(f.met.self) or is_frame(named.y) and tied(named.y))
end

-- Near each other as measured by the columns' own spread.
local function cancelled(f)
  if f.met.named.na then return false end -- of groups
  local x, y = f.met.self, is_frame(f.met.named.y) and f.met.named.y or f.met.self
  if type(f.cell) ~= "number" or type(f.want_cell) ~= "number" then return false end
  local i, j = f.name and place(y, f.name) or 1, f.name and f.row or 1
  if not i or j > x.ncol then return false end
  local spread = f.met.verb == "cor" and 1 or y[i]:sd{ na_rm = true } * x[j]:sd{ na_rm = true }
  return math.abs(f.cell - f.want_cell) <= 1e-10 * spread
end

local function rows_of_pairs(f, index, column)
  local seen, a, b = {}, f.met.self:col(index):to_list(), f.met.self:col(column):to_list()
  for i = 1, #a do
    local key = tostring(a[i]) .. "\0" .. tostring(b[i])
    if seen[key] then return true end
    seen[key] = true
  end
  return false
end

local function fractional_weights(f)
  local w = f.met.named.weights_column
  if type(w) ~= "string" then return false end
  for _, x in ipairs(f.met.self:col(w):to_list()) do
    if math.type(x) ~= "integer" then return true end
  end
  return false
end

local function columns_named(frame, keys) -- by name or by position from 0
  local out = {}
  for i, key in ipairs(members(keys)) do out[i] = type(key) == "number" and frame:names()[key + 1] or key end
  return frame:select(out)
end

-- Jaro's likeness with what is stepped back over counted in place of half of what stands in another order, and a window
-- that ends one earlier on its right.
local function stepped_back(a, b)
  if a == b then return 1 end
  if utf8.len(a) > utf8.len(b) then a, b = b, a end
  local x, y, used = { utf8.codepoint(a, 1, -1) }, { utf8.codepoint(b, 1, -1) }, {}
  local half, hits, back, last, prefix = #y // 2, 0, 0, nil, 0
  for i = 1, #x do
    for j = math.max(1, i - half), math.min(#y, i + half - 1) do
      if x[i] == y[j] and not used[j] then
        hits, used[j] = hits + 1, true
        if last and j < last then back = back + 1 end
        last = j
        break
      end
    end
  end
  if hits == 0 then return 0 end
  while prefix < math.min(4, #x) and x[prefix + 1] == y[prefix + 1] do prefix = prefix + 1 end
  local score = (hits / #x + hits / #y + (hits - back) / hits) / 3
  return score + prefix * (1 - score) / 10
end

local function letters(s) return s:find("[^A-Za-z]") == nil end

local function keys_of(f)
  local x, y = f.met.named.by_x, f.met.named.by_y
  if x then return columns_named(f.met.self, x), columns_named(f.met.named.other, y or x) end
  local there, common = {}, {}
  for _, name in ipairs(f.met.self:names()) do there[name] = true end
  for _, name in ipairs(f.met.named.other:names()) do
    if there[name] then common[#common + 1] = name end
  end
  return f.met.self:select(common), f.met.named.other:select(common)
end

local list = {}
local function rule(verbs, quantity, reason, when)
  for verb in verbs:gmatch("%S+") do list[#list + 1] = { verb = verb:gsub("^unary", "unary "), quantity = quantity, reason = reason, when = when } end
end

-- The recording client
rule("*", "outcome", "the client waits for a frame where the server gives a number",
  function(f) return f.refused and said(f, "Expected a Frame but found a class water.rapids.vals.Val") end)
rule("unary-", "outcome", "the client has no sign", function(f) return said(f, "bad operand type for unary -") end)
rule("mean sum", "outcome", "the client shows one row only", function(f) return said(f, "can only be applied to single-row frames") end)
rule("asfactor", "outcome", "the client refuses real numbers and times, the server takes numbers",
  function(f) return said(f, "Only 'int' or 'string'") end)
rule("*", "outcome", "the client refuses times", function(f) return said(f, "cannot be applied to time column") end)
rule("cut", "outcome", "the client refuses times", function(f) return type_of(f.met.self) == "time" and said(f, "A numeric column is expected") end)

-- Operators
rule("//", "cells", "operands are cut to whole numbers first there, a missing one is 0", cut_first)
rule("== !=", "cells", "a missing value equals a missing value there", both_missing)
rule("< <= > >=", "cells", "a text is no moment there", function(f) return type_of(f.met.self) == "time" and type(f.met.args[1]) == "string" end)
rule("|", "cells", "an operand that is neither 0 nor 1 does not count as true there",
  function(f) return not truth(cell(f.met.self, f.row)) or not truth(cell(f.met.args[1], f.row)) end)
rule("+ - * / ** // %", "outcome", "a factor in arithmetic gives missing values there",
  function(f) return not f.refused and (type_of(f.met.self) == "enum" or type_of(f.met.args[1]) == "enum") end)
rule("ifelse", "everything", "of two factors the codes are taken there",
  function(f) return type_of(f.met.named.yes) == "enum" and type_of(f.met.named.no) == "enum" end)

-- Mathematics
rule("round", "cells", "negative digits give missing values there", function(f) return f.met.named.digits < 0 end)
rule("digamma", "cells", "only eight digits are right there", function() return true end)
rule("lgamma", "cells", "of negative numbers it is missing there", function(f) return (cell(f.met.self, f.row, place(f.met.self, f.name)) or 0) < 0 end)
rule("tanpi", "cells", "where it has no value there is a large number there", function(f) return type(f.want_cell) == "number" and math.abs(f.want_cell) > 1e15 end)
rule("cor", "cells", "equal cells have different ranks there", spearman_of_ties)
rule("cor", "number", "equal cells have different ranks there", spearman_of_ties)
rule("var cor", "cells", "digits are lost to cancellation there", cancelled)
rule("var cor", "number", "digits are lost to cancellation there", cancelled)
rule("skewness kurtosis", "cells", "missing cells are counted in n there",
  function(f) return f.met.named.na_rm and has_missing(f.met.self[f.met.self.ncol == 1 and 1 or f.row]) end)
rule("scale", "cells", "given scales are multiplied with there", function(f) return type(f.met.named.scale) == "table" end)
rule("idxmin idxmax", "cells", "along rows always the first column there", function(f) return f.met.named.axis == 1 end)
rule("quantile", "cells", "weights that are not whole are cut off there, class by class", fractional_weights)
rule("quantile", "cells", "times have none there", function(f) return f.want_cell == nil and type_of(f.met.self) == "time" end)

-- Classes
rule("hist", "counts", "a class has the count of the one before there, the last two are one")
rule("hist", "mids_true", "not the middle of anything there")
rule("hist", "mids", "the first class has no middle there", function(f) return f.row == 1 end)
rule("hist", "outcome", "some rules for the number of classes fail there", function(f) return f.refused and type(f.met.named.breaks) == "string" end)
rule("hist", "everything", "the quartiles of the rule fd are not the data's there", function(f) return f.met.named.breaks == "fd" end)
rule("cut", "outcome", "a number of classes fails there", function(f) return type(f.met.named.breaks) == "number" end)
rule("cut", "everything", "of a number of classes the last two are one there", function(f) return type(f.met.named.breaks) == "number" end)
rule("cut", "cells", "edges are rounded to the digits of the labels first there", function(f)
  local digits, x = 10 ^ math.min(f.met.named.dig_lab, 12), cell(f.met.self, f.row)
  for _, edge in ipairs(members(f.met.named.breaks)) do
    local rounded = math.floor(edge * digits + 0.5) / digits
    if x and x >= math.min(edge, rounded) and x <= math.max(edge, rounded) and edge ~= rounded then return true end
  end
  return false
end)
rule("cut", "outcome", "a single edge counts as a number of classes there",
  function(f) return not f.refused and type(f.met.named.breaks) == "table" and #f.met.named.breaks == 1 end)
rule("cut", "everything", "the greatest edge belongs to no class there, whatever was asked for",
  function(f) return f.met.named.include_lowest and not f.met.named.right end)

-- Factors, levels, values
rule("mode", "cells", "a group with missing cells has the first level there",
  function(f) return has_missing(columns_named(f.met.self, f.met.named.col)) end)
rule("asfactor", "levels", "an empty text is no level there", function(f) return type_of(f.met.self) == "string" end)
rule("asfactor", "number", "an empty text is no level there", function(f) return type_of(f.met.self) == "string" and f.cell == f.want_cell + 1 end)
rule("asnumeric", "cells", "levels that are no whole numbers count as codes there", function(f)
  return type_of(f.met.self) == "enum" and not whole(tonumber(f.met.self:levels()[1]))
end)
rule("interaction", "order", "levels stand in the order of their frequency there")
rule("relevel_by_frequency", "outcome", "no level to move is refused there", function(f) return f.met.named.top_n == 0 end)
rule("unique", "order", "numbers come in the order of a hash there",
  function(f) return type_of(f.met.self) == "numeric" or type_of(f.met.self) == "time" end)
rule("unique", "outcome", "texts are refused there", function(f) return f.refused and type_of(f.met.self) == "string" end)
rule("ascharacter", "cells", "a time becomes its number there", function(f) return type_of(f.met.self) == "time" end)

-- Rows
rule("sort", "everything", "a factor is in ascending order there, whatever was asked for", function(f)
  local up = f.met.named.ascending
  for i, column in ipairs(members(f.met.named.by)) do
    local asked = type(up) == "table" and up[i]
    if type(up) ~= "table" then asked = up end
    if asked == false and is_factor(f.met.self, column) then return true end
  end
  return false
end)
rule("topN bottomN topNBottomN", "Original_Row_Indices", "which of equal cells comes first is left open")
rule("stratified_kfold_column", "everything", "all rows count as one class there", function(f) return f.met.self:nlevels() > 1 end)
rule("stratified_split", "outcome", "a missing class fails there", function(f) return f.refused and has_missing(f.met.self) end)
rule("split_frame", "outcome", "a part of no rows is accepted there", function(f)
  for _, r in ipairs(members(f.met.named.ratios)) do if r == 0 then return not f.refused end end
  return false
end)
rule("merge", "outcome", "all rows of both sides are refused there", function(f) return f.refused and f.met.named.all_x and f.met.named.all_y end)
rule("merge", "outcome", "missing keys of numbers fail there",
  function(f) return f.refused and said(f, "value is missing") and has_missing((keys_of(f))) end)
rule("merge", "everything", "missing keys have no partner there, here they equal each other", function(f)
  local x, y = keys_of(f)
  return has_missing(x) and has_missing(y)
end)
rule("merge", "cells", "names that both frames have become keys in no fixed order in the client, and rows are sorted by them",
  function(f) return f.met.named.by_x == nil and keys_of(f).ncol > 1 end)
rule("merge", "everything", "the method hash keeps one partner of each row there", function(f) return f.met.named.method == "hash" end)

-- Shape and groups
rule("pivot", "outcome", "a missing value in the column fails there", function(f) return f.refused and has_missing(f.met.self:col(f.met.named.column)) end)
rule("pivot", "outcome", "of several cells in a place one is taken there",
  function(f) return not f.refused and rows_of_pairs(f, f.met.named.index, f.met.named.column) end)
rule("mean sum min max sd var ss median", "column", "the codes of factors are numbers there", function(f)
  local name = f.name and f.name:match("^%a+_(.*)$")
  return f.met.named.col == nil and f.type == nil and name ~= nil and place(f.met.self, name) ~= nil and is_factor(f.met.self, name)
end)
rule("median", "cells", "with missing cells it is missing there, ignored or not",
  function(f) return f.met.named.na == "ignore" and f.want_cell == nil and has_missing(columns_named(f.met.self, f.met.named.col)) end)

-- Missing cells
rule("impute", "cells", "a group of missing cells gets the first level there",
  function(f) return f.met.named.by ~= nil and f.met.named.method == "mode" and f.cell == nil end)
rule("fillna", "outcome", "no cell to fill is accepted there", function(f) return not f.refused and f.met.named.maxlen == 0 end)
rule("fillna", "column", "factors become their codes there", function(f) return f.type == "enum" and f.want_type == "int" end)

-- Texts and times
rule("sub gsub", "cells", "ignore_case makes the whole text small there and finds no capitals",
  function(f) return f.met.named.ignore_case == true end)
rule("substring", "cells", "a missing text becomes empty there, where nothing is taken", function(f) return f.cell == nil and f.want_cell == "" end)
rule("substring", "outcome", "a place before the first is the first there", function(f) return not f.refused and f.met.named.start_index < 0 end)
rule("strsplit", "type", "parts of a factor are factors there", function(f) return type_of(f.met.self) == "enum" end)
rule("strsplit", "cells", "parts of a factor that are empty are missing there",
  function(f) return type_of(f.met.self) == "enum" and f.want_cell == nil and f.cell == "" end)
rule("strdistance", "cells", "jw counts steps back there, not what stands in another order", function(f)
  local a, b = cell(f.met.self, f.row), cell(f.met.named.y, f.row)
  return f.met.named.measure == "jw" and a and b and math.abs(stepped_back(a, b) - (f.want_cell or 2)) < 1e-12
end)
rule("strdistance", "cells", "soundex tells capitals from small letters at the beginning there, and takes all other characters along", function(f)
  local a, b = cell(f.met.self, f.row), cell(f.met.named.y, f.row)
  return f.met.named.measure == "soundex" and a and b and (not letters(a) or not letters(b) or a:sub(1, 1) ~= b:sub(1, 1))
end)
rule("as_date", "outcome", "a text that is no date fails there", function(f) return f.refused and said(f, "Invalid format") end)
rule("mktime moment", "outcome", "a day that is none fails there", function(f) return f.refused and said(f, "must be in the range") end)

return list
