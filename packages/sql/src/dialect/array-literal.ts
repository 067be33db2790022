/**
 * Numbers or texts as PostgreSQL reads an array. Drivers make the same of arrays, but look at each value several times;
 * what holds anything else is left to them.
 */
export function arrayLiteral(values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === 'number')) return `{${values.join(',')}}`;
  if (values.every((value) => typeof value === 'string')) return `{${allQuoted(values).join(',')}}`;
  return values;
}

/** Rows come in the order of their keys: a text often equals the one before. */
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
