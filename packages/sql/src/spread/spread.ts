import type { Layout } from '../layout.js';
import type { Session } from '../session/session.js';
import { Parts } from './parts.js';
import { Shards } from './shards.js';
import { agreeOnVschema } from './vschema.js';

/** What differs if the rows of names are spread over several servers. */
export interface Spread {
  /** Where a name is; `null` where all names are on one server. */
  readonly shards: Shards | null;
  readonly parts: Parts;
}

export const Spread = {
  /** Enters the tables where they have to be entered to be spread, and refuses those that are spread otherwise. */
  async over(layout: Layout, session: Session, { enters }: { readonly enters: boolean }): Promise<Spread> {
    const vindex = await agreeOnVschema(layout, session, { enters });
    return {
      shards: vindex === null || session.inTransaction ? null : new Shards(session, vindex),
      parts: new Parts(layout, session),
    };
  },
};
