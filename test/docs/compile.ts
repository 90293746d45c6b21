import ts from 'typescript';
import type { Block } from './blocks.js';
import { ENTRIES, exportsOf, OPTIONS as PROJECT, ROOT } from '../../scripts/pages/entries.js';

/** Where blocks stand for the compiler. None is written there. */
const FOLDER = `${ROOT}test/docs/`;

const OPTIONS: ts.CompilerOptions = {
  ...PROJECT,
  // A block shows what can be done, and need not use all that it makes.
  noUnusedLocals: false,
  noUnusedParameters: false,
  // Stricter than `strict` is a matter of taste.
  verbatimModuleSyntax: false,
  noUncheckedIndexedAccess: false,
  paths: Object.fromEntries([...ENTRIES].map(([name, path]) => [name, [path]])),
};

/** What blocks may take for given. */
const GIVEN = `${FOLDER}given.ts`;

/** @returns what the compiler says of each block that it does not take, by the block's place */
export function mistakesIn(blocks: readonly Block[]): ReadonlyMap<string, readonly string[]> {
  const bare = compile(blocks);
  const modules = modulesOf(bare.program);
  // A page imports a name once; the blocks after that go on with it.
  const completed = blocks.map((block) => {
    const missing = new Set(bare.diagnosticsOf(block).flatMap(missingName));
    const lines = [...missing].flatMap((name) => {
      const module = modules.get(name);
      return module === undefined ? [] : [`import { ${name} } from '${module}';`];
    });
    return { ...block, code: `${lines.join(' ')}${block.code}` };
  });
  const { diagnosticsOf } = compile(completed);
  return new Map(
    completed.flatMap((block) => {
      const said = diagnosticsOf(block).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
      return said.length === 0 ? [] : [[block.place, said]];
    }),
  );
}

function compile(blocks: readonly Block[]) {
  const files = new Map(blocks.map((block) => [fileOf(block), `${block.code}\nexport {};\n`]));
  const host = ts.createCompilerHost(OPTIONS);
  const { readFile, fileExists } = host;
  const overlay: ts.CompilerHost = {
    ...host,
    fileExists: (path) => files.has(path) || fileExists(path),
    readFile: (path) => files.get(path) ?? readFile(path),
    getSourceFile: (path, version) => {
      const text = files.get(path) ?? readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, version);
    },
  };
  const program = ts.createProgram([...files.keys(), GIVEN, ...ENTRIES.values()], OPTIONS, overlay);
  const diagnosticsOf = (block: Block): readonly ts.Diagnostic[] => {
    const file = program.getSourceFile(fileOf(block));
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  };
  return { program, diagnosticsOf };
}

function fileOf({ place }: Block): string {
  return `${FOLDER}${place.replace(/\W/g, '-')}.ts`;
}

/** Where each name comes from: an entry of the package, or rxjs. */
function modulesOf(program: ts.Program): ReadonlyMap<string, string> {
  const names = [...[...ENTRIES].toReversed(), ['rxjs', RXJS] as const].flatMap(([module, path]) =>
    exportsOf(program, path).map(({ name }) => [name, module] as const),
  );
  return new Map(names.toReversed());
}

const RXJS = `${ROOT}node_modules/rxjs/dist/types/index.d.ts`;

/** "Cannot find name", with or without a guess at what was meant, and in a shorthand. */
const CANNOT_FIND = new Set([2304, 2552, 18004]);

function missingName({ code, messageText }: ts.Diagnostic): readonly string[] {
  const [, name] = /'(.*?)'/.exec(ts.flattenDiagnosticMessageText(messageText, ' ')) ?? [];
  return CANNOT_FIND.has(code) && name !== undefined ? [name] : [];
}
