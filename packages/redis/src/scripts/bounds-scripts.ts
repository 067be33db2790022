import { Script } from '../script.js';
import { readIndex } from './name-index.js';

/**
 * The first and the last bucket with data of each interval of a name, or false. Its key is the name's index; its
 * arguments are the name, then each interval as it stands in keys and its oldest bucket, or nothing for all.
 */
export const boundsScript = new Script(
  `${readIndex}
local index, name = KEYS[1], ARGV[1]
local intervals, reply = loadIndex(index), {}
for i = 2, #ARGV, 2 do
  local field, oldest = ARGV[i], tonumber(ARGV[i + 1])
  local interval = intervals[field]
  local first = interval and edge(index, name, field, interval, oldest, false)
  if first then
    reply[#reply + 1] = { first, edge(index, name, field, interval, oldest, true) }
  else
    reply[#reply + 1] = false
  end
end
return reply
`,
  true,
);

/** The names of a shard with data. Its key is the shard's names; its arguments are the intervals, as above. */
export const listScript = new Script(
  `${readIndex}
local names, reply = KEYS[1], {}

local function hasData(index, name)
  local intervals = loadIndexOf(names, index)
  for i = 1, #ARGV, 2 do
    local interval = intervals[ARGV[i]]
    if interval and edge(index, name, ARGV[i], interval, tonumber(ARGV[i + 1]), true) then return true end
  end
  return false
end

for _, name in ipairs(redis.call('SMEMBERS', names)) do
  if hasData(names .. ':' .. name, name) then reply[#reply + 1] = name end
end
return reply
`,
  true,
);
