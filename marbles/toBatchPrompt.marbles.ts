import { toBatchPrompt } from '../operators/toBatchPrompt.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { MarbleSuite } from './spec.js';
import { prompts } from './toBatchPrompt/prompts.js';
import { required } from './toBatchPrompt/required.js';
import { type Options, type Review, seeRecords } from './toBatchPrompt/reviews.js';

export const toBatchPromptMarbles: MarbleSuite<Options, readonly Review[], BatchPrompt<Review>> = {
  operator: 'toBatchPrompt',
  without: { tie: 'it has no timer' },
  play: ({ source, random }, options) => source.pipe(toBatchPrompt({ random, ...options })),
  see: seeRecords,
  options: {},
  specs: [...required, ...prompts],
  refused: [
    {
      options: { template: 'Rate {{record}}.' },
      message: 'template knows {{records}} and {{count}}; got {{record}}',
    },
    {
      options: { content: '{{title}}: {{text}}' },
      message: 'content needs template() of rxjs-llm/template; got {{title}}: {{text}}',
    },
  ],
};
