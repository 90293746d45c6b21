import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms between the operators and `flow`, which know neither who uses them nor the command line. */
const rooms = ['model', 'prompt', 'reply', 'provider', 'recovery', 'job'].map((room) => `./src/${room}`);

/** Where Node may be used. Everything else runs in a browser too. */
const mayUseNode = ['src/cli/**', 'src/testing/**', 'src/job/**'];

/** What users test with runs wherever their pipelines do. */
const testKit = ['src/testing/index.ts', 'src/testing/kit/**'];

const named = (names, message) => Object.fromEntries(names.map((name) => [name, message]));

/** What Node has and a browser has not. */
const nodeGlobals = named(
  ['process', 'Buffer', 'setImmediate', 'clearImmediate', 'global', 'require', '__dirname', '__filename'],
  'The core runs in browsers: only src/cli, src/job and the server of src/testing use Node.',
);

/** What does not move in virtual time. */
const clocks = {
  ...named(['setTimeout', 'setInterval', 'queueMicrotask'], 'Use scheduler.schedule(), which moves in virtual time.'),
  performance: 'Use scheduler.now(), which moves in virtual time.',
};

const withoutGlobals = (messages) => ({
  'no-restricted-globals': ['error', ...Object.entries(messages).map(([name, message]) => ({ name, message }))],
});

/** Lines of code, without blank ones and comments. */
const atMost = (max) => ({ 'max-lines': ['error', { max, skipBlankLines: true, skipComments: true }] });

/** rxjs is not to be imported: not at all, or only its types. */
const withoutRxjs = (message, { types = false } = {}) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { patterns: [{ regex: '^rxjs(/|$)', allowTypeImports: types, message }] },
  ],
});

/** Imports run downward: cli → operators → rooms → flow → types. */
const layers = [
  {
    target: './src/types',
    from: ['./src', './operators'],
    except: ['./types'],
    message: 'types stand on nothing but types.',
  },
  {
    target: './src/flow',
    from: ['./src'],
    except: ['./flow', './types'],
    message: 'flow knows no room: it stands on flow and types only.',
  },
  {
    target: ['./src/flow', ...rooms],
    from: ['./operators', './src/index.ts'],
    message: 'What operators stand on imports no operator.',
  },
  {
    target: [...rooms, './operators'],
    from: ['./src/testing'],
    message: 'testing is for users and the command line.',
  },
  {
    target: ['./operators', './src/index.ts', './src/testing', ...rooms],
    from: ['./src/cli'],
    message: 'Nothing imports the command line.',
  },
  { target: './operators', from: ['./src/index.ts'], message: 'Operators import what they need, not the entry.' },
  {
    target: ['./src/prompt', './src/reply', './src/recovery'],
    from: ['./src/flow'],
    message: 'prompt, reply and recovery are plain functions, without streams.',
  },
  { target: './src/reply', from: ['./src/provider'], message: 'reply knows nothing of providers.' },
  {
    target: './src/recovery',
    from: ['./src/provider', './src/reply'],
    message: 'recovery knows outcomes and prompts, and not how they come about.',
  },
  { target: './src/provider', from: ['./src/reply'], message: 'provider knows nothing of replies and their records.' },
];

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    '.stryker',
    'site/pages',
    'site/out',
    'site/.vitepress/cache',
    // An application of its own, checked by its own compiler with its own types.
    'examples/angular/src',
    'examples/angular/dist',
    'examples/angular/.angular',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: layers }],
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': ['error', { fixMixedExportsWithInlineTypeSpecifier: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A type parameter that is used once still carries a caller's type through `pipe`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },

  { files: ['src/**'], rules: atMost(250) },
  { files: ['operators/**'], rules: atMost(100) },
  { files: ['test/**'], rules: atMost(300) },

  {
    files: ['operators/**', 'src/**'],
    ignores: mayUseNode,
    rules: { 'import-x/no-nodejs-modules': 'error', ...withoutGlobals(nodeGlobals) },
  },
  { files: testKit, rules: { 'import-x/no-nodejs-modules': 'error' } },
  {
    files: ['operators/**', 'src/flow/**', ...testKit],
    rules: {
      ...withoutGlobals({ ...nodeGlobals, ...clocks }),
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clocks.performance },
        ...Object.entries(clocks).map(([property, message]) => ({ object: 'globalThis', property, message })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clocks.performance },
      ],
    },
  },

  {
    files: ['src/prompt/**', 'src/reply/**', 'src/recovery/**'],
    rules: withoutRxjs('prompt, reply and recovery are plain functions and state machines.'),
  },
  {
    files: ['src/model/**', 'src/types/**'],
    rules: withoutRxjs('Only types of rxjs are used here.', { types: true }),
  },

  {
    files: ['test/**', 'marbles/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A test throws and rejects with whatever users do.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['test/types/**'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  // JavaScript has no types to be linted with, and `no-undef` does not know Node's globals.
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked], rules: { 'no-undef': 'off' } },
);
