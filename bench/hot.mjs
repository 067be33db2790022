/** The hot counter: 4 processes, each with 64 inserts in flight, add to one name on PostgreSQL and MariaDB. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, printTable } from './compare.mjs';

const PROCESSES = 4;
const ROUNDS = 5;
const SECONDS = 3;

const worker = fileURLToPath(new URL('hot-worker.mjs', import.meta.url));
const durable = process.env.SERVERS_DURABLE === 'true';

/** One round of one side: its rate, and the 99th percentile of its callers' waits. */
async function round(side, url) {
  const children = Array.from({ length: PROCESSES }, () => fork(worker, [side, url, String(SECONDS)]));
  const answer = (child) =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`A writer ended with ${code}`)));
    });
  const ready = await Promise.all(children.map(answer));
  if (ready.some((message) => message !== 'ready')) throw new Error('A writer is not ready');
  const answers = children.map(answer);
  for (const child of children) child.send('go');
  const results = await Promise.all(answers);
  for (const child of children) child.send('end');
  const latencies = results.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  return {
    rate: results.reduce((all, { inserts }) => all + inserts, 0) / SECONDS,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };
}

const rows = [
  {
    name: '',
    kairos: 'Kairos',
    byHand: 'by hand',
    ratio: 'ratio',
    p99: 'p99 Kairos',
    p99ByHand: 'p99 by hand',
    target: 'target',
    met: 'met',
  },
];
let missed = 0;
for (const [name, url] of [
  ['PostgreSQL', process.env.POSTGRES_URL],
  ['MariaDB', process.env.MARIADB_URL],
]) {
  process.stderr.write(`  measuring ${name} …\n`);
  const measured = { byHand: [], kairos: [] };
  for (let count = 0; count <= ROUNDS; count++) {
    for (const side of ['byHand', 'kairos']) {
      const result = await round(side, url);
      // The first round warms up.
      if (count > 0) measured[side].push(result);
    }
  }
  const of = (side, figure) => median(measured[side].map((result) => result[figure]));
  const ratio = of('kairos', 'rate') / of('byHand', 'rate');
  const target = durable ? 30 : 15;
  const met = ratio >= target && of('kairos', 'p99') <= of('byHand', 'p99') / 10;
  if (!met) missed++;
  rows.push({
    name,
    kairos: `${Math.round(of('kairos', 'rate'))}/s`,
    byHand: `${Math.round(of('byHand', 'rate'))}/s`,
    ratio: `${ratio.toFixed(1)} ×`,
    p99: `${of('kairos', 'p99').toFixed(1)} ms`,
    p99ByHand: `${of('byHand', 'p99').toFixed(1)} ms`,
    target: `≥ ${target} ×, p99 ≤ 1/10`,
    met: met ? 'yes' : 'NO',
  });
}
console.log(
  `\nOne counter in three intervals, 4 processes with 64 inserts in flight each (${durable ? 'default durability' : 'fsync off'})`,
);
printTable(rows);
process.exitCode = missed > 0 ? 1 : 0;
