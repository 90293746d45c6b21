/** Writes an operator's page from what its source says and what its marbles draw. */
import { type Member, type OperatorDoc, sourceOf } from './operator.js';

/** A diagram of `docs/diagrams/index.json`. */
export interface Diagram {
  readonly title: string;
  readonly file: string;
  readonly note?: string;
}

/** @returns Markdown, for a page in `docs/operators` */
export function operatorPage(doc: OperatorDoc, diagrams: readonly Diagram[], operators: readonly string[]): string {
  const { name } = doc;
  const sections = [
    `<!-- Written by \`npm run docs:operators\` from operators/${name}.ts: change that. -->`,
    `# ${name}`,
    doc.summary,
    ['```typescript', `import { ${name} } from '${doc.module}';`, '', doc.signature, '```'].join('\n'),
    doc.marble,
    '## Contract',
    doc.contract,
    '## Example',
    doc.example.replace('```ts\n', `\`\`\`ts\nimport { ${name} } from '${doc.module}';\n\n`),
    ...section('Parameters', list(doc.parameters.map(({ name, about }) => `\`${name}\`: ${about}`))),
    ...section('Options', [
      ...(doc.takesModelOptions ? ['Each option of the model, under any of its names: [the model](../model.md).'] : []),
      ...(doc.takesModelOptions && doc.options.length > 0 ? ['And, of the run:'] : []),
      ...doc.options.flatMap(memberSection),
    ]),
    ...doc.gives.flatMap(({ name, about }) => section(`\`${name}\``, about.flatMap(memberSection))),
    ...section('Throws', list(doc.throws.map((text) => text.replace(/^[A-Z]\w+(?: or [A-Z]\w+)*/, typeNames)))),
    '## Diagrams',
    'Each is drawn from a test that runs. Time goes from left to right; [what the shapes mean](README.md#how-to-read-the-diagrams).',
    ...diagrams.flatMap(diagramSection),
    '## See also',
    ...list([...doc.see, `[The source](../../operators/${name}.ts)`]),
  ];
  return resolveLinks(sections.join('\n\n'), operators);
}

/** @returns the page that lists the operators, in the order in which they are given */
export function operatorIndex(docs: readonly OperatorDoc[], diagramsOf: (name: string) => readonly Diagram[]): string {
  const rows = docs.map(({ name, summary, module }) => {
    const count = diagramsOf(name).length;
    return `| [\`${name}\`](${name}.md) | ${summary.replaceAll('\n', ' ')} | \`${module}\` | ${count} |`;
  });
  const sections = [
    '<!-- Written by `npm run docs:operators` from operators/: change that. -->',
    '# Operators',
    'In the order in which a pipeline is made of them. Each page is written from the docblock of its operator, and its diagrams are drawn\nfrom the tests.',
    ['| operator | what it does | import from | diagrams |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    '## How to read the diagrams',
    [
      '- Time goes from left to right, in milliseconds of virtual time. A time without anything is drawn as a break, with its length.',
      '- A row above the box is what the operator is given, and a row below is what it gives. The box holds the call.',
      '- A bar is the end of a stream, a cross its error, and an exclamation mark the moment at which it was unsubscribed.',
      '- What is dashed came after the end, and nobody saw it. A cold input stands where it was subscribed.',
      '- Colours tell records apart.',
    ].join('\n'),
  ];
  return resolveLinks(
    sections.join('\n\n'),
    docs.map(({ name }) => name),
  );
}

function section(title: string, content: readonly string[]): readonly string[] {
  return content.length === 0 ? [] : [`## ${title}`, ...content];
}

function list(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')];
}

function memberSection({ name, type, required, text, defaultValue }: Member): readonly string[] {
  const isMethod = type.startsWith('(') || type.startsWith('<');
  const how =
    defaultValue === undefined
      ? required
        ? isMethod
          ? ''
          : ', required'
        : ''
      : `, by default ${literal(defaultValue)}`;
  return [`### \`${name}\``, `\`${type.replace(/\s+/g, ' ')}\`${how}`, text];
}

/** Code as code, words as words: `Infinity: jobs leave at the end` is some of each. */
function literal(text: string): string {
  return text
    .replace(/^('[^']*'|[\d.]+(?![\w ])|Infinity|true|false|[A-Za-z]+(?:\.\w+|\(\)))(?=$|:|,)/, '`$1`')
    .replace(/\.$/, '');
}

function typeNames(names: string): string {
  return names.replace(/[A-Z]\w+/g, '`$&`');
}

function diagramSection({ title, file, note }: Diagram): readonly string[] {
  const named = title
    .replace(/[<*_]/g, '\\$&')
    .replace(/^[a-z]+(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  const alternative = title.replace(/[[\]<>]/g, '');
  return [
    `**${named}**`,
    `![Marble diagram: ${alternative}](../diagrams/${file})`,
    ...(note === undefined ? [] : [note]),
  ];
}

/** Makes a link of `{@link X}`: to the operator's page, or to where the name is declared. Paths from `operators` become those of pages. */
function resolveLinks(markdown: string, operators: readonly string[]): string {
  return markdown
    .replace(/\{@link (\w+)\}/g, (_, name: string) =>
      operators.includes(name) ? `[\`${name}\`](${name}.md)` : `[\`${name}\`](../../${sourceOf(name)})`,
    )
    .replaceAll('](../docs/', '](../');
}
