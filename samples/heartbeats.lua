-- %% [markdown] Heartbeats
-- An autoencoder learns what normal heartbeats look like. Ectopic beats, which
-- it has never seen, are the ones it cannot rebuild.

-- %% Data
local weir = require "weir"
normal = weir.dataset("heartbeats_train")
beats = weir.dataset("heartbeats_test")
print(("%d normal beats to learn, %d beats to judge"):format(normal.nrow, beats.nrow))

-- %% Training
model = weir.autoencoder{
  training_frame = normal, activation = "Tanh", hidden = {20},
  epochs = 100, seed = 1, stopping_rounds = 0,
}

-- %% Which beats are odd?
errors = model:anomaly(beats:drop("beat"))
local ectopic = beats["beat"]:eq("ectopic"):to_list()
local e = errors[1]:to_list()

-- The area under the ROC curve: how often an ectopic beat has the larger error.
local won, pairs_ = 0, 0
for i = 1, #e do
  for j = 1, #e do
    if ectopic[i] == 1 and ectopic[j] == 0 then
      pairs_ = pairs_ + 1
      won = won + (e[i] > e[j] and 1 or e[i] == e[j] and 0.5 or 0)
    end
  end
end
print(("AUC of the reconstruction error: %.4f"):format(won / pairs_))
weir.plot(errors)
