import build, { type Schema } from 'fast-json-stringify';

/** How the lines of a job are made of requests. */
export interface LineForm {
  /** Fields between the line's name (`custom_id`) and its request. */
  readonly fixed: Readonly<Record<string, string>>;
  /** The field that the request stands in. */
  readonly request: string;
  /** The field of a request that has its roles and texts. */
  readonly turns: string;
}

type Request = Readonly<Record<string, unknown>>;

/** The fields of a request by name, and its turns by position. */
type Part = string | number;

/** Requests that have the same fields in the same order, and as many turns. */
interface Shape {
  readonly names: readonly string[];
  readonly turns: number;
  /** Parts that have said the same in each of them so far, and what, as JSON has it. */
  readonly constants: ReadonlyMap<Part, unknown>;
  readonly write: (line: Request) => string;
}

/** Roles and texts are written without looking at what they are. */
const TURN: Schema = {
  type: 'object',
  required: ['role', 'content'],
  properties: { role: { type: 'string' }, content: { type: 'string' } },
};

const ANYTHING = {} as Schema;

/** Most shapes that are kept: fields that differ from request to request would compile for ever. */
const MOST_SHAPES = 32;

/**
 * Writes requests as lines, by a function that is compiled once for each shape of a request. What all requests of a shape have said the same
 * (the model, the system instruction, the reply's schema) is part of that function, so that only texts are written anew. A part that says
 * something else for the first time compiles the shape once more, without it.
 */
export function lineWriter(form: LineForm): (customId: string, request: Request) => string {
  const shapes: Shape[] = [];
  /** Is used again and again: only its name and its request differ. */
  const line: Record<string, unknown> = { custom_id: '', ...form.fixed, [form.request]: {} };

  const shapeOf = (request: Request): Shape | null => {
    const names = Object.keys(request);
    const turns = request[form.turns] as readonly object[];
    // The compiled function takes no other objects for turns.
    if (!turns.every(isPlain)) return null;
    const place = shapes.findIndex((shape) => shape.turns === turns.length && isSameList(shape.names, names));
    const known = shapes[place];
    if (known === undefined) {
      if (shapes.length >= MOST_SHAPES) return null;
      const made = compiled(form, { names, turns: turns.length, constants: snapshot(request, form.turns) });
      shapes.push(made);
      return made;
    }
    const valueOf = (part: Part): unknown => (typeof part === 'number' ? turns[part] : request[part]);
    let isSame = true;
    for (const [part, said] of known.constants) isSame &&= saysSame(valueOf(part), said);
    if (isSame) return known;
    const left = [...known.constants].filter(([part, said]) => saysSame(valueOf(part), said));
    return (shapes[place] = compiled(form, { ...known, constants: new Map(left) }));
  };

  return (customId, request) => {
    line.custom_id = customId;
    line[form.request] = request;
    const shape = shapeOf(request);
    return shape === null ? JSON.stringify(line) : shape.write(line);
  };
}

function compiled(form: LineForm, shape: Omit<Shape, 'write'>): Shape {
  const { names, turns, constants } = shape;
  const schemaOf = (part: Part, usual: Schema): Schema =>
    constants.has(part) ? constant(constants.get(part), usual) : usual;
  const items = Array.from({ length: turns }, (_, position) => schemaOf(position, TURN));
  const request: Schema = {
    type: 'object',
    required: names.filter((name) => name === form.turns || constants.has(name)),
    properties: Object.fromEntries(
      names.map((name) => [
        name,
        name === form.turns ? { type: 'array', items: turns === 0 ? TURN : items } : schemaOf(name, ANYTHING),
      ]),
    ),
  };
  const fixed = Object.entries(form.fixed).map(([name, text]) => [name, constant(text)] as const);
  const properties: Record<string, Schema> = { custom_id: { type: 'string' }, ...Object.fromEntries(fixed) };
  properties[form.request] = request;
  try {
    return { ...shape, write: build({ type: 'object', required: Object.keys(properties), properties }) };
  } catch (error) {
    if (constants.size === 0) throw error;
    // The compiler looks for its own keywords in constants too: a reply's schema may name the same `$id` twice.
    return compiled(form, { ...shape, constants: new Map() });
  }
}

/** The compiler knows `const`, and its types do not. */
function constant(value: unknown, usual: Schema = ANYTHING): Schema {
  return Object.assign({}, usual, { const: value });
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function isSameList(list: readonly string[], other: readonly string[]): boolean {
  return list.length === other.length && list.every((name, position) => name === other[position]);
}

/** What JSON says of a request's parts, for those that it says something of: they may be changed later. */
function snapshot(request: Request, turns: string): Map<Part, unknown> {
  const said = JSON.parse(JSON.stringify(request)) as Request;
  const constants = new Map<Part, unknown>(Object.entries(said));
  constants.delete(turns);
  for (const [position, turn] of (said[turns] as readonly unknown[]).entries()) constants.set(position, turn);
  return constants;
}

/** True if a value would be written as what JSON has said before. */
function saysSame(value: unknown, said: unknown): boolean {
  if (typeof value !== 'object' || typeof said !== 'object' || value === null || said === null) return value === said;
  if (Array.isArray(value) !== Array.isArray(said)) return false;
  if (!Array.isArray(value) && !isPlain(value)) return false;
  const names = Object.keys(value);
  if (names.length !== Object.keys(said).length) return false;
  for (const name of names) if (!saysSame((value as Request)[name], (said as Request)[name])) return false;
  return true;
}
