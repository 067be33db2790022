import type { Socket } from './pool-end.js';

/** The part of a mysql2 connection's socket that Kairos uses; mysql2's types do not show it. */
export interface Stream extends Socket {
  once(event: 'close', listener: () => void): unknown;
}

export function streamOf(connection: object): Stream | undefined {
  const stream: unknown = Reflect.get(connection, 'stream');
  return isStream(stream) ? stream : undefined;
}

/** Ends a connection at once. mysql2 itself waits for the server to close its end. */
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
