import { planCopy } from '../../src/copy/plan.js';
import { createSchema, type IntervalsOptions } from '../../src/schema/schema.js';

const schema = (intervals: IntervalsOptions, timezone = 'UTC') =>
  createSchema({ type: 'count', intervals, timezone });

function planned(
  source: ReturnType<typeof schema>,
  target: ReturnType<typeof schema>,
  chosen?: Record<string, string>,
  span: { first: number; last: number } | null = null,
) {
  const plan = planCopy(source, target, chosen, span);
  return Object.fromEntries(plan.map(({ source: from, target: to }) => [to.name, from.name]));
}

const year2024 = { first: 1_704_067_200, last: 1_735_689_599 };

describe('A plan of a copy', () => {
  it('makes an interval from one that is cut alike, else from the finest', () => {
    const source = schema({ s: { step: 1 }, m: { step: 60 }, d: { step: 'daily', resolution: 'hourly' } });
    const target = schema({
      minute: { step: '1min' },
      half: { step: 1800 },
      m: { step: 'monthly', resolution: '12h' },
    });
    expect(planned(source, target)).toEqual({ minute: 'm', half: 's', m: 's' });
  });

  it('takes what reaches back furthest before what is finest', () => {
    const source = schema({ minute: { step: 60, steps: 240 }, hour: { step: 3600 } });
    const target = schema({ day: { step: 'daily' }, minute: { step: 60, steps: 10 } });
    expect(planned(source, target)).toEqual({ day: 'hour', minute: 'minute' });
  });

  it('takes what it is told to, and makes the others from that', () => {
    const source = schema({ minute: { step: 60 }, hour: { step: 3600 }, day: { step: 'daily' } });
    const target = schema({ hour: { step: 3600 }, month: { step: 'monthly' } });
    expect(planned(source, target, { hour: 'minute' })).toEqual({ hour: 'minute', month: 'minute' });
    expect(planned(source, target, { hour: 'hour', month: 'day' })).toEqual({ hour: 'hour', month: 'day' });
    expect(() => planned(source, target, { hour: 'day' })).toThrow('The interval "hour" of the target');
    expect(() => planned(source, target, { hour: 'week' })).toThrow('There is no interval "week"');
    expect(() => planned(source, target, { week: 'day' })).toThrow('There is no interval "week"');
  });

  it.each([
    ['finer than the source', { a: { step: 60 } }, { b: { step: 30 } }],
    ['that straddle its edges', { a: { step: 60 } }, { b: { step: 90 } }],
    ['with a resolution that is finer', { a: { step: 3600 } }, { b: { step: 'daily', resolution: 60 } }],
    ['of weeks from months', { a: { step: 'monthly' } }, { b: { step: 'weekly' } }],
    ['of years from weeks of ISO 8601', { a: { step: 'isoWeekly' } }, { b: { step: 'yearly' } }],
    ['of days from 5 hours', { a: { step: '5h' } }, { b: { step: 'daily' } }],
  ] as const)('refuses intervals %s', (_, from, to) => {
    expect(() => planned(schema(from), schema(to))).toThrow('cannot be made from "a"');
  });

  it.each([
    [{ step: 'daily' }, { step: 604_800 }],
    [{ step: 'weekly' }, { step: 'yearly' }],
    [{ step: 3600 }, { step: 'hourly' }],
    [{ step: 'hourly' }, { step: 7200 }],
    [
      { step: 'weekly', resolution: 'daily' },
      { step: 'monthly', resolution: 'daily' },
    ],
    [
      { step: 60, resolution: 7 },
      { step: 3600, resolution: 7 },
    ],
  ] as const)('makes from %j what has no other edges: %j', (from, to) => {
    expect(planned(schema({ a: from }), schema({ b: to }))).toEqual({ b: 'a' });
  });

  it('refuses days of another timezone', () => {
    const day = { day: { step: 'daily' } } as const;
    const paris = schema(day, 'Europe/Paris');
    expect(() => planned(schema(day), paris)).toThrow(
      'The interval "day" of the target, {"step":"daily","timezone":"Europe/Paris"}, cannot be made from "day" {"step":"daily","timezone":"UTC"}',
    );
    expect(planned(paris, paris)).toEqual({ day: 'day' });
    expect(planned(schema(day, 'Asia/Calcutta'), schema(day, 'Asia/Kolkata'))).toEqual({ day: 'day' });
  });

  it('makes days of a timezone from seconds that divide its days, those of the data', () => {
    const day = { day: { step: 'daily' } } as const;
    const [hours, minutes] = [schema({ hour: { step: 3600 } }), schema({ minute: { step: 60 } })];
    expect(planned(hours, schema(day, 'Europe/Paris'), undefined, year2024)).toEqual({ day: 'hour' });
    expect(() => planned(hours, schema(day, 'Asia/Kolkata'), undefined, year2024)).toThrow('cannot be made');
    expect(planned(minutes, schema(day, 'Asia/Kolkata'), undefined, year2024)).toEqual({ day: 'minute' });
    // Local mean time, used before 1911.
    const year1900 = { first: -2_208_988_800, last: -2_177_452_801 };
    expect(() => planned(hours, schema(day, 'Europe/Paris'), undefined, year1900)).toThrow('cannot be made');
  });

  it('refuses another type', () => {
    const other = createSchema({ type: 'set', intervals: { a: { step: 60 } } });
    expect(() => planCopy(schema({ a: { step: 60 } }), other, undefined, null)).toThrow(
      'The source is of type "count" and the target of type "set"',
    );
  });
});
