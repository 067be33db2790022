/** The results as one table in Markdown, with the columns padded. */
import { isGood } from './soak.mjs';

const columns = {
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

export function tableOf(results) {
  const rows = results.map((result) => Object.values(columns).map((cellOf) => cellOf(result)));
  const heads = Object.keys(columns);
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index].length)));
  const line = (cells) => `| ${cells.map((cell, index) => padded(cell, widths[index], index)).join(' | ')} |`;
  const rule = widths.map((width, index) =>
    isText(index) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** What went wrong, an example on each line. */
export function complaintsOf(result) {
  if (isGood(result)) return [];
  return [...result.problems, ...result.findings.examples].map((each) => `  ${each}`);
}

function padded(cell, width, index) {
  return isText(index) ? cell.padEnd(width) : cell.padStart(width);
}

function isText(index) {
  return index < 3;
}

function whole(number) {
  return number.toLocaleString('en');
}
