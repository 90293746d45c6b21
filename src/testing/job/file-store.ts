import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that the server keeps for its clients. */
export interface StoredFile {
  readonly id: string;
  /** Where it lies on this machine. */
  readonly path: string;
  readonly filename: string;
  readonly purpose: string;
  readonly bytes: number;
  /** Times in milliseconds since 1970; `null` if it stays until it is deleted. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** What is known of a file when it is complete. */
export type FileFacts = Pick<StoredFile, 'filename' | 'purpose' | 'expiresAt'>;

/** How much is gathered before it is written to the disk, in bytes. */
const WRITE_BYTES = 64 * 1024;

/** A file that is being written. Nobody sees it before it is complete. */
export class FileWriter {
  readonly id: string;
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #keep: (file: StoredFile) => void;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #bytes = 0;

  constructor(path: string, { handle, keep }: { handle: FileHandle; keep: (file: StoredFile) => void }) {
    this.id = `file-${randomUUID().replaceAll('-', '')}`;
    this.path = path;
    this.#handle = handle;
    this.#keep = keep;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(part: Uint8Array | string): Promise<void> {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    this.#bytes += bytes.length;
    if (this.#gatheredBytes >= WRITE_BYTES) await this.#flush();
  }

  /** @param missing - bytes at its end that are cut off */
  async complete(facts: FileFacts, missing = 0): Promise<StoredFile> {
    await this.#flush();
    this.#bytes = Math.max(0, this.#bytes - missing);
    if (missing > 0) await this.#handle.truncate(this.#bytes);
    await this.close();
    const file = { id: this.id, path: this.path, bytes: this.#bytes, createdAt: Date.now(), ...facts };
    this.#keep(file);
    return file;
  }

  /** Ends a file that no client is to see. */
  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.path, { force: true });
  }

  async #flush(): Promise<void> {
    const parts = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (parts.length > 0) await this.#handle.appendFile(Buffer.concat(parts));
  }
}

/** Keeps files in a private folder, which is there from the first file on. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();
  #folder: Promise<string> | undefined;
  #written = 0;

  /** The oldest first. */
  list(): readonly StoredFile[] {
    return [...this.#files.values()];
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  async create(): Promise<FileWriter> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'rxjs-llm-stand-in-'));
    const path = join(await this.#folder, String(++this.#written));
    const handle = await open(path, 'wx', 0o600);
    return new FileWriter(path, { handle, keep: (file) => this.#files.set(file.id, file) });
  }

  /** @returns false if there is no such file */
  async delete(id: string): Promise<boolean> {
    const file = this.#files.get(id);
    if (file === undefined) return false;
    this.#files.delete(id);
    await rm(file.path, { force: true });
    return true;
  }

  /** Removes all files from the disk. */
  async clear(): Promise<void> {
    this.#files.clear();
    // What is being written for a client that has left may come in between.
    if (this.#folder !== undefined)
      await rm(await this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}
