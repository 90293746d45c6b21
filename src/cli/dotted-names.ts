/** What operators and providers call options of theirs that a model has under other names. */
const DOTTED: Readonly<Record<string, string>> = {
  maxTokens: 'batch.max.tokens',
  template: 'batch.prompt.template',
  structured: 'response.structured',
  baseUrl: 'base.url',
};

/** What is said of an option at the start of a message, said of the option as a model file has it. */
export function inDottedNames(message: string): string {
  const own = Object.keys(DOTTED).find((name) => message.startsWith(`${name} `));
  return own === undefined ? message : `${DOTTED[own] ?? own}${message.slice(own.length)}`;
}
