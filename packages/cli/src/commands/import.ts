import type { Command } from 'commander';
import { addImportRecords } from './import-records.js';
import { addImportRrd } from './import-rrd.js';
import { addImportWhisper } from './import-whisper.js';

export function addImport(program: Command): void {
  const command = program.command('import').description('Import Whisper, RRDtool, CSV or NDJSON');
  addImportWhisper(command);
  addImportRrd(command);
  addImportRecords(command, 'csv');
  addImportRecords(command, 'ndjson');
}
