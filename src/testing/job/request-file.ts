import { type FileHandle, open, rm } from 'node:fs/promises';

/**
 * The requests of a job, each somewhere in one file: only where they stand is held in memory. The file may be deleted while it is read.
 */
export class RequestFile {
  readonly #handle: FileHandle;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  /** What is removed with it; `null` if the file is somebody else's. */
  readonly #ownPath: string | null;

  private constructor(handle: FileHandle, ownPath: string | null) {
    this.#handle = handle;
    this.#ownPath = ownPath;
  }

  /** @param isOwn - the file is removed at the end */
  static async open(path: string, { isOwn }: { readonly isOwn: boolean }): Promise<RequestFile> {
    return new RequestFile(await open(path, 'r'), isOwn ? path : null);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Another request, in bytes of the file. */
  add(start: number, length: number): void {
    this.#starts.push(start);
    this.#lengths.push(length);
  }

  /** @param position - from 0 */
  async read(position: number): Promise<string> {
    const buffer = Buffer.allocUnsafe(this.#lengths[position] ?? 0);
    await this.#handle.read(buffer, 0, buffer.length, this.#starts[position] ?? 0);
    return buffer.toString('utf8');
  }

  /** The whole file from its beginning, in pieces. */
  async *pieces(): AsyncGenerator<Buffer> {
    for (let start = 0; ;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.allocUnsafe(64 * 1024), { position: start });
      if (bytesRead === 0) return;
      start += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#ownPath !== null) await rm(this.#ownPath, { force: true });
  }
}
