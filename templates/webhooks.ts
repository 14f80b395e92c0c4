import {
  type WebhookDispatcher as RuntimeWebhookDispatcher,
  type WebhookHandlers as RuntimeWebhookHandlers,
  type WebhookOptions as RuntimeWebhookOptions,
  type Webhook,
  webhookDispatcher,
} from "resil-gen-runtime";

declare const $webhooks: Readonly<Record<string, Webhook>>;

/** What each webhook sends, by its name; a callback has the name of its operation before its own. */
export interface WebhookBodies {
  $members: never;
}

const webhooks = { ...$webhooks } as const;

/** Brings incoming webhooks and callbacks of $title to their handlers. Checking who sent them is up to you: `verify`. */
export function createWebhooks(
  handlers: RuntimeWebhookHandlers<WebhookBodies>,
  options?: RuntimeWebhookOptions<WebhookBodies>,
): RuntimeWebhookDispatcher<WebhookBodies> {
  return webhookDispatcher(webhooks, handlers, options);
}
