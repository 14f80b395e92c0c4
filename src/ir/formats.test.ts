import { describe, expect, test } from "vitest";
import { hasFormat } from "./formats.js";

describe("a text has its format", () => {
  test.each([
    ["date", "2024-02-29"],
    ["date", "2000-02-29"],
    ["date-time", "2024-05-06T07:08:09.123+02:00"],
    ["date-time", "2024-05-06t23:59:60z"],
    ["uuid", "0c9d4d0e-7c1a-4b43-9d52-6a0e4f7f7a11"],
    ["email", "a+b@example.com"],
    ["uri", "urn:example:a"],
    ["ipv4", "255.0.10.1"],
    ["a format that nobody knows", "anything"],
    [undefined, "anything"],
  ])("%s: %s", (format, text) => {
    expect(hasFormat(text, format)).toBe(true);
  });
});

describe("a text does not have its format", () => {
  test.each([
    ["date", "2023-02-29"],
    ["date", "1900-02-29"],
    ["date", "2024-04-31"],
    ["date", "2024-13-01"],
    ["date", "2024-01-00"],
    ["date-time", "2024-05-06"],
    ["date-time", "2024-05-06 07:08:09Z"],
    ["date-time", '"2024-05-06T07:08:09Z"'],
    ["time", "24:00:00Z"],
    ["uuid", "0c9d4d0e"],
    ["email", "nobody"],
    ["uri", "/relative"],
    ["ipv4", "256.0.0.1"],
  ])("%s: %s", (format, text) => {
    expect(hasFormat(text, format)).toBe(false);
  });
});
