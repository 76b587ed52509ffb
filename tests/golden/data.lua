-- data.lua - the frames and the training call that a case describes.
local weir = require "weir"
local compare = require "golden.compare"

local data = {}
local cache = {}

local function key_of(path, options) return path .. "\n" .. weir.json.encode(options) end

-- A file of the data folder as the recording program parses it.
function data.import(root, d)
  local options = { compat = "h2o" }
  if d.col_names then options.names = d.col_names end
  if d.col_types then options.types = d.col_types end
  local header = compare.value(d.header)
  if header ~= nil then options.header = header == true or header == 1 end
  local path = root .. "/" .. d.file
  local key = key_of(path, options)
  if not cache[key] then
    local frame = weir.import_file(weir.merge(options, { path }))
    cache = { [key] = frame } -- one file at a time
  end
  local frame = cache[key]
  return frame[frame:names()] -- a frame of its own: columns are replaced below
end

local function rows_of(frame, rows)
  if math.type(rows) then return frame:rows{ 1, rows } end
  return frame:rows{ rows[1] + 1, rows[2] }
end

local function add_column(frame, name, how)
  local values, n = {}, #how.cycle
  for r = 1, frame.nrow do values[r] = how.cycle[(r - 1) % n + 1] end
  local column = weir.frame{ [name] = values }
  if how.factor and column:types()[name] ~= "enum" then column = column:asfactor() end
  frame[name] = column
end

-- One frame of a case: file, rows, factor, add, split, in this order.
function data.frame(root, d)
  local frame = data.import(root, d)
  if d.rows then frame = rows_of(frame, d.rows) end
  for _, name in ipairs(d.factor or {}) do frame[name] = frame:col(name):asfactor() end
  for name, how in pairs(d.add or {}) do add_column(frame, name, how) end
  if d.split then
    local parts = { frame:split(weir.merge(d.split.ratios, { seed = d.split.seed, compat = "h2o" })) }
    frame = parts[d.split.part + 1]
  end
  return frame
end

local function given(x) return x ~= nil and x ~= weir.null end

-- Texts that stand for numbers, and matrices, become what weir takes.
local function parameter(name, value)
  if name == "initial_weights" or name == "initial_biases" then
    local frames = {}
    for i, matrix in ipairs(value) do frames[i] = given(matrix) and weir.frame(matrix) or weir.null end
    return frames
  end
  if type(value) == "string" then return compare.value(value) end
  return value
end

-- The table for weir.deeplearning. frames: {train, valid} as loaded; models: {checkpoint, autoencoder}.
function data.arguments(d, params, frames, models)
  local call = { training_frame = frames.train, validation_frame = frames.valid, compat = "h2o", quiet_mode = true }
  if given(d.response) then call.response_column = d.response end
  if given(d.ignored) then call.ignored_columns = d.ignored end
  for _, name in ipairs{ "weights_column", "offset_column", "fold_column" } do
    if given(d[name]) then call[name] = d[name] end
  end
  for name, value in pairs(params) do
    if name == "checkpoint" and type(value) == "string" and value:find("^<") then
      call.checkpoint = models.checkpoint
    elseif name == "pretrained_autoencoder" and type(value) == "string" and value:find("^<") then
      call.pretrained_autoencoder = models.autoencoder
    elseif given(value) then
      call[name] = parameter(name, value)
    end
  end
  return call
end

-- Trains. Gives "accepted" and the model; "refused" and the error when the call, or the job while it prepares,
-- says no; "failed" and the error when rows had been learnt; "unstable" and the model when its weights grew out of bounds.
function data.train(call)
  local good, job = pcall(weir.start.deeplearning, call)
  if not good then return "refused", job end
  local done, model = pcall(job.join, job)
  if not done then return job.samples == 0 and "refused" or "failed", model end
  return model.unstable and "unstable" or "accepted", model
end

return data
