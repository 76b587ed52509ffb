-- The session in Lua: A001, A002, A004, A006, A008 to A011, A013, A016, A017, F003 to F007, F010.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"

tap.ok(rawequal(weir, require "weir"), "F002 require gives the same table")
tap.ok(weir.version:match("^%d+%.%d+"), "A016 version")

-- A002, A004, F003, F004
local c = weir.init({ threads = -1 })
tap.is(c.threads, weir.cluster().threads, "F003 init gives the cluster")
tap.ok(c.threads >= 1 and c.threads <= c.cores, "F003 threads are the usable cores")
tap.is(weir.init({ threads = 1, memory = "2G" }).threads, 1, "F004 a limited number of threads")
tap.is(weir.cluster().memory, 2e9, "A002 a memory budget")
weir.init({ threads = -1 })
tap.is(weir.cluster().nodes, 1, "A004 nodes")
tap.ok(tostring(weir.cluster()):find("threads", 1, true), "A004 print")
tap.raises(function() weir.init({ thread = 2 }) end, "'thread'", "rule 14 an unknown option of init")
tap.raises(function() weir.init({ memory = "lots" }) end, "lots", "A002 a size that is none")
tap.raises(function() weir.init({ ip = "10.0.0.5" }) end, "ssh", "F008 there is no server to attach to")

-- A002: calls that are given no seed draw theirs from the session's, in order; a seed of their own wins
do
  local fr = weir.frame({ x = weir.range(1, 200), y = weir.seq(0.5, 100, 0.5) })
  local function draws()
    local half = fr:split({ 0.5 })
    local m = weir.deeplearning({ training_frame = fr, y = "y", hidden = { 2 }, epochs = 0.1 })
    local own = weir.deeplearning({ training_frame = fr, y = "y", hidden = { 2 }, epochs = 0.1, seed = 5 })
    return { half.nrow, half:cell(half.nrow, 1), fr:runif():cell(1, 1), m.seed, own.seed }
  end
  weir.init({ seed = 7 })
  local first = draws()
  local second = draws()
  weir.init({ seed = 7 })
  tap.list(draws(), first, "A002 the same seed of the session gives the same draws")
  tap.ok(second[3] ~= first[3] and second[4] ~= first[4], "A002 each call draws the next")
  tap.is(first[5], 5, "A002 a seed of the call's own wins")
  weir.init({ seed = 8 })
  tap.ok(draws()[4] ~= first[4], "A002 another seed gives others")
  weir.init({ seed = weir.null })
  tap.ok(draws()[4] ~= draws()[4], "A002 without one every call draws its own")
  tap.raises(function() weir.init({ seed = -2 }) end, "-2", "A002 a seed that is none")
end

-- F441: what a script has dropped makes room by itself; what it holds, columns in common counted once, may not pass the budget
do
  weir.init({ memory = "40M" })
  local wide = weir.frame({ a = weir.range(1, 200000) })
  wide.b = wide.a * 0.37 -- 1.6 MB
  for k = 1, 100 do wide.c = wide.b * (k + 0.5) end
  tap.is(wide.nrow, 200000, "F441 a hundred columns of 1.6 MB in turn fit into 40 MB")
  local held = {}
  for k = 1, 60 do held[k] = wide:head(200000):set_names({ "a", "b", "c" .. k }) end
  tap.is(#held, 60, "F441 sixty frames of the same columns are no larger than one")
  local good, why = pcall(function() for k = 1, 40 do held[k] = wide.b * (k + 0.25) end end)
  tap.ok(not good and tostring(why):find("the session may use 40.0 MB", 1, true), "F441 beyond the budget: " .. tostring(why))
  held = nil
  tap.is((wide.b * 2).nrow, 200000, "F441 and goes on when they are dropped")

  -- models: finished trainings keep a few for display
  local mine = weir.deeplearning({ training_frame = wide:head(50), y = "b", hidden = { 300, 300 }, epochs = 1, seed = 1 })
  for k = 1, 60 do weir.deeplearning({ training_frame = wide:head(50), y = "b", hidden = { 300, 300 }, epochs = 1, seed = k }) end
  tap.ok(weir.cluster().memory_used < 40e6, "F441 sixty models of 1 MB and more fit into 40 MB")
  tap.is(mine:predict(wide:head(3)).nrow, 3, "F441 one that a variable holds stays")
  local started = weir.start({ training_frame = wide:head(50), y = "b", hidden = { 300, 300 }, epochs = 1, seed = 1, model_id = "kept_by_its_job" })
  started:join()
  for k = 1, 40 do weir.deeplearning({ training_frame = wide:head(50), y = "b", hidden = { 300, 300 }, epochs = 1, seed = k }) end
  tap.is(started:join().id, "kept_by_its_job", "F441 a job that a variable stands for keeps its own")
  weir.init({})
end

-- A002: all messages go to a file as well, until they do not
do
  local path = os.tmpname()
  weir.init({ log = path })
  weir.log("to be found")
  weir.deeplearning({ training_frame = weir.frame({ x = { 1, 2, 3 }, y = { 1, 3, 2 } }), y = "y", hidden = { 2 }, epochs = 1 })
  weir.init({ log = weir.null })
  weir.log("not any more")
  local text = weir.read_file(path)
  tap.ok(text:find("%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d user: to be found\n"), "A002 the log file has what is said, with the time")
  tap.ok(text:find("train: epoch"), "A002 and what trainings say")
  tap.ok(not text:find("not any more"), "A002 until it is taken away")
  os.remove(path)
  tap.raises(function() weir.init({ log = "/no/such/folder/x.log" }) end, "/no/such/folder/x.log", "A002 a log that cannot be written")
end

-- A006, F005: what help says goes to print; a topic gives its text too
for _, topic in ipairs({ "deeplearning", "deeplearning.rho", "split", "logloss", "" }) do
  tap.ok(#weir.help_text(topic) > 20, "A006 help on '" .. topic .. "'")
end
tap.ok(weir.help_text("deeplearning.rho"):find("0.99", 1, true), "A006 help names the default")
do -- F005: every name of a parameter that a trained model has, with its type
  local m = weir.deeplearning({ training_frame = weir.frame({ x = { 1, 2, 3 }, y = { 1, 3, 2 } }), y = "y", hidden = { 2 }, epochs = 1 })
  local text, missing = weir.help_text("deeplearning"), {}
  for name, p in pairs(m.params) do
    if not text:find("\n" .. name .. "[ =].-%(.-%)\n    %u.-%.\n") then missing[#missing + 1] = name end
  end
  tap.list(missing, {}, "F005 help on deeplearning has every parameter, its type and a sentence")
end
tap.raises(function() weir.notebook(5) end, "path", "A012 a notebook is a file")
do -- every function has its help
  local without = {}
  for name, f in pairs(weir) do
    local _, known = weir.help_text(name)
    if type(f) == "function" and not known then without[#without + 1] = name end
  end
  table.sort(without)
  tap.list(without, { "connect", "import_hive_table", "import_sql_select", "import_sql_table" }, "A006 all functions but those that say what weir is not have help")
end
tap.ok(weir.help_text("nosuch"):find("no help", 1, true), "F005 help on nothing")
tap.ok(weir.help_text("epoch"):find("epochs", 1, true), "F005 help names what is near")

-- A008, A009, A038, A039
weir.remove_all()
tap.is(#weir.ls(), 0, "A009 remove_all")
local f = weir.frame({ x = { 1, 2, 3 }, y = { 1, 3, 2 } }):assign("numbers")
tap.is(f.id, "numbers", "A039 assign")
local m = weir.deeplearning({ training_frame = f, y = "y", hidden = { 2 }, epochs = 1, model_id = "net" })
tap.is(weir.get_frame("numbers").nrow, 3, "A038 get_frame")
tap.is(weir.get_model("net").id, "net", "A203 get_model")
local function has(list, id)
  for _, v in ipairs(list) do if v == id then return true end end
  return false
end
tap.ok(has(weir.frames(), "numbers") and has(weir.models(), "net"), "A008 frames and models")
tap.raises(function() weir.get_model("numbers") end, "frame", "A203 a frame is no model")
weir.remove(m)
tap.ok(not has(weir.models(), "net"), "A009 remove")
weir.remove_all({ retained = { f } })
tap.ok(has(weir.frames(), "numbers") and #weir.ls() == 1, "A009 retained stays")

-- A010, A011, A013, A017
weir.progress(false)
weir.report(1, 2, "half")
weir.progress(true)
weir.log("a line of one's own")
local where = os.tmpname()
os.remove(where)
local path = weir.save_logs({ dir = where })
local file = io.open(path)
local logs = file and file:read("a") or ""
if file then file:close() end
tap.ok(path:find(where .. "/weir-", 1, true) == 1, "F447 A011 save_logs gives the path")
tap.ok(logs:find("%d%d:%d%d:%d%d a line of one's own"), "F447 F156 A011 what weir.log said, with the time")
tap.ok(logs:find("\nJ%d+ deep learning.-epoch") and logs:find("done after"), "F447 F156 the log of every job")
tap.raises(function() weir.save_logs{ folder = "x" } end, "dir", "F447 an option that it has not")
tap.raises(function() weir.save_logs{ dir = "/proc/nowhere/x" } end, "/proc/nowhere/x", "F447 a folder that cannot be made")
os.remove(path)
os.remove(where)
tap.ok(#weir.jobs() > 0 and weir.jobs()[1].id, "A013 jobs")
tap.raises(function() weir.job(999999) end, "999999", "A013 a job that is not there")
tap.is(weir.dataset("prostate").ncol, 9, "A017 a bundled data set")
tap.raises(function() weir.dataset("nope") end, "prostate", "A017 names what there is")
-- F006, F007: each demo runs to its end, says its steps and what they give; others are named
for _, name in ipairs{ "deeplearning", "anomaly", "checkpoint", "quantile" } do
  local said, loud = {}, print
  print = function(text) said[#said + 1] = tostring(text) end
  local good, why = pcall(weir.demo, name, { interactive = false })
  print = loud
  tap.ok(good and #said > 5 and said[1]:find("^1 of %d: "), "F006 the demo " .. name .. " runs to its end" .. (good and "" or ": " .. tostring(why)))
end
tap.raises(function() weir.demo("glm") end, "deeplearning, quantile", "F007 a demo that is not there names those that are")
tap.raises(function() weir.demo("anomaly", { speed = 2 }) end, "interactive", "F006 an option that it has not")
tap.ok(weir.citation():find("@", 1, true), "F010 a citation has BibTeX")
local t = weir.clock()
tap.ok(weir.clock() >= t, "the clock goes forward")

-- F011: after a shutdown nothing answers
weir.shutdown({ prompt = false })
tap.raises(function() weir.ls() end, "session is closed", "F011 later calls are refused")
weir.init({})
tap.is(#weir.ls(), 0, "F011 frames and models are gone")
tap.done()
