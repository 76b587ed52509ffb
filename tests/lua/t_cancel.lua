-- Cancelling: what is kept, whenever it comes.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

-- A frame on which scoring takes longer than training: most cancellations come while it is under way.
local cols, y, names = {}, {}, { "y" }
for j = 1, 30 do cols[j], names[j + 1] = {}, "x" .. j end
for i = 1, 6000 do
  for j = 1, 30 do cols[j][i] = (i * (j + 7)) % 31 end
  y[i] = "c" .. i % 3
end
local t = { y = y }
for j = 1, 30 do t["x" .. j] = cols[j] end
local f = weir.frame(t, { names = names })

-- From when there is something to keep: so many processor seconds.
local function wait(job, seconds)
  while not job:model() and job:status() ~= "failed" do end
  local from = os.clock()
  while os.clock() - from < seconds do end
end

local whole, true_to_itself, known = true, true, true
for i = 1, 12 do
  local job = weir.start.deeplearning{ training_frame = f, validation_frame = f, y = "y", hidden = { 60, 60 }, epochs = 1e6, seed = i, stopping_rounds = 0,
    classification_stop = -1, score_interval = 0, score_duty_cycle = 1, score_training_samples = 0, train_samples_per_iteration = 500 }
  wait(job, 0.023 * i)
  job:cancel()
  local good, m = pcall(job.join, job)
  whole = whole and good and m ~= nil and job:status() == "cancelled"
  if good then
    local h = m:scoring_history()
    local scored, loss = pcall(function() return h.validation_logloss:to_list() end) -- none where it was cut off before its first scoring
    for k = 2, scored and #loss or 0 do known = known and loss[k] < 3 end -- three even classes: near log 3 once anything is learned
    local stored, again = m:logloss{ valid = true }, m:performance(f):logloss()
    -- a training cut off before its first scoring is judged on a sample
    true_to_itself = true_to_itself and (math.abs(stored - again) < 1e-6 or h.nrow <= 2)
    if not true_to_itself then print("# round", i, stored, again, h.nrow) end
  end
end
tap.ok(whole, "U057 F444 a training cancelled while it scores or trains is kept, twelve times")
tap.ok(known, "U057 no scoring that was cut short stands in the history")
tap.ok(true_to_itself, "U057 the metrics of what is kept are those of its weights")

tap.done()
