
-- Demos: a few steps each, shown, run and explained. This file goes on where prelude.lua ends.
do
  local demos = {
    deeplearning = {
      { "The data: 380 men with a tumour of the prostate. CAPSULE says whether it had broken through.",
        'men = weir.dataset("prostate")\nprint(men)' },
      { "What is to be learnt is a class, so it becomes a factor. What the columns hold:",
        'men["CAPSULE"] = men["CAPSULE"]:asfactor()\nprint(men:describe())' },
      { "A fifth of the rows is kept aside to judge by.",
        'train, test = men:split{ 0.8, seed = 1 }\nprint(train.nrow, test.nrow)' },
      { "Two hidden layers of ten units. The identity of a patient is no cause of anything.",
        'model = weir.deeplearning{\n  y = "CAPSULE", ignored_columns = { "ID" }, training_frame = train, validation_frame = test,\n  activation = "Tanh", hidden = { 10, 10 }, epochs = 200, seed = 1,\n}\nprint(model)' },
      { "What it says of the men it has not seen: a class, and how probable each is.",
        'print(model:predict(test):head(5))' },
      { "How good that is.",
        'print(model:performance(test))' },
    },
    anomaly = {
      { "Heartbeats, 50 measurements each. The first frame holds normal ones only.",
        'normal, beats = weir.dataset("heartbeats_train"), weir.dataset("heartbeats_test")\nprint(normal.nrow, beats.nrow)' },
      { "An autoencoder learns to give back what it is given, through a layer that is too narrow to copy.",
        'model = weir.autoencoder{ training_frame = normal, activation = "Tanh", hidden = { 20 }, epochs = 100, seed = 1, stopping_rounds = 0 }' },
      { "What it cannot give back is unlike what it has learnt: the mean squared error of each row tells.",
        'errors = model:anomaly(beats:drop("beat"))\nprint(errors)' },
      { "The mean error of the kinds of beats.",
        'print(beats["beat"]:cbind(errors):group_by("beat"):mean("Reconstruction.MSE"))' },
    },
    checkpoint = {
      { "Three kinds of iris, by four sizes of their leaves.",
        'iris = weir.dataset("iris")\ntrain, test = iris:split{ 0.75, seed = 1 }' },
      { "A first training, too short.",
        'model = weir.deeplearning{ y = "Species", training_frame = train, validation_frame = test, hidden = { 20 }, epochs = 2, seed = 1, stopping_rounds = 0 }\nprint(model.epochs, model:error{ valid = true })' },
      { "It goes on where it stopped. `epochs` counts from the beginning.",
        'further = weir.deeplearning{ y = "Species", training_frame = train, validation_frame = test, hidden = { 20 }, epochs = 100, seed = 1, stopping_rounds = 0, checkpoint = model }\nprint(further.epochs, further:error{ valid = true })' },
      { "The same through a file, which another machine may read.",
        'path = further:save{ path = os.getenv("TMPDIR") or "/tmp", force = true }\nprint(weir.load_model(path):error{ valid = true })\nos.remove(path)' },
    },
    quantile = {
      { "Not the mean but a bound: the length that four of five petals stay below, by the other sizes of the flower.",
        'iris = weir.dataset("iris")\ntrain, test = iris:split{ 0.75, seed = 1234 }' },
      { "A quantile is a distribution as others are.",
        'model = weir.deeplearning{ x = { 1, 2 }, y = "Petal.Length", training_frame = train, distribution = "quantile", quantile_alpha = 0.8,\n  hidden = { 20 }, epochs = 500, stopping_rounds = 0, seed = 1 }' },
      { "How many of the others do stay below.",
        'bound = model:predict(test)["predict"]\nprint(test["Petal.Length"]:le(bound):mean())' },
    },
  }

  local function names()
    local list = {}
    for name in pairs(demos) do list[#list + 1] = name end
    table.sort(list)
    return table.concat(list, ", ")
  end

  -- Walks through a demo. At a terminal each step waits for Enter, unless interactive = false.
  function weir.demo(name, options)
    if type(name) == "table" then name, options = name[1] or name.name, name end
    local steps = demos[name == nil and "deeplearning" or name]
    if not steps then error(("there is no demo '%s'; there are %s"):format(tostring(name), names()), 2) end
    for key in pairs(options or {}) do
      if key ~= "interactive" and key ~= "name" and key ~= 1 then error(("the option of demo is interactive, not '%s'"):format(tostring(key)), 2) end
    end
    local waits = methods.keyboard and not (options and options.interactive == false)
    local env = setmetatable({ weir = weir }, { __index = _G })
    for i, step in ipairs(steps) do
      print(("%d of %d: %s\n"):format(i, #steps, step[1]))
      print("  " .. step[2]:gsub("\n", "\n  ") .. "\n")
      assert(load(step[2], "=demo " .. (name or "deeplearning"), "t", env))()
      if i < #steps and waits then
        io.write("\nEnter goes on, q ends: ")
        io.flush()
        local answer = io.read("l")
        if not answer or answer:match("^%s*[qQ]") then return end
      end
      if i < #steps then print() end
    end
  end
end
