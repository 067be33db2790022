import { type CommandStartedEvent, MongoClient, ReadConcern } from 'mongodb';
import { freshDatabase, kairos } from './support/database.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const count = { type: 'count', intervals: { minute: { step: 60 } } } as const;
const at = { timestamp: 0 };

describeWithServer('the concerns and the read preference', () => {
  const { name, drop } = freshDatabase();
  const clients: MongoClient[] = [];
  afterAll(async () => {
    for (const client of clients) await client.close();
    await drop();
  });

  /** A client that records the commands it sends. */
  function recorded(options: string) {
    const url = new URL(serverUrl());
    for (const [option, value] of new URLSearchParams(options)) url.searchParams.set(option, value);
    const client = new MongoClient(url.href, { monitorCommands: true });
    clients.push(client);
    const sent: CommandStartedEvent[] = [];
    client.on('commandStarted', (event) => sent.push(event));
    return {
      client,
      last: (command: string) => sent.findLast((each) => each.commandName === command)?.command,
    };
  }

  it('of a client are those of its writes and reads', async () => {
    const { client, last } = recorded(
      'w=majority&journal=true&readConcernLevel=majority&readPreference=nearest',
    );
    const hits = await kairos.timeseries(client, { ...count, database: name });
    await hits.insert('home', 1, at);
    expect(last('update')).toMatchObject({ writeConcern: { w: 'majority', j: true } });
    await hits.get('home', 'minute', at);
    expect(last('find')).toMatchObject({
      readConcern: { level: 'majority' },
      $readPreference: { mode: 'nearest' },
    });
    await hits.list();
    expect(last('aggregate')).toMatchObject({ readConcern: { level: 'majority' } });
  });

  it('of a Db come before those of its client', async () => {
    const { client, last } = recorded('w=1&readConcernLevel=local');
    const db = client.db(name, { writeConcern: { w: 'majority' }, readConcern: new ReadConcern('majority') });
    const hits = await kairos.timeseries(db, count);
    await hits.insert('home', 1, at);
    expect(last('update')).toMatchObject({ writeConcern: { w: 'majority' } });
    await hits.get('home', 'minute', at);
    expect(last('find')).toMatchObject({ readConcern: { level: 'majority' } });
  });

  it('of a transaction are the write concern of the Db, and a read concern that transactions can have', async () => {
    const { client, last } = recorded('w=1&readConcernLevel=linearizable');
    const db = client.db(name, { writeConcern: { w: 'majority', journal: true } });
    const hits = await kairos.timeseries(db, { ...count, atomicEvents: true });
    await hits.insert('home', 1, at);
    expect(last('update')).toMatchObject({ readConcern: { level: 'local' } });
    expect(last('commitTransaction')).toMatchObject({ writeConcern: { w: 'majority', j: true } });
  });
});
