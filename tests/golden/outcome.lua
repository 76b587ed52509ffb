-- outcome.lua - whether a training was taken or refused, against what was recorded and the rules.
local weir = require "weir"
local rules = require "golden.rules"

local outcome = {}

-- Parameters that a recorded refusal is about, with the names that weir knows them by.
local aliases = { response = "response_column", weights_columns = "weights_column", train = "training_frame", valid = "validation_frame",
                  fold_columns = "fold_column" }

local function fields_of(recorded)
  local out = {}
  for _, m in ipairs(recorded.messages or {}) do
    if m.level == "ERRR" then
      local f = tostring(m.field):gsub("^_", "")
      out[#out + 1] = aliases[f] or f
    end
  end
  return out
end

-- A refusal is one sentence about the parameter at fault; where several were changed, about any of them.
local function names_it(err, recorded, changed)
  if #recorded == 0 then return true end
  local fields, names = table.move(recorded, 1, #recorded, 1, {}), {}
  for name in pairs(changed or {}) do names[#names + 1] = name end
  if #names > 1 then table.move(names, 1, #names, #fields + 1, fields) end
  local said = tostring(err)
  for _, f in ipairs(fields) do
    if said:find(f, 1, true) or (type(err) == "table" and err.parameter == f) then return true end
  end
  return false
end

-- got: "accepted", "refused", "failed", "unstable". Gives true when it came out as it should and there is a model to compare.
function outcome.check(c, quantity, recorded, got, result, facts)
  facts.got = got
  local rule = rules.outcome(recorded, facts)
  local want = rule and rule.weir or recorded.status == "accepted" and "accepted" or "refused"
  c.count = c.count + 1
  if want ~= got then
    c:differ(quantity, want .. (rule and (" (rule: %s)"):format(rule.reason) or ""),
             got .. (got ~= "accepted" and (": %s"):format(tostring(result)) or ""))
    return false
  end
  if got == "refused" and recorded.status == "rejected" and not names_it(result, fields_of(recorded), facts.changed) then
    c:differ(quantity .. " names", table.concat(fields_of(recorded), " or "), tostring(result))
  end
  return got == "accepted" and recorded.status == "accepted"
end

return outcome
