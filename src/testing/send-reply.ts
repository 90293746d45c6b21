import { ChunkWriter, completionBody, type PromptCount, type Reply, usageOf } from './completion.js';
import type { Exchange } from './exchange.js';
import type { Fault } from './fault.js';
import type { JsonObject } from './json.js';
import { waitForAbort, waitUntil } from './latency.js';
import { streamFault } from './openai-error.js';
import type { Persona } from './options.js';
import { firstCharacters, replyDeltas } from './reply-text.js';

/** A reply and how it is to leave. */
export interface Dispatch {
  readonly reply: Reply;
  readonly prompt: PromptCount;
  readonly persona: Persona;
  readonly fault: Fault | undefined;
  /** When the reply begins, on the clock of `performance.now`, and how long it takes, in milliseconds. */
  readonly startsAt: number;
  readonly durationMs: number;
}

/** Sends the reply as one JSON body, when all of its time has passed. */
export async function sendWhole(exchange: Exchange, dispatch: Dispatch): Promise<void> {
  const { reply, prompt, persona, fault, startsAt, durationMs } = dispatch;
  await waitUntil(startsAt + durationMs, exchange.signal);
  if (fault?.kind === 'errorInStream') {
    exchange.sendJson(200, errorOf(fault.error));
    return;
  }
  const body = JSON.stringify(completionBody(reply, prompt, persona));
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  if (fault?.kind === 'cut' || fault?.kind === 'stall') {
    exchange.open(200, headers);
    await exchange.write(firstCharacters([body], fault.characters).join(''));
    await (fault.kind === 'cut' ? exchange.break({ reset: false }) : waitForAbort(exchange.signal));
    return;
  }
  exchange.log?.sent(reply.segments.join(''));
  exchange.send(200, headers, body);
}

export interface StreamOptions {
  readonly withUsage: boolean;
  /** Most characters in a delta. */
  readonly deltaCharacters: number;
}

/** Sends the reply as server-sent events: headers at once, and each delta when it is due. */
export async function sendStream(
  exchange: Exchange,
  dispatch: Dispatch,
  { withUsage, deltaCharacters }: StreamOptions,
): Promise<void> {
  const { reply, prompt, persona, fault, startsAt, durationMs } = dispatch;
  const chunks = new ChunkWriter(persona, withUsage);
  const send = (chunk: unknown): Promise<void> => exchange.write(dataLine(chunk));
  exchange.open(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  await send(chunks.delta({ role: 'assistant', content: reply.field === 'content' ? '' : null, refusal: null }));

  const border = faultPosition(fault);
  let interrupted = false;
  let end = 0;
  for (const delta of replyDeltas(reply.segments, { size: deltaCharacters, border })) {
    if (end === border) {
      interrupted = true;
      if (!(await interrupt(exchange, fault))) return;
    }
    await waitUntil(startsAt + delta.due * durationMs, exchange.signal);
    exchange.log?.sent(delta.text);
    await send(chunks.delta({ [reply.field]: delta.text }));
    end = delta.end;
  }
  if (!interrupted && !(await interrupt(exchange, fault))) return;

  await send(chunks.delta({}, reply.finish));
  if (withUsage) await send(chunks.usage(usageOf(prompt, reply.segments.join(''))));
  exchange.end('data: [DONE]\n\n');
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

const BAD_LINES: readonly string[] = [': keep-alive', 'data: {not json'];

/** Lets a fault have its turn in the middle of a stream. False if the stream ends with it. */
async function interrupt(exchange: Exchange, fault: Fault | undefined): Promise<boolean> {
  switch (fault?.kind) {
    case 'cut':
      await exchange.break({ reset: false });
      return false;
    case 'stall':
      return waitForAbort(exchange.signal);
    case 'badSse':
      for (const line of fault.lines ?? BAD_LINES) await exchange.write(`${line}\n\n`);
      return true;
    case 'errorInStream':
      exchange.end(dataLine(errorOf(fault.error)));
      return false;
    default:
      return true;
  }
}

function errorOf(error: JsonObject | undefined): JsonObject {
  return error === undefined ? streamFault().body : { error };
}

function dataLine(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
