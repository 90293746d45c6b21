import build, { type Schema } from 'fast-json-stringify';

/** What `messages` and its like are in requests: their roles and texts are written without looking at what they are. */
const TURNS: Schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: { role: { type: 'string' }, content: { type: 'string' } },
  },
};

/** Most shapes that are kept: fields that differ from request to request would compile for ever. */
const MOST_SHAPES = 32;

/**
 * Writes requests as lines, by a function that is compiled once for each shape of a request: the names of its fields, in their order.
 *
 * @param wrap - what stands around a request, by names: `{ custom_id: 'string', body: 'request' }`
 */
export function lineWriter(wrap: Readonly<Record<string, 'string' | 'request'>>, turns: string) {
  const shapes = new Map<string, (line: object) => string>();

  const compiled = (fields: readonly string[]): ((line: object) => string) => {
    const request: Schema = {
      type: 'object',
      properties: Object.fromEntries(fields.map((name) => [name, name === turns ? TURNS : {}])),
    };
    return build({
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(wrap).map(([name, kind]): [string, Schema] => [
          name,
          kind === 'string' ? { type: 'string' } : request,
        ]),
      ),
    });
  };

  return (line: Readonly<Record<string, unknown>>, request: object): string => {
    const fields = Object.keys(request);
    const shape = JSON.stringify(fields);
    const known = shapes.get(shape);
    if (known === undefined && shapes.size >= MOST_SHAPES) return JSON.stringify(line);
    const write = known ?? compiled(fields);
    shapes.set(shape, write);
    return write(line);
  };
}
