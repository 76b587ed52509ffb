-- translate.lua - recorded Python calls on frames as weir says them. Each entry is the call's text and a
-- function of the scope (frames num, fac, mis and the small ones, constants by name).
local translate = {}

local calls = {
  ["num[C1].cut(BREAKS)"] = function(s) return s.num:col(s.C1):cut(s.BREAKS) end,
}

function translate.of(call) return calls[call] end

return translate
