import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.js';
import { runCli } from '../cli.js';

const SUBMIT = ['submit', '--model', 'm', '--handles', 'h'];
const COLLECT = ['collect', '--model', 'm', '--handles', 'h'];

/** The line that a wrong use ends with. */
function complaint(...args: string[]): string {
  try {
    return `no complaint about ${JSON.stringify(parseArguments(args))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('submit and collect', () => {
  it('have defaults for all but the model and the handles', () => {
    expect(parseArguments(SUBMIT)).toEqual({
      command: 'submit',
      model: 'm',
      input: '-',
      handles: 'h',
      content: undefined,
      key: 'id',
      recordsPerRequest: undefined,
      set: {},
      progress: 'auto',
      resume: false,
      limit: Infinity,
      strict: false,
    });
    expect(parseArguments(COLLECT)).toEqual({
      command: 'collect',
      model: 'm',
      handles: 'h',
      output: '-',
      input: undefined,
      content: undefined,
      key: 'id',
      limit: Infinity,
      recordsPerRequest: undefined,
      poll: undefined,
      set: {},
      progress: 'auto',
      resume: false,
      overwrite: false,
    });
  });

  it('take every option', () => {
    const shared = ['--content', '{{a}}', '--key', 'k', '--limit', '9', '--records-per-request', '20', '--input', 'i'];
    const more = ['--set', 'batch.size=5', '--progress', 'json', '--resume'];
    const both = { model: 'm', handles: 'h', input: 'i', content: '{{a}}', key: 'k', limit: 9, recordsPerRequest: 20 };
    const rest = { set: { 'batch.size': '5' }, progress: 'json', resume: true };
    expect(parseArguments([...SUBMIT, ...shared, ...more, '--strict'])).toEqual({
      command: 'submit',
      ...both,
      ...rest,
      strict: true,
    });
    expect(parseArguments([...COLLECT, ...shared, ...more, '--output', 'o', '--poll', '0.5'])).toEqual({
      command: 'collect',
      ...both,
      ...rest,
      output: 'o',
      poll: 0.5,
      overwrite: false,
    });
  });

  it.each([
    [['submit'], '--model <file> is missing; see rxjs-llm submit --help'],
    [['submit', '--model', 'm'], '--handles <file> is missing; see rxjs-llm submit --help'],
    [['submit', '--model', 'm', '--handles'], "option '--handles <file>' argument missing; see rxjs-llm submit --help"],
    [[...SUBMIT, '--handels', 'h'], "unknown option '--handels' (Did you mean --handles?)"],
    [[...SUBMIT, '--quux'], "unknown option '--quux' (see rxjs-llm submit --help)"],
    [
      [...SUBMIT, '--batch.size=20'],
      "unknown option '--batch.size' (options of the model are given as --set batch.size=<value>)",
    ],
    [
      [...SUBMIT, '--records-per-request', '0'],
      '--records-per-request is given a wrong value: It must be an integer from 1.',
    ],
    [
      [...SUBMIT, '--records-per-request', '1.5'],
      '--records-per-request is given a wrong value: It must be an integer from 1.',
    ],
    [[...SUBMIT, '--limit', 'all'], '--limit is given a wrong value: It must be an integer from 1.'],
    [
      ['submit', '--model', 'm', '--handles', '-', '--resume'],
      '--resume needs a --handles file; see rxjs-llm submit --help',
    ],
    [[...SUBMIT, 'word'], 'options need their names; 1 without (quote values with blanks); see rxjs-llm submit --help'],
    [['collect'], '--model <file> is missing; see rxjs-llm collect --help'],
    [['collect', '--model', 'm'], '--handles <file> is missing; see rxjs-llm collect --help'],
    [[...COLLECT, '--otput', 'o'], "unknown option '--otput' (Did you mean --output?)"],
    [[...COLLECT, '--resume'], '--resume needs an --output file; see rxjs-llm collect --help'],
    [
      [...COLLECT, '--output', 'o', '--resume', '--overwrite'],
      "option '--resume' cannot be used with option '--overwrite'; see rxjs-llm collect --help",
    ],
    [
      ['collect', '--model', 'm', '--handles', '-', '--input', '-'],
      '--handles and --input cannot both be stdin; see rxjs-llm collect --help',
    ],
    [[...COLLECT, '--limit', '3'], '--limit needs an --input; see rxjs-llm collect --help'],
    [[...COLLECT, '--key', 'id'], '--key needs an --input; see rxjs-llm collect --help'],
    [[...COLLECT, '--records-per-request', '3'], '--records-per-request needs an --input; see rxjs-llm collect --help'],
    ...['0', '', 'soon', '-1', '9999999', 'Infinity'].map((seconds): [string[], string] => [
      [...COLLECT, '--poll', seconds],
      '--poll is given a wrong value: It must be a number of seconds from 0.001 to 2147483.',
    ]),
    [['colect'], "unknown command 'colect' (Did you mean collect?); see rxjs-llm run --help"],
  ])('complain about %j in one line', (args, message) => {
    expect(complaint(...args)).toBe(message);
  });

  it('print help with examples and exit statuses', async () => {
    const examples = {
      submit: '$ rxjs-llm submit --model sentiment.json --input reviews.jsonl --handles reviews.handles\n',
      collect: '$ rxjs-llm collect --model sentiment.json --handles reviews.handles --output results.jsonl\n',
    };
    for (const [command, example] of Object.entries(examples)) {
      const { status, stdout } = await runCli({ args: [command, '--help'] });
      expect(status).toBe(0);
      expect(stdout).toContain(example);
      expect(stdout).toContain('\nExit status: 0 every record ');
      expect((await runCli({ args: ['--help'] })).stdout).toContain(example);
    }
  });

  it('exit with 2 after a wrong use, with nothing on stdout and without the key', async () => {
    const key = 'abcdefghijklmnop-the-key';
    for (const command of ['submit', 'collect'])
      for (const wrong of [[`--api.key=${key}`], ['--set', key], ['--api-key', key], [key]]) {
        const { status, stdout, stderr } = await runCli({
          args: [command, '--model', 'm', '--handles', 'h', ...wrong],
        });
        expect([status, stdout]).toEqual([2, '']);
        expect(stderr).toMatch(/^rxjs-llm: .*\n$/);
        expect(stderr).not.toContain(key);
      }
  });
});
