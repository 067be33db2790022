import { compileSearch } from '../search-pattern.js';
import { parseTarget } from '../target-parser.js';
import type { FunctionDefinition } from './definition.js';
import { SERIES_LIST } from './parameter.js';

export const alias: FunctionDefinition = {
  name: 'alias',
  group: 'Alias',
  description: 'Shows a text in place of the name.',
  params: [SERIES_LIST, { name: 'newName', type: 'string', required: true }],
  evaluate: (args) => args.series('seriesList').map((series) => ({ ...series, name: args.text('newName') })),
};

export const aliasByNode: FunctionDefinition = {
  name: 'aliasByNode',
  group: 'Alias',
  description: 'Shows some of the nodes of the name, counted from 0, or from -1 for the last.',
  params: [SERIES_LIST, { name: 'nodes', type: 'nodeOrTag', required: true, multiple: true }],
  evaluate: (args) =>
    args.series('seriesList').map((series) => {
      const nodes = pathIn(series.name).split('.');
      const shown = args
        .all('nodes')
        .map((node) => (typeof node === 'number' ? (nodes.at(node) ?? '') : series.source));
      return { ...series, name: shown.join('.') };
    }),
};

/** The first path within the calls of a name: `hits.home` of `scale(hits.home,60)`. */
function pathIn(name: string): string {
  if (!name.includes('(')) return name;
  try {
    let expression = parseTarget(name);
    while (expression.kind === 'call') {
      const [first] = expression.args;
      if (first === undefined) return name;
      expression = first.value;
    }
    return expression.text;
  } catch {
    return name;
  }
}

export const aliasSub: FunctionDefinition = {
  name: 'aliasSub',
  group: 'Alias',
  description: 'Replaces what a regular expression finds in the name; \\1 stands for its first group.',
  params: [
    SERIES_LIST,
    { name: 'search', type: 'string', required: true },
    { name: 'replace', type: 'string', required: true },
  ],
  evaluate: (args) => {
    const substitute = compileSearch(args.text('search'), args.text('replace'), (problem) =>
      args.refuse(problem),
    );
    return args.series('seriesList').map((series) => ({ ...series, name: substitute(series.name) }));
  },
};
