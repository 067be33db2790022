import preset from '../../jest.preset.mjs';

/**
 * Runs each test file in a new process. If one process loads the driver twice, the second copy hands over to
 * the first, whose arrays come from another realm. Every worker exceeds this limit, so Jest ends it after its
 * file.
 */
export default { ...preset, workerIdleMemoryLimit: '1MB' };
