-- Saving, loading, looking into files: A200 to A203, A209, F185 to F188; checkpoints: A095, F180 to F183, F307.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local folder = os.tmpname()
os.remove(folder)
local iris = weir.dataset("iris")
local common = { y = "Species", training_frame = iris, hidden = { 6, 5 }, seed = 3, reproducible = true, stopping_rounds = 0 }
local function train(more) return weir.deeplearning(weir.merge(common, more)) end
local model = train{ epochs = 6, model_id = "flowers" }

local function same(a, b)
  local x, y = a:predict(iris):to_table(), b:predict(iris):to_table()
  for name, column in pairs(x) do
    for i = 1, #column do if column[i] ~= y[name][i] then return false end end
  end
  return true
end

-- A200, F185
local path = model:save{ path = folder }
tap.is(path, folder .. "/flowers.weir", "A200 F185 save gives the path: the folder is made, the model's id names the file")
tap.raises(function() model:save{ path = folder } end, { "flowers.weir", "force" }, "F185 an existing file without force")
tap.is(model:save{ path = folder, force = true }, path, "F185 an existing file with force")
tap.is(model:save{ path = folder, filename = "other.bin" }, folder .. "/other.bin", "A200 a name of its own")
tap.is(weir.save_model{ model = model, path = folder .. "/third.weir" }, folder .. "/third.weir", "A200 save_model, to a file")
tap.raises(function() model:save{ path = path } end, { "flowers.weir", "force" }, "F185 a file in place of a folder is not overwritten")
tap.raises(function() model:save{ path = folder, filename = "a/b" } end, "filename", "A200 folders do not go into filename")

-- A201, F186: after everything is gone, from a moved folder
local moved = folder .. "-moved"
os.rename(folder, moved)
weir.remove_all{ retained = { iris } }
tap.raises(function() weir.load_model(path) end, "flowers.weir", "A201 a file that is not there")
local loaded = weir.load_model(moved .. "/flowers.weir")
tap.is(loaded.id, "flowers", "A201 the id comes back")
tap.is(weir.get_model("flowers").id, "flowers", "A203 F188 a loaded model is found by its id")
tap.raises(function() weir.get_model("flovers") end, "flowers", "F188 an unknown id lists near ones")
tap.ok(same(model, loaded), "F186 T037a predictions after loading from a moved folder are the same bits")
tap.is(tostring(loaded:summary()), tostring(model:summary()), "F186 the table of layers comes back")
tap.is(loaded:logloss(), model:logloss(), "F186 metrics come back")
tap.ok(same(weir.upload_model(moved .. "/other.bin"), model), "A202 download and upload are the same files")

-- A209, weir inspect
local details = loaded:save_details{ path = moved }
local facts = weir.json.decode(weir.read_file(details))
tap.ok(details:match("flowers%.json$") and facts.id == "flowers" and facts.params.hidden, "A209 save_details writes JSON")
tap.ok(facts.training_metrics.logloss == model:logloss() and facts.training_metrics.error == model:error(), "F442 with its metrics")
local again = facts.reproducibility
tap.ok(again.seed == model.seed and again.kernel == model.kernel and again.threads == model.threads and again.reproducible == true and again.read_by.version == weir.version
  and again.read_by.cores == weir.cluster().cores, "F442 T066 and what a repetition needs: seed, threads, kernel, version, machine")
tap.is(weir.json.encode(loaded.output.scoring_history), weir.json.encode(facts.scoring_history), "F442 m.output is the same as a table")
tap.raises(function() loaded:save_details{ path = moved } end, "force", "A209 an existing file without force")
local sections = {}
for _, s in ipairs(weir.inspect_file(moved .. "/flowers.weir")) do sections[s.section] = s end
tap.ok(sections.HEAD and sections.WGHT and sections.optm and sections.PARM.fields[1].value.epochs == 6,
  "F187 inspect tells the sections and their fields")

-- A095, F180: continuing
local whole, further = train{ epochs = 12 }, train{ epochs = 12, checkpoint = loaded }
tap.ok(same(whole, further), "A095 F180 T037b six epochs and six more after loading are twelve, bit for bit")
tap.is(further:scoring_history().nrow, whole:scoring_history().nrow, "F180 the history goes on without a gap")
tap.ok(same(train{ epochs = 12, checkpoint = "flowers" }, whole), "A095 F307 a checkpoint by its id")
tap.raises(function() train{ epochs = 6, checkpoint = loaded } end, { "epochs", "6" }, "F180 T034a the same epochs are refused")
tap.raises(function() train{ epochs = 5, checkpoint = loaded } end, { "5", "6" }, "T034b fewer epochs are refused, with both numbers")
tap.raises(function() train{ epochs = 9, checkpoint = "nosuch" } end, "nosuch", "F307 an unknown checkpoint")

-- T035, F182: what may change and what not
local may = { l1 = 1e-4, l2 = 1e-4, max_w2 = 5, input_dropout_ratio = 0.1, stopping_rounds = 2, stopping_metric = "MSE", stopping_tolerance = 0.1,
  score_interval = 0, score_duty_cycle = 1, score_training_samples = 50, classification_stop = 0, train_samples_per_iteration = 100,
  quiet_mode = true, variable_importances = false, initial_weight_scale = 2, shuffle_training_data = true, fast_mode = false,
  overwrite_with_best_model = false, seed = 9, target_ratio_comm_to_comp = 0.1, mini_batch_size = 2, missing_values_handling = "Skip",
  average_activation = 0, loss = "Quadratic", reproducible = false, replicate_training_data = false, force_load_balance = false }
local refused = {}
for name, value in pairs(may) do
  local good, why = pcall(train, { epochs = 8, checkpoint = loaded, [name] = value })
  if not good then refused[#refused + 1] = name .. ": " .. tostring(why) end
end
tap.list(refused, {}, "T035 F182 parameters that may change when a training continues")
local must_not = { activation = "Tanh", hidden = { 5, 5 }, use_all_factor_levels = false, standardize = false, adaptive_rate = false,
  rho = 0.9, epsilon = 1e-6, sparse = true, rate = 0.1, rate_annealing = 1e-3, rate_decay = 0.9, momentum_start = 0.5, momentum_ramp = 10,
  momentum_stable = 0.9, nesterov_accelerated_gradient = false, ignore_const_cols = false, max_categorical_features = 9,
  distribution = "multinomial", y = "Petal.Width", ignored_columns = { "Petal.Width" } }
local taken = {}
for name, value in pairs(must_not) do
  local good, why = pcall(train, { epochs = 8, checkpoint = loaded, [name] = value })
  local said = good and "accepted" or tostring(why)
  if good or not (said:find(name == "y" and "response_column" or name, 1, true)) then taken[#taken + 1] = name .. ": " .. said end
end
tap.list(taken, {}, "T035 F182 F183 parameters that may not change are refused by name")
tap.raises(function() train{ epochs = 8, checkpoint = loaded, validation_frame = iris } end, "validation",
  "F183 presence of a validation frame must agree")

-- F181, T036a: other data
tap.ok(train{ epochs = 8, checkpoint = loaded, training_frame = iris:split{ 0.8, seed = 1 } }.epochs >= 8, "F181 continues with other rows")
tap.raises(function() train{ epochs = 8, checkpoint = loaded, training_frame = iris:drop("Petal.Width") } end, "Petal.Width",
  "F181 a column that is missing is named")
local two = weir.deeplearning{ y = "w", x = { "kind" }, hidden = { 3 }, epochs = 1, seed = 1, model_id = "two",
  training_frame = weir.frame{ kind = { "a", "b", "a", "b" }, w = { 1, 2, 3, 4 } } }
tap.raises(function()
  weir.deeplearning{ y = "w", x = { "kind" }, hidden = { 3 }, epochs = 2, seed = 1, checkpoint = two,
    training_frame = weir.frame{ kind = { "a", "c", "a", "c" }, w = { 1, 2, 3, 4 } } }
end, { "kind", "'c'", "two" }, "F181 T036a a level that the model has not seen is named")
tap.raises(function() train{ epochs = 8, checkpoint = loaded, initial_weights = { iris, iris, iris } } end, "initial",
  "F307 initial weights with a checkpoint")

-- F420, U067: files while a training goes on; each continues to the same bits
local seen, kept = {}, folder .. "-kept"
local job = weir.start.deeplearning(weir.merge(common, { epochs = 80, export_checkpoints_dir = kept, checkpoint_interval = 0, model_id = "live" }))
while job:progress() and job.status ~= "DONE" and not seen.model do
  local good, m = pcall(weir.load_model, kept .. "/live.weir")
  if good and m.epochs < 80 then seen.model = m end
end
local ended = job:wait()
local long = train{ epochs = 80 }
tap.ok(same(weir.load_model(kept .. "/live.weir"), long), "F420 the finished model is written at once")
tap.ok(seen.model and same(train{ epochs = 80, checkpoint = seen.model }, long),
  ("U067 a checkpoint of epoch %g continues to the same bits"):format(seen.model and seen.model.epochs or -1))
local unnamed = train{ epochs = 1, export_checkpoints_dir = kept }
tap.is(weir.load_model(kept .. "/" .. unnamed.id .. ".weir").epochs, 1, "F420 an unnamed model gets its name before it is written")
tap.raises(function() train{ epochs = 1, export_checkpoints_dir = details } end, { "flowers.json", "folder" }, "F420 a file in place of the folder")
tap.raises(function() train{ epochs = 1, export_checkpoints_dir = "/proc/none/such" } end, "/proc/none/such", "F420 a folder that cannot be made")
local said = train{ epochs = 1, checkpoint_interval = 5 }.warnings[1]
tap.ok(tostring(said):find("checkpoint_interval has no effect", 1, true), "F080 an interval without a folder is named")
os.execute("rm -rf '" .. kept .. "'")
os.execute("rm -rf '" .. moved .. "'")

-- Sparse rows that are grouped by query are not taken for one column of text; options may be an empty table.
do
  local path = os.tmpname()
  local to = io.open(path, "w") to:write("1 qid:3 1:2\n0 qid:3 2:1\n") to:close()
  local ok, why = pcall(weir.import_file, path)
  tap.ok(not ok and tostring(why):find("groups rows by query", 1, true), "F445 sparse rows with qid: an error that says so")
  to = io.open(path, "w") to:write("a,b\n1,2\n") to:close()
  tap.is(weir.import_file(path, {}).nrow, 1, "F090 an empty table of options")
  os.remove(path)
end
tap.done()
