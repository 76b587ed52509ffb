-- Adversarial examples: every digit is moved against the network by adversarial_epsilon before it is
-- learnt. EPOCHS=70 in the environment trains for 70 epochs in place of 30, EPS=0.07 moves less. `held` judges on the
-- last 10,000 rows of the training file, which is how the settings were chosen.
local here = arg[0]:match("^(.*/)") or ""
local mnist = dofile(here .. "mnist.lua")
local train, test, y = mnist.read(mnist.folder("weir run adversarial.lua FOLDER [held]"), arg[2] == "held", true)
local drop = tonumber(os.getenv "DROP") or 0.2

mnist.try("adversarial", {
  standardize = false, activation = "RectifierWithDropout", hidden = { 1024, 1024 },
  initial_biases = mnist.no_biases(1024, 1024, 10),
  hidden_dropout_ratios = { drop, drop }, adversarial_epsilon = tonumber(os.getenv "EPS") or 0.1, mini_batch_size = 64,
  optimizer = "adam", rate = 1e-3, rate_schedule = "linear", rate_warmup = 0.05,
  epochs = tonumber(os.getenv "EPOCHS") or 30, score_interval = 1e6, train_samples_per_iteration = -1,
}, train, test, y)
