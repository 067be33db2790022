/** Runs the steps of a program on an open timeseries. */
import { lengthOf } from './programs.mjs';

/** Number of entries after which `iterate` is abandoned. */
const MOST_ITERATED = 60;

/** The parts of a program that its steps refer to. */
export class Meaning {
  constructor({ intervals, names, clock }) {
    this.names = names;
    this.intervals = [...new Map(intervals)];
    this.clock = clock;
  }

  name(which) {
    return typeof which === 'number' ? this.names[which % this.names.length] : which;
  }

  namesOf(which) {
    return Array.isArray(which) ? which.map((each) => this.name(each)) : this.name(which);
  }

  interval(which) {
    return typeof which === 'number' ? this.intervals[which % this.intervals.length][0] : which;
  }

  #length(which) {
    const [, { step }] = this.intervals[typeof which === 'number' ? which % this.intervals.length : 0];
    return lengthOf(step);
  }

  timestamp(moment) {
    if (moment === undefined || moment === null) return moment;
    if ('odd' in moment) return moment.odd;
    if ('date' in moment) return new Date((Math.round(this.clock) + moment.date) * 1000);
    return this.clock + (moment.near ?? moment.steps * this.#length(0));
  }

  range({ from, buckets, as }, which) {
    const length = this.#length(which);
    const start = this.clock + from * length;
    const options = { start, end: start + buckets * length, steps: buckets };
    return Object.fromEntries(as.split(', ').flatMap((key) => (key === 'none' ? [] : [[key, options[key]]])));
  }
}

const set = (options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

export const actions = {
  insert: (opened, meaning, { name, values, timestamp, copies, combine }) =>
    opened.insert(
      meaning.name(name),
      values,
      set({ timestamp: meaning.timestamp(timestamp), intervals: copies, combine }),
    ),

  atOnce: (opened, meaning, { inserts }) =>
    Promise.all(inserts.map((each) => outcomeOf(() => actions.insert(opened, meaning, { ...each })))),

  bulkInsert: (opened, meaning, { inserts, copies, combine }) => {
    const bulk = new Map();
    for (const { name, values, timestamp } of inserts) {
      const at = meaning.timestamp(timestamp) ?? null;
      const named = bulk.get(at) ?? new Map();
      bulk.set(at, named.set(meaning.name(name), values));
    }
    return opened.bulkInsert(bulk, set({ intervals: copies, combine }));
  },

  get: (opened, meaning, { names, interval, timestamp, condense, transform }) =>
    opened.get(
      meaning.namesOf(names),
      meaning.interval(interval),
      set({ timestamp: meaning.timestamp(timestamp), condense, transform }),
    ),

  series: (opened, meaning, step) => opened.series(...seriesOf(meaning, step)),

  seriesByName: (opened, meaning, step) => opened.seriesByName(...seriesOf(meaning, step)),

  iterate: async (opened, meaning, { names, interval, condense, transform }) => {
    const entries = [];
    const all = opened.iterate(
      meaning.namesOf(names),
      meaning.interval(interval),
      set({ condense, transform }),
    );
    for await (const entry of all) if (entries.push(entry) === MOST_ITERATED) break;
    return entries;
  },

  list: (opened, meaning, { prefix }) =>
    opened.list(set({ prefix: typeof prefix === 'number' ? meaning.name(prefix).slice(0, 2) : prefix })),

  properties: (opened, meaning, { name }) => opened.properties(meaning.name(name)),

  delete: (opened, meaning, { name }) => opened.delete(meaning.name(name)),

  expire: (opened, meaning, { name }) => opened.expire(name === undefined ? undefined : meaning.name(name)),
};

function seriesOf(meaning, { names, interval, range, condense, collapse, transform }) {
  const options = set({ ...meaning.range(range, interval), condense, collapse, transform });
  return [meaning.namesOf(names), meaning.interval(interval), options];
}

/** The answer of some work, or its error code. */
export async function outcomeOf(work) {
  try {
    return { answer: await work() };
  } catch (error) {
    return { code: error?.code?.startsWith?.('KAIROS_') ? error.code : `untyped: ${error?.stack}`, error };
  }
}
