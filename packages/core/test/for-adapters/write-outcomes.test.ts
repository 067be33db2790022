import type { BucketWrite } from '../../src/adapter.js';
import { WriteOutcomes } from '../../src/for-adapters/write-outcomes.js';

const write = (name: string): BucketWrite<'count'> => ({
  name,
  interval: 'minute',
  bucket: 1,
  resolution: 0,
  data: 1,
  expiresAt: null,
});
const [home, about] = [write('home'), write('about')];
const refused = { fate: 'failed', error: new Error('refused') } as const;
const cutOff = { fate: 'unknown', error: new Error('cut off') } as const;

let outcomes: WriteOutcomes;

beforeEach(() => {
  outcomes = new WriteOutcomes();
});

const failures = () => outcomes.failuresOf([home, about]);

describe('Writes that go out in several requests', () => {
  it('have no failures while nothing is lost', () => {
    outcomes.stored([home, about]);
    expect(failures()).toEqual([]);
  });

  it('are failed where all that was told is that they are not stored', () => {
    outcomes.lost([about], refused);
    outcomes.lost([about], { fate: 'failed', error: new Error('refused again') });
    outcomes.stored([home]);
    expect(failures()).toEqual([{ write: about, ...refused }]);
  });

  it('are unknown where nothing is known of a part', () => {
    outcomes.lost([home, about], refused);
    outcomes.lost([about], cutOff);
    outcomes.lost([about], refused);
    expect(failures()).toEqual([
      { write: home, ...refused },
      { write: about, fate: 'unknown', error: refused.error },
    ]);
  });

  it('are unknown where one part is stored and another is not, whichever came first', () => {
    outcomes.stored([home]);
    outcomes.lost([home, about], refused);
    outcomes.stored([about]);
    expect(failures()).toEqual([home, about].map((each) => ({ write: each, ...refused, fate: 'unknown' })));
  });

  it('are reported in the order in which they were given', () => {
    outcomes.lost([about], refused);
    outcomes.lost([home], cutOff);
    expect(failures().map(({ write: { name } }) => name)).toEqual(['home', 'about']);
  });

  it('are told from those of which nothing was heard yet', () => {
    const others = [write('stored'), write('lost')];
    outcomes.stored(others.slice(0, 1));
    outcomes.lost(others.slice(1), refused);
    expect([...others, home].map((each) => outcomes.has(each))).toEqual([true, true, false]);
    expect([...others, home].map((each) => outcomes.isLost(each))).toEqual([false, true, false]);
  });
});
