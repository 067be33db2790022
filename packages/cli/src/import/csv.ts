/** Parses CSV by RFC 4180 from chunks of text: quotes, doubled quotes, line breaks in quotes. */
export async function* readCsv(
  texts: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string[], void, undefined> {
  let record: string[] = [];
  let cell = '';
  let state: 'plain' | 'quoted' | 'quote' = 'plain';
  let isEmpty = true;
  for await (const text of texts) {
    for (const letter of text) {
      if (state === 'quoted') {
        if (letter === '"') state = 'quote';
        else cell += letter;
      } else if (letter === '"') {
        // Inside quotes, a doubled quote is a literal one. Otherwise a quote opens a quoted cell.
        if (state === 'quote') cell += letter;
        state = 'quoted';
        isEmpty = false;
      } else if (letter === ',') {
        record.push(cell);
        cell = '';
        state = 'plain';
        isEmpty = false;
      } else if (letter === '\n') {
        if (!isEmpty) yield [...record, cell];
        [record, cell, state, isEmpty] = [[], '', 'plain', true];
      } else if (letter !== '\r') {
        cell += letter;
        isEmpty = false;
      }
    }
  }
  if (!isEmpty) yield [...record, cell];
}
