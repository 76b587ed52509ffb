-- Pictures: F109 rows as images; histograms of columns.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local tap = require "tap"
local weir = require "weir"

-- What is drawn goes to the script's own output, so a program of its own is run and read.
local function output(code)
  local name = os.tmpname()
  local f = assert(io.open(name, "w"))
  f:write("local weir = require 'weir'\n", code)
  f:close()
  local p = assert(io.popen("./weir run " .. name .. " 2>&1"))
  local text = p:read("a")
  p:close()
  os.remove(name)
  return text
end

-- A picture of 2 x 4 pixels: full above, nothing below; then the other way round; then all half.
local three = [[
local f = weir.frame({ { 4,4, 4,4, 0,0, 0,0 }, { 0,4, 0,4, 0,4, 0,4 }, { 4,0, 0,4, 4,0, 0,4 } })
]]
tap.is(output(three .. "weir.image(f, { width = 2, across = 3 })"), "██  █ ▀▄\n    █ ▀▄\n", "F109 pixels are full, empty and half blocks")
tap.is(output(three .. "weir.image(f, { width = 2, across = 1 })"), "██\n\n\n █\n █\n\n▀▄\n▀▄\n", "F109 one below the other")
tap.is(output(three .. "weir.image(f, { width = 2, ascii = true, across = 3 })"), "@@  @ ++\n    @ ++\n", "F109 plain ASCII")
tap.is(output("weir.image(weir.frame({ { 0, 1, 2, 3, 7 } }))"):match("^[^\n]*"), "▄▄", "F109 a square, the class behind it left out")
tap.is(output("weir.image(weir.frame({ { 0, 5, 10, 10 } }), { min = 0, max = 20, ascii = true })"), ":-\n", "F109 min and max set the shades")

local f = weir.frame({ { 0, 1, 2, 3 }, { 3, 2, 1, 0 } })
tap.raises(function() weir.image(weir.frame({ { 1, 2, 3, 4, 5 } }), { width = 3 }) end, { "5 numeric columns", "3 x" }, "F109 a width that does not fit")
tap.raises(function() weir.image(f, { widht = 2 }) end, "widht", "F109 an unknown option")
tap.raises(function() weir.image(weir.frame({ { 1, 2, 3 } }), {}) end, "width is missing", "F109 no square and no width")

-- PNG, read back by hand: signature, size, grey, and the pixels through zlib.
local path = os.tmpname()
local good, e = pcall(weir.image, f, { file = path, scale = 2, across = 2 })
if good then
  local png = assert(io.open(path, "rb")):read("a")
  tap.is(png:sub(1, 8), "\137PNG\r\n\26\n", "F109 it is a PNG")
  local w, h, depth, color = string.unpack(">I4I4BB", png, 17)
  tap.is(("%d %d %d %d"):format(w, h, depth, color), "14 8 8 0", "F109 two pictures of 2 x 2 at scale 2 with edges")
  tap.raises(function() weir.image(f, { file = "/no/such/folder/x.png" }) end, "/no/such/folder/x.png", "F109 a folder that is not there")
else
  tap.ok(tostring(e):find("libpng", 1, true), "F109 without libpng a sentence says so")
end
os.remove(path)

local h = output("weir.frame({ x = { 1, 1, 1, 2, 5 } }, { names = { 'x' } }):plot{ kind = 'hist', breaks = { 0, 1, 2, 5 } }")
local title, l1, l2, l3 = h:match("^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n")
local function bar(line) return select(2, line:gsub("#", "")) + select(2, line:gsub("\u{2588}", "")) end
tap.is(title, "x", "A072 a histogram has the column's name")
tap.ok(l1:find("^0 .. 1 .* 3$") and l2:find("^1 .. 2 .* 1$") and l3:find("^2 .. 5 .* 1$"), "A072 a histogram's classes and counts")
tap.ok(math.abs(bar(l1) - 3 * bar(l2)) <= 3 and bar(l2) == bar(l3) and bar(l1) > 30, "A072 a histogram of bars")
tap.is(weir.frame({ x = { 1, 1, 9 } }):describe():cell(1, "shape"), "█        ▄", "F098 describe draws a column's shape")
tap.done()
