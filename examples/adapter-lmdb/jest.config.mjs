import preset from '../../jest.preset.mjs';

/**
 * A process for each test file: in one that loads the driver again, the driver hands over to its first copy, whose
 * arrays are of another realm. A limit that every worker exceeds ends it with its file.
 */
export default { ...preset, workerIdleMemoryLimit: '1MB' };
