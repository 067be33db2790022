import { relative } from 'node:path';
import { root } from './run.mjs';
import { addToTally } from './tally.mjs';

/** Jest reporter: adds its counts to the totals of `npm test`. */
export default class Tally {
  async onRunComplete(_contexts, results) {
    // A test file that fails to load has no tests to count, but counts as a failure.
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

/** The first lines of a message, which may contain the diff of two large objects. */
function shortened(text) {
  const lines = text.split('\n');
  return lines.length <= 60 ? text : [...lines.slice(0, 60), `  … and ${lines.length - 60} lines`].join('\n');
}
