-- prelude.lua - the part of the module that is easier said in Lua.
-- Called with the module table; what C gives is there already.
local weir = ...

-- A new table with the entries of all; later ones win. Arguments stay as they are.
function weir.merge(...)
  local out = {}
  for i = 1, select("#", ...) do
    for k, v in pairs((select(i, ...)) or {}) do out[k] = v end
  end
  return out
end

-- Members of a that are not in b; b may be one value.
function weir.setdiff(a, b)
  local gone, out = {}, {}
  if type(b) ~= "table" then b = { b } end
  for _, v in ipairs(b) do gone[v] = true end
  for _, v in ipairs(a) do if not gone[v] then out[#out + 1] = v end end
  return out
end

function weir.range(from, to)
  local out = {}
  for i = from, to do out[#out + 1] = i end
  return out
end

function weir.seq(from, to, by)
  local out, n = {}, math.floor((to - from) / by + 1e-9)
  for i = 0, n do out[#out + 1] = from + i * by end
  return out
end

-- Two-step style: an estimator becomes its model once trained.
local estimator = {}

function estimator:train(args)
  local p = weir.merge(rawget(self, "given"), args or {})
  rawset(self, "model", weir.deeplearning(p))
  return self
end

function estimator:start(args)
  return weir.start.deeplearning(weir.merge(rawget(self, "given"), args or {}))
end

local estimator_meta = {
  __index = function(self, key)
    if estimator[key] then return estimator[key] end
    local m = rawget(self, "model")
    if not m then
      error("the estimator has not been trained yet: call :train{...} first", 2)
    end
    local v = m[key]
    if type(v) == "function" then
      return function(_, ...) return v(m, ...) end
    end
    return v
  end,
  __tostring = function(self)
    local m = rawget(self, "model")
    return m and tostring(m) or "deep learning estimator, not trained yet"
  end,
}

function weir.DeepLearning(given)
  return setmetatable({ given = weir.merge(given or {}) }, estimator_meta)
end

function weir.AutoEncoder(given)
  return weir.DeepLearning(weir.merge({ autoencoder = true }, given or {}))
end

function weir.autoencoder(args)
  return weir.deeplearning(weir.merge({ autoencoder = true }, args))
end

weir.start = setmetatable({
  deeplearning = weir.start_deeplearning,
  autoencoder = function(args)
    return weir.start_deeplearning(weir.merge({ autoencoder = true }, args))
  end,
}, { __call = function(_, args) return weir.start_deeplearning(args) end })
weir.start_deeplearning = nil

function weir.predict(model, frame) return model:predict(frame) end

function weir.citation()
  return ([[
weir %s: deep learning on tables, after the Deep Learning of H2O.

@software{weir,
  title = {weir: a terminal workbench for deep learning on tables},
  version = {%s}
}
]]):format(weir.version, weir.version)
end

-- What weir is not, said in one sentence each.
function weir.connect()
  error("weir has no server to connect to: log in with ssh and use weir attach", 2)
end

function weir.demo()
  error("there are no demos; open a sample notebook: samples/digits.lua, samples/heartbeats.lua", 2)
end

function weir.sample(n, k, seed)
  local at, out = weir.range(1, n), {}
  local state = seed or 1
  for i = 1, k or n do
    state = (state * 6364136223846793005 + 1442695040888963407)
    local j = i + (state >> 33) % (n - i + 1)
    at[i], at[j] = at[j], at[i]
    out[i] = at[i]
  end
  return out
end
