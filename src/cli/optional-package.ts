import { CliError, codeOf, EXIT } from './failure.js';

/**
 * Loads a module that needs an optional package.
 *
 * @param name - of the package; of several, with blanks between them
 * @param what - needs it, for the message
 * @throws CliError saying what to install, if the package is not there
 */
export async function needing<M>(name: string, what: string, load: () => Promise<M>): Promise<M> {
  const loaded = await ifInstalled(load);
  if (loaded === undefined)
    throw new CliError(
      EXIT.misuse,
      `${what} needs the ${name.includes(' ') ? 'packages' : 'package'} ${name}: run npm install ${name}`,
    );
  return loaded;
}

/** Loads a module; `undefined` if a package that it needs is not there. */
export async function ifInstalled<M>(load: () => Promise<M>): Promise<M | undefined> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}
