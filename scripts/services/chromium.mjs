import { needProgram } from '../lib/server.mjs';

/** A Chromium for tests to drive, with an emoji font. CHROMIUM_PATH is its program. */
export default {
  variable: 'CHROMIUM_PATH',
  skip: 'TEST_CHROMIUM',
  async start() {
    const program = await needProgram({
      names: ['chromium', 'chromium-browser', 'google-chrome', '/usr/bin/chromium'],
      packages: ['chromium', 'fonts-inter', 'fonts-noto-color-emoji'],
      what: 'Chromium',
    });
    return { env: { CHROMIUM_PATH: program }, stop: async () => {} };
  },
};
