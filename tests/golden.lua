-- golden.lua - replays results that another program recorded, and compares.
--
--   weir run tests/golden.lua [--all] DIR [PATTERN ...]
--
-- DIR holds one JSON file per case (.json, .json.gz); data files are looked for in WEIR_DATA. PATTERN is
-- a Lua pattern of case names; any of several. One line per case: ok, FAIL with the first quantity that differs (--all:
-- every one), skip with its reason. Where weir means to differ stands in golden/rules.lua.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local weir = require "weir"
local compare = require "golden.compare"
local rules = require "golden.rules"

local kinds = {
  train = "golden.train", autoencoder = "golden.train", checkpoint = "golden.checkpoint", pretrained = "golden.train",
  errors = "golden.errors", metrics = "golden.metrics", parse = "golden.parse", frame = "golden.frame",
}
local later = {
  cv = "cross-validation comes with a later step", grid = "grids come with a later step",
  around = "explanations come with a later step",
}

local function usage(message)
  io.stderr:write(message, "\nusage: weir run tests/golden.lua [--all] DIR [PATTERN ...]\n")
  os.exit(2)
end

local function arguments()
  local given, all = {}, false
  for _, a in ipairs(arg) do
    if a == "--all" then all = true else given[#given + 1] = a end
  end
  if not given[1] then usage("golden: no directory given") end
  if not os.getenv("WEIR_DATA") then usage("golden: WEIR_DATA is not set: the folder of the data files") end
  return table.remove(given, 1), given, all
end

-- Names of the files of a directory, in order.
local function cases_of(dir)
  local out, quoted = {}, "'" .. dir:gsub("'", "'\\''") .. "'"
  local list = io.popen("ls -1 " .. quoted)
  for name in list:lines() do
    local case = name:match("^(.*)%.json$") or name:match("^(.*)%.json%.gz$")
    if case then out[#out + 1] = { name = case, path = dir .. "/" .. name } end
  end
  if not list:close() then usage("golden: there is no directory " .. dir) end
  table.sort(out, function(a, b) return a.name < b.name end)
  return out
end

local function replay(entry, all, dir)
  local case = weir.json.decode(weir.read_file(entry.path))
  if later[case.kind] then return "skip", later[case.kind] end
  if not kinds[case.kind] then return "FAIL", ("unknown kind '%s'"):format(tostring(case.kind)) end
  local checker = compare.new{ all = all, dir = dir, data = os.getenv("WEIR_DATA"), case = case }
  local good, e = pcall(require(kinds[case.kind]), checker, case)
  if not good and not compare.stopped(e) then
    checker.differences[#checker.differences + 1] = tostring(e)
  end
  if checker.skipped then return "skip", checker.skipped end
  if #checker.differences > 0 then return "FAIL", table.concat(checker.differences, "\n     ") end
  return "ok", ("%d quantities"):format(checker.count)
end

weir.progress(false)
local dir, patterns, all = arguments()

local function asked(name)
  for _, pattern in ipairs(patterns) do
    if name:find(pattern) then return true end
  end
  return #patterns == 0
end

local count = { ok = 0, FAIL = 0, skip = 0 }
for _, entry in ipairs(cases_of(dir)) do
  if asked(entry.name) then
    local start = weir.clock()
    local result, why = replay(entry, all, dir)
    count[result] = count[result] + 1
    print(("%-4s %s: %s"):format(result, entry.name, why))
    if os.getenv("WEIR_GOLDEN_TIMES") then print(("     %.2f s"):format(weir.clock() - start)) end
    for _, f in ipairs(weir.ls()) do pcall(weir.remove, f.id) end
    collectgarbage()
  end
end
print("not compared, by decision: " .. table.concat(rules.left_out_names(), ", "))
print(("%d passed, %d failed, %d skipped"):format(count.ok, count.FAIL, count.skip))
os.exit(count.FAIL == 0 and count.ok + count.skip > 0 and 0 or 1)
