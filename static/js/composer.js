// form[data-composer]: Enter sends once, a failed text stays, a draft is kept at data-draft, at most data-limit bytes.
{
  const WAIT = 600;
  const KEEPALIVE = 60000; // browsers refuse more than 64 KiB in a request that outlives its page
  const touch = matchMedia('(hover: none) and (pointer: coarse)');
  const states = new WeakMap();
  const fieldOf = form => form.querySelector('textarea');
  const forms = () => document.querySelectorAll('form[data-composer]');
  const composerOf = node => node?.closest?.('form[data-composer]');
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, '0')).join('');

  const stateOf = form => {
    if (!states.has(form)) states.set(form, { saved: fieldOf(form).defaultValue, sent: null, saving: 0, timer: 0 });
    return states.get(form);
  };

  const tell = (form, kind, text) => {
    let line = form.querySelector(`.${kind}`);
    if (!text) return line?.remove();
    if (!line) {
      line = Object.assign(document.createElement('p'), { className: kind, role: 'alert' });
      form.querySelector('.tools').before(line);
    }
    if (line.textContent !== text) line.textContent = text;
  };

  const fits = form => {
    const field = fieldOf(form);
    const limit = Number(form.dataset.limit) || Infinity;
    const bytes = field.value.length * 3 <= limit ? 0 : new TextEncoder().encode(field.value).length;
    const over = bytes > limit;
    field.ariaInvalid = over ? 'true' : null;
    const size = (bytes / 1024).toFixed(1);
    tell(form, 'over', over && `This is ${size} KiB; a message holds ${limit / 1024} KiB. Shorten it, or send it in parts.`);
    return !over;
  };

  const save = async form => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    // Of a chat that keeps nothing no draft is kept either.
    const text = form.elements.temporary?.checked ? '' : fieldOf(form).value;
    if (!form.dataset.draft || form.hasAttribute('data-busy') || text === state.saved) return;
    const body = new URLSearchParams({ text });
    const keepalive = body.toString().length < KEEPALIVE;
    const before = state.saved;
    state.saved = text;
    state.saving += 1;
    const answer = await fetch(form.dataset.draft, { method: 'PUT', body, keepalive }).catch(() => null);
    state.saving -= 1;
    if (!answer?.ok && state.saved === text) state.saved = before;
    tell(form, 'unsaved', !answer?.ok && answer?.status !== 413 && 'The draft is not saved. It stays in this window.');
  };

  const begin = form => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.sent = fieldOf(form).value;
    state.late = state.saving > 0;
    form.dataset.busy = '';
  };

  const end = (form, taken) => {
    const state = stateOf(form);
    delete form.dataset.busy;
    if (state.sent === null) return;
    if (taken) {
      const field = fieldOf(form);
      // What was typed while the text was on its way stays.
      field.value = field.value.startsWith(state.sent) ? field.value.slice(state.sent.length).trimStart() : field.value;
      form.querySelector('[data-key]').value = newKey();
      // Several models were asked this once.
      for (const once of form.querySelectorAll('details[data-once]')) {
        once.open = false;
        for (const choice of once.querySelectorAll('select')) choice.selectedIndex = 0;
      }
      // A draft that was on its way may arrive after the message that it became.
      state.saved = state.late ? state.sent : '';
      document.dispatchEvent(new CustomEvent('inglenook:changed', { detail: form.dataset.chat }));
    }
    state.sent = null;
    save(form);
  };

  document.addEventListener('keydown', event => {
    const form = composerOf(event.target);
    // 229 is what a key says while an input method is composing, in browsers that forget isComposing.
    if (!form || event.target !== fieldOf(form) || event.key !== 'Enter' || event.isComposing) return;
    if (event.keyCode === 229 || event.shiftKey || event.altKey || touch.matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener('submit', event => {
    const form = composerOf(event.target);
    if (!form || event.target !== form) return;
    if (form.hasAttribute('data-busy') || !fieldOf(form).value.trim() || !fits(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!form.matches('[hx-post]')) begin(form);
  }, { capture: true });

  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches('form[data-composer]')) begin(ctx.sourceElement);
  });
  document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches?.('form[data-composer]')) return;
    end(ctx.sourceElement, ctx.response?.raw.ok === true);
    const detail = 'Not sent: the server does not answer. Your text is kept; press Enter to try again.';
    if (!ctx.response) document.dispatchEvent(new CustomEvent('inglenook:say', { detail }));
  });
  document.addEventListener('input', event => {
    const form = composerOf(event.target);
    if (!form || event.target !== fieldOf(form)) return;
    fits(form);
    clearTimeout(stateOf(form).timer);
    stateOf(form).timer = setTimeout(save, WAIT, form);
  });

  const flush = () => forms().forEach(save);
  document.addEventListener('change', event => { if (event.target.name === 'temporary') flush(); });
  for (const name of ['pagehide', 'online']) window.addEventListener(name, flush);
  document.addEventListener('visibilitychange', () => { if (document.hidden) flush(); });
  window.addEventListener('pageshow', event => { if (event.persisted) forms().forEach(form => end(form, false)); });
  // One goes on where a draft ends.
  for (const field of [...forms()].map(fieldOf)) field.setSelectionRange(field.value.length, field.value.length);
}
