-- F009, F390: every example of samples/booklet/ that stands alone runs to its end, and says what it should.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local folder = (os.getenv("srcdir") or here .. "/../..") .. "/samples/booklet/"

local examples = {
  { "quantile", "of the lengths lie below" }, { "import", "[65 rows x 11 columns]" }, { "trial", "two steps:" },
  { "results", "Confusion matrix" }, { "predict", "of the labels are right" }, { "varimp", "relative_importance" },
  { "checkpoint", "after 20 epochs:" }, { "world_record", "error" }, { "ecg_anomaly", "[10 rows x 110 columns]" },
  { "stacked_autoencoder", "log loss from codes" }, { "pretrain", "log loss begun as an autoencoder" },
  { "session", "predict" } }

-- Each in an environment of its own; what it prints is kept.
for _, e in ipairs(examples) do
  local said = {}
  local env = setmetatable({ arg = { [0] = folder .. e[1] .. ".lua" }, print = function(...)
    for i = 1, select("#", ...) do said[#said + 1] = tostring((select(i, ...))) end
    said[#said + 1] = "\n"
  end }, { __index = _G })
  env.dofile = function(path) return assert(loadfile(path, "t", env))() end
  local chunk = assert(loadfile(folder .. e[1] .. ".lua", "t", env))
  local good, why = xpcall(chunk, function(m) return tostring(m) end)
  local text = table.concat(said, " ")
  if not tap.ok(good and text:find(e[2], 1, true), "F009 " .. e[1]) then print("# " .. (good and text or why):gsub("\n", "\n# ")) end
end
tap.done()
