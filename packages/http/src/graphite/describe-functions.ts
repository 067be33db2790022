import { signatureOf } from './functions/bind.js';
import type { FunctionDefinition } from './functions/definition.js';
import { functions } from './functions/index.js';
import type { Parameter } from './functions/parameter.js';

/** `/functions`: the functions, in the form that target editors read. */
export function describeFunctions(grouped: boolean): Response {
  const described = [...functions].map(([name, definition]) => describe(name, definition));
  if (!grouped) return Response.json(Object.fromEntries(described.map((each) => [each.name, each])));
  const groups: Record<string, Record<string, unknown>> = {};
  for (const each of described) groups[each.group] = { ...groups[each.group], [each.name]: each };
  return Response.json(groups);
}

/** `/functions/NAME`: one function; `undefined` if there is none of that name. */
export function describeFunction(name: string): Response | undefined {
  const definition = functions.get(name);
  return definition === undefined ? undefined : Response.json(describe(name, definition));
}

function describe(name: string, definition: FunctionDefinition) {
  return {
    name,
    function: signatureOf({ ...definition, name }),
    description: definition.description,
    module: 'kairos',
    group: definition.group,
    params: definition.params.map(describeParameter),
  };
}

function describeParameter({ name, type, required, multiple, options, suggestions, ...rest }: Parameter) {
  return {
    name,
    // Editors know no better type for it.
    type: type === 'transform' ? 'string' : type,
    required: required === true,
    ...(multiple === true ? { multiple } : {}),
    ...(rest.default === undefined ? {} : { default: rest.default }),
    ...(options === undefined ? {} : { options }),
    ...(suggestions === undefined ? {} : { suggestions }),
  };
}
