// Lines of a paste: #L3-L9 marks a range, Shift and a click on a number make one, and wrapped lines stay wrapped.
{
  const pattern = /^#(f\d+-)?L(\d+)(?:-L?(\d+))?$/;
  const line = (prefix, n) => document.getElementById(`${prefix}L${n}`);

  const mark = scrolls => {
    for (const each of document.querySelectorAll('.line.picked')) each.classList.remove('picked');
    const found = pattern.exec(location.hash);
    if (!found?.[3]) return;
    const prefix = found[1] ?? '';
    const [first, last] = [Number(found[2]), Number(found[3])].sort((a, b) => a - b);
    for (let n = first; n <= last; n++) {
      const each = line(prefix, n);
      if (!each) break;
      each.classList.add('picked');
    }
    if (scrolls) line(prefix, first)?.scrollIntoView({ block: 'center' });
  };

  let from = null;
  document.addEventListener('click', event => {
    const number = event.target.closest?.('.numbered .line > a');
    if (!number) return;
    const here = pattern.exec(number.hash);
    if (!here) return;
    const start = from ?? pattern.exec(location.hash);
    if (event.shiftKey && start && (start[1] ?? '') === (here[1] ?? '') && start[2] !== here[2]) {
      event.preventDefault();
      getSelection()?.removeAllRanges();
      const [a, b] = [Number(start[2]), Number(here[2])].sort((x, y) => x - y);
      // The address goes to another page of the same document and back: only so does :target follow.
      location.hash = `#${here[1] ?? ''}L${a}-L${b}`;
    } else {
      from = here;
    }
  });
  addEventListener('hashchange', () => mark(false));
  mark(true);

  const boxes = () => document.querySelectorAll('[data-wrap]');
  const wrapped = () => { try { return localStorage.getItem('wrap') === '1'; } catch { return false; } };
  if (wrapped()) for (const box of boxes()) box.checked = true;
  document.addEventListener('change', event => {
    if (!event.target.matches?.('[data-wrap]')) return;
    for (const box of boxes()) box.checked = event.target.checked;
    try { localStorage.setItem('wrap', event.target.checked ? '1' : '0'); } catch { /* then only for this page */ }
  });
}
