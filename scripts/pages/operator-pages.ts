/** What `docs/operators` has to contain. */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { eachSuite } from '../../marbles/all.js';
import { ROOT } from './entries.js';
import { type Diagram, operatorIndex, operatorPage } from './operator-page.js';
import { operatorNames, readOperator } from './operator.js';

/** The pages of all operators and the list of them, by paths below `docs/operators`, as Prettier formats them. */
export async function operatorPages(): Promise<ReadonlyMap<string, string>> {
  const order = eachSuite(({ operator }) => operator);
  const names = operatorNames().toSorted((one, other) => place(order, one) - place(order, other));
  const docs = names.map(readOperator);
  const pages = [
    ['README.md', operatorIndex(docs, diagramsOf)] as const,
    ...docs.map((doc) => [`${doc.name}.md`, operatorPage(doc, diagramsOf(doc.name), names)] as const),
  ];
  const style = await resolveConfig(`${ROOT}docs/operators/README.md`);
  const formatted = pages.map(
    async ([file, text]) => [file, await format(text, { ...style, parser: 'markdown' })] as const,
  );
  return new Map(await Promise.all(formatted));
}

/** The diagrams of an operator, as `docs/diagrams/index.json` lists them. */
export function diagramsOf(operator: string): readonly Diagram[] {
  return index[operator] ?? [];
}

const index = JSON.parse(readFileSync(`${ROOT}docs/diagrams/index.json`, 'utf8')) as Readonly<
  Record<string, readonly Diagram[]>
>;

/** An operator without marbles stands last; that it lacks them is for a test to say. */
function place(order: readonly string[], name: string): number {
  return order.includes(name) ? order.indexOf(name) : order.length;
}
