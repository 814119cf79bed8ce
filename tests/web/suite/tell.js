// The first script of a page that no driver looks into; it starts the page's own. `tell` sends, once, what the page found, or
// what was thrown before it had, to the server of the test, and opens the page that the server answers with.
{
  let told = false;
  globalThis.tell = async (report) => {
    if (told) return;
    told = true;
    const answer = await fetch("/told.json", { method: "POST", body: JSON.stringify({ page: location.pathname, ...report }) });
    const { next } = await answer.json();
    if (next) location.replace(next);
  };
  const thrown = (error, what) => tell({ thrown: `${what}: ${error}\n${error?.stack ?? ""}` });
  // Captured, since that of a script which does not load does not bubble.
  addEventListener("error", ({ error, message, target }) => thrown(error ?? message ?? target.outerHTML, "error"), true);
  addEventListener("unhandledrejection", ({ reason }) => thrown(reason, "unhandled rejection"));
  // Not as a script of the document: of one that fails behind an `await`, WebKit reports nothing.
  addEventListener("DOMContentLoaded", () => import(`${location.pathname}run.js`).catch((error) => thrown(error, "the page's script")));
}
