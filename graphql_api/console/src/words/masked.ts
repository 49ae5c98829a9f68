/** The address, where it is shown whole. A token without addresses sees "a…@example.org", by which nothing can be asked. */
export function whole(address: string | null | undefined): string | undefined {
  return address == null || /^.?…(@|$)/u.test(address) ? undefined : address;
}
