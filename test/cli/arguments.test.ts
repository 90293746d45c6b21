import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.js';
import { runCli } from './cli.js';

/** The line that a wrong use ends with. */
function complaint(...args: string[]): string {
  try {
    return `no complaint about ${JSON.stringify(parseArguments(args))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the command line', () => {
  it('has defaults for all but the model', () => {
    expect(parseArguments(['run', '--model', 'm.json'])).toEqual({
      command: 'run',
      model: 'm.json',
      input: '-',
      output: '-',
      content: undefined,
      key: 'id',
      set: {},
      progress: 'auto',
      resume: false,
      overwrite: false,
      limit: Infinity,
      strict: false,
    });
  });

  it('takes every option', () => {
    const set = ['--set', 'batch.size=20', '--set', 'system.prompt=a = b', '--set', 'batch.size=5'];
    const named = [
      '--input',
      'i',
      '--output',
      'o',
      '--content',
      '{{a}}',
      '--key',
      'k',
      '--progress',
      'json',
      '--limit',
      '9',
    ];
    expect(parseArguments(['run', '--model', 'm', ...named, ...set, '--resume', '--strict'])).toEqual({
      command: 'run',
      model: 'm',
      input: 'i',
      output: 'o',
      content: '{{a}}',
      key: 'k',
      set: { 'batch.size': '5', 'system.prompt': 'a = b' },
      progress: 'json',
      resume: true,
      overwrite: false,
      limit: 9,
      strict: true,
    });
  });

  it('takes every option of models check', () => {
    expect(parseArguments(['models', 'check', '--model', 'm'])).toEqual({
      command: 'models check',
      model: 'm',
      set: {},
      ping: false,
      json: false,
    });
    expect(parseArguments(['models', 'check', '--json', '--set', 'a=b', '--model', 'm', '--ping'])).toEqual({
      command: 'models check',
      model: 'm',
      set: { a: 'b' },
      ping: true,
      json: true,
    });
  });

  it.each([
    [[], 'name a command: rxjs-llm run --model <file>; see rxjs-llm --help'],
    [['rnu'], "unknown command 'rnu' (Did you mean run?); see rxjs-llm run --help"],
    [['run'], '--model <file> is missing; see rxjs-llm run --help'],
    [['run', '--modle', 'm'], "unknown option '--modle' (Did you mean --model?)"],
    [['run', '--model', 'm', '--otput', 'o'], "unknown option '--otput' (Did you mean --output?)"],
    [['run', '--model', 'm', '--quux'], "unknown option '--quux' (see rxjs-llm run --help)"],
    [
      ['run', '--model', 'm', '--batch.size=20'],
      "unknown option '--batch.size' (options of the model are given as --set batch.size=<value>)",
    ],
    [['run', '--model', 'm', '--limit', '0'], '--limit is given a wrong value: It must be an integer from 1.'],
    [['run', '--model', 'm', '--limit', '1e400'], '--limit is given a wrong value: It must be an integer from 1.'],
    [['run', '--model', 'm', '--set', 'a'], '--set is given a wrong value: It must be <dotted.name>=<value>.'],
    [
      ['run', '--model', 'm', '--progress', 'bar'],
      '--progress is given a wrong value: Allowed choices are auto, none, json.',
    ],
    [
      ['run', '--model', 'm', '--output', 'o', '--resume', '--overwrite'],
      "option '--resume' cannot be used with option '--overwrite'; see rxjs-llm run --help",
    ],
    [['run', '--model', 'm', '--resume'], '--resume needs an --output file; see rxjs-llm run --help'],
    [
      ['run', '--model', 'm', 'word'],
      'options need their names; 1 without (quote values with blanks); see rxjs-llm run --help',
    ],
    [['models'], 'name a command: rxjs-llm models check --model <file>; see rxjs-llm --help'],
    [['models', 'chekc'], "unknown command 'chekc' (Did you mean check?); see rxjs-llm models check --help"],
    [['models', 'check'], '--model <file> is missing; see rxjs-llm models check --help'],
    [['models', 'check', '--model', 'm', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    [['models', 'check', '--model', 'm', '--quux'], "unknown option '--quux' (see rxjs-llm models check --help)"],
    [
      ['models', 'check', '--model', 'm', '--set', 'a'],
      '--set is given a wrong value: It must be <dotted.name>=<value>.',
    ],
    [
      ['models', 'check', '--model', 'm', 'word'],
      'options need their names; 1 without (quote values with blanks); see rxjs-llm models check --help',
    ],
  ])('complains about %j in one line', (args, message) => {
    expect(complaint(...args)).toBe(message);
  });

  it('exits with 2 after a wrong use, with nothing on stdout', async () => {
    expect(await runCli({ args: ['run', '--modle', 'm.json'] })).toEqual({
      status: 2,
      stdout: '',
      stderr: "rxjs-llm: unknown option '--modle' (Did you mean --model?)\n",
    });
  });

  it('prints its version, and help with examples', async () => {
    const version = await runCli({ args: ['--version'] });
    expect(version.status).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const args of [['--help'], ['run', '--help']]) {
      const { status, stdout } = await runCli({ args });
      expect(status).toBe(0);
      expect(stdout).toContain('$ rxjs-llm run --model sentiment.json --input reviews.jsonl --output results.jsonl');
    }
    const { status, stdout } = await runCli({ args: ['models', 'check', '--help'] });
    expect(status).toBe(0);
    expect(stdout).toContain('$ rxjs-llm models check --model sentiment.json\n');
  });
});
