/**
 * The index of a name, a hash, tells which buckets exist. A field such as `minute:110677` stands for 256 buckets
 * (28333312 to 28333567), and its value is a bit for each, 32 bytes, followed by the Unix second at which the last
 * of them expires, or by nothing where one never does. So a bucket costs the index little more than a bit, and
 * nothing has to look for keys.
 */
export const SPAN = 256;

/** Reading the index: what the scripts that only read share. */
export const readIndex = `
local SPAN = ${SPAN}

local function headOf(index, name)
  return string.sub(index, 1, #index - #name - 1)
end

local function bucketKey(head, field, bucket, name)
  return head .. field .. string.format('%d', bucket) .. ':' .. name
end

-- A call with two keys, since a cluster that is moving the slot refuses it when one of them is missing: a bucket
-- that has already moved, or has yet to, never passes for one that does not exist.
local function exists(index, key)
  return redis.call('EXISTS', index, key) == 2
end

-- Calls visit(bucket) for the buckets of one field, up or down, until it returns true.
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

-- The first bucket of an interval from oldest on whose key exists, or the last where down is true; or nil.
local function edge(index, name, field, interval, oldest, down)
  local head, found = headOf(index, name), nil
  local chunks = interval.chunks
  local from, to, step = 1, #chunks, 1
  if down then from, to, step = #chunks, 1, -1 end
  for i = from, to, step do
    local chunk = chunks[i]
    if not oldest or chunk >= math.floor(oldest / SPAN) then
      visit(chunk, interval.maps[chunk], down, function(bucket)
        if oldest and bucket < oldest then return down end
        if exists(index, bucketKey(head, field, bucket, name)) then found = bucket end
        return found ~= nil
      end)
    end
    if found then return found end
  end
  return nil
end
`;
