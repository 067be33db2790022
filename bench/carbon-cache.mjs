/** Debian's carbon-cache with Whisper files, to be measured beside. */
import { execFile } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, needProgram, startProcess, waitForPort } from '../scripts/lib/server.mjs';

const execute = promisify(execFile);

/** How many points the finest archives of some files hold between two Unix seconds. */
const COUNT = `
import sys, whisper
since, until, *paths = sys.argv[1:]
count = 0
for path in paths:
    try:
        found = whisper.fetch(path, int(since), int(until))
    except Exception:
        continue
    count += sum(value is not None for value in (found[1] if found else []))
print(count)
`;

/** Starts one in a folder; it writes as fast as it can. */
export async function startCarbonCache(folder, retentions) {
  const program = await needProgram({
    names: ['/usr/bin/carbon-cache', '/usr/bin/carbon-cache.py'],
    packages: ['graphite-carbon'],
    what: 'carbon-cache (graphite-carbon)',
  });
  const [line, pickle, query] = await Promise.all([freePort(), freePort(), freePort()]);
  const whisper = join(folder, 'whisper');
  await mkdir(whisper, { recursive: true });
  await writeFile(
    join(folder, 'carbon.conf'),
    `[cache]
STORAGE_DIR = ${folder}
CONF_DIR = ${folder}
LOG_DIR = ${folder}
PID_DIR = ${folder}
LOCAL_DATA_DIR = ${whisper}
USER =
MAX_CACHE_SIZE = inf
MAX_UPDATES_PER_SECOND = inf
MAX_CREATES_PER_MINUTE = inf
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = ${line}
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
PICKLE_RECEIVER_PORT = ${pickle}
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = ${query}
CARBON_METRIC_INTERVAL = 0
LOG_UPDATES = False
LOG_CACHE_HITS = False
LOG_LISTENER_CONN_SUCCESS = False
`,
  );
  await writeFile(join(folder, 'storage-schemas.conf'), `[all]\npattern = .*\nretentions = ${retentions}\n`);
  const args = [`--config=${join(folder, 'carbon.conf')}`, '--nodaemon', 'start'];
  const server = await startProcess('/usr/bin/python3', [program, ...args], { folder });
  await waitForPort(line, { server, seconds: 30 });

  const pathOf = (name) => join(whisper, `${name.replaceAll('.', '/')}.wsp`);
  const count = async (names, since, until) => {
    const paths = names.map(pathOf);
    const { stdout } = await execute('/usr/bin/python3', ['-c', COUNT, since, until, ...paths].map(String), {
      cwd: folder,
    });
    return Number(stdout);
  };
  return {
    port: line,
    pid: server.process.pid,
    /**
     * Waits until so many points of each name are in its file, looking at a few files until theirs are, and resolves to
     * when the last file was written, in Unix milliseconds.
     */
    async stored(names, points, since, until) {
      const few = names.filter((_, index) => index % Math.ceil(names.length / 10) === 0);
      for (const some of [few, names]) {
        const deadline = Date.now() + 60_000;
        while ((await count(some, since, until)) < some.length * points) {
          if (Date.now() > deadline) return Number.POSITIVE_INFINITY;
          await sleep(100);
        }
      }
      const written = await Promise.all(names.map(async (name) => (await stat(pathOf(name))).mtimeMs));
      return Math.max(...written);
    },
    count,
    stop: () => server.stop('SIGTERM'),
  };
}
