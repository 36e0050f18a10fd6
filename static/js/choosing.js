// [data-picks]: boxes that choose rows. Shift takes a range, the arrows walk, Ctrl A takes all, Esc lets go of all.
{
  const rootOf = node => node?.closest?.('[data-picks]');
  const boxesOf = root => [...root.querySelectorAll('.tick input[name=ids]')];
  let last = null;

  const told = root => {
    const boxes = boxesOf(root);
    const count = boxes.filter(box => box.checked).length;
    const all = root.querySelector('[data-pick-all] input');
    if (all) {
      all.closest('[data-pick-all]').hidden = false;
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const everything = root.querySelector('[data-pick-everything]');
    if (everything && count < boxes.length) everything.checked = false;
    const said = root.querySelector('[data-picked]');
    if (!said) return;
    said.dataset.nothing ??= said.textContent;
    const words = everything?.checked ? 'All chosen, on every page' : count ? `${count} chosen` : said.dataset.nothing;
    if (said.textContent !== words) said.textContent = words;
  };

  const range = (root, from, to, on) => {
    const boxes = boxesOf(root);
    const [a, b] = [boxes.indexOf(from), boxes.indexOf(to)].sort((one, other) => one - other);
    if (a >= 0) for (const box of boxes.slice(a, b + 1)) box.checked = on;
  };

  document.addEventListener('click', event => {
    const box = event.target.closest?.('.tick input[name=ids]');
    const root = rootOf(box);
    if (!root) return;
    if (event.shiftKey && last?.isConnected && last !== box) range(root, last, box, box.checked);
    last = box;
    told(root);
  });

  document.addEventListener('change', event => {
    const root = rootOf(event.target);
    if (!root) return;
    if (event.target.closest('[data-pick-all]')) for (const box of boxesOf(root)) box.checked = event.target.checked;
    if (event.target.matches('[data-pick-everything]') && event.target.checked) {
      for (const box of boxesOf(root)) box.checked = true;
    }
    told(root);
  });

  document.addEventListener('reset', event => {
    const root = rootOf(event.target);
    if (!root) return;
    const first = boxesOf(root).find(box => box.checked) ?? boxesOf(root)[0];
    setTimeout(() => { told(root); first?.focus(); });  // after the boxes were emptied
  });

  document.addEventListener('keydown', event => {
    const field = event.target.closest?.('[data-picks] .panel input');
    if (field && event.key === 'Enter') {
      event.preventDefault();
      field.closest('.panel').querySelector('[data-enter]').click();
      return;
    }
    const box = event.target.closest?.('.tick input[name=ids]');
    const root = rootOf(box);
    if (!root || event.altKey) return;
    const boxes = boxesOf(root);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = boxes[boxes.indexOf(box) + step];
      event.preventDefault();
      if (!next) return;
      if (event.shiftKey) box.checked = next.checked = true;
      last = next;
      next.focus();
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      for (const each of boxes) each.checked = true;
    } else if (event.key === 'Escape' && boxes.some(each => each.checked)) {
      event.preventDefault();
      for (const each of boxes) each.checked = false;
    } else {
      return;
    }
    told(root);
  });

  // A list that came anew has nothing chosen in it, and the keyboard begins at its head.
  document.addEventListener('htmx:after:swap', () => {
    for (const root of document.querySelectorAll('[data-picks]')) {
      told(root);
      if (document.activeElement === document.body && last && !last.isConnected) {
        root.querySelector('[data-pick-all] input')?.focus({ preventScroll: true });
        last = null;
      }
    }
  });
  for (const root of document.querySelectorAll('[data-picks]')) told(root);
}
