/** Up to the last `@` before the path; a password with a slash in it is no address, and is none to print either. */
const credentials =
  /([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#"'`<>]*@|[^\s/?#:@"'`<>]+:(?!\d+(?:[/?#\s'"`]|$))[^\s@"'`<>]*@)/gi;

/** A text as it may be printed: what stands before the `@` of an address in it is nobody's business. */
export function withoutCredentials(text: string): string {
  return text.replace(credentials, "$1***@");
}

/** Whether an address has a user name or a password in it. */
export function hasCredentials(address: string): boolean {
  return withoutCredentials(address) !== address;
}
