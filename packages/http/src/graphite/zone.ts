import { IANAZone } from 'luxon';

/** Whether the runtime knows a timezone. */
export function isZone(zone: string): boolean {
  return zone === 'UTC' || IANAZone.isValidZone(zone);
}

/** The seconds by which a zone's clocks are ahead of UTC at a Unix second. */
export function offsetAt(zone: string, seconds: number): number {
  return zone === 'UTC' ? 0 : IANAZone.create(zone).offset(seconds * 1000) * 60;
}

/** The Unix second at which a zone's clocks show a time, given as the Unix second at which UTC shows it. */
export function fromLocal(zone: string, local: number): number {
  const guess = local - offsetAt(zone, local);
  return local - offsetAt(zone, guess);
}
