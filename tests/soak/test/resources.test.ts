import { complaintsOf } from '../src/resources/resources.mjs';
import { itOn, main } from './main.js';

describe.each(['sqlite', 'postgres', 'redis'])(
  'a program that opens and closes timeseries on %s',
  (store) => {
    itOn(store)(
      'holds no more after many than after few, and ends by itself',
      async () => {
        await main(store, '--resources', '--seconds', '5');
      },
      60_000,
    );
  },
);

describe('what a program holds', () => {
  const sample = { visits: 1, heap: 10_000_000, handles: 0, connections: 0 };
  const complaints = (last: object, end = 10) =>
    complaintsOf({ samples: [sample, sample, sample, { ...sample, ...last }], end });

  it('is complained of where it grows, or stays', () => {
    expect(complaints({})).toEqual([]);
    expect(complaints({ heap: 20_000_000 })).toEqual([expect.stringContaining('heap')]);
    expect(complaints({ handles: 1 })).toEqual([expect.stringContaining('handles')]);
    expect(complaints({ connections: 2 })).toEqual([expect.stringContaining('connections')]);
    expect(complaints({}, 10_000)).toEqual([expect.stringContaining('ended')]);
  });
});
