import { type Observable, of } from 'rxjs';
import { z } from 'zod';
import type { Provider } from '../../src/index.js';

/** An interface, and so without an index signature; with a method, as messages of queues have them. */
export interface Review {
  readonly id: string;
  readonly text: string;
  ack(): void;
}

export declare const reviews$: Observable<Review>;
export declare const provider: Provider;

export const texts$ = of('a', 'b');

export const sentiment = z.object({ label: z.enum(['good', 'bad']), stars: z.number().optional() });
export type Sentiment = z.infer<typeof sentiment>;
