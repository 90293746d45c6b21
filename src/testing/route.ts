import type { ServerState } from './answer-request.js';
import type { Exchange } from './exchange.js';
import type { Wire } from './wire/wire.js';

/** What stands in the place of the parts of a path that are not fixed, by their names. */
export type PathParameters = Readonly<Record<string, string>>;

export type Handler = (exchange: Exchange, state: ServerState, parameters: PathParameters) => void | Promise<void>;

/** A path of the server: the API that it belongs to, and what each method does. */
export interface Route {
  readonly wire: Wire;
  readonly methods: Readonly<Record<string, Handler>>;
}
