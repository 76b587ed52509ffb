-- 7.2: an autoencoder learns normal heartbeats; what it rebuilds badly is odd.
local weir = require "weir"
weir.init{}
local train_ecg, test_ecg
if arg and arg[2] then
  train_ecg = weir.import_file{ arg[1], header = false, sep = "," }
  test_ecg = weir.import_file{ arg[2], header = false, sep = "," }
else
  train_ecg = weir.dataset("heartbeats_train")
  test_ecg = weir.dataset("heartbeats_test"):drop("beat")
end

local anomaly_model = weir.autoencoder{
  x = train_ecg:names(), training_frame = train_ecg,
  activation = "Tanh", hidden = { 50, 20, 50 },
  sparse = true, l1 = 1e-4, epochs = 100,
}

local recon_error = anomaly_model:anomaly(test_ecg)
print(recon_error)
weir.plot(recon_error)

local test_recon = anomaly_model:predict(test_ecg) -- in the units of the data
print(test_recon:head())
