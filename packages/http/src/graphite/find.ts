import type { Context } from '../context.js';
import { BadRequest } from './bad-request.js';
import { Catalogue, type FoundNode } from './catalogue.js';

/** `/metrics/find`: the nodes at the level of a pattern. */
export async function find(parameters: URLSearchParams, context: Context): Promise<Response> {
  const query = parameters.get('query') ?? '';
  if (query === '')
    throw new BadRequest('Parameter "query" is missing or empty; expected a pattern such as "hits.*"');
  const format = parameters.get('format') || 'treejson';
  const completes = format === 'completer';
  const pattern = completes && !query.endsWith('*') ? `${query}*` : query;
  const found = await new Catalogue(context).find(pattern);
  const wildcard = parameters.get('wildcards') === '1' && found.length > 1;
  if (completes) return Response.json({ metrics: [...found.map(toCompletion), ...(wildcard ? [ANY] : [])] });
  if (format === 'nodelist')
    return Response.json({ nodes: [...new Set(found.map(({ text }) => text))].sort() });
  if (format !== 'treejson') {
    throw new BadRequest(
      `Parameter "format" is ${JSON.stringify(format)}; expected one of treejson, completer, nodelist`,
    );
  }
  const above = query.slice(0, query.lastIndexOf('.') + 1);
  const entries = distinct(found).map(({ text, leaf }) => treeEntry(`${above}${text}`, text, leaf));
  return Response.json(wildcard ? [treeEntry(`${above}*`, '*', false), ...entries] : entries);
}

const ANY = { name: '*' };

function toCompletion({ path, text, leaf }: FoundNode) {
  return { path: leaf ? path : `${path}.`, name: text, is_leaf: leaf ? '1' : '0' };
}

/** A tree shows each text once, whatever its path; nodes with nodes below come first. */
function distinct(found: readonly FoundNode[]): FoundNode[] {
  const byText = new Map(found.map((node) => [JSON.stringify([node.text, node.leaf]), node]));
  return [...byText.values()].sort(
    (a, b) => Number(a.leaf) - Number(b.leaf) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  );
}

function treeEntry(id: string, text: string, leaf: boolean) {
  const below = leaf ? 0 : 1;
  return { text, id, allowChildren: below, expandable: below, leaf: leaf ? 1 : 0 };
}

/** `/metrics/expand`: the paths at the level of patterns. */
export async function expand(parameters: URLSearchParams, context: Context): Promise<Response> {
  const catalogue = new Catalogue(context);
  const leavesOnly = parameters.get('leavesOnly') === '1';
  const groups: Record<string, string[]> = Object.create(null);
  for (const query of parameters.getAll('query')) {
    const found = await catalogue.find(query);
    const paths = found.filter(({ leaf }) => leaf || !leavesOnly).map(({ path }) => path);
    groups[query] = [...new Set(paths)].sort();
  }
  if (parameters.get('groupByExpr') === '1') return Response.json({ results: groups });
  return Response.json({ results: [...new Set(Object.values(groups).flat())].sort() });
}
