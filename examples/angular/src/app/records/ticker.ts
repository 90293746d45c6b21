import { map, type Observable, timer } from 'rxjs';
import type { Review } from './review';

const INTERVAL_MS = 150;

/** Reviews that come by themselves, and cannot be asked to wait. */
export function ticker(): Observable<Review> {
  return timer(0, INTERVAL_MS).pipe(
    map((position) => ({ position, text: TEXTS[position % TEXTS.length] ?? '', problem: null, share: 0 })),
  );
}

const TEXTS = [
  'The pizza crust is blistered, chewy and full of flavour. Naples would approve.',
  'This vacuum pushes the dirt around as if it were shy of it.',
  'Booked for two nights, stayed for five. The balcony is a dream.',
  'The zip broke on the first cold morning.',
  'A clever plot, lovely music, and an ending that earns its tears.',
  'Support answered after nine days, with a link to the page I had come from.',
  'The battery lasts a week, and charges while I make coffee.',
  'Damp walls, a loud street, and breakfast was a sad yoghurt.',
  'My daughter reads it every night and laughs each time.',
  'The update deleted my notes and called it an improvement.',
  'Light, quiet, and it folds flat. Best fan we have had.',
  'Soup cold, wine warm, waiter annoyed.',
];
