-- Which trainings are refused, before a row is learnt, and in which words; what is taken without use is named.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
weir.progress(false)

local rows = 60
local function column(f)
  local out = {}
  for i = 1, rows do out[i] = f(i) end
  return out
end
local frame = weir.frame{
  a = column(function(i) return i * 7 % 13 end), b = column(function(i) return math.sin(i) end),
  g = column(function(i) return ({ "u", "v", "w" })[i % 3 + 1] end), number = column(function(i) return 1 + i % 11 end),
  two = column(function(i) return i % 2 == 0 and "no" or "yes" end), many = column(function(i) return ({ "p", "q", "r" })[i // 7 % 3 + 1] end),
  zero = column(function(i) return i % 4 end), minus = column(function(i) return i % 4 - 1 end), w = column(function(i) return i % 3 end),
  hole = column(function(i) return i == 5 and weir.null or 1 end), none = column(function() return 0 end), code = column(function(i) return i % 2 end),
}
local base = { training_frame = frame, x = { "a", "b", "g" }, hidden = { 3, 2 }, epochs = 0.2, seed = 17, stopping_rounds = 0, quiet_mode = true }
local function call(y, more) return weir.merge(base, { y = y }, more) end

-- Refused by the call or while it is prepared: no row has been learnt, and the sentence has all the pieces.
local function refused(args, pieces, name)
  local good, job = pcall(weir.start.deeplearning, args)
  local learnt, e = 0, job
  if good then
    good, e = pcall(job.join, job)
    learnt = job.samples
  end
  local text, all = tostring(e), not good and learnt == 0
  for _, piece in ipairs(pieces) do all = all and text:find(piece, 1, true) ~= nil end
  if not tap.ok(all, name) then print("# " .. (good and "accepted" or text)) end
end
local function accepted(args, name)
  local good, m = pcall(weir.deeplearning, args)
  if not tap.ok(good, name) then print("# " .. tostring(m)) end
  return good and m
end

-- F020, 10 distributions x 6 losses, for numbers / classes / autoencoders: what is legal.
local losses = { "Automatic", "CrossEntropy", "Quadratic", "Huber", "Absolute", "Quantile" }
local matrix = { -- per loss: n numbers, c classes, a autoencoder
  AUTO = { "nca", "c", "nca", "na", "na", "na" }, bernoulli = { "c", "c", "c", "", "", "" }, multinomial = { "c", "c", "c", "", "", "" },
  gaussian = { "na", "", "na", "", "", "" }, poisson = { "n", "", "", "", "", "" }, gamma = { "n", "", "", "", "", "" },
  tweedie = { "n", "", "", "", "", "" }, laplace = { "na", "", "", "", "na", "" }, quantile = { "na", "", "", "", "", "na" },
  huber = { "na", "", "", "na", "", "" },
}
local problems = { n = { y = "number" }, c = { y = "two" }, a = { autoencoder = true, activation = "Tanh" } }
local wrong = {}
for distribution, row in pairs(matrix) do
  for k, loss in ipairs(losses) do
    for letter, problem in pairs(problems) do
      local good, e = pcall(weir.deeplearning, weir.merge(base, problem, { distribution = distribution, loss = loss, epochs = 0 }))
      local legal = row[k]:find(letter) ~= nil
      local named = good or tostring(e):find(distribution, 1, true) and tostring(e):find(loss, 1, true)
      if good ~= legal or not named then wrong[#wrong + 1] = distribution .. "/" .. loss .. "/" .. letter .. ": " .. tostring(e) end
    end
  end
end
if not tap.ok(#wrong == 0, "the matrix of 10 distributions, 6 losses and 3 problems holds, and each refusal names both") then
  for _, s in ipairs(wrong) do print("# " .. s) end
end

-- Values outside their range: parameter, value, and what is allowed. F312 to F338, F345 to F354, F328, F337, F373.
local ranges = {
  { "hidden", { 0 }, "0", "[1, 65535]" }, { "hidden", { 4, -1 }, "-1", "[1, 65535]" }, { "epochs", -1, "-1", "[0" }, { "epochs", 0 / 0, "NaN", "" },
  { "rate", -0.1, "-0.1", "above 0" }, { "rate", 0, "0", "above 0" }, { "rate_annealing", -1, "-1", "at least 0" }, { "rate_decay", -1, "-1", "above 0" },
  { "rho", 0, "0", "(0, 1)" }, { "rho", 1.5, "1.5", "(0, 1)" }, { "epsilon", 0, "0", "above 0" }, { "epsilon", -1, "-1", "above 0" },
  { "momentum_start", -0.1, "-0.1", "[0, 1)" }, { "momentum_start", 1.5, "1.5", "[0, 1)" }, { "momentum_ramp", -1, "-1", "at least 0" },
  { "momentum_stable", 2, "2", "[0, 1)" }, { "input_dropout_ratio", 1, "1", "[0, 1)" }, { "input_dropout_ratio", -0.1, "-0.1", "[0, 1)" },
  { "l1", -1, "-1", "at least 0" }, { "l1", 0 / 0, "NaN", "at least 0" }, { "l2", -1, "-1", "at least 0" }, { "max_w2", 0, "0", "above 0" },
  { "max_w2", 0 / 0, "NaN", "above 0" }, { "initial_weight_scale", 0, "0", "above 0" }, { "score_interval", -1, "-1", "at least 0" },
  { "score_training_samples", -1, "-1", "at least 0" }, { "score_validation_samples", -1, "-1", "at least 0" }, { "score_duty_cycle", 2, "2", "[0, 1]" },
  { "stopping_rounds", -1, "-1", "[0" }, { "stopping_tolerance", 1, "1", "[0, 1)" }, { "stopping_tolerance", -0.1, "-0.1", "[0, 1)" },
  { "max_runtime_secs", -1, "-1", "at least 0" }, { "max_categorical_features", 0, "0", "[1" }, { "mini_batch_size", 0, "0", "[1" },
  { "train_samples_per_iteration", -5, "-5", "at least -2" }, { "gainslift_bins", -2, "-2", "[-1" }, { "quantile_alpha", 1, "1", "(0, 1)" },
  { "huber_alpha", 0, "0", "(0, 1]" }, { "huber_alpha", 1.5, "1.5", "(0, 1]" }, { "tweedie_power", 1, "1", "(1, 2)" }, { "tweedie_power", 2, "2", "(1, 2)" },
  { "elastic_averaging_moving_rate", 1.5, "1.5", "[0, 1]" }, { "target_ratio_comm_to_comp", -1, "-1", "[0, 1]" }, { "sparsity_beta", -0.1, "-0.1", "at least 0" },
  { "classification_stop", 2, "2", "[-1, 1]" }, { "adam_beta1", 1, "1", "[0, 1)" }, { "weight_average", 1, "1", "[0, 1)" }, { "label_smoothing", 1, "1", "[0, 1)" },
  { "adversarial_epsilon", -1, "-1", "at least 0" }, { "weight_decay", -1, "-1", "at least 0" }, { "rate_warmup", 1, "1", "[0, 1)" },
}
for _, r in ipairs(ranges) do
  local name, value, said, allowed = table.unpack(r)
  refused(call("two", { [name] = value }), { name .. " = ", said, allowed }, ("%s = %s is refused with its range"):format(name, said))
end
for name, value in pairs{ auc_type = "nonsense", missing_values_handling = "Drop", initial_weight_distribution = "Glorot", loss = "ModifiedHuber",
                          distribution = "quasibinomial", categorical_encoding = "Enum", stopping_metric = "anomaly_score" } do
  refused(call("two", { [name] = value }), { name, value }, ("%s = %s is refused"):format(name, value))
end

-- Combinations. y, more parameters, what the sentence holds.
local combinations = {
  { "two", { hidden_dropout_ratios = { 0.5, 0.5 } }, { "hidden_dropout_ratios", "WithDropout" } },
  { "two", { activation = "TanhWithDropout", hidden_dropout_ratios = { 0.5 } }, { "hidden_dropout_ratios has 1", "2 layers" } },
  { "two", { activation = "TanhWithDropout", hidden_dropout_ratios = {} }, { "hidden_dropout_ratios has 0", "2 layers" } },
  { "two", { activation = "TanhWithDropout", hidden_dropout_ratios = { 0.5, 1 } }, { "hidden_dropout_ratios", "1", "[0, 1)" } },
  { "two", { stopping_metric = "deviance", stopping_rounds = 2 }, { "stopping_metric", "deviance", "two classes" } },
  { "two", { stopping_metric = "MAE", stopping_rounds = 2 }, { "stopping_metric", "MAE", "two classes" } },
  { "number", { stopping_metric = "AUC", stopping_rounds = 2 }, { "stopping_metric", "AUC", "numeric" } },
  { "number", { stopping_metric = "logloss", stopping_rounds = 2 }, { "stopping_metric", "logloss" } },
  { "many", { stopping_metric = "lift_top_group", stopping_rounds = 2 }, { "stopping_metric", "lift_top_group", "many classes" } },
  { "many", { stopping_metric = "AUC", stopping_rounds = 2 }, { "stopping_metric", "auc_type" } },
  { "two", { stopping_metric = "custom", stopping_rounds = 2 }, { "stopping_metric", "custom_metric_func" } },
  { "number", { balance_classes = true }, { "balance_classes", "factor" } },
  { "two", { class_sampling_factors = { 1, 1 } }, { "class_sampling_factors", "balance_classes" } },
  { "two", { balance_classes = true, class_sampling_factors = { 1, 1, 1 } }, { "class_sampling_factors has 3", "2 levels" } },
  { "two", { balance_classes = true, class_sampling_factors = { -1, 1 } }, { "class_sampling_factors", "-1", "at least 0" } },
  { "two", { balance_classes = true, max_after_balance_size = 0 }, { "max_after_balance_size = 0" } },
  { "two", { balance_classes = true, weights_column = "w" }, { "balance_classes", "'w'", "weighs 2" } },
  { "two", { elastic_averaging = true, sparse = true, compat = "h2o", reproducible = true }, { "elastic_averaging", "sparse" } },
  { "two", { sparsity_beta = 0.1 }, { "sparsity_beta = 0.1", "autoencoders" } },
  { "two", { average_activation = 0.5 }, { "average_activation = 0.5", "autoencoders" } },
  { nil, { autoencoder = true, activation = "Maxout" }, { "activation", "Maxout", "autoencoder" } },
  { nil, { autoencoder = true, activation = "MaxoutWithDropout" }, { "activation", "MaxoutWithDropout", "autoencoder" } },
  { nil, { autoencoder = true, activation = "Tanh", sparsity_beta = 0.1, average_activation = 1 }, { "average_activation = 1", "(-1, 1)" } },
  { nil, { autoencoder = true, activation = "Rectifier", sparsity_beta = 0.1, average_activation = 0 }, { "average_activation = 0", "above 0" } },
  { nil, { autoencoder = true, activation = "Tanh", stopping_metric = "logloss", stopping_rounds = 2 }, { "stopping_metric", "autoencoder" } },
  { nil, { autoencoder = true, activation = "Tanh", balance_classes = true }, { "balance_classes" } },
  { nil, {}, { "response_column" } }, { "nope", {}, { "response_column", "'nope'" } }, { "none", {}, { "response", "'none'", "constant" } },
  { "two", { weights_column = "nope" }, { "weights_column", "'nope'" } }, { "two", { weights_column = "g" }, { "weights_column 'g'", "numeric" } },
  { "two", { weights_column = "minus" }, { "weights_column 'minus'", "negative" } }, { "two", { weights_column = "none" }, { "weights_column 'none'", "0 in every row" } },
  { "two", { weights_column = "hole" }, { "weights_column 'hole'", "missing" } }, { "number", { weights_column = "number" }, { "'number'", "weights" } },
  { "two", { offset_column = "a" }, { "offset_column", "regression" } }, { "number", { offset_column = "nope" }, { "offset_column", "'nope'" } },
  { "number", { offset_column = "g" }, { "offset_column 'g'", "numeric" } }, { "number", { offset_column = "hole" }, { "offset_column 'hole'", "missing" } },
  { "number", { offset_column = "a", weights_column = "a" }, { "offset_column", "weights_column", "'a'" } },
  { "number", { offset_column = "number" }, { "'number'", "offset" } }, { "number", { fold_column = "number" }, { "response_column 'number'", "fold_column" } },
  { "number", { fold_column = "g", fold_assignment = "Modulo" }, { "fold_assignment", "Modulo", "'g'" } },
  { "number", { fold_column = "g", nfolds = 3 }, { "nfolds = 3", "'g'" } },
  { "minus", { distribution = "poisson" }, { "poisson", "at least 0", "-1" } }, { "minus", { distribution = "tweedie" }, { "tweedie", "at least 0", "-1" } },
  { "zero", { distribution = "gamma" }, { "gamma", "above 0" } }, { "two", { ignored_columns = { "nope" } }, { "ignored_columns", "'nope'" } },
  { "two", { x = { "none" } }, { "predictor" } }, { "two", { hidden = { 20000, 20000 } }, { "weights and biases", "the limit is" } },
  { "two", { initial_weights = { weir.null } }, { "initial_weights has 1", "3 layers" } }, { "two", { initial_biases = { weir.null } }, { "initial_biases has 1", "3 layers" } },
  { "two", { checkpoint = "no_such_model" }, { "no_such_model" } }, { "two", { pretrained_autoencoder = "no_such_model" }, { "no_such_model" } },
  { "two", { optimizer = "sgd", adaptive_rate = true }, { "optimizer", "adaptive_rate" } }, { "two", { optimizer = "adadelta", adaptive_rate = false }, { "optimizer", "adaptive_rate" } },
  { "two", { validation_frame = frame:drop("two") }, { "validation_frame", "'two'" } },
  { "two", { validation_frame = frame:drop("a"):cbind(weir.frame{ a = column(function() return "x" end) }) }, { "validation_frame", "'a'", "numeric" } },
}
for i, c in ipairs(combinations) do
  local y, more, pieces = c[1], c[2], c[3]
  refused(call(y, more), pieces, ("combination %d is refused: %s"):format(i, table.concat(pieces, " ... ")))
end
refused(call("two", { no_such_parameter = 1 }), { "no_such_parameter" }, "an unknown parameter is refused")

local first = accepted(call("two", {}), "a training to go on from")
refused(call("two", { checkpoint = first, epochs = 1, initial_biases = { weir.null, weir.null, weir.null } }), { "checkpoint", "initial_biases" },
        "weights cannot be given to a training that goes on")

-- What is allowed instead stands in the sentence.
refused(call("number", { distribution = "gaussian", loss = "Huber" }), { "gaussian", "Huber", "Automatic, Quadratic" }, "a loss of another distribution")
refused(weir.merge(base, { autoencoder = true, distribution = "poisson" }), { "poisson", "gaussian, laplace, quantile, huber" }, "a distribution that no autoencoder has")
refused(weir.merge(base, { autoencoder = true, activation = "Maxout" }), { "Maxout", "Tanh, Rectifier and ExpRectifier" }, "Maxout for an autoencoder")
refused(call("two", { initial_weights = { 1, 2, 3 } }), { "initial_weights[1]", "frame" }, "F409 numbers in place of frames of weights")
refused(call("two", { initial_weights = { "nowhere", weir.null, weir.null } }), { "initial_weights", "nowhere" }, "F409 a frame of weights that is not there")
do
  local before = weir.deeplearning(call("two", {}))
  for name, case in pairs{ hidden = { { 4, 2 }, "{4, 2}", "{3, 2}" }, activation = { "Tanh", '"Tanh"', '"Rectifier"' }, rho = { 0.5, "0.5", "0.99" },
                           weight_average = { 0.9, "0.9", "0" }, ignored_columns = { { "w" }, '{"w"}', "not given" } } do
    refused(call("two", { checkpoint = before, epochs = 1, [name] = case[1] }), { name .. " may not change", "it is " .. case[2], "it was " .. case[3] },
            "F307 a checkpoint with another " .. name .. ": both values are told")
  end
end

-- F080, F370: accepted without effect, and said so.
local function warns(args, pieces, name)
  local m = accepted(args, name .. " is taken")
  local text = m and table.concat(m.warnings, "\n") or ""
  local all = m and true
  for _, piece in ipairs(pieces) do all = all and text:find(piece, 1, true) ~= nil end
  if not tap.ok(all, name .. " is named") then print("# " .. text) end
end
warns(call("two", { col_major = true }), { "col_major has no effect" }, "F370 col_major")
warns(call("two", { diagnostics = false }), { "diagnostics has no effect" }, "diagnostics = false")
warns(call("two", { stopping_tolerance = 0.1 }), { "stopping_tolerance", "stopping_rounds is 0" }, "stopping_tolerance without rounds")
warns(call("two", { quantile_alpha = 0.3 }), { "quantile_alpha", "quantile" }, "quantile_alpha without quantile")
warns(call("two", { momentum_start = 0.5, rate = 0.5 }), { "rate is adaptive", "momentum_start", "rate" }, "F080 momentum with an adaptive rate")
warns(call("two", { rate_schedule = "linear", rate_warmup = 0.1 }), { "rate is adaptive", "rate_schedule", "rate_warmup" }, "a schedule with an adaptive rate")
warns(call("two", { adaptive_rate = false, rho = 0.9 }), { "rho" }, "F080 rho without an adaptive rate")
warns(call("many", { distribution = "bernoulli" }), { "bernoulli", "multinomial" }, "bernoulli for three classes")
warns(call("code", {}), { "'code' holds two values", "asfactor" }, "a response of 0 and 1 as numbers")
warns(weir.merge(call("two", { ignored_columns = { "two" } }), { x = weir.null }), { "'two'", "ignored_columns" }, "the response among ignored columns")
warns(call("two", { balance_classes = true, weights_column = "code", auc_type = "MACRO_OVR" }), { "auc_type" }, "balancing with weights of 0 and 1")

-- Infinite numbers: those of predictors count as missing, rows of such a response are left out.
do
  local inf = weir.frame{ a = { 1, 2, math.huge, 4, 5 }, b = { 1, 0, 2, -math.huge, 1 }, y = { 2, 3, 4, math.huge, 6 } }
  local m = weir.deeplearning{ training_frame = inf, y = "y", hidden = { 3 }, epochs = 1, seed = 1, quiet_mode = true }
  local text = table.concat(m.warnings, "\n")
  tap.ok(text:find("infinite values are taken as missing: a, b", 1, true) and text:find("'y' are left out: 1", 1, true), "infinite values are named")
  tap.is(m.samples, 4, "and the row is not learnt from")
  local holes = weir.frame{ a = { 1, 2, 0 / 0, 4, 5 }, b = { 1, 0, 2, 0 / 0, 1 }, y = { 2, 3, 4, 0 / 0, 6 } }
  local n = weir.deeplearning{ training_frame = holes, y = "y", hidden = { 3 }, epochs = 1, seed = 1, quiet_mode = true, reproducible = true }
  m = weir.deeplearning{ training_frame = inf, y = "y", hidden = { 3 }, epochs = 1, seed = 1, quiet_mode = true, reproducible = true }
  tap.is(m:mse(), n:mse(), "as if they were missing")
end

-- No warning without a reason.
local plain = accepted(call("two", {}), "a plain training")
tap.is(#plain.warnings, 0, "and nothing is said")
tap.done()
