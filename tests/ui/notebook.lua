-- %% [markdown] A small notebook
-- Text, code and an error.

-- %% Data
iris = weir.dataset("iris")
print(iris.nrow, iris.ncol)

-- %% An error
local x = nil
print(x.field)

-- %% Training
model = weir.deeplearning{ y = "Species", training_frame = iris, hidden = {32, 32}, epochs = 1e9,
  stopping_rounds = 0, classification_stop = -1, score_interval = 0.2, score_duty_cycle = 0.5, seed = 1 }
