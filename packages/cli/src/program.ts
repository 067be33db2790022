import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addCopy } from './commands/copy.js';
import { addDelete } from './commands/delete.js';
import { addExpire } from './commands/expire.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addInfo } from './commands/info.js';
import { addInsert } from './commands/insert.js';
import { addNames } from './commands/names.js';
import { addSeries } from './commands/series.js';
import { addServe } from './commands/serve.js';
import { addWatch } from './commands/watch.js';

const { version }: { version: string } = createRequire(import.meta.url)('../package.json');

/** The whole command, without its input and output. */
export function createProgram(): Command {
  const program = new Command('kairos')
    .description(
      'View, plot, copy and serve time series. A timeseries is a URL or a name of kairos.config.mjs.',
    )
    .version(version)
    .configureHelp({ sortOptions: false })
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError();
  for (const add of [
    addInfo,
    addNames,
    addSeries,
    addWatch,
    addInsert,
    addDelete,
    addExpire,
    addCopy,
    addImport,
    addExport,
    addServe,
  ]) {
    add(program);
  }
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
    if (command.commands.length > 0) continue;
    command.option('-q, --quiet', 'print nothing but the output');
    command.option('--verbose', 'show the cause of an error');
  }
  program.addHelpText(
    'after',
    `
Exit codes: 0 done, 1 a store or a file failed, 2 the command line makes no sense, 3 a copy differs, 130 Ctrl-C.

Examples:
  $ kairos info sqlite:hits.sqlite --type count
  $ kairos series hits home --interval day --start -30d --format chart
  $ kairos copy sqlite:hits.sqlite postgres://localhost/app --type count --verify`,
  );
  return program;
}

function withSubcommands(program: Command): Command[] {
  return program.commands.flatMap((command) => [command, ...withSubcommands(command)]);
}
