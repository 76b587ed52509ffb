-- 6.1: import and summary.
local here = arg[0]:match("^(.*/)") or ""
local d = dofile(here .. "digits.lua")

print(d.train:summary())
print(d.train:describe())
print(d.test:describe())
