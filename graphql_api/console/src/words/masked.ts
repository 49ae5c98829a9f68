/** The address, where it is shown whole. A token without addresses sees "a…@example.org", by which nothing can be asked. */
export function whole(address: string | null | undefined): string | undefined {
  return address == null || /^.?…(@|$)/u.test(address) ? undefined : address;
}

/** Whether this JSON holds a masked address: posted again, it would be another event, of an address that isn't there. */
export function isMasked(json: string): boolean {
  return /…(@|%40|")/u.test(json);
}
