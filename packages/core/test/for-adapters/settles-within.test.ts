import { setTimeout as sleep } from 'node:timers/promises';
import { settlesWithin } from '../../src/for-adapters/settles-within.js';

describe('A bound of time for work', () => {
  it('tells whether the work settled in time', async () => {
    expect(await settlesWithin(1000, sleep(1))).toBe(true);
    expect(await settlesWithin(1, sleep(1000, undefined, { ref: false }))).toBe(false);
  });

  it('rejects as the work does in time', async () => {
    await expect(settlesWithin(1000, Promise.reject(new Error('closed')))).rejects.toThrow('closed');
  });

  it('leaves no rejection unhandled that comes later', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    const late = sleep(5).then(() => Promise.reject(new Error('late')));
    expect(await settlesWithin(1, late)).toBe(false);
    await sleep(20);
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
