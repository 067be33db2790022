/** Checks what a process holds on to while it opens and closes timeseries again and again. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { removeFolder, temporaryFolder } from '../../../../scripts/lib/server.mjs';
import { withCleanUp } from '../interruption.mjs';
import { storeCalled } from '../stores/index.mjs';

const VISITOR = fileURLToPath(new URL('visitor.mjs', import.meta.url));

/** Time within which a process must end after closing everything, in milliseconds. */
const MOST_MILLISECONDS_TO_END = 5000;

/** Bytes by which the final heap may exceed the earlier maximum. */
const MOST_GROWTH = 2 * 2 ** 20;

/** Resolves to a row of the table. */
export async function resources(name, { seconds }) {
  const store = await storeCalled(name);
  const folder = await temporaryFolder(`resources-${name}`);
  let [server, child] = [];
  const end = async () => {
    child?.kill('SIGKILL');
    await server?.stop();
    await removeFolder(folder);
  };
  return withCleanUp(end, async () => {
    server = await store.start({ folder, durable: false });
    const { address, port, ports = port === undefined ? [] : [port] } = server;
    const task = JSON.stringify({ store: name, address, ports, seconds });
    child = fork(VISITOR, [task], { execArgv: ['--expose-gc'] });
    const ended = once(child, 'exit');
    const early = ended.then(([code]) => {
      throw new Error(`The process that opens and closes ended with ${code}`);
    });
    const [samples] = await Promise.race([once(child, 'message'), early]);
    early.catch(() => undefined);
    const told = performance.now();
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
    await ended;
    clearTimeout(late);
    return { store, samples, end: performance.now() - told };
  });
}

/** Lists the resources that a process should have released. */
export function complaintsOf({ samples, end }) {
  const [first] = samples;
  const last = samples.at(-1);
  const before = Math.max(...samples.slice(0, -1).map(({ heap }) => heap));
  const complaints = [];
  if (last.heap > before + MOST_GROWTH) complaints.push(`the heap grew from ${before} to ${last.heap} bytes`);
  if (last.handles > first.handles) complaints.push(`${first.handles} handles became ${last.handles}`);
  if (last.connections > 0) complaints.push(`${last.connections} connections were open after all was closed`);
  if (end > MOST_MILLISECONDS_TO_END)
    complaints.push(`the process ended ${Math.round(end)} ms after it was done`);
  return complaints;
}

export const columns = {
  store: ({ store }) => store.title,
  'opened and closed': ({ samples }) => (samples.at(-1).visits * 5).toLocaleString('en'),
  'of these failed': ({ samples }) => samples.at(-1).failures.toLocaleString('en'),
  'heap at the start, a third, two, the end': ({ samples }) =>
    samples
      .map(({ heap }) => (heap / 2 ** 20).toFixed(1))
      .join(', ')
      .concat(' MB'),
  handles: ({ samples }) => samples.map(({ handles }) => handles).join(', '),
  connections: ({ samples }) =>
    samples[0].connections === null ? '' : samples.map(({ connections }) => connections).join(', '),
  'ended by itself after': ({ end }) => `${Math.round(end)} ms`,
};
