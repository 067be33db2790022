import type { Socket } from './pool-end.js';

/** What is used of the socket of a connection of mysql2, which its types do not show. */
export interface Stream extends Socket {
  once(event: 'close', listener: () => void): unknown;
}

export function streamOf(connection: object): Stream | undefined {
  const stream: unknown = Reflect.get(connection, 'stream');
  return isStream(stream) ? stream : undefined;
}

/** Ends a connection at once. mysql2 by itself waits for the server to close its end. */
export function destroy(connection: { destroy(): void }): void {
  connection.destroy();
  streamOf(connection)?.destroy();
}

function isStream(stream: unknown): stream is Stream {
  return (
    typeof stream === 'object' &&
    stream !== null &&
    typeof Reflect.get(stream, 'destroy') === 'function' &&
    typeof Reflect.get(stream, 'once') === 'function'
  );
}
