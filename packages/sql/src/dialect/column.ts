/**
 * What a column holds, whatever the server calls it: `key` is text of at most 255 bytes that compares byte for
 * byte, `keyBytes` the same of bytes; `text` and `bytes` are of any length and in no key; `integer` is a whole
 * number within ±2^53, `long` one of 64 bits; `real` is a double.
 */
export type ColumnKind =
  | 'key'
  | 'keyBytes'
  | 'text'
  | 'bytes'
  | 'integer'
  | 'long'
  | 'real'
  | 'boolean'
  | 'sequence';

/** The most bytes of a `key` or `keyBytes` column. */
export const KEY_BYTES = 255;

export interface Column<N extends string = string> {
  readonly name: N;
  readonly kind: ColumnKind;
  readonly nullable?: boolean;
}
