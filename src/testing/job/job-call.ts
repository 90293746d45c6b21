import { keyError, sendStatus, type ServerState } from '../answer-request.js';
import type { Exchange } from '../exchange.js';
import { waitForAbort, waitUntil } from '../latency.js';
import type { Handler, PathParameters } from '../route.js';
import type { ErrorResponse } from '../wire/wire.js';
import type { CallFault, JobOperation } from './call-fault.js';
import type { Job } from './job.js';
import type { JobApi } from './seen-job.js';

/** A handler of calls about files and jobs: remembers the call, then lets it fail, refuses it or does it. `:id` is the file or the job. */
export function jobCall(operation: JobOperation, handle: Handler): Handler {
  return async (exchange, state, parameters) => {
    const call = state.jobs.open({
      operation,
      id: parameters.id ?? null,
      path: exchange.target,
      headers: exchange.requestHeaders(),
    });
    exchange.onStatus = (status) => (call.status = status);
    if (await failAtOnce(exchange, state.jobs.callFault?.(call))) return;
    await serve(exchange, state, { parameters, handle });
  };
}

export type JobHandler = (exchange: Exchange, job: Job, state: ServerState) => void | Promise<void>;

/** A handler of calls about one job of a service. */
export function withJob(api: JobApi, unknown: (id: string) => ErrorResponse, act: JobHandler): Handler {
  return async (exchange, state, { id = '' }) => {
    const job = state.jobs.get(id);
    if (job?.api === api && !job.isDeleted) await act(exchange, job, state);
    else exchange.sendError(unknown(id));
  };
}

/** True for a fault that leaves nothing to be done. */
async function failAtOnce(exchange: Exchange, fault: CallFault | undefined): Promise<boolean> {
  switch (fault?.kind) {
    case 'status':
      sendStatus(exchange, fault);
      return true;
    case 'reset':
      await exchange.break({ reset: true });
      return true;
    case 'hang':
      return waitForAbort(exchange.signal);
    case 'delay':
      await waitUntil(performance.now() + fault.ms, exchange.signal);
      return false;
    case 'lostAnswer':
      exchange.loseAnswer();
      return false;
    case 'cutBody':
      exchange.cutBody = fault;
      return false;
    default:
      return false;
  }
}

async function serve(
  exchange: Exchange,
  state: ServerState,
  { handle, parameters }: { readonly handle: Handler; readonly parameters: PathParameters },
): Promise<void> {
  const refusal = keyError(exchange, state.settings) ?? exchange.wire.headError(exchange);
  if (refusal === null) await handle(exchange, state, parameters);
  else exchange.sendError(refusal);
}
