import { bufferTimeOrCountMarbles } from './bufferTimeOrCount.marbles.js';
import { callLLMMarbles } from './callLLM.marbles.js';
import { createPredictorMarbles } from './createPredictor.marbles.js';
import { inOrderMarbles } from './inOrder.marbles.js';
import { jobResultsMarbles } from './jobResults.marbles.js';
import { mlPredictMarbles } from './mlPredict.marbles.js';
import { mlPredictJobMarbles } from './mlPredictJob.marbles.js';
import { parseIndexedMarbles } from './parseIndexed.marbles.js';
import { pollUntilDoneMarbles } from './pollUntilDone.marbles.js';
import { pullThroughMarbles } from './pullThrough.marbles.js';
import { pushThroughMarbles } from './pushThrough.marbles.js';
import { recoverFailedMarbles } from './recoverFailed.marbles.js';
import type { MarbleSuite } from './spec.js';
import { submitBatchJobMarbles } from './submitBatchJob.marbles.js';
import { toBatchPromptMarbles } from './toBatchPrompt.marbles.js';

/** Sees a suite with its own types. */
type Visit<Seen> = <Options, Given, Out>(suite: MarbleSuite<Options, Given, Out>) => Seen;

/** Visits the suites of all operators, in the order in which a pipeline is made of them. */
export function eachSuite<Seen>(visit: Visit<Seen>): readonly Seen[] {
  return [
    ...atOnce(visit),
    visit(submitBatchJobMarbles),
    visit(pollUntilDoneMarbles),
    visit(jobResultsMarbles),
    visit(mlPredictJobMarbles),
  ];
}

/** Those of operators that run in a page: to submit a job takes Node. */
export function eachPageSuite<Seen>(visit: Visit<Seen>): readonly Seen[] {
  return [...atOnce(visit), visit(pollUntilDoneMarbles), visit(jobResultsMarbles)];
}

function atOnce<Seen>(visit: Visit<Seen>): readonly Seen[] {
  return [
    visit(bufferTimeOrCountMarbles),
    visit(toBatchPromptMarbles),
    visit(callLLMMarbles),
    visit(parseIndexedMarbles),
    visit(recoverFailedMarbles),
    visit(inOrderMarbles),
    visit(mlPredictMarbles),
    visit(pullThroughMarbles),
    visit(pushThroughMarbles),
    visit(createPredictorMarbles),
  ];
}
