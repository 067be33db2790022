import { Script } from '../script.js';

/**
 * The index of a name is a hash of its keys with data: one for each window of a count or gauge, one for each bucket of
 * the other types. A field such as `minute:110677` stands for 256 of them (28333312 to 28333567). Its value has a bit
 * for each (32 bytes), followed by the Unix second at which the last of them expires, or by nothing if one never does.
 * So nothing has to search for keys.
 */
export const SPAN = 256;

/**
 * Returns where an interval of a name has data from first to last, as runs of windows or buckets (first, length, first,
 * length …), in steps of 256. Key: the index. Arguments: the interval as it appears in keys, first and last.
 */
export const runsScript = new Script(
  `
local field, chunks, runs = ARGV[1], {}, {}
local low, high = math.floor(ARGV[2] / ${SPAN}), math.floor(ARGV[3] / ${SPAN})
for _, each in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(each, 1, #field) == field then
    local chunk = tonumber(string.sub(each, #field + 1))
    if chunk >= low and chunk <= high then chunks[#chunks + 1] = chunk end
  end
end
table.sort(chunks)
for _, chunk in ipairs(chunks) do
  local first = chunk * ${SPAN}
  if #runs > 0 and runs[#runs - 1] + runs[#runs] == first then
    runs[#runs] = runs[#runs] + ${SPAN}
  else
    runs[#runs + 1] = first
    runs[#runs + 1] = ${SPAN}
  end
end
return runs
`,
  true,
);

/** Reads the index; shared by the scripts that only read. `unit` stands for a window or a bucket. */
export const readIndex = `
local SPAN = ${SPAN}

local function headOf(index, name)
  return string.sub(index, 1, #index - #name - 1)
end

local function dataKey(head, field, unit, name)
  return head .. field .. string.format('%d', unit) .. ':' .. name
end

-- A call with two keys, since a cluster that is moving the slot refuses it when one of them is missing: a key that
-- has already moved, or has yet to, never passes for one that does not exist.
local function exists(index, key)
  return redis.call('EXISTS', index, key) == 2
end

-- Calls visit(unit) for the keys of one field, up or down, until it returns true.
local function visit(chunk, bitmap, down, visitor)
  local from, to, step = 1, SPAN / 8, 1
  if down then from, to, step = SPAN / 8, 1, -1 end
  for i = from, to, step do
    local byte = string.byte(bitmap, i)
    if byte ~= 0 then
      local first, last = 0, 7
      if down then first, last = 7, 0 end
      for j = first, last, step do
        if bit.band(byte, bit.lshift(1, j)) ~= 0 and visitor(chunk * SPAN + (i - 1) * 8 + j) then return true end
      end
    end
  end
  return false
end

-- The fields of an index by interval: { ['minute:'] = { chunks = { ascending }, maps = { [chunk] = bitmap } } }.
local function loadIndex(index)
  local flat, intervals = redis.call('HGETALL', index), {}
  for i = 1, #flat, 2 do
    local field, chunk = string.match(flat[i], '^(.*[:/])(%-?%d+)$')
    local interval = intervals[field]
    if not interval then
      interval = { chunks = {}, maps = {} }
      intervals[field] = interval
    end
    chunk = tonumber(chunk)
    interval.chunks[#interval.chunks + 1] = chunk
    interval.maps[chunk] = flat[i + 1]
  end
  for _, interval in pairs(intervals) do table.sort(interval.chunks) end
  return intervals
end

-- The same of one of the names of a shard, whose key alone need be on this server. Two keys again: an index that has
-- yet to move is refused, and never passes for one that is empty.
local function loadIndexOf(names, index)
  local intervals = loadIndex(index)
  if not next(intervals) then redis.call('EXISTS', names, index) end
  return intervals
end
`;

/** Finds the first and the last place with data. */
export const edges = (laterLimit: number) => `
-- The least rank of a window from least on, or the greatest where down is true; or nil.
local function edgeOfWindow(key, least, down)
  local found = nil
  for _, field in ipairs(redis.call('HKEYS', key)) do
    local place, later = string.match(field, '^(%d+)%+?(%d*)$')
    local rank = place * ${laterLimit} + (tonumber(later) or 0)
    if (not least or rank >= least) and (not found or (rank > found) == down) then found = rank end
  end
  return found
end

-- The first key of an interval from oldest on with data, or the last where down is true; or nil. With it, in windows,
-- the rank of its first or last field, where that is asked for. Below least, in the oldest window, all is expired.
local function edge(index, name, field, interval, oldest, least, down, ranked)
  local head, found, rank = headOf(index, name), nil, nil
  local chunks = interval.chunks
  local from, to, step = 1, #chunks, 1
  if down then from, to, step = #chunks, 1, -1 end
  for i = from, to, step do
    local chunk = chunks[i]
    if not oldest or chunk >= math.floor(oldest / SPAN) then
      visit(chunk, interval.maps[chunk], down, function(unit)
        if oldest and unit < oldest then return down end
        local key = dataKey(head, field, unit, name)
        if not exists(index, key) then return false end
        local bound = unit == oldest and least or nil
        if bound or ranked then
          rank = edgeOfWindow(key, bound, down)
          if not rank then return down end
        end
        found = unit
        return true
      end)
    end
    if found then return found, rank end
  end
  return nil
end
`;
