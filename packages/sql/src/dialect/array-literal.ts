/**
 * Converts an array of numbers or texts, given in pieces, to PostgreSQL's array syntax. Drivers produce the same, but
 * scan each value several times. Arrays of anything else are left to the driver.
 */
export function arrayLiteral(pieces: readonly (readonly unknown[])[]): unknown {
  const literals: string[] = [];
  for (const values of pieces) {
    if (values.every((value) => typeof value === 'number')) literals.push(values.join(','));
    else if (values.every((value) => typeof value === 'string')) literals.push(allQuoted(values).join(','));
    else return pieces.flat();
  }
  return `{${literals.join(',')}}`;
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
