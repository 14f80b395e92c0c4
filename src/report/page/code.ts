import { h } from "./dom.js";

/** Code with a button that copies it. */
export function codeBlock(text: string): HTMLElement {
  const pre = h("pre", {}, h("code", {}, text.trimEnd()));
  const button = h("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", () => {
    void copy(text, pre).then((isCopied) => {
      button.textContent = isCopied ? "Copied" : "Selected";
    });
  });
  return h("div", { class: "code" }, pre, button);
}

/** Copies a text. Where the browser doesn't allow that, its element is selected instead, ready to be copied. */
async function copy(text: string, element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
