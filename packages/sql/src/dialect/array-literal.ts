/**
 * Converts an array of numbers or texts to PostgreSQL's array syntax. Drivers produce the same, but scan each
 * value several times. Arrays of anything else are left to the driver.
 */
export function arrayLiteral(values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === 'number')) return `{${values.join(',')}}`;
  if (values.every((value) => typeof value === 'string')) return `{${allQuoted(values).join(',')}}`;
  return values;
}

/** Rows are sorted by key, so a text often equals the one before it. */
function allQuoted(texts: readonly string[]): string[] {
  let [last, literal] = ['', quoted('')];
  return texts.map((text) => {
    if (text !== last) [last, literal] = [text, quoted(text)];
    return literal;
  });
}

const SPECIAL = /["\\]/g;

function quoted(text: string): string {
  const escaped = text.includes('"') || text.includes('\\') ? text.replace(SPECIAL, '\\$&') : text;
  return `"${escaped}"`;
}
