import { setTimeout as sleep } from 'node:timers/promises';
import { measure } from 'mitata';

/** The rows of a benchmark: Kairos beside hand-written driver code doing the same work, alternating in one run. */
export class Comparison {
  #rows = [];
  #missed = 0;

  /** `settle`: milliseconds to wait before each side, so that the server can finish the other side's work. */
  constructor(title, { settle = 0 } = {}) {
    this.title = title;
    this.settle = settle;
  }

  /**
   * Measures two functions in alternating rounds, so that both see the same machine. Each call does `perCall`
   * units of work. `atLeast` is a target for throughput relative to the hand-written code, `atMost` one for
   * time.
   */
  async add(name, { unit, perCall = 1, kairos, byHand, atLeast, atMost, rounds = 5, options = {} }) {
    process.stderr.write(`  measuring ${name} …\n`);
    const times = { kairos: [], byHand: [] };
    const settings = { min_cpu_time: 3e8, min_samples: 12, warmup_samples: 3, ...options };
    for (let round = 0; round < rounds; round++) {
      for (const [side, work] of Object.entries({ byHand, kairos })) {
        if (this.settle > 0) await sleep(this.settle);
        const { p50 } = await measure(async () => work(), settings);
        times[side].push(p50);
      }
    }
    const [own, hand] = [median(times.kairos), median(times.byHand)];
    const speed = hand / own;
    const met = atLeast === undefined ? atMost === undefined || own / hand <= atMost : speed >= atLeast;
    if (!met) this.#missed++;
    const isTime = atMost !== undefined;
    const shown = (ns) =>
      isTime ? `${(ns / 1e6).toFixed(2)} ms` : `${Math.round((perCall / ns) * 1e9)} ${unit}/s`;
    this.#rows.push({
      name,
      kairos: shown(own),
      byHand: shown(hand),
      ratio: `${(isTime ? own / hand : speed).toFixed(2)} ×${isTime ? ' its time' : ''}`,
      target: atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost} ×`) : `≥ ${atLeast} ×`,
      met: met ? 'yes' : 'NO',
    });
  }

  print() {
    console.log(`\n${this.title}`);
    printTable([
      { name: '', kairos: 'Kairos', byHand: 'by hand', ratio: 'ratio', target: 'target', met: 'met' },
      ...this.#rows,
    ]);
    return this.#missed;
  }
}

export function printTable(rows) {
  const columns = Object.keys(rows[0]);
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = columns.map((column, index) =>
      index === 0 ? row[column].padEnd(widths[index]) : row[column].padStart(widths[index]),
    );
    console.log(`  ${cells.join('  ')}`.trimEnd());
  }
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
