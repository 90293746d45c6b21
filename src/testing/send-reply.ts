import type { Exchange } from './exchange.js';
import type { Fault } from './fault.js';
import { waitForAbort, waitUntil } from './latency.js';
import { firstCharacters, replyDeltas } from './reply-text.js';
import type { Answer, ReplyStream, Wire } from './wire/wire.js';

/** A reply and how it is to leave. */
export interface Dispatch {
  readonly wire: Wire;
  readonly answer: Answer;
  readonly fault: Fault | undefined;
  /** When the reply begins, on the clock of `performance.now`, and how long it takes, in milliseconds. */
  readonly startsAt: number;
  readonly durationMs: number;
}

/** Sends the reply as one JSON body, when all of its time has passed. */
export async function sendWhole(exchange: Exchange, dispatch: Dispatch): Promise<void> {
  const { wire, answer, fault, startsAt, durationMs } = dispatch;
  await waitUntil(startsAt + durationMs, exchange.signal);
  if (fault?.kind === 'errorInStream') {
    exchange.sendJson(200, wire.failed(answer, fault));
    return;
  }
  const body = JSON.stringify(wire.whole(answer));
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  if (fault?.kind === 'cut' || fault?.kind === 'stall') {
    exchange.open(200, headers);
    await exchange.write(firstCharacters([body], fault.characters).join(''));
    await (fault.kind === 'cut' ? exchange.break({ reset: false }) : waitForAbort(exchange.signal));
    return;
  }
  exchange.log?.sent(answer.reply.segments.join(''));
  exchange.send(200, headers, body);
}

/**
 * Sends the reply as server-sent events: headers at once, and each delta when it is due.
 *
 * @param size - most characters in a delta
 */
export async function sendStream(exchange: Exchange, dispatch: Dispatch, size: number): Promise<void> {
  const { wire, answer, fault, startsAt, durationMs } = dispatch;
  const stream = wire.stream(answer);
  exchange.open(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  await exchange.write(stream.open());

  const border = faultPosition(fault);
  const interrupt = (): Promise<boolean> => interruptStream(exchange, fault, stream, wire.badLines);
  let interrupted = false;
  let end = 0;
  for (const delta of replyDeltas(answer.reply.segments, { size, border })) {
    if (end === border) {
      interrupted = true;
      if (!(await interrupt())) return;
    }
    await waitUntil(startsAt + delta.due * durationMs, exchange.signal);
    exchange.log?.sent(delta.text);
    await exchange.write(stream.delta(delta.text));
    end = delta.end;
  }
  if (!interrupted && !(await interrupt())) return;
  exchange.end(stream.close());
}

/** Where a fault interrupts a stream, in characters of its text; `Infinity` if only at the end, or never. */
function faultPosition(fault: Fault | undefined): number {
  switch (fault?.kind) {
    case 'cut':
    case 'stall':
    case 'errorInStream':
      return fault.characters;
    case 'badSse':
      return fault.characters ?? 0;
    default:
      return Infinity;
  }
}

/** Lets a fault have its turn in the middle of a stream. False if the stream ends with it. */
async function interruptStream(
  exchange: Exchange,
  fault: Fault | undefined,
  stream: ReplyStream,
  badLines: readonly string[],
): Promise<boolean> {
  switch (fault?.kind) {
    case 'cut':
      await exchange.break({ reset: false });
      return false;
    case 'stall':
      return waitForAbort(exchange.signal);
    case 'badSse':
      for (const line of fault.lines ?? badLines) await exchange.write(`${line}\n\n`);
      return true;
    case 'errorInStream':
      exchange.end(stream.error(fault));
      return false;
    default:
      return true;
  }
}
