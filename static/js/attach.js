// [data-attached]: what goes with the next message. Files are dropped anywhere on the page, pasted, or chosen in the box
// behind [data-attach]; what is in the workspace is found there, or behind `#` in the text. Files go by tus.js.
{
  const form = document.querySelector('form[data-composer]');
  const tray = () => document.getElementById('attached');
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));
  const POLL = 1500;
  const UPLOADS = document.querySelector('[data-attach]')?.dataset.uploads;

  if (form && tray()) {
    const address = tray().dataset.attached;
    const box = document.getElementById('attach-box');
    const panel = box.querySelector('[data-attach-panel]');
    const uploads = new Set();
    let polls;
    let turn = 0;

    // What changes in the tray is told to who does not see it.
    const told = Object.assign(document.createElement('p'), { className: 'unseen' });
    told.setAttribute('role', 'status');
    form.append(told);

    // ── the tray ────────────────────────────────────────────────────────────────────────────────────────────────────
    const model = () => form.elements.model?.value ?? '';
    const put = html => {
      const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById('attached');
      if (!fresh) return;
      const coming = tray().querySelector('.coming-files');
      tray().replaceWith(fresh);
      if (coming) fresh.append(coming);
      soon();
    };
    const ask = async (path, body = null) => {
      const mine = ++turn;
      const headers = { 'HX-Request': 'true' };
      const answer = await fetch(path, body ? { method: 'POST', body, headers } : { headers }).catch(() => null);
      if (!answer) { say('The server does not answer. Nothing was changed; try again.'); return false; }
      const html = await answer.text();
      if (answer.ok && mine === turn) put(html);
      if (!answer.ok) say(new DOMParser().parseFromString(html, 'text/html').querySelector('.toast span, h1 + p, p')?.textContent.trim() || 'It could not be attached.');
      return answer.ok;
    };
    const refresh = () => ask(`${address}?${new URLSearchParams({ model: model() })}`);
    const change = (path, target, name = 'target') => ask(path, new URLSearchParams({ [name]: target, model: model() }));
    const attach = async target => {
      if (!await change(address, target)) return false;
      const last = [...tray().querySelectorAll('.chip .name')].at(-1)?.textContent;
      told.textContent = last ? `${last} is attached.` : '';
      return true;
    };
    const soon = () => {
      clearTimeout(polls);
      if (tray().hasAttribute('data-coming')) polls = setTimeout(refresh, POLL);
    };

    document.addEventListener('click', event => {
      const button = event.target.closest?.('[data-detach]');
      if (!button) return;
      event.preventDefault();
      change(button.getAttribute('formaction'), button.value, button.name);
      told.textContent = `${button.parentElement.querySelector('.name').textContent} is taken away.`;
      form.querySelector('textarea').focus();
    });
    document.addEventListener('change', event => {
      if (event.target === form.elements.model && tray().firstElementChild) refresh();
    });
    document.addEventListener('inglenook:changed', event => { if (event.detail === form.dataset.chat) refresh(); });
    addEventListener('pageshow', event => { if (event.persisted) refresh(); });
    // Another tab of the same chat may have added to it.
    document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });

    // ── files that come ─────────────────────────────────────────────────────────────────────────────────────────────
    const size = bytes => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
    const list = () => {
      let found = tray().querySelector('.coming-files');
      if (!found) {
        found = Object.assign(document.createElement('ul'), { className: 'coming-files', role: 'list' });
        found.setAttribute('aria-label', 'Being uploaded');
        tray().append(found);
      }
      return found;
    };
    const row = it => {
      const node = document.createElement('li');
      const part = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
      const bar = Object.assign(document.createElement('progress'), { className: 'progress', max: 100, value: 0 });
      bar.setAttribute('aria-label', `Uploaded of ${it.name}`);
      const cancel = Object.assign(document.createElement('button'), { type: 'button', className: 'button quiet short', textContent: 'Cancel' });
      cancel.setAttribute('aria-label', `Cancel ${it.name}`);
      cancel.addEventListener('click', () => { it.abort?.(); over(it); form.querySelector('textarea').focus(); });
      node.append(part('span', 'name', it.name), bar, part('span', 'size', size(it.file.size)), cancel);
      list().append(node);
      return node;
    };
    const over = it => {
      uploads.delete(it);
      const rows = it.row.parentElement;
      it.row.remove();
      if (rows && !rows.children.length) rows.remove();
    };
    const show = (it, words) => {
      it.row.querySelector('progress').value = it.file.size ? 100 * (it.offset + it.going) / it.file.size : 100;
      it.row.querySelector('.size').textContent = words;
    };
    const send = file => {
      const it = { file, name: file.name || 'picture.png', address: UPLOADS, about: {}, offset: 0, going: 0 };
      it.sent = bytes => { it.going = bytes; show(it, size(file.size)); };
      it.tell = async state => {
        it.going = 0;
        if (state === 'waiting') show(it, 'The line is cut. It goes on by itself.');
        if (state === 'going' || state === 'begun') show(it, size(file.size));
        if (state === 'refused') { over(it); say(`“${it.name}”: ${it.said}`); }
        if (state !== 'done') return;
        await attach(`file:${it.made}`);
        over(it);
      };
      it.row = row(it);
      uploads.add(it);
      document.dispatchEvent(new CustomEvent('inglenook:send', { detail: it }));
    };
    const take = files => {
      for (const file of files) send(file);
      if (files.length) box.close();
    };
    document.addEventListener('submit', event => {
      if (event.target !== form || !uploads.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(uploads.size === 1 ? 'A file is still being uploaded. Send when it is there, or cancel it.'
        : `${uploads.size} files are still being uploaded. Send when they are there, or cancel them.`);
    }, { capture: true });
    addEventListener('beforeunload', event => { if (uploads.size) event.preventDefault(); });

    const brings = event => [...event.dataTransfer?.types ?? []].includes('Files');
    let above = 0;
    const mark = on => { above = on; form.classList.toggle('dropping', above > 0); };
    document.addEventListener('dragenter', event => { if (brings(event)) mark(above + 1); });
    document.addEventListener('dragleave', event => { if (brings(event)) mark(Math.max(0, above - 1)); });
    document.addEventListener('dragover', event => { if (brings(event)) event.preventDefault(); });
    document.addEventListener('drop', event => {
      mark(0);
      if (!brings(event)) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
    document.addEventListener('paste', event => {
      const files = [...event.clipboardData?.files ?? []];
      // Copied cells come as a picture too: their text is what is meant.
      if (!files.length || event.clipboardData.getData('text/plain')) return;
      event.preventDefault();
      take(files);
    });

    // ── the box ─────────────────────────────────────────────────────────────────────────────────────────────────────
    const open = async () => {
      const answer = await fetch(`${address}?panel=1`, { headers: { 'HX-Request': 'true' } }).catch(() => null);
      if (!answer?.ok) return location.assign(address);
      panel.innerHTML = await answer.text();
      if (!box.open) box.showModal();
      panel.querySelector('#attach-words').focus();
    };
    document.addEventListener('click', event => {
      const link = event.target.closest?.('[data-attach]');
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(); }
      if (event.target.closest?.('[data-attach-camera]')) panel.querySelector('#attach-camera').click();
    });
    panel.addEventListener('change', event => { if (event.target.type === 'file') take([...event.target.files]); });
    let typed;
    panel.addEventListener('input', event => {
      if (event.target.type !== 'search') return;
      clearTimeout(typed);
      typed = setTimeout(async () => {
        const words = event.target.value;
        const told = new URLSearchParams({ panel: '1', q: words });
        const answer = await fetch(`${address}?${told}`, { headers: { 'HX-Request': 'true' } }).catch(() => null);
        if (!answer?.ok || event.target.value !== words) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('attach-offers');
        panel.querySelector('#attach-offers').replaceWith(fresh);
      }, 150);
    });
    const stops = () => [...panel.querySelectorAll('#attach-offers button:not(:disabled)')];
    panel.addEventListener('keydown', event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.target.type === 'file') return;
      const all = stops();
      const at = all.indexOf(document.activeElement);
      event.preventDefault();
      (at + step < 0 ? panel.querySelector('#attach-words') : all[Math.min(at + step, all.length - 1)])?.focus();
    });
    panel.addEventListener('submit', async event => {
      event.preventDefault();
      if (event.target.matches('[role=search]')) return stops()[0]?.focus();
      if (!event.submitter?.value) return;
      const button = event.submitter;
      if (!await attach(button.value)) return;
      const next = stops()[stops().indexOf(button) + 1] ?? panel.querySelector('#attach-words');
      button.disabled = true;
      button.querySelector('.aside').textContent = 'attached';
      next.focus();
    });
    box.addEventListener('close', () => form.querySelector('textarea').focus());

    // ── behind the sign in the text ─────────────────────────────────────────────────────────────────────────────────
    document.addEventListener('inglenook:chosen', event => {
      const target = event.target.dataset?.target;
      if (!target) return;
      const { field, start, end } = event.detail;
      field.setRangeText('', start, end, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
      attach(target);
    });
    soon();
  }
}
