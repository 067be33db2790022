/** Runs one program on a store and on the reference, and compares every answer. */
import { inspect } from 'node:util';
import { Kairos } from '@kairos/core';
import { reference } from './reference.mjs';
import { same, slackOf, timestampsOf } from './same.mjs';
import { actions, Meaning, outcomeOf } from './steps.mjs';

const MUTATIONS = new Set(['insert', 'atOnce', 'bulkInsert', 'delete', 'expire', 'clock', 'reopen']);

export class Difference extends Error {}

/**
 * `target` is `{ backend, source, optionsOf, capabilitiesOf, most }`. Rejects with a `Difference`. Counts in
 * `seen` how many steps both answered, and how many both refused.
 */
export async function runProgram(target, { config, steps }, seen) {
  const meaning = new Meaning(config);
  const slack = slackOf(steps);
  const { backend, store } = reference({
    kind: config.kind,
    capabilities: target.capabilitiesOf(config.type),
    most: target.most,
  });
  const options = {
    type: config.type,
    timezone: config.timezone,
    intervals: Object.fromEntries(config.intervals),
    clock: () => meaning.clock,
    allowSchemaChange: true,
  };
  const sides = [
    () =>
      new Kairos([target.backend]).timeseries(target.source, {
        ...options,
        ...target.optionsOf(config.kind),
      }),
    () => new Kairos([backend]).timeseries(store, options),
  ];
  const both = (work) => Promise.all(sides.map((_, side) => outcomeOf(() => work(side))));
  const opened = await both((side) => sides[side]());
  compare('open', options, opened);
  if ('code' in opened[0]) return;
  const handles = opened.map(({ answer }) => answer);
  try {
    for (const [index, step] of steps.entries()) {
      const where = `step ${index}: ${inspect(step, { depth: 9 })}`;
      if (step.do === 'clock') meaning.clock += step.by;
      else if (step.do === 'reopen') {
        for (const side of sides.keys()) {
          await handles[side].close();
          handles[side] = await sides[side]();
        }
      } else {
        const outcomes = await both((side) => actions[step.do](handles[side], meaning, step));
        compare(where, step, outcomes, slack);
        if ('code' in outcomes[1]) seen.refused++;
        else seen.answered++;
      }
      if (MUTATIONS.has(step.do)) await compareState(`after ${where}`, both, handles, meaning);
    }
  } finally {
    await handles[0].deleteAll();
    await handles[0].close();
  }
}

/** Compares the names, and each name's data near the clock. */
async function compareState(where, both, handles, meaning) {
  compare(`${where}: list`, {}, await both((side) => handles[side].list()));
  for (const name of meaning.names) {
    // If the store refuses a name, for instance one with NUL, both sides refuse it here, too.
    const properties = await both((side) => handles[side].properties(name));
    compare(`${where}: properties of ${inspect(name)}`, {}, properties);
    for (const [interval, { first, last }] of Object.entries(properties[1].answer ?? {})) {
      for (const timestamp of new Set([first, last])) {
        const read = await both((side) => handles[side].get(name, interval, { timestamp }));
        compare(`${where}: get of ${inspect(name)} in ${inspect(interval)} at ${timestamp}`, {}, read);
      }
    }
  }
}

function compare(where, { transform }, [outcome, expected], slack = 0) {
  const told = ({ code, answer, error }) =>
    code === undefined ? inspect(answer, { depth: 9, maxStringLength: 300 }) : `${code}: ${error?.message}`;
  const differs = () => {
    throw new Difference(`${where}\n  the store:     ${told(outcome)}\n  the reference: ${told(expected)}`);
  };
  if (outcome.code?.startsWith('untyped') || expected.code?.startsWith('untyped')) differs();
  if (outcome.code !== expected.code) differs();
  if (outcome.code !== undefined) return;
  const [answer, wanted] = [stripped(outcome.answer), stripped(expected.answer)];
  if (!same(timestampsOf(answer), timestampsOf(wanted), null)) differs();
  if (!same(answer, wanted, transform === undefined ? null : slack)) differs();
}

/** Skips opened timeseries. For several calls, compares only error codes and answers. */
function stripped(answer) {
  if (!Array.isArray(answer)) return answer?.constructor?.name === 'Timeseries' ? null : answer;
  return answer.map((each) => (each?.code === undefined ? each : { code: each.code }));
}
