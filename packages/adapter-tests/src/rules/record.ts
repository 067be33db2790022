import assert from 'node:assert/strict';
import type { IntervalsOptions } from '@kairos/core';
import { rejects, timeline } from '../harness/compare.js';
import { MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

export const recordRule = rule('Rule 10: the intervals are recorded with the data', (it) => {
  for (const type of types) {
    it(`a ${type} opened with another step, resolution or timezone is refused`, async (store) => {
      const namespace = store.namespace();
      const intervals = { minute: { step: 60 }, month: { step: 'monthly', resolution: 'daily' } } as const;
      const timeseries = await store.open(type, intervals, { namespace });
      const others: readonly (readonly [IntervalsOptions, string, string])[] = [
        [{ minute: { step: 61 } }, '61', '60'],
        [{ minute: { step: 60, resolution: 10 } }, '10', '60'],
        [{ month: { step: 'monthly' } }, 'monthly', 'daily'],
        [{ month: { step: 'monthly', resolution: '1h' } }, '3600', 'daily'],
        [{ new: { step: 5 }, minute: { step: 30 } }, '30', '60'],
      ];
      for (const [other, wanted, recorded] of others) {
        const open = () => store.open(type, other, { namespace });
        await rejects(open, 'KAIROS_CONFIGURATION', wanted, recorded);
      }
      const elsewhere = () => store.open(type, intervals, { namespace, timezone: 'Asia/Tokyo' });
      await rejects(elsewhere, 'KAIROS_CONFIGURATION', 'Asia/Tokyo', 'UTC');
      await timeseries.insert('a', 1, { timestamp: T });
      const [[timestamp] = []] = await timeseries.get('a', 'minute', { timestamp: T });
      assert.equal(timestamp, MINUTE);
      await store.open(type, { new: { step: 7 } }, { namespace });
    });
  }

  for (const type of types) {
    it(`a ${type} opens as recorded if its intervals are omitted`, async (store) => {
      const options = { namespace: store.namespace(), timezone: 'Europe/Paris', clock: () => T };
      await rejects(
        () => store.openRecorded(type, options),
        'KAIROS_CONFIGURATION',
        '"intervals" is left out',
      );
      const intervals = {
        minute: { step: 60, steps: 10 },
        month: { step: 'monthly', resolution: 'daily' },
      } as const;
      const timeseries = await store.open(type, intervals, options);
      await timeseries.insert('name', [1, 2], { timestamp: T, intervals: -1 });
      const { namespace, clock } = options;
      const recorded = await store.openRecorded(type, { namespace, clock });
      assert.deepEqual(await recorded.list(), ['name']);
      assert.deepEqual(await recorded.properties('name'), await timeseries.properties('name'));
      const range = { start: T - 86_400 * 40, end: T } as const;
      assert.deepEqual(await recorded.series('name', 'minute'), await timeseries.series('name', 'minute'));
      assert.equal((await recorded.series('name', 'minute')).size, 10);
      assert.deepEqual(
        await recorded.series('name', 'month', range),
        await timeseries.series('name', 'month', range),
      );
      await recorded.insert('name', 3, { timestamp: T });
      assert.deepEqual(await timeseries.get('name', 'minute'), await recorded.get('name', 'minute'));
      await rejects(() => recorded.get('name', 'hour'), 'KAIROS_UNKNOWN_INTERVAL', '"minute", "month"');
    });
  }

  it('looking for a missing record creates none', async (store) => {
    const namespace = store.namespace();
    await rejects(() => store.openRecorded('count', { namespace }), 'KAIROS_CONFIGURATION');
    await rejects(() => store.openRecorded('count', { namespace }), 'KAIROS_CONFIGURATION');
    const opened = await store.open('count', { minute: { step: 60 } }, { namespace });
    await opened.insert('name', 1, { timestamp: T });
    await opened.deleteAll();
    await rejects(() => store.openRecorded('count', { namespace }), 'KAIROS_CONFIGURATION');
  });

  it('the last opening records its steps, and earlier openings with other steps write on', async (store) => {
    const options = { namespace: store.namespace(), clock: () => T };
    const before = await store.open('count', { minute: { step: 60, steps: 5 } }, options);
    await before.insert('name', 1, { timestamp: T });
    const after = await store.open('count', { minute: { step: 60, steps: 7 } }, options);
    await after.insert('name', 1, { timestamp: T });
    await before.insert('name', 1, { timestamp: T });
    const recorded = await store.openRecorded('count', options);
    assert.equal((await recorded.series('name', 'minute')).size, 7);
    assert.deepEqual(timeline(await recorded.get('name', 'minute')), [[MINUTE, 3]]);
    await store.open('count', { minute: { step: 60 } }, options);
    assert.equal((await (await store.openRecorded('count', options)).series('name', 'minute')).size, 1);
    await before.insert('name', 1, { timestamp: T });
    assert.deepEqual(timeline(await recorded.get('name', 'minute')), [[MINUTE, 4]]);
  });

  it('new intervals are added to the record', async (store) => {
    const namespace = store.namespace();
    const minute = { step: 60 };
    await store.open('count', { minute }, { namespace });
    await store.open('count', { hour: { step: 3600 } }, { namespace });
    await store.open('count', { minute, hour: { step: 3600 }, day: { step: 'daily' } }, { namespace });
    for (const other of [{ minute: { step: 5 } }, { hour: { step: 5 } }, { day: { step: 5 } }]) {
      await rejects(() => store.open('count', other, { namespace }), 'KAIROS_CONFIGURATION');
    }
  });

  it('with allowSchemaChange, a change is accepted and replaces the record', async (store) => {
    const namespace = store.namespace();
    const before = await store.open('count', { minute: { step: 60 } }, { namespace });
    const intervals = { minute: { step: 30 } };
    const after = await store.open('count', intervals, { namespace, allowSchemaChange: true });
    await after.insert('a', 1, { timestamp: T });
    await store.open('count', intervals, { namespace });
    const again = () => store.open('count', { minute: { step: 60 } }, { namespace });
    await rejects(again, 'KAIROS_CONFIGURATION');
    await before.close();
  });

  it('deleteAll deletes the record, and the next write creates it again', async (store) => {
    const namespace = store.namespace();
    const minute = await store.open('count', { minute: { step: 60 } }, { namespace });
    await minute.insert('a', 1, { timestamp: T });
    await minute.deleteAll();
    await minute.insert('a', 2, { timestamp: T });
    await rejects(() => store.open('count', { minute: { step: 30 } }, { namespace }), 'KAIROS_CONFIGURATION');
    assert.deepEqual(timeline(await minute.get('a', 'minute', { timestamp: T })), [[MINUTE, 2]]);
    await minute.deleteAll();
    await store.open('count', { minute: { step: 30 } }, { namespace });
  });

  it('the record is not listed as a name, and outlives the data', async (store) => {
    const namespace = store.namespace();
    const count = await store.open('count', { minute: { step: 60 } }, { namespace });
    assert.deepEqual(await count.list(), []);
    await count.insert('a', 1, { timestamp: T });
    await count.delete('a');
    assert.deepEqual(await count.list(), []);
    await rejects(() => store.open('count', { minute: { step: 30 } }, { namespace }), 'KAIROS_CONFIGURATION');
  });

  it('the adapter replaces the record only if it is the expected one', async (store) => {
    const namespace = store.namespace();
    const count = await store.open('count', { minute: { step: 60 } }, { namespace });
    const adapter = store.adapterOf(count);
    const recorded = await adapter.readRecord();
    assert.equal(typeof recorded, 'string', 'opening recorded the intervals');
    const long = JSON.stringify([['\ud83d\ude00 "quoted" \\ \u0000'.repeat(500), 60, null, 'UTC', null]]);
    assert.equal(await adapter.writeRecord(long, null), false);
    assert.equal(await adapter.writeRecord(long, '[]'), false);
    assert.equal(await adapter.readRecord(), recorded);
    assert.equal(await adapter.writeRecord(long, recorded), true);
    assert.equal(await adapter.readRecord(), long);
    assert.equal(await adapter.writeRecord('[]', recorded), false);
    assert.equal(await adapter.writeRecord('[]', long), true);
    await adapter.deleteAll();
    assert.equal(await adapter.readRecord(), null);
    assert.equal(await adapter.writeRecord('[]', '[]'), false);
    assert.equal(await adapter.writeRecord('[]', null), true);
    assert.equal(await adapter.writeRecord('[[]]', null), false);
    assert.equal(await adapter.readRecord(), '[]');
  });

  it('one of several concurrent writers of the record succeeds', async (store) => {
    const count = await store.open('count', { minute: { step: 60 } }, { namespace: store.namespace() });
    const adapter = store.adapterOf(count);
    for (const start of [await adapter.readRecord(), null]) {
      if (start === null) await adapter.deleteAll();
      const texts = [...Array(8).keys()].map((index) =>
        JSON.stringify([[`writer ${index}`, 1, null, 'UTC', null]]),
      );
      const outcomes = await Promise.all(texts.map((text) => adapter.writeRecord(text, start)));
      const won = texts.filter((_, index) => outcomes[index]);
      assert.deepEqual(won, [await adapter.readRecord()]);
    }
  });
});
