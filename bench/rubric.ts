import { countTokens } from 'rxjs-llm/tokens';

/** The prompt of the demo. */
export const SHORT = 'Classify the sentiment of each review as positive or negative.';
const RULES = [
  'Judge what the reviewer felt about the thing as a whole, and not how politely or how loudly it is said.',
  'A complaint about delivery, packaging or price alone does not make a review negative if the thing itself is praised.',
  'Praise for the staff alone does not make a review positive if the thing itself failed.',
  'Irony counts as what it means: praise that describes a failure is negative.',
  'A review that compares two things is about the one that was bought.',
  'If the reviewer would buy it again, the review is positive, whatever else is said.',
  'If the reviewer sent it back, or wishes to, the review is negative, whatever else is said.',
  'Of mixed reviews the last sentence counts most, since that is where people conclude.',
  'A question, or a text that is no review, is positive unless it complains.',
];

/** The short prompt and its rules, again and again up to a number of tokens. */
export function rubricOf(tokens: number): string {
  let made = `${SHORT} Rules:`;
  for (let rule = 0; countTokens(made) < tokens; rule++)
    for (const word of (RULES[rule % RULES.length] ?? '').split(' ')) {
      if (countTokens(`${made} ${word}`) > tokens) return made;
      made += ` ${word}`;
    }
  return made;
}
