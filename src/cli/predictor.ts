import type { OperatorFunction } from 'rxjs';
import { mlPredict } from '../../operators/mlPredict.js';
import { contentReader } from '../prompt/content.js';
import type { EventsObserver } from '../types/events.js';
import type { Outcome } from '../types/outcome.js';
import { inDottedNames } from './dotted-names.js';
import { CliError, EXIT, reasonOf } from './failure.js';
import type { LoadedModel } from './model-file.js';
import type { InputRecord } from './record.js';

/** Emits an outcome for each record that was read, as they finish. */
export type Predict = OperatorFunction<InputRecord, Outcome<InputRecord, unknown>>;

/**
 * @param file - the model's, for messages
 * @throws CliError if the model's options do not make a pipeline
 */
export function createPredictor({ model, veil }: LoadedModel, file: string, events: EventsObserver): Predict {
  try {
    const read = contentReader(model.options.recordContent);
    return mlPredict(model, {
      // What is finished must not be held inside, where a stop would drop it: it is put in order outside.
      order: 'arrival',
      events,
      recordContent: (entry) => {
        const input = entry as InputRecord;
        if (input.problem !== null) throw new TypeError(input.problem);
        const content = read(input.record);
        input.contentCharacters = content.length;
        return content;
      },
    });
  } catch (error) {
    throw new CliError(EXIT.misuse, veil(`${file}: ${inDottedNames(reasonOf(error))}`), { cause: error });
  }
}
