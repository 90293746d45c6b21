import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Package {
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>;
}

/** The package's entries by the names that users import, each with its source. */
export const ENTRIES: ReadonlyMap<string, string> = new Map(
  Object.entries((JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Package).exports).flatMap(
    ([entry, target]) =>
      typeof target === 'string'
        ? []
        : [[entry.replace('.', 'rxjs-llm'), target.types.replace('./dist/', ROOT).replace(/\.d\.ts$/, '.ts')]],
  ),
);

/** The options of this project's compiler; nothing is written. */
export const OPTIONS: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(
    (ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path)).config as { compilerOptions: object })
      .compilerOptions,
    ROOT,
  ).options,
  noEmit: true,
};

/** What a module exports. */
export function exportsOf(program: ts.Program, path: string): readonly ts.Symbol[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const symbol = file && checker.getSymbolAtLocation(file);
  return symbol === undefined ? [] : checker.getExportsOfModule(symbol);
}
