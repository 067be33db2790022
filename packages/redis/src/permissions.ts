import { StorageError, type TimeseriesType } from '@kairos/core';
import { textsOf } from './data.js';
import { type Layout, shards } from './layout.js';
import { permissionScripts } from './scripts/permission-script.js';
import type { Sender } from './sender.js';

const LEAST_PRIVILEGES = '+@read +@write +@scripting +@connection +info +time';

/** Throws a `StorageError` if the user may write but lacks a command that inserts run. */
export async function checkPermissions(sender: Sender, layout: Layout, type: TimeseriesType): Promise<void> {
  const script = permissionScripts[type];
  const missing = textsOf(await sender.ask({ script, keys: [layout.names(shards[0] ?? '')], args: [] }));
  if (missing.length === 0) return;
  throw new StorageError(
    `The Redis user may not run ${missing.join(', ')}; expected a user with ${LEAST_PRIVILEGES}`,
  );
}
