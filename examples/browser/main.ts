// The page: lists products and sells them. It imports two operations, so its bundle holds two.
import {
  createClient,
  listProducts,
  newIdempotencyKey,
  type PlaceOrderError,
  type Product,
  placeOrder,
} from "./client/index.js";

const list = elementOf("products");
const status = elementOf("status");

const client = createClient({
  baseUrl: new URL("/api", location.href).href,
  // Cookies go to the page's own origin: without this word nobody could tell that everybody sees the same list.
  identity: () => "anybody",
  observe: (event) => {
    if (event.type === "retry") say(`Still trying (${event.attempt}) …`);
  },
});

async function showProducts(): Promise<void> {
  say("Loading …");
  const outcome = await listProducts(client).result();
  if (!outcome.ok) return say(outcome.error.userMessage ?? "Something went wrong.");
  list.replaceChildren(...outcome.data.map(rowOf));
  say(outcome.source === "stale" ? "The shop does not answer: this list is an earlier one." : "");
}

function rowOf({ sku, name }: Product): HTMLElement {
  const row = document.createElement("li");
  const button = document.createElement("button");
  // One key for this purchase, however often the button is pressed; a new one when it is done.
  let key = newIdempotencyKey();
  button.textContent = `Buy ${name}`;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const outcome = await placeOrder(client, { body: { sku }, idempotencyKey: key }).result();
    button.disabled = false;
    if (!outcome.ok) return say(messageOf(outcome.error));
    key = newIdempotencyKey();
    say(`Order ${outcome.data.number} is placed.`);
  });
  row.append(name, button);
  return row;
}

function messageOf(error: PlaceOrderError): string {
  const refusal = error.code === "http" && error.status === 409 ? error.body.title : undefined;
  return refusal ?? error.userMessage ?? "Something went wrong.";
}

function say(text: string): void {
  status.textContent = text;
}

function elementOf(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

elementOf("reload").addEventListener("click", () => void showProducts());
void showProducts();
