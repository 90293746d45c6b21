import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Frees at once what nothing holds, so that what is measured then is live. */
export const collectGarbage = runInNewContext('gc') as () => void;
