// Telegram opens the page with what it says of the person behind the #, which no server sees by itself. Its own script
// would read the same; ours does, so that the page runs nothing from elsewhere.

const said = document.querySelector("#said");
const data = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");

const enter = async () => {
  const response = await fetch("/bang/telegram", { method: "POST", body: data });
  const { go, error } = await response.json();
  if (go) location.replace(go);
  else said.textContent = error;
};

if (data) enter().catch(() => { said.textContent = said.dataset.failed; });
else said.textContent = said.dataset.outside;
