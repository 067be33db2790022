import { Kairos, StorageError } from '@kairos/core';
import { sql } from '@kairos/sql';

const kairos = new Kairos([sql]);

describe('A server that refuses', () => {
  it.each(['postgres', 'mysql', 'mariadb'])(
    'is named by its address in the error, over %s',
    async (scheme) => {
      for (const host of ['127.0.0.1:1', 'localhost:1']) {
        const opening = kairos.timeseries(`${scheme}://ada:secret@${host}/site`, {
          type: 'count',
          intervals: { minute: { step: 60 } },
        });
        const error = await opening.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(StorageError);
        const { message } = error instanceof Error ? error : new Error();
        expect(message).toContain(`Opening ${scheme}://${host}/site failed: `);
        expect(message).toContain('ECONNREFUSED');
        expect(message).not.toContain('secret');
      }
    },
  );
});
