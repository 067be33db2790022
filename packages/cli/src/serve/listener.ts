import type { Address } from './address.js';
import type { Intake } from './intake.js';

/** A listener for lines, with statistics. */
export interface Listener {
  readonly title: 'carbon' | 'statsd';
  readonly address: Address;
  readonly intake: Intake;
  /** Statistics for the status. */
  readonly seen: { readonly lines: number; readonly bad: number; readonly [figure: string]: number };
  /** Stops listening. Resolves when everything that has arrived is processed. */
  close(): Promise<void>;
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
