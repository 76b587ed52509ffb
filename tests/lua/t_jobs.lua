-- Jobs in Lua: what a training would take, and what may change while it runs. F446.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"

local f = weir.dataset("digits")
f.digit = f.digit:asfactor()
local args = { training_frame = f, y = "digit", hidden = { 20, 10 }, epochs = 4, threads = 1 }

local before = weir.estimate(args)
tap.is(before.seconds, nil, "U065 no earlier run, no time")
local m = weir.deeplearning(args)
local e = weir.estimate(args)
tap.is(e.inputs, 61, "U065 inputs: 64 pixels without three constant ones")
tap.is(e.weights, 61 * 20 + 20 + 20 * 10 + 10 + 10 * 10 + 10, "U065 weights and biases by the definition")
tap.is(e.samples, 4 * 1797, "U065 rows of the whole training")
tap.ok(e.memory > e.weights * 4 * 3 and e.memory < 1e8, "U065 memory")
tap.ok(e.seconds > 0, "U065 seconds by the earlier run")
args.epochs = 40
tap.near(weir.estimate(args).seconds, 10 * e.seconds, 1e-6 * e.seconds + 1e-9, "U065 ten times the epochs take ten times as long")
tap.raises(function() weir.estimate({ training_frame = f, y = "digit", hiden = { 5 } }) end, "hidden", "U065 a misspelt parameter is named")

-- Of a file that is not loaded: by its beginning, against the whole.
local path = os.tmpname() .. ".csv"
do
  local out <close> = assert(io.open(path, "w"))
  out:write("a,b,c\n")
  for i = 1, 400000 do out:write(i % 89, ",", ("%.3f"):format(i * 13 % 997 / 7), ",", i % 5, "\n") end
end
local jobs, frames = #weir.jobs(), #weir.frames()
local guess = weir.estimate{ training_frame = path, y = "c", hidden = { 30 }, epochs = 2 }
tap.is(#weir.jobs() - jobs + #weir.frames() - frames, 0, "F446 an estimate leaves nothing in the session")
local whole = weir.import_file(path)
local real = weir.estimate{ training_frame = whole, y = "c", hidden = { 30 }, epochs = 2 }
tap.near(guess.rows, 400000, 20000, "F446 rows by the beginning of the file")
tap.near(guess.memory, real.memory, 0.3 * real.memory, "F446 memory within 30 %")
tap.is(guess.weights, real.weights, "F446 weights")
tap.ok(not guess.exact and guess.seconds > 0, "F446 a time, by a trial")
os.remove(path)
tap.raises(function() weir.estimate{ training_frame = path, y = "c" } end, path, "F446 a file that is not there")

tap.is(weir.estimate_memory{ rows = 1797, cols = 65, bytes = 1 }, 1797 * 65, "F446 rows times columns times the bytes of a cell")
tap.raises(function() weir.estimate_memory{ rows = 5 } end, "cols", "F446 both are needed")

local j = weir.start.deeplearning{ training_frame = f, y = "digit", hidden = { 20 }, epochs = 1e7, threads = 1, stopping_rounds = 0, classification_stop = -1 }
j:limit{ seconds = 0.3 }
j:join()
tap.is(j:status(), "done", "U066 a soft limit ends it")
tap.ok(j:model().stopped:find("0.3 s", 1, true), "U066 and says so")
tap.ok(#j:log("logloss") >= 1 and #j:log() > #j:log("logloss"), "U061 its log, and lines of it")
tap.is(j:threads(), 1, "U058 threads of a job")
tap.raises(function() j:threads(-1) end, "outside", "U058 threads out of range")

-- Every way to start one without waiting for it.
local few = { training_frame = f, hidden = { 3 }, epochs = 1, seed = 1 }
tap.ok(weir.start(weir.merge(few, { y = "digit" })):join():logloss() > 0, "F436 weir.start{} starts a training")
tap.ok(weir.start.autoencoder(few):join():mse() > 0, "F436 weir.start.autoencoder{} starts an autoencoder")
tap.ok(weir.AutoEncoder{ hidden = { 3 }, epochs = 1 }:start{ training_frame = f }:join():mse() > 0, "F436 an estimator starts one")
tap.done()
