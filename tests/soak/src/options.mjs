import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { clusters, storeNames } from './stores/index.mjs';

export const USAGE = `npm run soak [STORE …] [-- --seconds 60 --writers 4]

Writes to a store from several processes, kills its server meanwhile, and compares what is stored with what the
writers were told. Stores: ${storeNames.join(', ')}.

  --seconds N   how long they write (60)
  --writers N   how many processes (4)
  --defaults    with the durability that the store has by default, which may lose what it acknowledged
  --slow        the server is stopped for ten seconds, then reached over a slow way that cuts connections; no kills
  --reshard     shards are split meanwhile, on a cluster of its own processes (${Object.keys(clusters).join(', ')}); no kills
  --hostile     runs generated programs in place of that, and compares every answer with the reference model's
  --programs N  how many (10000)
  --seed N      of which seed (a random one, which is printed)
  --path P      only the one at this path of the seed, as a failure prints it
  --resources   opens, uses and closes timeseries for so many seconds, and shows what the process holds
  --json FILE   writes the results there, too`;

export class UsageError extends Error {}

/** Parses the command line. */
export function readOptions(args) {
  const { values, positionals } = parse(args);
  for (const name of positionals) {
    if (!storeNames.includes(name))
      throw new UsageError(`There is no store "${name}"; expected ${storeNames.join(', ')}`);
  }
  return {
    stores: storesOf(positionals, values.reshard),
    seconds: atLeast('seconds', values.seconds, 3),
    writers: atLeast('writers', values.writers, 1),
    durable: !values.defaults,
    slow: values.slow,
    hostile: values.hostile,
    resources: values.resources,
    programs: atLeast('programs', values.programs, 1),
    seed: values.seed === undefined ? randomInt(2 ** 31) : atLeast('seed', values.seed, -(2 ** 31)),
    path: values.path,
    json: values.json,
    help: values.help,
  };
}

function storesOf(names, reshard) {
  if (!reshard) return names.length > 0 ? names : storeNames;
  const whole = names.find((name) => clusters[name] === undefined);
  if (whole !== undefined) throw new UsageError(`--reshard splits no shards of "${whole}"`);
  return names.length > 0 ? names.map((name) => clusters[name]) : Object.values(clusters);
}

function parse(args) {
  try {
    return parseArgs({
      // If you call the script by hand, npm leaves the "--" before our options.
      args: args.filter((each) => each !== '--'),
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '60' },
        writers: { type: 'string', default: '4' },
        defaults: { type: 'boolean', default: false },
        slow: { type: 'boolean', default: false },
        resources: { type: 'boolean', default: false },
        reshard: { type: 'boolean', default: false },
        hostile: { type: 'boolean', default: false },
        programs: { type: 'string', default: '10000' },
        seed: { type: 'string' },
        path: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function atLeast(name, text, least) {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} is "${text}"; expected a whole number from ${least}`);
}
