import { expect, test } from "vitest";
import { hasCredentials, withoutCredentials } from "./redact.js";

test.each([
  ["https://user:secret@host/a.json", "https://***@host/a.json"],
  ["'https://user:se@cret@host/a' cannot be read", "'https://***@host/a' cannot be read"],
  ["https://user@host", "https://***@host"],
  ["HTTP://:secret@host:80/?a@b", "HTTP://***@host:80/?a@b"],
  ["https://user:sec/ret@host/a", "https://***@host/a"],
  ["a https://u:1@a and https://u:2@b", "a https://***@a and https://***@b"],
])("what stands before the @ of an address is left out: %s", (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected);
  expect(hasCredentials(text)).toBe(true);
});

test.each([
  "https://host/@scope/name",
  "https://host:8080/@scope/name",
  "https://host/?mail=a@b.example",
  "mail@host.example",
  "https://host#a@b",
])("an address without a user is printed as it is: %s", (text) => {
  expect(withoutCredentials(text)).toBe(text);
  expect(hasCredentials(text)).toBe(false);
});
