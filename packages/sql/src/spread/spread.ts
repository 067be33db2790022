import type { Layout } from '../layout.js';
import type { Session } from '../session/session.js';
import { Parts } from './parts.js';
import { Shards } from './shards.js';
import { agreeOnVschema } from './vschema.js';

/** The parts of an adapter for rows that are spread over several servers by name. */
export interface Spread {
  /** Finds the shard of a name; `null` if all names are on one server. */
  readonly shards: Shards | null;
  readonly parts: Parts;
}

export const Spread = {
  /**
   * Adds tables to the VSchema if necessary and `enters` is set. Rejects if they are spread in another way.
   */
  async over(layout: Layout, session: Session, { enters }: { readonly enters: boolean }): Promise<Spread> {
    const vindex = await agreeOnVschema(layout, session, { enters });
    return {
      shards: vindex === null || session.inTransaction ? null : new Shards(session, vindex),
      parts: new Parts(layout, session),
    };
  },
};
