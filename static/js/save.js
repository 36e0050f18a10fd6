// Code and tables of an answer are saved as a paste or a file with one click, and a table goes out as CSV.
{
  const turns = document.getElementById('turns');
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));
  const sprite = document.querySelector('svg.icon use')?.getAttribute('href')?.split('#')[0] ?? '';

  const button = (icon, words, deed, worded) => {
    const node = Object.assign(document.createElement('button'), { type: 'button', title: words });
    node.className = worded ? 'button quiet short' : 'icon-button short';
    node.dataset.saves = deed;
    node.setAttribute('aria-label', worded ? `${worded}: ${words}` : words);
    node.innerHTML = `<svg class="icon small" aria-hidden="true"><use href="${sprite}#${icon}"/></svg>`;
    if (worded) node.append(worded);
    return node;
  };

  const cells = row => [...row.cells].map(cell => cell.textContent.trim());
  // What a spreadsheet would take for a formula is made a text; a number stays one.
  const safe = text => /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text) ? `'${text}` : text;
  const quoted = text => /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const csv = table => [...table.rows].map(row => cells(row).map(safe).map(quoted).join(',')).join('\r\n') + '\r\n';

  // Also while more is written, so that nothing moves when it ends; the tail is still growing.
  const furnish = () => {
    for (const figure of turns.querySelectorAll('.turn.answer .prose figure.code:not([data-saved], .tail *)')) {
      figure.dataset.saved = '';
      const head = figure.querySelector('figcaption');
      head.append(button('paste', 'Save as a paste', 'paste'), button('file', 'Save as a file', 'file'));
    }
    for (const scroll of turns.querySelectorAll('.turn.answer .prose .scroll:has(> table):not([data-saved], .tail *)')) {
      scroll.dataset.saved = '';
      const acts = Object.assign(document.createElement('div'), { className: 'table-acts' });
      acts.append(button('download', 'download this table', 'csv', 'CSV'),
        button('paste', 'Save this table as a paste', 'paste'), button('file', 'Save this table as a file', 'file'));
      scroll.after(acts);
    }
  };

  const download = text => {
    // The mark says to spreadsheets that it is UTF-8.
    const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }));
    Object.assign(document.createElement('a'), { href: address, download: 'table.csv' }).click();
    setTimeout(URL.revokeObjectURL, 60_000, address);
  };

  const save = async (pressed, kind, text, language) => {
    const [, message] = pressed.closest('.turn').id.match(/^m-(.+)$/);
    pressed.disabled = true;
    const answer = await fetch(`${turns.dataset.saves}/${message}/copies`,
      { method: 'POST', body: new URLSearchParams({ kind, text, language }), headers: { 'HX-Request': 'true' } }).catch(() => null);
    pressed.disabled = false;
    pressed.focus({ preventScroll: true });
    if (!answer) return say('The server does not answer. Nothing was saved; try again.');
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.toast');
    if (!found) return say('It could not be saved.');
    document.getElementById('toasts').append(found);
  };

  if (turns?.dataset.saves) {
    turns.addEventListener('click', event => {
      const pressed = event.target.closest('[data-saves]');
      if (!pressed || pressed === turns) return;
      const kind = pressed.dataset.saves;
      const table = pressed.closest('.table-acts')?.previousElementSibling?.querySelector('table');
      if (kind === 'csv') return download(csv(table));
      if (table) return save(pressed, kind, csv(table).replaceAll('\r\n', '\n'), 'csv');
      const figure = pressed.closest('figure.code');
      const named = figure.querySelector('figcaption > span').textContent;
      save(pressed, kind, figure.querySelector('pre').textContent, named === 'Code' ? '' : named);
    });
    new MutationObserver(furnish).observe(turns, { childList: true, subtree: true, attributeFilter: ['aria-busy'] });
    furnish();
  }
}
