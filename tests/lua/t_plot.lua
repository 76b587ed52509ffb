-- Plots as values: what they hold, how they are shown, said and saved.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"
local dir = os.tmpname()
os.remove(dir)

local function read(path)
  local f <close> = assert(io.open(path, "rb"))
  return f:read("a")
end

local function attempt(p, path) return pcall(p.save, p, path) end

local f = weir.frame({ x = { 3, 1, 2, 4 }, y = { 9, 1, 4, 16 }, g = { "a", "b", "a", "b" } }, { names = { "x", "y", "g" } })
f["g"] = f["g"]:asfactor()

-- A line goes in order of x, whatever the order of the rows: the SVG's points go to the right and up.
local p = weir.plot(f, { x = "x", y = "y", file = dir .. ".svg" })
local svg = read(dir .. ".svg")
local points = {}
for x, y in svg:match('<g class="series">.-points="([^"]*)"'):gmatch("([%d.]+),([%d.]+)") do
  points[#points + 1] = { tonumber(x), tonumber(y) }
end
tap.is(#points, 4, "U093 U198 a line of four points")
local rising = true
for i = 2, #points do rising = rising and points[i][1] > points[i - 1][1] and points[i][2] < points[i - 1][2] end
tap.ok(rising, "U093 a line goes in order of x")
-- y = 1, 4, 9, 16 at equal steps of x: differences are 3, 5, 7 parts of one size.
local unit = (points[1][2] - points[2][2]) / 3
tap.near((points[2][2] - points[3][2]) / unit, 5, 0.05, "U198 places are in proportion")
tap.near((points[3][2] - points[4][2]) / unit, 7, 0.05, "U198 places are in proportion to the end")

-- The same numbers stand at the ticks of all forms.
local function labels_of_svg(s)
  local out = {}
  for t in s:gmatch('text%-anchor="end">([^<]*)</text>') do out[#out + 1] = t end
  return table.concat(out, " ")
end
p:save(dir .. ".txt")
local txt, of_text = read(dir .. ".txt"), {}
for line in txt:gmatch("[^\n]+") do
  local n = line:match("^%s*(%d+)[+\u{2524}]") or line:match("^%s*(%d+)\u{2524}") or line:match("^%s*(%d+)%+")
  if n then table.insert(of_text, 1, n) end
end
tap.is(labels_of_svg(svg), table.concat(of_text, " "), "U198 text and SVG have the same ticks")
local prints = tostring(p)
tap.ok(prints:find("10", 1, true) and prints:find("[+\u{2524}]") and select(2, prints:gsub("\n", "")) == 13, "U093 a plot prints as its picture of 14 rows")

-- PNG: a picture of 80 x 24 cells of 20 x 40 pixels, not all white.
local good, why = attempt(p, dir .. ".png")
if good then
  local png = read(dir .. ".png")
  tap.is(png:sub(1, 8), "\137PNG\r\n\26\n", "U198 it is a PNG")
  local w, h = string.unpack(">I4I4", png, 17)
  tap.is(w .. "x" .. h, "1600x960", "U198 as large as 80 x 24 cells")
else
  tap.ok(tostring(why):find("libpng", 1, true), "U198 without libpng a sentence says so")
  tap.ok(true, "U198 (no size)")
end
tap.raises(function() p:save(dir .. ".jpeg") end, ".svg, .png or .txt", "U198 another ending is refused")
tap.raises(function() p:save("/no/such/folder/p.svg") end, "/no/such/folder", "U198 a folder that is not there")

-- by: one series for each level, with its name.
weir.plot(f, { x = "x", y = "y", by = "g", file = dir .. ".svg" })
svg = read(dir .. ".svg")
local _, series = svg:gsub('<g class="series">', "")
tap.is(series, 2, "U093 by makes a series for each level")
tap.ok(svg:find("<title>a</title>", 1, true) and svg:find("<title>b</title>", 1, true), "U093 series have the levels' names")
weir.plot{ x = { 1, 2, 3 }, y = { 2, 4, 3 }, kind = "points", file = dir .. ".svg" }
local _, discs = read(dir .. ".svg"):gsub("<circle", "")
tap.is(discs, 3, "U093 points of lists")
weir.plot{ x = { 1, 2, 3 }, y = { 2, 4, 0 }, kind = "bars", file = dir .. ".svg" }
local _, boxes = read(dir .. ".svg"):gsub("<rect x", "")
tap.is(boxes, 2, "U093 bars; one of no height is none")
weir.plot{ x = { 1, 2, 1, 2 }, y = { 1, 1, 2, 2 }, z = { 0, 1, 2, 3 }, kind = "heat", file = dir .. ".svg" }
svg = read(dir .. ".svg")
_, boxes = svg:gsub("<rect x", "")
tap.is(boxes, 4, "U093 heat has a box for each number")
tap.ok(svg:find("#00204d", 1, true) and svg:find("#ffea46", 1, true), "U162 heat goes from cividis' dark blue to its yellow")
tap.raises(function() weir.plot{ x = { 1, 2 }, y = { 1, 2, 3 } } end, "2 numbers, not 3", "U093 lists of one length")
tap.raises(function() weir.plot{ x = { 1 }, y = { "a" } } end, "y[1]", "U093 what is no number is named")
tap.raises(function() weir.plot(f, { x = "x", y = "y", kind = "heat" }) end, "needs z", "U093 heat needs z")
tap.raises(function() weir.plot(f, { x = "x", y = "nix" }) end, "nix", "U093 a column that is not there")

-- Levels and counts as bars, whose heights are as the numbers: f's g is a, b, a, b with y = 9, 1, 4, 16.
local function sizes(path, what)
  local out = {}
  for h in read(path):gmatch('<rect x[^>]*' .. what .. '="([%d.]+)"') do out[#out + 1] = tonumber(h) end
  return out
end
weir.plot(f, { x = "g", y = "y", kind = "bars", file = dir .. ".svg" })
local h = sizes(dir .. ".svg", "height")
tap.near(h[1] / h[2], 13 / 17, 0.02, "U093 bars of a factor are the sums of y by its levels")
weir.plot(f:rbind(f:where(f.g:eq("a"))), { x = "g", kind = "bars", file = dir .. ".svg" })
h = sizes(dir .. ".svg", "height")
tap.near(h[1] / h[2], 2, 0.02, "U093 bars of a factor alone count its levels")
weir.frame{ v = { 0.1, 0.2, 0.3, 1.1, 2.5, 2.6 } }:plot{ kind = "hist", breaks = { 0, 1, 2, 3 }, file = dir .. ".svg" }
h = sizes(dir .. ".svg", "width") -- named intervals lie, one below the other
tap.is(#h, 3, "U093 a histogram has a bar for each interval")
tap.near(h[1] / h[2], 3, 0.02, "U093 as long as what is in them")
tap.near(h[3] / h[2], 2, 0.02, "U093 the last one too")
tap.raises(function() f.g:plot{ kind = "hist" } end, "no numeric column", "U093 a histogram counts numbers")
weir.plot(weir.frame{ x = { 1, 2, 3 }, lo = { 1, 2, 3 }, hi = { 3, 4, 5 } }, { x = "x", y = { "lo", "hi" }, kind = "band", file = dir .. ".svg" })
tap.ok(read(dir .. ".svg"):find("<title>hi</title>", 1, true), "U093 a band between two columns")
tap.raises(function() weir.plot(f, { y = { "x", "y", "g" }, kind = "band" }) end, "two columns", "U093 a band needs two")
local many = {}
for i = 1, 13 do many[i] = "l" .. i end
tap.raises(function() weir.frame{ x = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 }, g = many }:plot{ y = "x", by = "g" } end, "13 values; 12", "U093 series of twelve levels at most")

-- Names with signs that XML minds.
weir.plot(weir.frame({ ["a<b&c"] = { 1, 2, 3 } }), { file = dir .. ".svg" })
tap.ok(read(dir .. ".svg"):find("a&lt;b&amp;c", 1, true), "U198 names are escaped in SVG")

-- In words.
local falls, x = {}, {}
for i = 1, 40 do x[i], falls[i] = i / 4, i <= 24 and 0.46 - (0.46 - 0.087) * (i - 1) / 23 or 0.087 end
p = weir.plot{ x = x, y = falls, x_label = "epoch", title = "logloss", file = dir .. ".svg" }
tap.ok(p:words():find("^logloss fell from 0.460 to 0.0870, flat since epoch"), "U101 a plot in words: " .. p:words())
tap.ok(p:words():match("flat since epoch (%d+%.?%d*)"), "U101 flat since an epoch")
tap.near(tonumber(p:words():match("flat since epoch (%d+%.?%d*)")), 6, 0.6, "U101 since the epoch where it became flat")

-- Of models.
local iris = weir.dataset("iris")
local m = weir.deeplearning{ y = "Species", training_frame = iris, validation_frame = iris, hidden = { 6 }, epochs = 6, seed = 1,
  score_interval = 0, train_samples_per_iteration = 150, score_duty_cycle = 1, reproducible = true }
local rows = m:scoring_history()
p = m:plot{ metric = "logloss", file = dir .. ".svg" }
svg = read(dir .. ".svg")
local n = 0
for pts in svg:gmatch('<g class="series">.-points="([^"]*)"') do
  local _, k = pts:gsub(",", "")
  n = n + 1
  tap.is(k, rows.nrow - (rows["training_logloss"]:to_list()[1] == weir.null and 1 or 0), "A117 every scoring event is on the plot")
end
tap.is(n, 2, "A117 training and validation")
tap.ok(p:words():find("^valid logloss [frsg]"), "U101 a model's history in words")
p = m:varimp_plot{ n = 3, file = dir .. ".svg" }
_, boxes = read(dir .. ".svg"):gsub("<rect x", "")
tap.is(boxes, 3, "F138 importances are drawn")
p = m:plot{ timestep = "duration", file = dir .. ".svg" }
tap.ok(read(dir .. ".svg"):find("duration", 1, true), "A117 over time")
tap.raises(function() m:plot{ metric = "nix" } end, "nix", "A117 a metric that was not recorded")

-- Of a metric, two ways to ask for it.
local two = weir.deeplearning{ y = "g", x = { "x", "y" }, training_frame = f, hidden = { 3 }, epochs = 3, seed = 1 }
for _, ask in ipairs{ "pr", { "pr" }, { kind = "pr" } } do
  tap.ok(two:performance():plot(ask):words():find("precision", 1, true), "U093 precision over recall")
end
tap.ok(two:performance():plot():words():find("tpr", 1, true), "U093 the ROC curve unless said otherwise")
tap.raises(function() two:performance():plot("auc") end, '"roc" or "pr"', "U093 what it may be of")

for _, e in ipairs{ ".svg", ".txt", ".png" } do os.remove(dir .. e) end
-- Options with another name are slips, of models too.
local net = weir.deeplearning{ training_frame = f, x = { "x" }, y = "y", hidden = { 2 }, epochs = 1 }
for what, call in pairs{ plot = function() net:plot{ metrci = "mse" } end, varimp_plot = function() net:varimp_plot{ k = 3 } end,
    frame = function() f:plot{ ymin = 1 } end, image = function() weir.image(f, { w = 1 }) end } do
  local good, why = pcall(call)
  tap.ok(not good and why:find("there is no argument '", 1, true), "U220 a slip in the options of " .. what)
end

tap.done()
