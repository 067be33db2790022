import preset from '../../jest.preset.mjs';

// Native code that decodes gives a second test file in one process the arrays of the first one's realm.
process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED = 'true';

export default preset;
