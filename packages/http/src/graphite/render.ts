import type { Context } from '../context.js';
import { BadRequest } from './bad-request.js';
import { consolidate } from './consolidate.js';
import { toCsv } from './csv.js';
import { toJson } from './json.js';
import { evaluate, planOf } from './plan.js';
import { readFor } from './reading.js';
import type { Series } from './series.js';
import { parseTarget } from './target-parser.js';
import { parseTime } from './time.js';
import { isZone } from './zone.js';

const FORMATS = ['json', 'csv'] as const;

interface RenderOptions {
  readonly targets: readonly string[];
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly points: number;
  readonly format: (typeof FORMATS)[number];
  readonly zone: string;
}

/** `/render`: the series of targets over a range. */
export async function render(parameters: URLSearchParams, context: Context): Promise<Response> {
  const options = readOptions(parameters);
  const plans = options.targets.map((target) => planOf(parseTarget(target)));
  const { stepOf, read } = await readFor(plans, context, options);
  const series: Series[] = [];
  let points = 0;
  for (const plan of plans) {
    for (const each of evaluate(plan, options, stepOf, read)) {
      series.push(consolidate(each, options.points));
      points += series.at(-1)?.values.length ?? 0;
    }
    if (points > context.maxBuckets) {
      throw new BadRequest(
        `The answer has more than ${context.maxBuckets} points; ask for fewer targets or a smaller maxDataPoints`,
      );
    }
  }
  if (options.format === 'csv') {
    return new Response(toCsv(series, options.zone), { headers: { 'content-type': 'text/csv' } });
  }
  return new Response(toJson(series), { headers: { 'content-type': 'application/json' } });
}

function readOptions(parameters: URLSearchParams): RenderOptions {
  const zone = parameters.get('tz') || 'UTC';
  if (!isZone(zone)) {
    throw new BadRequest(`Parameter "tz" is ${JSON.stringify(zone)}; expected the name of an IANA timezone`);
  }
  const now = Math.floor(Date.now() / 1000);
  const time = (parameter: string, missing: string) =>
    parseTime(parameters.get(parameter) || missing, { parameter, now, zone });
  const [from, until] = [time('from', '-24h'), time('until', 'now')].sort((a, b) => a - b);
  if (from === undefined || until === undefined || from === until) {
    throw new BadRequest('Parameters "from" and "until" are the same time; expected a range');
  }
  const format = FORMATS.find((each) => each === (parameters.get('format') || 'json'));
  if (format === undefined) {
    throw new BadRequest(
      `Parameter "format" is ${JSON.stringify(parameters.get('format'))}; expected one of ${FORMATS.join(', ')}`,
    );
  }
  const targets = [...parameters.getAll('target'), ...parameters.getAll('target[]')];
  return { targets, from, until, now, points: readPoints(parameters), format, zone };
}

function readPoints(parameters: URLSearchParams): number {
  const given = parameters.get('maxDataPoints') || 'Infinity';
  const points = Number(given);
  if (given === 'Infinity' || (Number.isFinite(points) && points >= 1)) return Math.floor(points);
  throw new BadRequest(
    `Parameter "maxDataPoints" is ${JSON.stringify(given)}; expected a positive whole number`,
  );
}
