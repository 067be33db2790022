import { SaxesParser } from 'saxes';
import { UsageError } from '../exit-codes.js';
import type { Archive, Point } from './points.js';

/** A data source of an RRDtool file: its name, and its archives of one consolidation function. */
export interface RrdSource {
  readonly name: string;
  readonly archives: readonly Archive[];
}

export interface RrdFile {
  /** `AVERAGE`, `MAX`, …: the requested function, or else the first one in the file. */
  readonly consolidation: string;
  readonly sources: readonly RrdSource[];
}

interface Rra {
  consolidation: string;
  /** Number of the file's steps per row. */
  steps: number;
  /** The values of each row, one for each data source. */
  rows: number[][];
}

/**
 * Reads the XML of `rrdtool dump` from chunks of text. Skips unknown values (`NaN`). A row's timestamp is the
 * one that `rrdtool` prints: the end of its time.
 */
export async function readRrd(
  texts: Iterable<string> | AsyncIterable<string>,
  wanted: string | undefined,
): Promise<RrdFile> {
  const parser = new SaxesParser();
  const path: string[] = [];
  const names: string[] = [];
  const rras: Rra[] = [];
  let [step, last] = [0, 0];
  let text = '';
  let rra: Rra | undefined;
  parser.on('error', (error) => {
    throw new UsageError(`The file is not the XML of "rrdtool dump": ${error.message}`);
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    text = '';
    if (name === 'rra') rra = { consolidation: '', steps: 1, rows: [] };
    if (name === 'row') rra?.rows.push([]);
  });
  parser.on('closetag', ({ name }) => {
    const where = path.join('/');
    path.pop();
    const value = text.trim();
    text = '';
    if (where === 'rrd/step') step = Number(value);
    else if (where === 'rrd/lastupdate') last = Number(value);
    else if (where === 'rrd/ds/name') names.push(value);
    else if (rra === undefined) return;
    else if (where === 'rrd/rra/cf') rra.consolidation = value;
    else if (where === 'rrd/rra/pdp_per_row') rra.steps = Number(value);
    else if (where === 'rrd/rra/database/row/v') rra.rows.at(-1)?.push(Number(value));
    else if (name === 'rra') {
      rras.push(rra);
      rra = undefined;
    }
  });
  for await (const each of texts) parser.write(each);
  parser.close();
  if (!(step > 0) || names.length === 0) {
    throw new UsageError('The file has no step or no data sources; expected the XML of "rrdtool dump"');
  }
  const consolidation = wanted ?? rras[0]?.consolidation ?? '';
  const chosen = rras.filter((each) => each.consolidation === consolidation);
  if (chosen.length === 0) {
    const known = [...new Set(rras.map((each) => each.consolidation))];
    throw new UsageError(`The file has no archive of ${consolidation}; expected one of ${known.join(', ')}`);
  }
  const sources = names.map((name, column) => ({
    name,
    archives: chosen.map((each) => archiveOf(each, { column, step, last })),
  }));
  return { consolidation, sources };
}

function archiveOf(
  { steps, rows }: Rra,
  { column, step, last }: { readonly column: number; readonly step: number; readonly last: number },
): Archive {
  const whole = step * steps;
  // The last row ends at the last multiple of `whole` up to the last update.
  const end = last - (last % whole);
  const first = end - (rows.length - 1) * whole;
  const points = rows.flatMap((row, index): Point[] => {
    const value = row[column] ?? Number.NaN;
    return Number.isFinite(value) ? [{ start: first + index * whole, value }] : [];
  });
  return { step: whole, first, points };
}
