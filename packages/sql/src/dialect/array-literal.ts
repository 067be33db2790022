/**
 * Numbers or texts as PostgreSQL reads an array. Drivers make the same of arrays, but look at each value several times;
 * what holds anything else is left to them.
 */
export function arrayLiteral(values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === 'number')) return `{${values.join(',')}}`;
  if (values.every((value) => typeof value === 'string')) return `{${values.map(quoted).join(',')}}`;
  return values;
}

const SPECIAL = /["\\]/g;

function quoted(text: string): string {
  const escaped = text.includes('"') || text.includes('\\') ? text.replace(SPECIAL, '\\$&') : text;
  return `"${escaped}"`;
}
