// "What the reporter sees": follows the text area while the officer writes.
// With data-preview-url the server renders it (same masking and texts as the real thing); without, the text itself is shown.

function paragraphs(text) {
  return text.split(/\n{2,}/).filter((part) => part.trim()).map((part) => {
    const paragraph = document.createElement("p");
    part.split("\n").forEach((line, index) => {
      if (index) paragraph.append(document.createElement("br"));
      paragraph.append(line);
    });
    return paragraph;
  });
}

async function rendered(url, source, signal) {
  const body = new FormData();
  body.set(source.name, source.value);
  const token = source.form?.elements.csrfmiddlewaretoken?.value ?? "";
  const answer = await fetch(url, { method: "POST", body, signal, headers: { "X-CSRFToken": token, Accept: "text/html" } });
  // Without content: the step was taken meanwhile, and nothing would be sent by it.
  if (!answer.ok || answer.status === 204) throw new Error(`preview: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes;
}

for (const preview of document.querySelectorAll("[data-preview-of]")) {
  const source = document.getElementById(preview.dataset.previewOf);
  const target = preview.querySelector(".preview-text");
  if (!source || !target) continue;
  const empty = [...target.childNodes].map((node) => node.cloneNode(true));
  let timer;
  let running;
  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    if (!source.value.trim()) {
      target.replaceChildren(...(source.defaultValue ? [] : empty));
      return;
    }
    const { previewUrl } = preview.dataset;
    try {
      target.replaceChildren(...(previewUrl ? await rendered(previewUrl, source, running.signal) : paragraphs(source.value)));
    } catch (reason) {
      // The plain text is close to what will be read; the server has the last word when it is sent.
      if (reason.name !== "AbortError") target.replaceChildren(...paragraphs(source.value));
    }
  };
  source.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });
  // Once the form is on its way the step is no longer one to preview.
  source.form?.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
  });
}
