import { relative } from 'node:path';
import { root } from './run.mjs';
import { addToTally } from './tally.mjs';

/** Adds what a run of Jest counted to what `npm test` sums up. */
export default class Tally {
  async onRunComplete(_contexts, results) {
    // A test file that cannot even be loaded has no tests to count, but fails all the same.
    const broken = results.testResults.filter(
      ({ testExecError, numFailingTests }) => testExecError && numFailingTests === 0,
    );
    await addToTally({
      passed: results.numPassedTests,
      failed: results.numFailedTests + broken.length,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults
        .filter(({ failureMessage }) => failureMessage)
        .map(
          ({ testFilePath, failureMessage }) =>
            `${relative(root, testFilePath)}\n${shortened(failureMessage)}`,
        ),
    });
  }
}

/** The start of what may be the differences of two large objects. */
function shortened(text) {
  const lines = text.split('\n');
  return lines.length <= 60 ? text : [...lines.slice(0, 60), `  … and ${lines.length - 60} lines`].join('\n');
}
