import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** What stands in `index.html` where the nonce belongs. */
const NONCE = 'CSP_NONCE';

/** Sends a file of the page, and `index.html` for its root. */
export async function sendFile(
  { method }: IncomingMessage,
  response: ServerResponse,
  { folder, pathname }: { readonly folder: string; readonly pathname: string },
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  // A URL's path has no `..` any more, and nothing in it is decoded. Two slashes would be one to the file system.
  const path = pathname === '/' ? '/index.html' : pathname;
  const type = path.includes('//') ? undefined : TYPES[extname(path)];
  const content = type === undefined ? undefined : await readFile(join(folder, path)).catch(() => undefined);
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  const body = path === '/index.html' ? content.toString().replaceAll(NONCE, nonce) : content;
  response
    .writeHead(200, {
      'content-type': type,
      // The names of all other files have their hash.
      'cache-control': path === '/index.html' ? 'no-store' : 'max-age=31536000, immutable',
      ...securityHeaders(nonce),
    })
    .end(method === 'HEAD' ? undefined : body);
}

function securityHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    `default-src 'self'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}
