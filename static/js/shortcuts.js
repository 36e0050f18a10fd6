// One key each: / to the composer, ? the list, Esc stops the answer, the arrow up edits the last question.
{
  const FIELDS = 'input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]';
  const writes = node => node?.closest?.(FIELDS);
  const covered = () => document.querySelector('dialog[open], [popover]:popover-open') !== null;

  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || covered()) return;
    const composer = document.querySelector('[data-composer] textarea');
    const field = writes(event.target);

    if (event.key === 'Escape') {
      const cancel = field?.closest('form')?.querySelector('[data-cancel]');
      if (cancel) { event.preventDefault(); return cancel.click(); }
      const stop = document.querySelector('[data-stop]:not([disabled])');
      if (stop) { event.preventDefault(); stop.click(); }
      return;
    }
    if (event.key === 'ArrowUp' && field && field === composer && composer.value === '') {
      const edit = [...document.querySelectorAll('[data-edit]')].at(-1);
      if (edit) { event.preventDefault(); edit.click(); }
      return;
    }
    if (field) return;
    if (event.key === '/') {
      const target = composer ?? document.querySelector('[data-filter]');
      if (target) { event.preventDefault(); target.focus(); }
    } else if (event.key === '?') {
      event.preventDefault();
      document.getElementById('shortcuts')?.showModal();
    }
  });
}
