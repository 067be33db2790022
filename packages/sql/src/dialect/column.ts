/**
 * The kind of a column, independent of the server. `key` is text of at most 255 bytes that compares byte by byte,
 * `keyBytes` the same for bytes. `text` and `bytes` have any length and are in no key. `integer` is a whole number
 * within ±2^53, `long` one of 64 bits, `real` a double.
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
