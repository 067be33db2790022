import { Script } from '../script.js';

/** Replaces the record if it still is what is expected; `''` stands for none. Returns whether it was. */
export const recordScript = new Script(
  `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`,
  false,
);
