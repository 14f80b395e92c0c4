// The answer to every call that is measured.
const order = {
  id: "o-1",
  status: "placed",
  items: ["tea-assam", "tea-ceylon", "pot-blue"].map((sku) => ({ sku, quantity: 2 })),
  note: "x".repeat(120),
};

export const body = JSON.stringify(order);
