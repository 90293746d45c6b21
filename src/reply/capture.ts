/**
 * A stretch of text that may begin in one piece of a reply and end in another. Pieces are only joined when it ends: reading a
 * string that is still growing would copy it each time.
 */
export class Capture {
  #text = '';
  /** Where the stretch goes on in the current piece; -1 if none is open. */
  #from = -1;

  /** Opens a stretch at a position of the current piece. */
  begin(at: number): void {
    this.#text = '';
    this.#from = at;
  }

  /** Closes the stretch before position `to` of the current piece and gives its text; '' if none is open. */
  end(piece: string, to: number): string {
    const text = this.#from < 0 ? '' : this.#text + piece.slice(this.#from, to);
    this.drop();
    return text;
  }

  /** The current piece is over: an open stretch goes on at the start of the next one. */
  carry(piece: string): void {
    if (this.#from < 0) return;
    this.#text += piece.slice(this.#from);
    this.#from = 0;
  }

  /** Forgets an open stretch. */
  drop(): void {
    this.begin(-1);
  }
}
