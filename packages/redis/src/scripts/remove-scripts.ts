import { Script } from '../script.js';
import { readIndex } from './name-index.js';

/** No script deletes many more keys than this, so that none blocks the server for long. */
export const REMOVED_AT_ONCE = 10_000;

/**
 * Deletes the keys of a name and their entries in the index, then the name. Returns how many more keys may be deleted.
 * The index disappears with its last entry.
 */
const remove = `${readIndex}
local function remove(names, index, name, budget)
  for field, interval in pairs(loadIndexOf(names, index)) do
    for chunk, bitmap in pairs(interval.maps) do
      local keys = {}
      visit(chunk, bitmap, false, function(unit)
        keys[#keys + 1] = dataKey(names, field, unit, name)
      end)
      -- A cluster that is moving the slot refuses several keys by itself where one is missing.
      if #keys == 1 then exists(index, keys[1]) end
      redis.call('UNLINK', unpack(keys))
      redis.call('HDEL', index, field .. string.format('%d', chunk))
      budget = budget - #keys
      if budget <= 0 then return budget end
    end
  end
  redis.call('SREM', names, name)
  return budget
end
`;

/** Deletes a name; returns 1 if there is more. Keys: the shard's names and the index. */
export const removeScript = new Script(
  `${remove}
return remove(KEYS[1], KEYS[2], ARGV[1], ${REMOVED_AT_ONCE}) <= 0 and 1 or 0
`,
  false,
);

/** Deletes all names of a shard; returns 1 if there is more. Key: the shard's names. */
export const removeShardScript = new Script(
  `${remove}
local names, budget = KEYS[1], ${REMOVED_AT_ONCE}
for _, name in ipairs(redis.call('SMEMBERS', names)) do
  budget = remove(names, names .. ':' .. name, name, budget)
  if budget <= 0 then return 1 end
end
return 0
`,
  false,
);
