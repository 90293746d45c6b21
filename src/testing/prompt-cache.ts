import type { PromptTokens } from './tokens.js';

/** Tokens that went in. */
export interface PromptCount {
  /** All of them, cached or not. */
  readonly tokens: number;
  /** Those that were read from the cache. */
  readonly cached: number;
  /** Those that were put into the cache, where requests say what to put there. */
  readonly created: number;
}

/** How a service caches: whatever repeats, or what requests mark. */
export type Caching = 'prefix' | 'marked';

export interface PromptCache {
  /** Counts a prompt's tokens, then remembers it. */
  count(prompt: PromptTokens): PromptCount;
}

/** Shortest prompt that is cached, at OpenAI and at Anthropic (there by model: some need 2048 or 4096), in tokens. */
const SHORTEST_CACHED = 1024;
/** Prompts that are remembered: enough for a few kinds of requests in turn, little enough to compare with each of them. */
const REMEMBERED = 16;

/** OpenAI counts what it has cached in steps of so many tokens (platform.openai.com/docs/guides/prompt-caching). */
const CACHE_STEP = 128;

/** As OpenAI caches: remembers the last long prompts, and finds what a new one begins with in them. */
export class PrefixCache implements PromptCache {
  #prompts: (readonly number[])[] = [];

  count({ tokens }: PromptTokens): PromptCount {
    const nothing = { tokens: tokens.length, cached: 0, created: 0 };
    if (tokens.length < SHORTEST_CACHED) return nothing;
    const shared = Math.max(0, ...this.#prompts.map((earlier) => commonPrefix(earlier, tokens)));
    this.#prompts = [tokens, ...this.#prompts.slice(0, REMEMBERED - 1)];
    return shared < SHORTEST_CACHED ? nothing : { ...nothing, cached: shared - (shared % CACHE_STEP) };
  }
}

/**
 * As Anthropic caches (platform.claude.com/docs/en/build-with-claude/prompt-caching): a block with `cache_control` puts
 * all that comes up to its end into the cache; the longest of these beginnings that is there already is read from it.
 */
export class MarkedCache implements PromptCache {
  #beginnings: readonly string[] = [];

  count({ tokens, marks }: PromptTokens): PromptCount {
    const beginnings = marks
      .filter((mark) => mark >= SHORTEST_CACHED)
      .map((mark) => ({ mark, text: tokens.slice(0, mark).join(' ') }));
    const cached = beginnings.findLast(({ text }) => this.#beginnings.includes(text))?.mark ?? 0;
    const texts = beginnings.map(({ text }) => text);
    this.#beginnings = [...new Set([...texts, ...this.#beginnings])].slice(0, REMEMBERED);
    return { tokens: tokens.length, cached, created: (beginnings.at(-1)?.mark ?? 0) - cached };
  }
}

function commonPrefix(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((token, position) => token !== other[position]);
  return differs === -1 ? one.length : differs;
}
