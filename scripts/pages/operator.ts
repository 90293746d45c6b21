/** Reads what an operator's source says of it: its docblock, its signature and its options. */
import ts from 'typescript';
import { ENTRIES, exportsOf, OPTIONS, ROOT } from './entries.js';

/** An option of an operator, or a member of what it gives. */
export interface Member {
  readonly name: string;
  /** As the source writes it, without `undefined` where it may be left out. */
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
  readonly defaultValue: string | undefined;
}

/** What belongs to a name: a parameter, or an interface that an operator's file exports besides its options. */
interface Named<About> {
  readonly name: string;
  readonly about: About;
}

/** All that a page says of an operator. Texts are Markdown, with `{@link X}` as it stands in the source. */
export interface OperatorDoc {
  readonly name: string;
  /** What it is imported from: `rxjs-llm/jobs`. */
  readonly module: string;
  readonly signature: string;
  /** What it emits, in a sentence. */
  readonly summary: string;
  /** ASCII marbles, as a block of code. */
  readonly marble: string;
  readonly contract: string;
  readonly example: string;
  readonly parameters: readonly Named<string>[];
  readonly options: readonly Member[];
  /** Whether it takes the options of a model besides. */
  readonly takesModelOptions: boolean;
  readonly gives: readonly Named<readonly Member[]>[];
  readonly throws: readonly string[];
  readonly see: readonly string[];
}

const program = ts.createProgram([...ENTRIES.values()], OPTIONS);
const checker = program.getTypeChecker();

/** The sources that an entry exports each name from, below the root; and the entry, the first one that has it. */
const exported = new Map(
  [...ENTRIES]
    .flatMap(([module, path]) => exportsOf(program, path).map((symbol) => ({ module, symbol })))
    .toReversed()
    .map(({ module, symbol }) => {
      const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const file = own.declarations?.[0]?.getSourceFile().fileName ?? '';
      return [symbol.name, { module, file: file.replace(ROOT, '') }] as const;
    }),
);

/** @returns the names that the package exports from files of their own in `operators`: each is an operator */
export function operatorNames(): readonly string[] {
  return [...exported].filter(([name, { file }]) => file === `operators/${name}.ts`).map(([name]) => name);
}

/**
 * @returns where an exported name is declared, below the root
 * @throws Error if nothing that is exported has that name
 */
export function sourceOf(name: string): string {
  const found = exported.get(name);
  if (found === undefined) throw new Error(`a docblock links to ${name}, which no entry exports`);
  return found.file;
}

/** @throws Error if the source of the operator lacks a part of its docblock */
export function readOperator(name: string): OperatorDoc {
  const file = program.getSourceFile(`${ROOT}operators/${name}.ts`);
  const declared = file?.statements.find(
    (node): node is ts.FunctionDeclaration => ts.isFunctionDeclaration(node) && node.name?.text === name,
  );
  const module = exported.get(name)?.module;
  if (file === undefined || declared?.body === undefined || module === undefined)
    throw new Error(`operators/${name}.ts exports no function of that name, or no entry exports it`);
  const docblock = ts.getJSDocCommentsAndTags(declared).find(ts.isJSDoc);
  const text = textOf(docblock?.comment);
  const [, summary = '', marble = '', contract = ''] =
    /^(.+?)\n\n(```text\n.+?\n```)\n\n(- .+)$/s.exec(text) ?? refuse(name, 'a sentence, a marble and a contract');
  const tags: readonly ts.JSDocTag[] = docblock?.tags ?? [];
  const example = tags.find(({ tagName }) => tagName.text === 'example') ?? refuse(name, '@example');
  const types = declared.parameters.flatMap(({ type }) => (type === undefined ? [] : partsOf(type)));
  return {
    name,
    module,
    signature: file.text.slice(declared.getStart(), declared.body.pos).replace(/^export /, ''),
    summary,
    marble,
    contract,
    example: textOf(example.comment),
    parameters: tags.filter(ts.isJSDocParameterTag).map((tag) => ({
      name: tag.name.getText(),
      about: textOf(tag.comment).replace(/^- /, ''),
    })),
    options: types.filter((type) => /Options\b/.test(type.getText())).flatMap(optionsIn),
    takesModelOptions: types.some((type) => type.getText().startsWith('ModelOverrides<')),
    gives: file.statements
      .filter(ts.isInterfaceDeclaration)
      .filter((node) => !node.name.text.endsWith('Options') && exported.has(node.name.text))
      .map((node) => ({ name: node.name.text, about: optionsIn(node) })),
    throws: tags.filter(ts.isJSDocThrowsTag).map(written),
    see: tags.filter(ts.isJSDocSeeTag).map(written),
  };
}

function refuse(name: string, lacking: string): never {
  throw new Error(`the docblock of operators/${name}.ts lacks ${lacking}`);
}

function textOf(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return ts.getTextOfJSDocComment(comment)?.trim() ?? '';
}

/** What stands behind a tag, as it is written: the compiler takes its first word for a type or a name. */
function written(tag: ts.JSDocTag): string {
  return tag
    .getText()
    .replace(/^@\w+\s*/, '')
    .replace(/\n\s*\*\s*/g, ' ')
    .trim();
}

/** The members of an intersection; a type that is none is its own. */
function partsOf(type: ts.TypeNode): readonly ts.TypeNode[] {
  return ts.isIntersectionTypeNode(type) ? type.types : [type];
}

/** The members of an interface, those of its own first. */
function optionsIn(node: ts.TypeNode | ts.InterfaceDeclaration): readonly Member[] {
  return checker.getTypeAtLocation(node).getProperties().map(memberOf);
}

function memberOf(symbol: ts.Symbol): Member {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || !(ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration)))
    throw new Error(`${symbol.name} is declared in no interface`);
  const required = declaration.questionToken === undefined;
  const type = ts.isMethodSignature(declaration)
    ? declaration.getText().slice(symbol.name.length).replace(/;$/, '')
    : (declaration.type?.getText() ?? '');
  const [defaultTag] = symbol.getJsDocTags(checker).filter(({ name }) => name === 'defaultValue');
  return {
    name: symbol.name,
    type: required ? type : withoutUndefined(type),
    required,
    text: ts
      .getJSDocCommentsAndTags(declaration)
      .filter(ts.isJSDoc)
      .map(({ comment }) => textOf(comment))
      .join('\n'),
    defaultValue: defaultTag === undefined ? undefined : ts.displayPartsToString(defaultTag.text),
  };
}

/** `(() => number) | undefined` says of an option that may be left out what `() => number` says as well. */
function withoutUndefined(type: string): string {
  const some = type.replace(/ \| undefined$/, '');
  return some === type ? type : some.replace(/^\((.*)\)$/s, '$1');
}
