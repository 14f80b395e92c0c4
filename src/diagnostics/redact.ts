/** Matches up to the last `@` before the path, and passwords that contain a slash, which make an invalid URL. */
const credentials =
  /([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#"'`<>]*@|[^\s/?#:@"'`<>]+:(?!\d+(?:[/?#\s'"`]|$))[^\s@"'`<>]*@)/gi;

/** Replaces user names and passwords in the URLs of a text, so that it can be printed. */
export function withoutCredentials(text: string): string {
  return text.replace(credentials, "$1***@");
}

/** Whether a URL contains a user name or a password. */
export function hasCredentials(address: string): boolean {
  return withoutCredentials(address) !== address;
}
