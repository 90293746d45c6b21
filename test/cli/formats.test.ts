import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { jsonLines, runCli, sentimentModel, without, workplace } from './cli.js';

const RECORDS = [{ text: 'good' }, { text: 'bad' }];

/** Answers `positive` to the first record, and `negative` to the second, as `write` says. */
async function answering(write: (index: number, value: string) => string, [open, close] = ['', '']) {
  const server = await standIn();
  const rewrite = () => `${open}${write(1, 'positive')}${write(2, 'negative')}${close}`;
  server.fault = () => ({ kind: 'reply', rewrite });
  return workplace({ ...sentimentModel(server.url), 'batch.size': '2' }, jsonLines(RECORDS));
}

const element = (index: number, value: string): string =>
  `<result><index>${index}</index><value>${value}</value></result>`;

describe('the command line reads replies', () => {
  it.each([
    ['in xml', ['response.format=xml'], element],
    ['in xml by an XPath', ['response.format=xml', 'response.path=//result[index]'], element],
    ['in columns', ['response.format=delimited'], (index: number, value: string) => `${index}|${value}\n`],
    [
      'by a pattern',
      ['response.format=delimited', 'response.path=^(?<index>\\d)[.] (?<value>\\w+)$'],
      (index: number, value: string) => `${index}. ${value}\n`,
    ],
    [
      'by a JSONPath',
      ['response.path=$[*].a'],
      (index: number, value: string) =>
        `${index === 1 ? '[' : ', '}${JSON.stringify({ a: { index, value } })}${index === 2 ? ']' : ''}`,
    ],
    ['in almost JSON', [], (index: number, value: string) => `{'index': ${index}, 'value': '${value}'}\n`],
  ])('%s', async (_, set, write) => {
    const place = await answering(write);
    const { status, stderr } = await runCli({ args: place.args(...set.flatMap((option) => ['--set', option])) });

    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect((await place.outcomes()).map(({ value }) => value)).toEqual(['positive', 'negative']);
  });
});

describe('the command line', () => {
  it('says which packages a format needs, and reads JSON without any of them', async () => {
    const place = await answering((index, value) => `${JSON.stringify({ index, value })}\n`);
    const node = without('@xmldom/xmldom', 'xpath', 'json-p3', 'jsonrepair');

    expect((await runCli({ args: place.args('--set', 'response.format=xml'), node })).stderr).toBe(
      'rxjs-llm: response.format xml needs the packages @xmldom/xmldom xpath: run npm install @xmldom/xmldom xpath\n',
    );
    expect((await runCli({ args: place.args('--set', 'response.path=$'), node })).stderr).toBe(
      'rxjs-llm: response.path needs the package json-p3: run npm install json-p3\n',
    );
    expect((await runCli({ args: place.args(), node })).status).toBe(0);
  });

  it('checks formats and paths', async () => {
    const place = await answering(element);
    const check = async (...set: string[]) =>
      runCli({ args: place.check(...set.flatMap((option) => ['--set', option])) });

    const { status, stdout } = await check('response.format=xml', 'response.path=//result');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nresponse\.format +xml +--set\nresponse\.path +\/\/result +--set\n/);
    expect((await check('response.format=yaml')).stderr).toContain(
      'response.format must be one of json, xml, delimited, or a format; got "yaml"',
    );
    expect((await check('response.format=xml', 'response.path=//[')).stderr).toContain(
      'response.format xml: path must be an XPath 1.0 that selects nodes',
    );
    expect((await check('response.path=data[')).stderr).toContain('response.path must be a JSONPath (RFC 9535)');
  });
});
