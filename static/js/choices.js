// [data-choices="/"]: a list above the composer while a word behind this sign is written. Its options are HTML from
// data-list?q=word. The one that is chosen (Enter, Tab, a click) sends `inglenook:chosen` with {field, start, end}: the
// field, and where the sign and the word stand in it, for the script whose options these are. Esc closes it.
{
  const PAUSE = 80;
  const boxes = () => [...document.querySelectorAll('[data-choices]')];
  const fieldOf = node => node?.closest?.('form[data-composer] textarea');
  const optionsOf = box => [...box.querySelectorAll('[role=option]')];
  const touch = matchMedia('(hover: none) and (pointer: coarse)');
  let here = null; // { box, field, start, end, word }, and once its list was answered { ready }
  let shut = ''; // what was closed by Esc stays closed for this sign
  let timer;

  const listOf = box => box.querySelector('[role=listbox]');
  const activeOf = box => box.querySelector('[aria-selected=true]');

  const mark = (box, option) => {
    for (const each of optionsOf(box)) each.ariaSelected = each === option ? 'true' : 'false';
    option?.scrollIntoView({ block: 'nearest' });
    if (option) here.field.setAttribute('aria-activedescendant', option.id);
    else here.field.removeAttribute('aria-activedescendant');
  };

  const close = () => {
    clearTimeout(timer);
    if (!here) return;
    const { box, field } = here;
    listOf(box).hidden = true;
    box.querySelector('[role=status]').textContent = '';
    for (const name of ['aria-activedescendant', 'aria-controls']) field.removeAttribute(name);
    here = null;
  };

  // The sign and the word before the caret, where a line or a word begins with that sign.
  const find = field => {
    if (field.selectionStart !== field.selectionEnd) return null;
    const before = field.value.slice(0, field.selectionStart);
    for (const box of boxes()) {
      const word = before.match(/(?:^|\s)(\S)([\p{L}\p{N}_.-]*)$/u);
      if (word?.[1] !== box.dataset.choices) continue;
      const start = before.length - word[2].length - 1;
      return { box, field, start, end: before.length, word: word[2] };
    }
    return null;
  };

  const show = () => {
    const { box, field } = here;
    const list = listOf(box);
    const found = optionsOf(box);
    found.forEach((option, n) => { option.id = `${list.id}-${n}`; });
    list.hidden = !found.length;
    const room = field.form.getBoundingClientRect();
    box.classList.toggle('below', room.top < list.offsetHeight + 8);
    field.setAttribute('aria-controls', list.id);
    mark(box, found[0] ?? null);
    const words = found.length === 1 ? '1 choice' : `${found.length} choices`;
    box.querySelector('[role=status]').textContent = found.length ? `${words}. Arrows choose, Enter takes.` : '';
    // What was pressed before the list was there for this word holds for the list that came.
    const wish = here.wish;
    here.ready = true;
    const first = found.find(option => !option.matches('a[href]'));
    if (wish && first) first.click();
    else if (wish === 'Enter') { close(); field.form.requestSubmit(); }
  };

  const ask = async () => {
    const asked = here;
    const address = new URL(asked.box.dataset.list, location.href);
    address.searchParams.set('q', asked.word);
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } }).catch(() => null);
    const html = answer?.ok ? await answer.text() : '';
    if (here !== asked) return;
    listOf(asked.box).innerHTML = html;
    show();
  };

  const look = field => {
    const found = find(field);
    const sign = found && `${found.box.dataset.choices} ${found.start}`;
    if (!found || sign === shut) {
      if (!found) shut = '';
      return close();
    }
    shut = '';
    if (here?.box !== found.box) close();
    else if (here.word === found.word && here.start === found.start) return;
    if (!found.box.closest('form')) field.form.append(found.box);
    const first = here === null;
    here = found;
    clearTimeout(timer);
    timer = setTimeout(ask, first ? 0 : PAUSE);
  };

  const take = option => {
    const { field, start, end } = here;
    close();
    field.focus();
    option.dispatchEvent(new CustomEvent('inglenook:chosen', { bubbles: true, detail: { field, start, end } }));
  };

  // Before the composer, which would send the text at Enter, and before the keys of the page.
  document.addEventListener('keydown', event => {
    if (!here || event.isComposing || fieldOf(event.target) !== here.field) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const hidden = listOf(here.box).hidden;
    if (!here.ready && ['Enter', 'Tab'].includes(event.key) && !(hidden && (touch.matches || event.key === 'Tab'))) {
      here.wish = event.key;
      event.preventDefault();
      return event.stopPropagation();
    }
    if (hidden) return;
    const found = optionsOf(here.box);
    const at = found.indexOf(activeOf(here.box));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(here.box, found[(at + step + found.length) % found.length]);
    else if (event.key === 'Enter' || event.key === 'Tab') found[at]?.click();
    else if (event.key === 'Escape') { shut = `${here.box.dataset.choices} ${here.start}`; close(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });

  document.addEventListener('input', event => { if (fieldOf(event.target)) look(event.target); });
  document.addEventListener('selectionchange', () => {
    if (here && document.activeElement === here.field) look(here.field);
  });
  document.addEventListener('focusout', event => {
    if (here && event.target === here.field && !here.box.contains(event.relatedTarget)) close();
  });
  // The field keeps the keyboard while the list is clicked.
  document.addEventListener('pointerdown', event => {
    if (event.target.closest?.('[data-choices] [role=option]')) event.preventDefault();
  });
  document.addEventListener('click', event => {
    const option = event.target.closest?.('[data-choices] [role=option]');
    if (!option || !here) return;
    if (option.matches('a[href]')) return close();
    event.preventDefault();
    take(option);
  });
}
