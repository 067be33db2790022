import { MongoClient } from 'mongodb';
import { CHUNK_SIZE } from '../src/write/chunks.js';
import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const options = { type: 'series', intervals: { all: { step: 1_000_000_000 } } } as const;
const timestamp = 1_500_000_000;
const start = 1_000_000_000;

describeWithServer('long series', () => {
  const { db, name: database, drop } = freshDatabase();
  const clients: MongoClient[] = [];
  afterAll(async () => {
    for (const client of clients) await client.close();
    await drop();
  });

  /** Opens a timeseries that knows nothing of the others, as another process would. */
  async function another() {
    const client = new MongoClient(serverUrl());
    clients.push(client);
    return kairos.timeseries(client.db(database), options);
  }

  const chunksOf = (name: string) =>
    db.collection('kairos_series').find({ name }).sort({ chunk: 1 }).toArray();
  const read = async (name: string) => {
    const values = await (await another()).get(name, 'all', { timestamp });
    return values.get(start) ?? [];
  };
  /** Eight of these fill a chunk. */
  const large = (index: number, writer = '') => `${writer} ${index}`.padEnd(CHUNK_SIZE / 8, '.');
  const numberOf = (value: string | number) => Number(/ (\d+)/.exec(String(value))?.[1]);

  it('a bucket of two million values is read whole, in order, from documents far from the limit', async () => {
    const values = await another();
    const million = 1_000_000;
    const half = (from: number) => Array.from({ length: million }, (_, index) => from + index);
    await values.bulkInsert(new Map([[timestamp, { millions: half(0) }]]));
    const later = await another();
    await later.bulkInsert(new Map([[timestamp, { millions: half(million) }]]));
    await values.insert('millions', 2 * million, { timestamp });
    const found = await read('millions');
    expect(found).toHaveLength(2 * million + 1);
    expect(found.every((value, index) => value === index)).toBe(true);
    const largest = await db
      .collection('kairos_series')
      .aggregate([
        { $match: { name: 'millions' } },
        { $group: { _id: null, bytes: { $max: { $bsonSize: '$$ROOT' } } } },
      ])
      .toArray();
    expect(largest[0]?.bytes).toBeLessThan(4 * CHUNK_SIZE);
  }, 300_000);

  it('writers in turn are read in turn, whatever each knows of the chunks', async () => {
    const writers = [await another(), await another(), await another()];
    for (let index = 0; index < 60; index++) {
      await writers[index % 3]?.insert('turns', large(index), { timestamp });
    }
    const found = await read('turns');
    expect(found.map(numberOf)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect((await chunksOf('turns')).map(({ chunk }) => chunk)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('concurrent writers lose nothing, and each is read in its order', async () => {
    const writers = await Promise.all(Array.from({ length: 6 }, () => another()));
    await Promise.all(
      writers.map(async (writer, number) => {
        for (let index = 0; index < 15; index++) {
          await writer.insert('crowd', large(index, `writer${number}`), { timestamp });
        }
      }),
    );
    const found = await read('crowd');
    expect(found).toHaveLength(90);
    for (const [number] of writers.entries()) {
      const own = found.filter((value) => String(value).startsWith(`writer${number} `));
      expect(own.map(numberOf)).toEqual(Array.from({ length: 15 }, (_, index) => index));
    }
  });

  it('concurrent bulk inserts that span chunks are each read in their order', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, () => another()));
    await Promise.all(
      writers.map((writer, number) => {
        const values = Array.from({ length: 30 }, (_, index) => large(index, `bulk${number}`));
        return writer.bulkInsert(new Map([[timestamp, { bulks: values }]]));
      }),
    );
    const found = await read('bulks');
    expect(found).toHaveLength(120);
    for (const [number] of writers.entries()) {
      const own = found.filter((value) => String(value).startsWith(`bulk${number} `));
      expect(own.map(numberOf)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    }
  });

  it('a writer that knows the last chunk needs one command, and another finds it among many', async () => {
    const writer = await another();
    const many = Array.from({ length: 8 * 40 }, (_, index) => large(index));
    await writer.bulkInsert(new Map([[timestamp, { many }]]));
    const { client, during } = monitored(serverUrl());
    clients.push(client);
    const stranger = await kairos.timeseries(client.db(database), options);
    const insert = () => stranger.insert('many', 'last', { timestamp });
    expect(await during(insert)).toEqual(['update', 'find', 'find', 'update']);
    expect(await during(insert)).toEqual(['update']);
    expect((await read('many')).slice(-2)).toEqual(['last', 'last']);
  });

  it('a writer that knows none of many long buckets finds their last chunks together', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `long ${index}`);
    const filled = Array.from({ length: 9 }, (_, index) => large(index));
    await (await another()).bulkInsert(new Map([[timestamp, new Map(names.map((name) => [name, filled]))]]));
    const { client, during } = monitored(serverUrl());
    clients.push(client);
    const stranger = await kairos.timeseries(client.db(database), options);
    const more = new Map<string, string[]>(names.map((name) => [name, ['last']]));
    // A name that spans chunks, so they all have to be sent in order.
    more.set('spanning', filled);
    const commands = await during(() => stranger.bulkInsert(new Map([[timestamp, more]])));
    expect(commands.length).toBeLessThan(6);
    for (const name of names) expect((await read(name)).slice(-2)).toEqual([large(8), 'last']);
  });

  it('a bucket that was deleted begins anew, also for those who knew its chunks', async () => {
    const knowing = await another();
    for (let index = 0; index < 20; index++) await knowing.insert('gone', large(index), { timestamp });
    const other = await another();
    await other.delete('gone');
    await knowing.insert('gone', 'first', { timestamp });
    await other.insert('gone', 'second', { timestamp });
    await knowing.insert('gone', 'third', { timestamp });
    expect(await read('gone')).toEqual(['first', 'second', 'third']);
  });

  it('a value of megabytes is stored, and one that no document can hold is refused', async () => {
    const values = await another();
    const huge = 'x'.repeat(10 * 1024 * 1024);
    await values.insert('huge', [1, huge, 2], { timestamp });
    const found = await read('huge');
    expect(found).toHaveLength(3);
    expect(found[1] === huge).toBe(true);
    await expect(values.insert('huge', 'x'.repeat(16 * 1024 * 1024), { timestamp })).rejects.toThrow(
      /longer than a document holds/,
    );
  });
});
