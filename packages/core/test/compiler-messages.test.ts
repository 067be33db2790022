import { join } from 'node:path';
import ts from 'typescript';

const directory = join(__dirname, '..');
const file = join(directory, 'test', 'snippets.ts');

const snippets = `
import { type Backend, copyTimeseries, Kairos, readBuckets } from '../src/index.js';

interface Mixed {
  options: { prefix?: string };
  insertOptions: Record<never, never>;
  fetch: never;
  values: Record<never, never>;
}
interface Typed {
  options: { tableName?: string; valueType?: 'float' | 'text' | 'datetime' };
  insertOptions: { urgent?: boolean };
  fetch: never;
  values: { float: number; text: string; datetime: Date };
  defaultValueType: 'float';
}
declare const mixed: Backend<Mixed>;
declare const typed: Backend<Typed>;

const intervals = { minute: { step: 60 }, month: { step: 'monthly', resolution: 'daily' } } as const;
const strings = new Kairos([mixed]);
const numbers = new Kairos([typed]);
const hits = await numbers.timeseries('typed:', { type: 'count', intervals });
const seen = await numbers.timeseries('typed:', { type: 'set', intervals });
const delays = await strings.timeseries('mixed:', { type: 'histogram', intervals });
const last = await numbers.timeseries('typed:', {
  type: 'gauge',
  intervals,
  valueType: 'datetime',
  readFunc: (value) => value,
  writeFunc: (milliseconds: number) => new Date(milliseconds),
});
const daily = await strings.timeseries('mixed:', { type: 'count', intervals: { day: { step: 'daily' } } });

const wrong = {
  get: () => hits.get('a', 'hour'),
  series: () => hits.series('a', 'hour'),
  seriesByName: () => hits.seriesByName(['a'], 'hour'),
  iterate: () => hits.iterate('a', 'hour'),
  readBuckets: () => readBuckets(hits, 'a', 'hour'),
  copy: () => copyTimeseries(hits, daily, { intervals: { day: 'hour' } }),
  insert: () => seen.insert('visitors', 'ada'),
  amount: () => hits.insert('home', 'one'),
  several: () => seen.insert('visitors', ['ada']),
  written: () => last.insert('boot', new Date()),
  valueType: () => numbers.timeseries('typed:', { type: 'set', intervals, valueType: 'txt' }),
};

const right = {
  set: seen.get('a', 'minute'),
  count: hits.series('a', 'month'),
  histogram: delays.get('a', 'minute'),
  byName: delays.seriesByName(['a'], 'month'),
  gauge: last.series('a', 'month'),
  iterated: last.iterate('a', 'month'),
  listed: delays.get('a', 'minute', { transform: ['mean', 'max'] }),
  functions: delays.get('a', 'minute', { transform: ['mean', function spread(data) { return data.size }] }),
  named: delays.series('a', 'month', { collapse: true, transform: { worst: 'p99', size: (data) => data.size } }),
  bounds: hits.properties('a'),
};
`;

function compile() {
  const { config } = ts.readConfigFile(join(directory, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, directory);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    readFile: (name) => (name === file ? snippets : host.readFile(name)),
    getSourceFile: (name, language, ...rest) =>
      name === file
        ? ts.createSourceFile(name, snippets, language)
        : host.getSourceFile(name, language, ...rest),
  });
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error('The snippets were not compiled');
  return { checker: program.getTypeChecker(), source, diagnostics: program.getSemanticDiagnostics(source) };
}

/** The properties of an object in the snippets. */
function propertiesOf(source: ts.SourceFile, name: string): ts.PropertyAssignment[] {
  const found = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find((declaration) => declaration.name.getText(source) === name)?.initializer;
  if (found === undefined || !ts.isObjectLiteralExpression(found)) throw new Error(`There is no ${name}`);
  return found.properties.filter(ts.isPropertyAssignment);
}

describe('What the compiler says', () => {
  const { checker, source, diagnostics } = compile();
  const errors = diagnostics.filter(
    ({ category, reportsUnnecessary }) => category === ts.DiagnosticCategory.Error && !reportsUnnecessary,
  );
  const said = new Map(
    propertiesOf(source, 'wrong').map((property) => [
      property.name.getText(source),
      errors
        .filter(({ start = -1 }) => start >= property.pos && start < property.end)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
  const shown = new Map(
    propertiesOf(source, 'right').map((property) => [
      property.name.getText(source),
      checker.typeToString(
        checker.getTypeAtLocation(property.initializer),
        undefined,
        ts.TypeFormatFlags.NoTruncation,
      ),
    ]),
  );

  it('is nothing about what is right', () => {
    const inWrong = [...said.values()].flat().length;
    expect(errors).toHaveLength(inWrong);
  });

  it('names the intervals that there are', () => {
    const message =
      'Argument of type \'"hour"\' is not assignable to parameter of type \'"minute" | "month"\'.';
    for (const method of ['get', 'series', 'seriesByName', 'iterate', 'readBuckets']) {
      expect([method, said.get(method)]).toEqual([method, [message]]);
    }
    expect(said.get('copy')).toEqual([
      'Type \'"hour"\' is not assignable to type \'"minute" | "month" | undefined\'.',
    ]);
  });

  it('names the values that insert takes', () => {
    const numbers = 'number | readonly number[] | ReadonlySet<number>';
    expect(said.get('insert')).toEqual([
      `Argument of type 'string' is not assignable to parameter of type '${numbers}'.`,
    ]);
    expect(said.get('amount')).toEqual([
      `Argument of type '"one"' is not assignable to parameter of type '${numbers} | undefined'.`,
    ]);
    expect(said.get('several')).toEqual(["Type 'string' is not assignable to type 'number'."]);
    expect(said.get('written')).toEqual([
      expect.stringMatching(/^Argument of type 'Date' is not assignable to parameter of type 'number \|/),
    ]);
    expect(said.get('valueType')).toEqual([
      expect.stringContaining(`is not assignable to type '"float" | "text" | "datetime"'`),
    ]);
  });

  it('shows results as they are', () => {
    expect(Object.fromEntries(shown)).toEqual({
      set: 'Promise<Map<number, Set<number>>>',
      count: 'Promise<Map<number, Map<number, number>>>',
      histogram: 'Promise<Map<number, Map<string | number, number>>>',
      byName: 'Promise<Map<string, Map<number, Map<number, Map<string | number, number>>>>>',
      gauge: 'Promise<Map<number, Map<number, Date | null>>>',
      iterated: 'AsyncGenerator<[timestamp: number, data: Date | null], void, undefined>',
      listed: 'Promise<Map<number, { mean: number; max: string | number; }>>',
      functions: 'Promise<Map<number, { mean: number; } & { [functionName: string]: unknown; }>>',
      named: 'Promise<Map<number, { worst: number | null; size: number; }>>',
      bounds: 'Promise<{ minute?: Bounds; month?: Bounds; }>',
    });
  });
});
