/** Formats the results as one Markdown table with padded columns. */
import { isGood } from './soak.mjs';

export const soakColumns = {
  store: ({ store }) => store.title,
  'what it was set to': ({ store, durable }) =>
    durable ? store.durability.durable : store.durability.defaults,
  faults: ({ faults }) => faults,
  acknowledged: ({ fates }) => whole(fates.acknowledged),
  failed: ({ fates }) => whole(fates.failed),
  unknown: ({ fates }) => whole(fates.unknown),
  'of these stored': ({ findings }) => whole(findings.stored),
  lost: ({ findings }) => whole(findings.lost),
  'failed, but found': ({ findings }) => whole(findings.found),
  twice: ({ findings }) => whole(findings.twice),
  'out of order': ({ findings }) => whole(findings.disorder),
  torn: ({ findings }) => whole(findings.torn),
  'other faults': ({ findings, problems }) => whole(findings.foreign + findings.directory + problems.length),
  'slowest call': ({ seen }) => `${(seen.slowest / 1000).toFixed(1)} s`,
  'memory of a writer': ({ seen }) => `${Math.round(seen.memory / 2 ** 20)} MB`,
};

/**
 * `columns` are headings with the cell for each result. The first `texts` columns are aligned to the left.
 */
export function tableOf(columns, results, texts = 3) {
  const rows = results.map((result) => Object.values(columns).map((cellOf) => cellOf(result)));
  const heads = Object.keys(columns);
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index].length)));
  const line = (cells) =>
    `| ${cells.map((cell, index) => padded(cell, widths[index], index < texts)).join(' | ')} |`;
  const rule = widths.map((width, index) =>
    index < texts ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** The problems of a result: how many, then examples. */
export function complaintsOf(result) {
  if (isGood(result)) return [];
  const { findings, problems } = result;
  return [`${findings.wrong + problems.length} faults`, ...problems, ...findings.examples];
}

function padded(cell, width, flushLeft) {
  return flushLeft ? cell.padEnd(width) : cell.padStart(width);
}

export function whole(number) {
  return number.toLocaleString('en');
}
