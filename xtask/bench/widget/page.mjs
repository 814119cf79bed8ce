// In the page: what is measured begins when a script is inserted and ends when the first score is in the document.

/** Inserts the script, with links to what it will ask for, and the widget where `model` is its model; resolves to milliseconds and the chance shown. */
globalThis.measure = ({ script, module, model, lead, links = [] }) =>
  new Promise((resolve, reject) => {
    const inserted = document.createElement("script");
    let start;
    globalThis.lead = lead;
    globalThis.show = (probability) => {
      const text = document.createElement("p");
      text.textContent = `About ${Math.round(100 * probability)} of 100 leads like this convert.`;
      document.body.append(text);
      resolve({ milliseconds: performance.now() - start, probability });
    };
    if (module) inserted.type = "module";
    inserted.addEventListener("error", () => reject(new Error(`${script} does not load`)));
    addEventListener("unhandledrejection", ({ reason }) => reject(reason));
    inserted.src = script;
    start = performance.now();
    for (const link of links) document.head.append(Object.assign(document.createElement("link"), link));
    if (model) {
      const widget = document.createElement("sales-ready-lead");
      widget.setAttribute("model", model);
      widget.lead = lead;
      widget.addEventListener("sales-ready-change", ({ detail }) =>
        resolve({ milliseconds: performance.now() - start, probability: detail.score.probability }),
      );
      widget.addEventListener("sales-ready-error", ({ detail }) => reject(detail.error));
      document.body.append(widget);
    }
    document.head.append(inserted);
  });
