// [data-pieces-form]: files are ticked one by one, by ranges (Shift) or all; the arrows walk, Space ticks, Delete puts away.
// The list is fetched anew when something has come; a form [data-narrow] asks as soon as something else is chosen.
{
  const form = () => document.querySelector('[data-pieces-form]');
  const pieces = () => [...document.querySelectorAll('[data-piece]')];
  const box = piece => piece.querySelector('.tick input');
  let last = null; // from where a range reaches

  const tell = () => {
    const it = form();
    if (!it) return;
    const boxes = pieces().map(box);
    const count = boxes.filter(each => each.checked).length;
    const all = it.querySelector('[data-pick-all]');
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    it.querySelector('[data-picked]').textContent = count === 1 ? '1 is chosen.' : `${count} are chosen.`;
  };
  const set = (piece, on) => { box(piece).checked = on; };
  const range = (to, on) => {
    const all = pieces();
    const from = Math.max(0, all.indexOf(last));
    const end = all.indexOf(to);
    for (const piece of all.slice(Math.min(from, end), Math.max(from, end) + 1)) set(piece, on);
  };

  document.addEventListener('click', event => {
    const it = form();
    if (!it?.contains(event.target)) return;
    const piece = event.target.closest('[data-piece]');
    const ticks = event.target.closest('.tick');
    if (piece && ticks) {
      const field = box(piece);
      if (event.target !== field) { event.preventDefault(); field.checked = !field.checked; field.focus(); }
      if (event.shiftKey && last?.isConnected) range(piece, field.checked);
      last = piece;
      tell();
    } else if (piece && (event.ctrlKey || event.metaKey) && !event.target.closest('button')) {
      event.preventDefault();
      set(piece, !box(piece).checked);
      last = piece;
      tell();
    } else if (event.target.closest('[data-pick-all]')) {
      for (const each of pieces()) set(each, event.target.checked);
      tell();
    }
  });
  document.addEventListener('reset', event => { if (event.target === form()) setTimeout(tell); });

  const focus = piece => (piece.querySelector('a.name') ?? box(piece)).focus();
  const across = list => list.matches('.grid') ? getComputedStyle(list).gridTemplateColumns.split(' ').length : 1;
  document.addEventListener('keydown', event => {
    const piece = event.target.closest?.('[data-piece]');
    const it = form();
    if (!piece || !it || event.altKey) return;
    const all = pieces();
    const at = all.indexOf(piece);
    const wide = across(piece.parentElement);
    const step = { ArrowDown: wide, ArrowUp: -wide, ...(wide > 1 ? { ArrowRight: 1, ArrowLeft: -1 } : {}) }[event.key];
    const far = { Home: 0, End: all.length - 1 }[event.key] ?? (step === undefined ? undefined : at + step);
    if (far !== undefined && all[far]) {
      event.preventDefault();
      focus(all[far]);
      if (event.shiftKey) {
        if (!last?.isConnected || !box(piece).checked) last = piece;
        range(all[far], true);
        tell();
      }
    } else if (event.key === ' ' && event.target.matches('a.name')) {
      event.preventDefault();
      set(piece, !box(piece).checked);
      last = piece;
      tell();
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      for (const each of all) set(each, true);
      tell();
    } else if (event.key === 'Escape') {
      for (const each of all) set(each, false);
      tell();
    } else if (event.key === 'Delete') {
      const deed = it.querySelector('[data-deed=trash]');
      if (!deed) return;
      if (!all.some(each => box(each).checked)) set(piece, true);
      it.requestSubmit(deed);
    }
  });

  document.addEventListener('inglenook:refresh', async () => {
    const here = document.getElementById('listing');
    if (!here) return location.reload();
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('listing');
    const ticked = new Set(pieces().filter(piece => box(piece).checked).map(piece => piece.id));
    const held = document.activeElement?.closest('[data-piece]')?.id;
    for (const id of ticked) { const piece = fresh.querySelector(`#${id}`); if (piece) set(piece, true); }
    here.replaceWith(fresh);
    const room = document.querySelector('.room-used');
    room?.replaceWith(page.querySelector('.room-used') ?? room);
    if (held) document.getElementById(held)?.querySelector('a.name')?.focus({ preventScroll: true });
    tell();
  });

  document.addEventListener('change', event => { if (event.target.matches('[data-narrow] select')) event.target.form.requestSubmit(); });
  document.addEventListener('formdata', event => {
    if (!event.target.matches('[data-narrow]')) return;
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
  });
  addEventListener('pageshow', tell);
  tell();
}
