import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ENTRIES, exportsOf, OPTIONS } from '../../scripts/pages/entries.js';

const program = ts.createProgram([...ENTRIES.values()], OPTIONS);
const checker = program.getTypeChecker();

/** The names in an entry that have no docblock: what it exports, and each of its options. */
function undocumented(path: string): readonly string[] {
  return exportsOf(program, path).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return [
      ...without(symbol, exported.name),
      ...membersOf(symbol).flatMap((member) => without(member, `${exported.name}.${member.name}`)),
    ];
  });
}

function without(symbol: ts.Symbol, name: string): readonly string[] {
  return symbol.getDocumentationComment(checker).length > 0 ? [] : [name];
}

/** The options in a type, but those that are another's. */
function membersOf(symbol: ts.Symbol): readonly ts.Symbol[] {
  if (!symbol.name.endsWith('Options')) return [];
  return [...(symbol.members?.values() ?? [])].filter(({ flags }) => (flags & ts.SymbolFlags.TypeParameter) === 0);
}

describe('every exported name has a docblock, and so has each option', () => {
  it.each([...ENTRIES])('%s', (_, path) => {
    expect(undocumented(path)).toEqual([]);
  });
});
