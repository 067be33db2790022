/**
 * Scripts that add up the data they read. Each returns the sum of all magnitudes, and the result. If a number
 * is not exact, or a value is not a number, the sum is false, and the caller must read the data.
 */
import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';
import { LATER_LIMIT } from '../window-fields.js';
import { unitKeys } from './read-scripts.js';

/** Sums of whole numbers up to here are exact. */
const SAFE = 2 ** 53;

/**
 * Divides windows at positions (window × span + rank). Further arguments: the span and the positions, ascending. Each
 * part goes from one position to before the next. Returns the number and the result of each part with data.
 */
const cut = (fold: string) =>
  new Script(
    `${unitKeys}
local span, edges, m = tonumber(ARGV[5]), {}, #ARGV - 5
for i = 1, m do edges[i] = tonumber(ARGV[i + 5]) end
if m < 2 then return { '0', {} } end

local function rankOf(field)
  local place, later = tonumber(field), 0
  if not place then place, later = string.match(field, '^(%d+)%+(%d+)$') end
  return place * ${LATER_LIMIT} + later
end

local function read(command, key)
  local found = call(command, key)
  if #found == 0 then exists(key) end
  return found
end

local results, total = {}, 0
${fold}
local reply = {}
for i = 1, m - 1 do
  if results[i] then
    reply[#reply + 1] = i - 1
    reply[#reply + 1] = results[i]
  end
end
return { string.format('%.17g', total), reply }
`,
    true,
  );

const counts = cut(`
local i, s = 0, 1
for r = 1, #runs, 2 do
  for window = runs[r], runs[r] + runs[r + 1] - 1 do
    i = i + 1
    local from, to = window * span, (window + 1) * span
    while s < m - 1 and edges[s + 1] <= from do s = s + 1 end
    if edges[s] <= from and to <= edges[s + 1] then
      local values = read('HVALS', keys[i])
      local sum = results[s]
      if not sum and #values > 0 then sum = 0 end
      for j = 1, #values do
        local value = tonumber(values[j])
        sum = sum + value
        total = total + (value < 0 and -value or value)
      end
      results[s] = sum
    else
      local flat, t = read('HGETALL', keys[i]), s
      for j = 1, #flat, 2 do
        local position = from + rankOf(flat[j])
        if position >= edges[s] and position < edges[m] then
          if position < edges[t] then t = s end
          while position >= edges[t + 1] do t = t + 1 end
          local value = tonumber(flat[j + 1])
          results[t] = (results[t] or 0) + value
          total = total + (value < 0 and -value or value)
        end
      end
    end
  end
end
if not (total <= ${SAFE}) then return { false, {} } end
for s = 1, m - 1 do
  if results[s] then results[s] = string.format('%.17g', results[s]) end
end`);

/** Starts at the last window: once there is a reading, earlier ones are not needed. */
const gauges = cut(`
local i, s, at = n, m - 1, {}
for r = #runs - 1, 1, -2 do
  for window = runs[r] + runs[r + 1] - 1, runs[r], -1 do
    local from, to = window * span, (window + 1) * span
    while s > 1 and edges[s] >= to do s = s - 1 end
    if not (results[s] and edges[s] <= from) then
      local flat = read('HGETALL', keys[i])
      for j = 1, #flat, 2 do
        local position, t = from + rankOf(flat[j]), s
        if position < edges[m] then
          while t > 0 and position < edges[t] do t = t - 1 end
          if t > 0 and (not at[t] or position > at[t]) then
            at[t] = position
            results[t] = flat[j + 1]
          end
        end
      end
    end
    i = i - 1
  end
end`);

/**
 * Buckets that each have a key. Further arguments: the scope to add up (`range`, `bucket` or `resolution`);
 * `1` if values begin with a resolution; and for statistics, `1` if the read wants the sum, and `1` if it
 * wants an extreme.
 */
const grouped = (fold: string, reply: string) =>
  new Script(
    `${unitKeys}
local wanted, resolved, sums, extremes = ARGV[5], ARGV[6] == '1', ARGV[7] == '1', ARGV[8] == '1'
local numbers = sums or extremes
local groups, byResolution, one, total = {}, nil, nil, 0

local function open(unit, resolution)
  local group = { unit = unit, resolution = resolution, values = {}, count = 0, sum = 0, size = 0 }
  groups[#groups + 1] = group
  return group
end

-- The group of a value, and the value without its resolution.
local function split(unit, text)
  local resolution = ''
  if resolved then
    local slash = string.find(text, '/', 1, true)
    resolution, text = string.sub(text, 1, slash - 1), string.sub(text, slash + 1)
  end
  if wanted ~= 'resolution' then
    one = one or open(unit, resolution)
    return one, text
  end
  local group = byResolution[resolution]
  if not group then
    group = open(unit, resolution)
    byResolution[resolution] = group
  end
  return group, text
end

-- Adds a value to the statistics; false where it is no number.
local function weigh(group, text, count)
  group.count = group.count + count
  if not numbers then return true end
  local first = string.byte(text)
  if not first or first ~= 45 and (first < 48 or first > 57) then return false end
  local number = tonumber(text)
  local product = number * count
  group.sum = group.sum + product
  group.size = group.size + math.abs(product)
  if not group.min or number < group.min then group.min, group.least = number, text end
  if not group.max or number > group.max then group.max, group.greatest = number, text end
  return true
end

local i = 0
for r = 1, #runs, 2 do
  for unit = runs[r], runs[r] + runs[r + 1] - 1 do
    i = i + 1
    if wanted ~= 'range' then one = nil end
    byResolution = {}
    local key = keys[i]
    ${fold}
  end
end
if not (total <= ${SAFE}) then return { false, {} } end
local reply = {}
for i, group in ipairs(groups) do
  ${reply}
end
return { string.format('%.17g', total), reply }
`,
    true,
  );

const statistics = `
  if sums and not (group.size <= ${SAFE}) then return { false, {} } end
  local sum = sums and string.format('%.17g', group.sum) or ''
  reply[i] = {
    group.unit, group.resolution, string.format('%.17g', group.count), sum, group.least or '', group.greatest or ''
  }`;

const histogram = `
    local entries = call('HGETALL', key)
    if #entries == 0 then exists(key) end
    for j = 1, #entries, 2 do
      local group, text = split(unit, entries[j])
      local count = tonumber(entries[j + 1])
      total = total + math.abs(count)
      ADD
    end`;

const histogramData = grouped(
  histogram.replace('ADD', 'group.values[text] = (group.values[text] or 0) + count'),
  `
  local flat = {}
  for value, count in pairs(group.values) do
    flat[#flat + 1] = value
    flat[#flat + 1] = string.format('%.17g', count)
  end
  reply[i] = { group.unit, group.resolution, flat }`,
);
const histogramStatistics = grouped(
  histogram.replace('ADD', 'if not weigh(group, text, count) then return { false, {} } end'),
  statistics,
);

/** For a whole bucket, the count is known without looking at the values. */
const series = grouped(
  `
    if numbers or wanted == 'resolution' and resolved then
      local values = call('LRANGE', key, 0, -1)
      if #values == 0 then exists(key) end
      for j = 1, #values do
        local group, text = split(unit, values[j])
        if not weigh(group, text, 1) then return { false, {} } end
      end
    else
      local length = call('LLEN', key)
      if length == 0 then
        exists(key)
      else
        one = one or open(unit, '')
        one.count = one.count + length
        if wanted ~= 'range' then one = nil end
      end
    end`,
  statistics,
);

const members = grouped(
  `
    local members = call('SMEMBERS', key)
    if #members == 0 then exists(key) end
    for j = 1, #members do
      local group, text = split(unit, members[j])
      group.values[text] = true
    end`,
  `
  local flat = {}
  for value in pairs(group.values) do flat[#flat + 1] = value end
  reply[i] = { group.unit, group.resolution, flat }`,
);

/** The server's own command unites sets without resolutions. */
const union = new Script(
  `${unitKeys}
if n == 0 then return { '0', {} } end
local members = call('SUNION', unpack(keys))
-- A cluster that is moving the slot refuses several keys by itself where one is missing.
if n == 1 and #members == 0 then exists(keys[1]) end
if #members == 0 then return { '0', {} } end
return { '0', { { runs[1], '', members } } }
`,
  true,
);

/** The script that adds up a type: to its own data, or to statistics of it. */
export function foldScript(
  type: TimeseriesType,
  { statistics, resolved }: { readonly statistics: boolean; readonly resolved: boolean },
): Script {
  switch (type) {
    case 'count':
      return counts;
    case 'gauge':
      return gauges;
    case 'histogram':
      return statistics ? histogramStatistics : histogramData;
    case 'series':
      return series;
    case 'set':
      return resolved ? members : union;
  }
}
