/** `1,234,567` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 call`, `1,234 calls` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** An amount in the currency of the prices, with four digits that mean something at least. */
export function money(amount: number): string {
  if (amount === 0 || amount >= 100) return amount.toFixed(2);
  return amount.toFixed(Math.min(10, 3 - Math.floor(Math.log10(amount))));
}

/** `0:07`, `12:34`, `1:02:03` */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const last = String(whole % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${last}` : `${hours}:${String(minutes).padStart(2, '0')}:${last}`;
}
