/**
 * The kind of a column, independent of the server. A `key` is text of at most 255 bytes that compares byte by
 * byte; `keyBytes` is the same for bytes. `text` and `bytes` have any length and are never part of a key.
 * `integer` is a whole number within ±2^53, `long` a 64-bit integer, `real` a double.
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

/** Maximum length of a `key` or `keyBytes` column, in bytes. */
export const KEY_BYTES = 255;

export interface Column<N extends string = string> {
  readonly name: N;
  readonly kind: ColumnKind;
  readonly nullable?: boolean;
}
