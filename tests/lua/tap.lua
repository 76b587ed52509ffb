-- tap.lua - the few lines a test script needs to speak TAP.
local tap = { count = 0, failed = 0 }

function tap.ok(good, name)
  tap.count = tap.count + 1
  if not good then tap.failed = tap.failed + 1 end
  print(("%s %d - %s"):format(good and "ok" or "not ok", tap.count, name))
  return good
end

function tap.is(got, want, name)
  if not tap.ok(got == want, name) then
    print(("# got %s, wanted %s"):format(tostring(got), tostring(want)))
  end
end

function tap.near(got, want, tolerance, name)
  local good = type(got) == "number" and math.abs(got - want) <= tolerance
  if not tap.ok(good, name) then
    print(("# got %s, wanted %s within %g"):format(tostring(got), tostring(want), tolerance))
  end
end

-- Lists of plain values, member by member.
function tap.list(got, want, name)
  local good = type(got) == "table" and #got == #want
  for i = 1, good and #want or 0 do good = good and got[i] == want[i] end
  if not tap.ok(good, name) and type(got) == "table" then
    local s = {}
    for i = 1, #got do s[i] = tostring(got[i]) end
    print("# got {" .. table.concat(s, ", ") .. "}")
  end
end

-- fn must raise an error whose text has all of the given pieces; gives the error.
function tap.raises(fn, pieces, name)
  local good, e = pcall(fn)
  local text = tostring(e)
  local all = not good
  for _, p in ipairs(type(pieces) == "table" and pieces or { pieces }) do
    all = all and text:find(p, 1, true) ~= nil
  end
  if not tap.ok(all, name) then print("# " .. (good and "no error" or text:gsub("\n", "\n# "))) end
  return e
end

function tap.done()
  print("1.." .. tap.count)
  if tap.failed > 0 then os.exit(1) end
end

return tap
