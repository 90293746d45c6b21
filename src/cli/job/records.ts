import { map, of, type OperatorFunction, pipe } from 'rxjs';
import { bufferTimeOrCount } from '../../../operators/bufferTimeOrCount.js';
import { toBatchPrompt, type ToBatchPromptOptions } from '../../../operators/toBatchPrompt.js';
import type { Model } from '../../model/define-model.js';
import { contentReader } from '../../prompt/content.js';
import type { BatchPrompt } from '../../types/prompt.js';
import type { InputRecord } from '../record.js';
import type { Keeping } from './folder.js';
import type { JobRecord } from './job-record.js';

/** Makes prompts of records as they are read: the same records give the same prompts, whenever they come. */
export function promptsOf(
  model: Model,
  { add }: Pick<Keeping, 'add'>,
  recordsPerRequest: number | undefined,
): OperatorFunction<InputRecord, BatchPrompt<JobRecord>> {
  const { batch } = model.operatorOptions();
  return pipe(
    map(add),
    bufferTimeOrCount({ maxCount: recordsPerRequest ?? batch.maxCount, maxWaitMs: Infinity }),
    toBatchPrompt(promptOptions(model)),
  );
}

/** Makes the prompt for records that were asked for before, to ask for them again. */
export function promptMaker(model: Model): (records: readonly JobRecord[]) => BatchPrompt<JobRecord> {
  // They have been in one prompt already: no limit is to part them.
  const make = toBatchPrompt<JobRecord>({ ...promptOptions(model), maxTokens: undefined });
  return (records) => {
    const made: BatchPrompt<JobRecord>[] = [];
    of(records)
      .pipe(make)
      .subscribe((prompt) => made.push(prompt));
    const [prompt] = made;
    if (prompt === undefined) throw new RangeError('a prompt must have a record');
    return prompt;
  };
}

function promptOptions(model: Model): ToBatchPromptOptions<JobRecord> {
  const { prompt } = model.operatorOptions();
  const read = contentReader(model.options.recordContent);
  return {
    ...prompt,
    content: (entry) => {
      if (entry.problem !== null) throw new TypeError(entry.problem);
      const content = read(entry.record);
      entry.contentCharacters = content.length;
      return content;
    },
  };
}
