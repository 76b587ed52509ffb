-- metrics.lua - kind metrics: predictions from outside, judged by weir.make_metrics.
local weir = require "weir"
local compare = require "golden.compare"
local metrics_of = require "golden.metrics_of"
local rules = require "golden.rules"

return function(c, case)
  local frame = weir.import_file{ c.dir .. "/" .. case.file, compat = "h2o", header = 1 }
  local domain, weights = compare.value(case.domain), compare.value(case.weights)
  local call = { predicted = frame[case.predictions], compat = "h2o" }
  local actual = frame:col("actual")
  call.actual = domain and actual:asfactor() or actual
  call.domain = domain
  if weights then call.weights = frame:col(weights) end
  for name, value in pairs(case.params) do call[name] = value end
  local good, m = pcall(weir.make_metrics, call)
  local recorded = { status = case.expect.error and "rejected" or "accepted" }
  local rule = rules.outcome(recorded, { params = case.params, call = "make_metrics", domain = domain, actual = actual })
  local want = rule and rule.weir or recorded.status == "accepted" and "accepted" or "refused"
  c:text("outcome", want, good and "accepted" or "refused")
  if not good and want == "accepted" then c:differ("make_metrics", "metrics", tostring(m)) end
  if good and not case.expect.error then metrics_of.check(c, "metrics", case.expect, m, domain) end
end
