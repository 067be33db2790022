import type { BucketRow, Fold } from '@kairos/core';

/** Where a row stands. */
export type Place = Pick<BucketRow, 'name' | 'bucket' | 'resolution'>;

export const PLACE = ['name', 'bucket', 'resolution'] as const satisfies readonly (keyof Place)[];

/** Whether rows that differ in a part of their place alone may be added up. */
export function isAddedUp(part: keyof Place, { names, buckets, resolutions }: Fold): boolean {
  if (part === 'name') return names;
  return part === 'bucket' ? buckets : buckets || resolutions;
}

/** Alike for rows that may be added up, and for those of one place. */
export function keyOf({ name, bucket, resolution }: Place, fold: Fold | undefined): string {
  if (fold === undefined) return `${bucket}/${resolution}/${name}`;
  const of = fold.names ? '' : name;
  if (fold.buckets) return of;
  return fold.resolutions ? `${bucket}/${of}` : `${bucket}/${resolution}/${of}`;
}
