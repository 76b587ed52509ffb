-- %% [markdown] Handwritten digits
-- 1,797 digits of 8x8 pixels. A network with two hidden layers learns to read
-- them; every fourth digit is held out to see how well.

-- %% Data
local weir = require "weir"
digits = weir.dataset("digits")
digits["digit"] = digits["digit"]:asfactor()
train, test = digits:split{0.75, seed = 42}
print(("%d digits to learn from, %d held out"):format(train.nrow, test.nrow))

-- %% Training
model = weir.deeplearning{
  y = "digit", training_frame = train, validation_frame = test,
  activation = "RectifierWithDropout", hidden = {128, 128},
  hidden_dropout_ratios = {0.2, 0.2}, input_dropout_ratio = 0.05,
  epochs = 120, stopping_rounds = 0, classification_stop = -1,
  score_interval = 0.1, score_duty_cycle = 0.4, seed = 1,
}

-- %% How good is it?
print(model:performance{valid = true})

-- %% Report
local error = model:error{valid = true}
print(("held-out error %.2f %% after %.0f epochs, %.1f s of training"):format(
  100 * error, model.epochs, model.run_time / 1000))
