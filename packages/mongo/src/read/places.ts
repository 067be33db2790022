import type { BucketRow, Fold } from '@kairos/core';

/** The place of a row. */
export type Place = Pick<BucketRow, 'name' | 'bucket' | 'resolution'>;

export const PLACE = ['name', 'bucket', 'resolution'] as const satisfies readonly (keyof Place)[];

/** Whether rows that differ only in this part of their place may be added up. */
export function isAddedUp(part: keyof Place, { names, buckets, resolutions }: Fold): boolean {
  if (part === 'name') return names;
  return part === 'bucket' ? buckets : buckets || resolutions;
}

/** A key that is equal for rows of one place, and for rows that may be added up. */
export function keyOf({ name, bucket, resolution }: Place, fold: Fold | undefined): string {
  if (fold === undefined) return `${bucket}/${resolution}/${name}`;
  const of = fold.names ? '' : name;
  if (fold.buckets) return of;
  return fold.resolutions ? `${bucket}/${of}` : `${bucket}/${resolution}/${of}`;
}
