export function mountComposer(form, host) {
  const box = form.querySelector("textarea");
  let editing = null, reply = null, keep = "";
  const lock = document.createElement("p"); lock.className = "locked"; lock.hidden = true; form.before(lock);
  const done = () => { editing = null; reply = null; box.value = ""; };
  const submit = async () => {
    const text = box.value.trim();
    if (!text) return;
    if (editing) { const seq = editing.seq; done(); await host.edit(seq, text).catch((e) => host.showNotice(e.why)); return; }
    if (text.startsWith("/") && !text.startsWith("//")) {
      try { const { notice } = await host.command(text); box.value = ""; if (notice) host.showNotice(notice); } catch (e) { host.showNotice(e.message); }
      return;
    }
    host.send(text.startsWith("//") ? text.slice(1) : text, { reply: reply?.seq ?? 0 }); done();
  };
  form.addEventListener("submit", (e) => { e.preventDefault(); submit(); });
  box.addEventListener("input", () => host.typing());
  box.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); submit(); }
    else if (e.key === "Escape" && (editing || reply)) { e.preventDefault(); done(); }
    else if (e.key === "ArrowUp" && box.value === "") { const m = host.lastOwn(); if (m) { e.preventDefault(); api.beginEdit(m); } }
  });
  const api = {
    focus: () => box.focus(),
    setReply: (m) => { reply = m; box.focus(); },
    beginEdit: (m) => { editing = m; box.value = m.data.text; box.focus(); },
    insert: (text) => { box.value += text; box.focus(); },
    lock: (reason) => { form.hidden = reason !== null; lock.hidden = reason === null; lock.textContent = reason ?? ""; },
  };
  return api;
}
