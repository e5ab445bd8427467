// The table at once, where there is a script: without one, the form and the heads of the columns ask the server.

const print = document.querySelector("#print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

const form = document.querySelector("#find");
if (form) {
  const rows = document.querySelector("#rows");
  const heads = [...document.querySelectorAll(".units thead a")];
  const order = ["ten", "tt", "ky", "tong"];

  // As the server compares names: plain lower-case words.
  const plain = (text) =>
    text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").match(/[\p{L}\p{N}_]+/gu)?.join(" ") ?? "";

  const remember = (name, value) => {
    const here = new URL(location.href);
    if (value) here.searchParams.set(name, value);
    else here.searchParams.delete(name);
    history.replaceState(null, "", here);
  };

  const filter = () => {
    const words = plain(form.loc.value);
    let shown = 0;
    for (const row of rows.rows) {
      row.hidden = !row.dataset.n.includes(words) || (form.tt.value !== "" && !row.dataset.k.split(" ").includes(form.tt.value));
      shown += !row.hidden;
    }
    document.querySelector("#none").hidden = shown > 0;
    remember("loc", form.loc.value);
    remember("tt", form.tt.value);
  };

  const sort = (head) => {
    const key = new URL(head.href).searchParams.get("xep") ?? "ten";
    const place = order.indexOf(key);
    const rank = (row) => Number(row.dataset.r.split(" ")[place]);
    rows.append(...[...rows.rows].sort((one, other) => rank(one) - rank(other)));
    for (const other of heads) other.parentElement.removeAttribute("aria-sort");
    head.parentElement.setAttribute("aria-sort", "ascending");
    remember("xep", key === "ten" ? "" : key);
    let kept = form.querySelector("[name=xep]");
    if (!kept) {
      kept = Object.assign(document.createElement("input"), { type: "hidden", name: "xep" });
      form.append(kept);
    }
    kept.value = key;
  };

  form.loc.addEventListener("input", filter);
  form.tt.addEventListener("change", filter);
  // Other numbers are the server's to give.
  form.so?.addEventListener("change", () => form.requestSubmit());
  for (const head of heads) {
    head.addEventListener("click", (event) => {
      event.preventDefault();
      sort(head);
    });
  }
  form.addEventListener("submit", () => document.activeElement?.blur());
}
