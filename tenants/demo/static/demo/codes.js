// Keeps the codes on the page fresh: asks for new ones when the present ones end.
const place = document.getElementById("kode-demo");

function show(codes) {
  for (const element of document.querySelectorAll("[data-code-of]")) {
    element.textContent = codes[element.dataset.codeOf] ?? "";
  }
  for (const button of document.querySelectorAll("[data-copy-code]")) {
    button.dataset.copy = codes[button.dataset.copyCode] ?? "";
  }
}

async function refresh() {
  let wait = 5;
  try {
    const answer = await fetch(place.dataset.codes, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { codes, left } = await answer.json();
      show(codes);
      wait = left;
    }
  } finally {
    setTimeout(refresh, (wait + 0.5) * 1000);
  }
}

if (place) {
  setTimeout(refresh, (Number(place.dataset.left) + 0.5) * 1000);
}
