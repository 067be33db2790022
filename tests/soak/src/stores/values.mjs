/** One kind of values per table: numbers, or strings of at most `most` bytes. */
export function typedValues(most) {
  return {
    kinds: ['float', 'text'],
    options: (kind) => ({ valueType: kind, tableName: kind === 'text' ? 'texts' : 'numbers' }),
    most,
  };
}

/** Strings and numbers together. */
export const anyValues = { kinds: ['any'], options: () => ({}) };
