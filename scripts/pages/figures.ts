/** The tables of figures in the README and in `docs/benchmarks.md`, written from `bench/results.json`. */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { Result } from '../../bench/result.js';
import { type Figure, FIGURES, README_FIGURES } from './figure-rows.js';
import { ROOT } from './entries.js';

type Results = readonly Result[];

/** What stands between the marks of a page. */
const BLOCKS: Readonly<Record<string, Readonly<Record<string, (results: Results) => string>>>> = {
  'README.md': { figures: readmeTable },
  'docs/benchmarks.md': { figures: table, short: shortList },
};

/** The pages that have figures, by their paths from the root. */
export const FIGURE_PAGES: readonly string[] = Object.keys(BLOCKS);

/** What was measured. */
export function readResults(): Results {
  return JSON.parse(readFileSync(`${ROOT}bench/results.json`, 'utf8')) as Results;
}

/**
 * A page with these figures, as Prettier formats it.
 *
 * @throws RangeError if a figure was not measured, or the page has no marks for it
 */
export async function withFigures(page: string, text: string, results: Results): Promise<string> {
  const filled = Object.entries(BLOCKS[page] ?? {}).reduce((filling, [block, write]) => {
    const [begin, end] = [`<!-- ${block}: by npm run docs:figures -->`, `<!-- end of ${block} -->`];
    const [from, to] = [filling.indexOf(begin), filling.indexOf(end)];
    if (from < 0 || to < from) throw new RangeError(`${page} has no ${begin} before ${end}`);
    return `${filling.slice(0, from)}${begin}\n\n${write(results)}\n\n${filling.slice(to)}`;
  }, text);
  const style = await resolveConfig(`${ROOT}${page}`);
  return format(filled, { ...style, parser: 'markdown' });
}

/** A figure as the documentation shows it: three digits, and all before the point. */
export function shown(figure: number): string {
  return Math.abs(figure) >= 100 ? String(Math.round(figure)) : String(Number(figure.toPrecision(3)));
}

function table(results: Results): string {
  const rows = FIGURES.map((figure) => {
    const result = resultOf(results, figure);
    const goal = result.goals?.find((one) => figure.goal !== undefined && one.goal.includes(figure.goal));
    if (figure.goal !== undefined && goal === undefined)
      throw new RangeError(`${result.name}, ${result.metric} has no goal "${figure.goal}"`);
    const reached = goal === undefined ? '' : goal.reached ? 'yes' : 'no';
    return `| ${figure.what} | ${measured(result, figure)} | ${goal?.goal ?? '–'} | ${reached} |`;
  });
  return ['| figure | measured | goal | reached |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function readmeTable(results: Results): string {
  const rows = README_FIGURES.map((figure) => {
    const result = resultOf(results, figure);
    const { of } = figure;
    const beside = of === undefined ? '' : `${shown(1 / ratio(result, of))} × less than ${of}`;
    return `| ${figure.what} | ${shown(result.value)} ${result.unit} | ${beside} |`;
  });
  return ['| 10,000 reviews, 20 in a call | | |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Each goal that is not reached, and why. */
function shortList(results: Results): string {
  const short = results.flatMap(({ name, metric, goals = [] }) =>
    goals
      .filter(({ reached }) => !reached)
      .map(({ goal, reason }) => `- \`${name}\`, ${metric}, ${goal}: ${reason ?? 'not known why'}.`),
  );
  return short.length === 0 ? 'None.' : short.join('\n');
}

function measured(result: Result, { of }: Figure): string {
  return of === undefined ? `${shown(result.value)} ${result.unit}` : shown(ratio(result, of));
}

/** What a result is of a peer's, or of the limit. */
function ratio({ name, vs, limit }: Result, of: string): number {
  const found = of === 'limit' ? limit : vs[of];
  if (found === undefined) throw new RangeError(`${name} was not measured beside ${of}`);
  return found;
}

function resultOf(results: Results, { name, metric = '' }: Figure): Result {
  const found = results.find((result) => result.name === name && result.metric.includes(metric));
  if (found === undefined) throw new RangeError(`${name} (${metric}) was not measured: npm run bench`);
  return found;
}
