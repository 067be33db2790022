import { MongoClient } from 'mongodb';

/** A client that counts the commands it sends, by name. */
export function monitored(url: string) {
  const client = new MongoClient(url, { monitorCommands: true });
  let sent: string[] = [];
  client.on('commandStarted', ({ commandName }) => sent.push(commandName));
  return {
    client,
    /** The commands that were sent while `work` was done. */
    async during(work: () => Promise<unknown>): Promise<string[]> {
      sent = [];
      await work();
      return sent;
    },
  };
}
