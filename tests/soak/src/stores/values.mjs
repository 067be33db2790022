/** Values of one kind in a table: numbers, or strings of at most so many bytes. */
export function typedValues(most) {
  return {
    kinds: ['float', 'text'],
    options: (kind) => ({ valueType: kind, tableName: kind === 'text' ? 'texts' : 'numbers' }),
    most,
  };
}

/** Strings and numbers side by side. */
export const anyValues = { kinds: ['any'], options: () => ({}) };
