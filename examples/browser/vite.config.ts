import { defineConfig } from "vite";

export default defineConfig({
  // While you work on it: where the service is.
  server: { proxy: { "/api": process.env["API_URL"] ?? "http://127.0.0.1:3000" } },
});
