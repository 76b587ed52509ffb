-- Mini-batches, Adam and dropout; nothing is done to the digits. `held` judges on the last 10,000
-- rows of the training file, which is how the settings were chosen.
local here = arg[0]:match("^(.*/)") or ""
local mnist = dofile(here .. "mnist.lua")
local train, test, y = mnist.read(mnist.folder("weir run dropout.lua FOLDER [held]"), arg[2] == "held", true)

mnist.try("dropout", {
  standardize = false, activation = "RectifierWithDropout", hidden = { 1024, 1024 },
  initial_biases = mnist.no_biases(1024, 1024, 10), input_dropout_ratio = 0.1,
  hidden_dropout_ratios = { 0.5, 0.5 }, mini_batch_size = 64, optimizer = "adam", rate = 1e-3,
  rate_schedule = "linear", rate_warmup = 0.05, epochs = tonumber(os.getenv "EPOCHS") or 60,
  score_interval = 1e6, train_samples_per_iteration = -1,
}, train, test, y)
