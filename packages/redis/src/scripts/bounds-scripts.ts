import { Script } from '../script.js';
import { LATER_LIMIT } from '../window-fields.js';
import { edges, readIndex } from './name-index.js';

/**
 * Returns the first and last place with data in each interval of a name, or false: bucket, 0, bucket, 0, or with windows
 * window, rank, window, rank. Key: the name's index. Arguments: the name, `1` for windows, then each interval as it
 * appears in keys, and where its oldest bucket begins (bucket or window, and with windows a rank; empty for all).
 */
export const boundsScript = new Script(
  `${readIndex}${edges(LATER_LIMIT)}
local index, name, windows = KEYS[1], ARGV[1], ARGV[2] == '1'
local intervals, reply = loadIndex(index), {}
for i = 3, #ARGV, 3 do
  local field, oldest, least = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local interval = intervals[field]
  reply[#reply + 1] = false
  if interval then
    local first, low = edge(index, name, field, interval, oldest, least, false, windows)
    if first then
      local last, high = edge(index, name, field, interval, oldest, least, true, windows)
      reply[#reply] = { first, low or 0, last, high or 0 }
    end
  end
end
return reply
`,
  true,
);

/**
 * Returns the names of a shard that have data. Key: the shard's names. Arguments: a pattern that they must
 * match, or empty for all, then the intervals as in the script above.
 */
export const listScript = new Script(
  `${readIndex}${edges(LATER_LIMIT)}
local names, pattern, reply = KEYS[1], ARGV[1], {}

local function hasData(index, name)
  local intervals = loadIndexOf(names, index)
  for i = 2, #ARGV, 3 do
    local interval, oldest, least = intervals[ARGV[i]], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    if interval and edge(index, name, ARGV[i], interval, oldest, least, true, false) then return true end
  end
  return false
end

-- The names that match, each once: a scan may meet one twice.
local function matching()
  local found, seen, cursor = {}, {}, '0'
  local count = math.max(10, redis.call('SCARD', names))
  repeat
    local reply = redis.call('SSCAN', names, cursor, 'MATCH', pattern, 'COUNT', count)
    cursor = reply[1]
    for _, name in ipairs(reply[2]) do
      if not seen[name] then
        seen[name] = true
        found[#found + 1] = name
      end
    end
  until cursor == '0'
  return found
end

for _, name in ipairs(pattern == '' and redis.call('SMEMBERS', names) or matching()) do
  if hasData(names .. ':' .. name, name) then reply[#reply + 1] = name end
end
return reply
`,
  true,
);
