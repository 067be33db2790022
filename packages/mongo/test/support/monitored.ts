import { MongoClient } from 'mongodb';

/** A client that records the names of the commands it sends. */
export function monitored(url: string) {
  const client = new MongoClient(url, { monitorCommands: true });
  let sent: string[] = [];
  client.on('commandStarted', ({ commandName }) => sent.push(commandName));
  return {
    client,
    /** Returns the commands that were sent during `work`. */
    async during(work: () => Promise<unknown>): Promise<string[]> {
      sent = [];
      await work();
      return sent;
    },
  };
}
