import { pipeline } from 'node:stream/promises';
import type { BusboyFileStream, BusboyHeaders } from '@fastify/busboy';
import type { Exchange } from '../exchange.js';
import type { FileStore, FileWriter } from './file-store.js';

/** A form with one file, as it came. */
export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  /** `null` if the form has none. */
  readonly file: { readonly filename: string; readonly writer: FileWriter; readonly isTooLarge: boolean } | null;
}

/**
 * Reads a form of `multipart/form-data`: its file goes to the disk as it comes. Whoever gets the file completes or discards
 * it; if the upload breaks off, nothing is left of it.
 *
 * @param maxBytes - the rest of a larger file is read and dropped
 * @returns `null` if the body is no such form
 */
export async function readUpload(exchange: Exchange, store: FileStore, maxBytes: number): Promise<Upload | null> {
  const type = exchange.header('content-type') ?? '';
  if (!/^multipart\/form-data *;/i.test(type)) return null;
  // Only those who upload need the package.
  const { Busboy } = await import('@fastify/busboy');
  const headers: BusboyHeaders = { 'content-type': type };
  const form = new Busboy({ headers, limits: { files: 1, fileSize: maxBytes } });
  const fields = new Map<string, string>();
  let saving: Promise<Upload['file']> = Promise.resolve(null);
  let stream: BusboyFileStream | undefined;
  form.on('field', (name, value) => fields.set(name, value));
  form.on('file', (_name, opened, filename) => {
    stream = opened;
    // Whoever reads it is told, but nobody reads it before there is a file to write to.
    opened.on('error', () => undefined);
    saving = save(opened, store, filename);
    // It is awaited below, after the form.
    saving.catch(() => undefined);
  });
  try {
    await pipeline(exchange.body(), form);
  } catch (error) {
    stream?.destroy(error as Error);
    await saving.catch(() => undefined);
    throw error;
  }
  return { fields, file: await saving };
}

async function save(stream: BusboyFileStream, store: FileStore, filename: string): Promise<Upload['file']> {
  const writer = await store.create();
  try {
    for await (const part of stream as AsyncIterable<Buffer>) await writer.write(part);
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return { filename, writer, isTooLarge: stream.truncated };
}
