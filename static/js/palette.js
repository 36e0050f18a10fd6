// Ctrl-K: one field, and the chats, models, pages and commands whose words it finds. The list is HTML from the server.
{
  const box = document.getElementById('palette');
  const field = box?.querySelector('input');
  const found = box?.querySelector('.found');
  const count = box?.querySelector('[data-count]');
  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const entries = () => [...found.querySelectorAll('li')];
  const shown = () => entries().filter(entry => !entry.hidden).map(entry => entry.firstElementChild);
  let asked = '';
  let timer;

  const filter = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const entry of entries()) {
      const text = plain(entry.textContent);
      entry.hidden = !words.every(word => text.includes(word));
    }
    for (const group of found.querySelectorAll('[data-group]')) group.hidden = !group.querySelector('li:not([hidden])');
    const left = shown();
    found.querySelector('.first')?.classList.remove('first');
    left[0]?.classList.add('first');
    count.textContent = left.length === 1 ? '1 found' : `${left.length} found`;
    found.querySelector('.none')?.remove();
    const none = Object.assign(document.createElement('p'), { className: 'none', textContent: 'Nothing has these words.' });
    if (!left.length) found.append(none);
  };

  // The server answers with its newest entries; one that knows more of them asks to be told the words.
  const fetchList = async words => {
    asked = words;
    const address = words ? `${box.dataset.list}?q=${encodeURIComponent(words)}` : box.dataset.list;
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (asked !== words) return;
    if (answer?.ok) found.innerHTML = await answer.text();
    filter();
  };

  const open = async () => {
    if (box.open) return box.close();
    document.querySelector('[popover]:popover-open')?.hidePopover();
    box.showModal();
    field.value = '';
    field.focus();
    await fetchList('');
  };

  const walk = step => {
    const stops = shown();
    if (!stops.length) return;
    const at = stops.indexOf(document.activeElement);
    if (at === 0 && step < 0) return field.focus();
    const first = document.activeElement === field && step > 0 ? Math.min(1, stops.length - 1) : 0;
    stops[at < 0 ? (step < 0 ? stops.length - 1 : first) : Math.min(at + step, stops.length - 1)].focus();
  };

  if (box) {
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
      for (const key of document.querySelectorAll('[data-palette] kbd')) key.textContent = '⌘ K';
    }
    document.addEventListener('keydown', event => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open();
      }
    });
    document.addEventListener('click', event => {
      if (event.target.closest?.('[data-palette]')) { event.preventDefault(); open(); }
      const command = event.target.closest?.('#palette [data-presses]');
      if (command) { box.close(); document.querySelector(command.dataset.presses)?.click(); }
    });
    field.addEventListener('input', () => {
      filter();
      clearTimeout(timer);
      const words = field.value.trim();
      const more = found.querySelector('[data-more]') !== null || asked !== '';
      if (more && words !== asked && words.length !== 1) timer = setTimeout(() => fetchList(words), 200);
    });
    box.addEventListener('keydown', event => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) walk(step);
      else if (event.key === 'Enter' && event.target === field) shown()[0]?.click();
      else {
        const types = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey;
        if (types && event.target !== field) field.focus();
        return;
      }
      event.preventDefault();
    });
  }
}
