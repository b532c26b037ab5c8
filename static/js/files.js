// Shows the chosen files and says at once which one is too big or of a kind that is not taken.
// The input carries: data-max-bytes, data-max-files, accept, and the sentences data-too-big, data-too-many, data-wrong-kind.

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} MB`);

const fits = (file, accept) => !accept || accept.split(",").map((part) => part.trim().toLowerCase()).some((part) =>
  part.startsWith(".") ? file.name.toLowerCase().endsWith(part)
    : part.endsWith("/*") ? file.type.startsWith(part.slice(0, -1))
      : file.type === part);

function complaint(file, input) {
  const { maxBytes, tooBig, wrongKind } = input.dataset;
  if (maxBytes && file.size > Number(maxBytes)) return tooBig ?? "";
  if (file.type && !fits(file, input.accept)) return wrongKind ?? "";
  return null;
}

function row(file, input) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = `${file.name} (${size(file.size)})`;
  const problem = complaint(file, input);
  if (problem !== null) {
    item.className = "files-bad";
    text.textContent += ` ${problem}`;
  } else if (file.type.startsWith("image/")) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    image.addEventListener("error", () => image.remove());
    item.append(image);
  }
  item.append(text);
  return item;
}

for (const input of document.querySelectorAll("input[type='file']")) {
  const list = document.createElement("ul");
  list.className = "files";
  list.setAttribute("aria-live", "polite");
  input.after(list);
  input.addEventListener("change", () => {
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => row(file, input)));
    const { maxFiles, tooMany } = input.dataset;
    if (maxFiles && files.length > Number(maxFiles)) {
      const item = document.createElement("li");
      item.className = "files-bad";
      item.textContent = tooMany ?? "";
      list.prepend(item);
    }
  });
}
