import preset from '../../jest.preset.mjs';

const [typescript] = Object.values(preset.transform);

/** The programs are modules of plain JavaScript, which the tests load as they do TypeScript. */
export default { ...preset, transform: { ...preset.transform, '^.+\\.mjs$': typescript } };
