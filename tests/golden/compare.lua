-- compare.lua - numbers, texts, lists and tables against what was recorded.
--
-- A checker collects differences as "quantity: expected X, got Y". It stops the case at the first one
-- (unless it was made with all = true) by an error that compare.stopped knows.
local weir = require "weir"

local compare = {}
local checker = {}
checker.__index = checker
local stop = setmetatable({}, { __tostring = function() return "the case differs" end })

-- How near a number must come. relative and absolute: either suffices.
compare.tolerance = {
  equal = { 0, 0 },
  single = { 6e-8, 0 },         -- rounded to single precision on the way
  last_place = { 3e-16, 0 },
  close = { 1e-11, 1e-15 },     -- biases, history, metrics, predictions, thresholds
  flipped = { 1e-7, 1e-12 },    -- the same, once a weight differs in its last place
  rebuilt = { 1e-8, 1e-15 },    -- outputs of autoencoders
  float = { 1e-6, 0 },          -- stored in single precision: hit ratios
  moment = { 1e-10, 1e-15 },    -- cor, var, skewness, kurtosis, percentiles
}

function compare.new(fields)
  fields.differences, fields.count, fields.flips = {}, 0, 0
  return setmetatable(fields, checker)
end

function compare.stopped(e) return e == stop end

local words = { NaN = 0 / 0, Infinity = math.huge, ["-Infinity"] = -math.huge }

-- A recorded number, list member or value: null and absent become nil, words become numbers.
function compare.value(x)
  if x == nil or x == weir.null then return nil end
  if type(x) == "string" and words[x] then return words[x] end
  return x
end

local function show(x)
  if x == nil or x == weir.null then return "missing" end
  if type(x) == "number" then return math.type(x) == "integer" and tostring(x) or ("%.17g"):format(x) end
  if type(x) == "table" then return weir.json.encode(x):sub(1, 200) end
  return tostring(x)
end

function checker:differ(quantity, want, got)
  self.differences[#self.differences + 1] = ("%s: expected %s, got %s"):format(quantity, show(want), show(got))
  if not self.all then error(stop, 0) end
end

function checker:skip(reason)
  self.skipped = reason
  error(stop, 0)
end

local function same_number(want, got, tolerance)
  if want ~= want or got ~= got then return want ~= want and got ~= got end
  if want == got then return true end
  local d = math.abs(want - got)
  return d <= tolerance[2] or d <= tolerance[1] * math.abs(want)
end

-- A weight that is rounded otherwise in its last place (below) shows in all that is computed of it.
function checker:tolerated(tolerance)
  tolerance = tolerance or compare.tolerance.close
  return tolerance == compare.tolerance.close and self.flips > 0 and compare.tolerance.flipped or tolerance
end

-- What was computed of a model that was not kept shows such a weight without the weight itself (self.may_flip).
function checker:flipped(want, got, tolerance)
  if not self.may_flip or (tolerance or compare.tolerance.close) ~= compare.tolerance.close then return false end
  if not same_number(want, got, compare.tolerance.flipped) then return false end
  self.flips = self.flips + 1
  return true
end

-- want as recorded; got a number or nil. Missing and NaN are alike.
function checker:number(quantity, want, got, tolerance)
  self.count = self.count + 1
  want, got = compare.value(want), compare.value(got)
  want = want == nil and 0 / 0 or want
  got = got == nil and 0 / 0 or got
  if type(got) == "boolean" then got = got and 1 or 0 end
  if type(want) ~= "number" or type(got) ~= "number" then
    if want ~= got then self:differ(quantity, want, got) end
  elseif not same_number(want, got, self:tolerated(tolerance)) and not self:flipped(want, got, tolerance) then
    self:differ(quantity, want, got)
  end
end

function checker:text(quantity, want, got)
  self.count = self.count + 1
  want, got = compare.value(want), compare.value(got)
  if want ~= got and tostring(want) ~= tostring(got) then self:differ(quantity, want, got) end
end

function checker:count_of(quantity, want, got)
  self:number(quantity, want, got, compare.tolerance.equal)
end

-- Lists of numbers or texts, member by member; `first` compares no more than the recorded ones.
function checker:list(quantity, want, got, tolerance, first)
  if type(got) ~= "table" then return self:differ(quantity, want, got) end
  if #want ~= #got and not (first and #got > #want) then self:differ("#" .. quantity, #want, #got) end
  for i = 1, #want do
    local w = compare.value(want[i])
    if type(w) == "string" then
      self:text(("%s[%d]"):format(quantity, i), w, got[i])
    else
      self:number(("%s[%d]"):format(quantity, i), want[i], got[i], tolerance)
    end
  end
end

local function holds_something(list)
  for _, x in ipairs(list) do
    local v = compare.value(x)
    if v ~= nil and v == v then return true end
  end
  return false
end

-- A recorded table {columns, data} against a frame. Options: names = {recorded = ours} (false leaves the
-- column out), tolerance = {column = tolerance}, change = {column = function on our cells}, rows = positions
-- from 0 that were recorded. A column that holds nothing need not be there.
function checker:table(quantity, want, frame, options)
  options = options or {}
  local names, there = options.names or {}, {}
  for _, name in ipairs(frame:names()) do there[name] = true end
  for _, column in ipairs(want.columns) do
    local ours = names[column]
    if ours == nil then ours = column end
    if ours and want.data[column] then
      local where = quantity .. "." .. column
      if not there[ours] then
        if holds_something(want.data[column]) then self:differ(where, "a column", nil) end
      else
        local got = frame:col(ours):to_list()
        local change = options.change and options.change[column]
        for i = 1, change and #got or 0 do got[i] = change(compare.value(got[i])) or weir.null end
        if options.rows then
          local picked = {}
          for i, at in ipairs(options.rows) do picked[i] = got[at + 1] end
          got = picked
        end
        self:list(where, want.data[column], got, options.tolerance and options.tolerance[column])
      end
    end
  end
end

-- Weights are single precision. A few of a case may differ in the last place: e^x, ln and tanh of
-- another mathematical library round otherwise.
local FLIPS = 3

local function single(x) return string.unpack("f", string.pack("f", x)) end
local function order(x) -- consecutive integers for consecutive floats
  local i = string.unpack("i4", string.pack("f", x))
  return i < 0 and -(i & 0x7fffffff) or i
end

function checker:weight(quantity, want, got)
  self.count = self.count + 1
  want = compare.value(want)
  if type(got) ~= "number" then return self:differ(quantity, want, got) end
  if want ~= want or got ~= got or math.abs(want) == math.huge then
    return self:number(quantity, want, got, compare.tolerance.equal)
  end
  local a, b = single(want), single(got)
  if a == b and got == b then return end
  if math.abs(order(a) - order(b)) <= 1 then
    self.flips = self.flips + 1
    if self.flips <= FLIPS then return end
  end
  self:differ(quantity, want, got)
end

-- {rows, cols, values} or, of large ones, {sum, sum of squares, first, last}; got: list of rows x cols, row by row.
function checker:matrix(quantity, want, rows, cols, got, single_precision)
  self:count_of(quantity .. ".rows", want.rows, rows)
  self:count_of(quantity .. ".cols", want.cols, cols)
  local compare_one = function(where, w, g)
    if single_precision then self:weight(where, w, g) else self:number(where, w, g) end
  end
  for i, w in ipairs(want.values or {}) do compare_one(("%s[%d]"):format(quantity, i), w, got[i]) end
  for i, w in ipairs(want.first or {}) do compare_one(("%s[%d]"):format(quantity, i), w, got[i]) end
  for i, w in ipairs(want.last or {}) do
    local at = #got - #want.last + i
    compare_one(("%s[%d]"):format(quantity, at), w, got[at])
  end
  if want.sum then
    local sum, squares = 0, 0
    for _, x in ipairs(got) do sum, squares = sum + x, squares + x * x end
    self:number(quantity .. ".sum", want.sum, sum, { 1e-9, 1e-9 })
    self:number(quantity .. ".sum_of_squares", want.sum_of_squares or want.sumsq or want.sum_sq, squares, { 1e-9, 1e-9 })
  end
end

return compare
