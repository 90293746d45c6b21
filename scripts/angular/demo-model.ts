import { createStandInServer, lexiconSentiment } from 'rxjs-llm/testing/server';
import type { Upstream } from '../../examples/angular/server/forward.ts';

/** Requests for a review that get no usable answer: as many as recovery makes, so that the page has failed rows to ask again for. */
const UNUSABLE_TIMES = 3;

/** A server that stands in for a model, and that cannot make up its mind about every thirtieth review at first. */
export async function demoModel(): Promise<Upstream> {
  const times = new Map<string, number>();
  const answer = (text: string): string => {
    const time = (times.get(text) ?? 0) + 1;
    times.set(text, time);
    return isHard(text) && time <= UNUSABLE_TIMES ? 'mixed' : lexiconSentiment(text);
  };
  const apiKey = 'the-key-that-the-page-never-sees';
  const { url } = await createStandInServer({ apiKey, answer, timeScale: 4 });
  return { baseUrl: url, apiKey, model: 'stand-in' };
}

function isHard(text: string): boolean {
  return Array.from(text).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 30 === 0;
}
