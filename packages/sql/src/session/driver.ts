import { ConfigurationError, isError } from '@kairos/core';

/** Loads a driver when it is first used; they are optional, and a program installs the one it needs. */
export async function loadDriver<M>(name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const missing = isError(error) && 'code' in error && /MODULE_NOT_FOUND/.test(String(error.code));
    if (!missing) throw error;
    throw new ConfigurationError(
      `The driver "${name}" cannot be loaded; expected it to be installed: npm install ${name}`,
      { cause: error },
    );
  }
}
