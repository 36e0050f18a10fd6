// [data-uploader]: files are chosen, dropped anywhere or pasted, and sent two at a time; the tray says how far each is.
// What a reload interrupts is remembered: when the same file is chosen again, only what is missing is sent.
{
  const place = document.querySelector('[data-uploader]');
  const KEPT = 'inglenook-uploads';
  const AT_ONCE = 2;
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));

  if (place) {
    const tray = place.querySelector('[data-tray]');
    const list = place.querySelector('[data-tray-list]');
    const template = place.querySelector('[data-tray-row]');
    const status = place.querySelector('[data-tray-said]');
    const { uploader: address, folder, space, largest, file, base } = place.dataset;
    const here = { folder_id: folder, space_id: space, file_id: file, base: file ? base : '' };
    const uploads = new Set();
    let asks = null; // the one for which a file is chosen again

    const size = bytes => bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB`
      : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
    const span = seconds => seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

    // ── what is remembered ──────────────────────────────────────────────────────────────────────────────────────────
    const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? []; } catch { return []; } };
    const keep = rows => { try { localStorage.setItem(KEPT, JSON.stringify(rows.slice(-50))); } catch { return; } };
    const forget = url => keep(kept().filter(row => row.url !== url));
    const remember = it => keep([...kept().filter(row => row.url !== it.url),
      { url: it.url, id: it.id, name: it.name, size: it.file.size, modified: it.file.lastModified, about: it.about }]);

    // ── the tray ────────────────────────────────────────────────────────────────────────────────────────────────────
    const row = name => {
      const node = template.content.firstElementChild.cloneNode(true);
      node.querySelector('[data-name]').textContent = name;
      for (const button of node.querySelectorAll('button')) button.setAttribute('aria-label', `${button.textContent.trim() || button.title}: ${name}`);
      node.querySelector('progress').setAttribute('aria-label', `Uploaded of ${name}`);
      list.append(node);
      tray.hidden = false;
      return node;
    };
    const show = (it, words, done = it.offset) => {
      it.row.querySelector('[data-state]').textContent = words;
      const bar = it.row.querySelector('progress');
      const percent = it.size ? 100 * done / it.size : 100;
      if (Math.abs(bar.value - percent) >= 0.2) bar.value = percent;
    };
    const offer = (it, { retry = false, again = false, over = false } = {}) => {
      it.row.querySelector('[data-retry]').hidden = !retry;
      it.row.querySelector('[data-again]').hidden = !again;
      it.row.classList.toggle('over', over);
      it.row.classList.toggle('refused', retry);
    };
    const moving = it => {
      const done = it.offset + it.going;
      const seconds = (performance.now() - it.began) / 1000;
      const rate = seconds > 1 ? (done - it.first) / seconds : 0;
      const left = rate > 0 ? ` · ${size(rate)}/s · ${span((it.size - done) / rate)} left` : '';
      show(it, `${Math.floor(100 * done / (it.size || 1))} % of ${size(it.size)}${left}`, done);
    };

    // ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────
    const next = () => {
      const going = [...uploads].filter(it => it.state === 'going');
      const waiting = [...uploads].filter(it => it.state === 'queued');
      for (const it of waiting.slice(0, AT_ONCE - going.length)) start(it);
      if (!going.length && !waiting.length) finished();
    };
    const start = it => {
      it.state = 'going';
      it.going = 0;
      it.began = performance.now();
      it.first = it.offset ?? 0;
      offer(it);
      show(it, 'Beginning');
      // Other tabs see by the lock that this one is at it.
      it.free = null;
      navigator.locks?.request(`upload ${it.id}`, () => new Promise(resolve => { it.free = resolve; }));
      document.dispatchEvent(new CustomEvent('inglenook:send', { detail: it }));
    };
    const tell = it => state => {
      it.going = 0;
      if (state === 'begun') remember(it);
      if (state === 'begun' || state === 'going') moving(it);
      if (state === 'waiting') show(it, 'The line is cut. It goes on by itself.');
      if (state !== 'done' && state !== 'refused') return;
      it.free?.();
      it.state = state;
      if (it.url) forget(it.url);
      if (state === 'refused') { it.url = ''; it.offset = 0; }
      offer(it, { retry: state === 'refused', over: state === 'done' });
      if (state === 'done') {
        const link = Object.assign(document.createElement('a'), { href: place.dataset.made.replace('ID', it.made), textContent: it.name });
        it.row.querySelector('[data-name]').replaceChildren(link);
        it.row.querySelector('[data-cancel-upload]').hidden = true;
      }
      show(it, state === 'done' ? `Done, ${size(it.size)}` : it.said);
      status.textContent = state === 'done' ? `${it.name} is uploaded.` : `${it.name}: ${it.said}`;
      next();
    };
    const add = (chosen, about = here, more = {}) => {
      const it = { file: chosen, name: chosen.name, size: chosen.size, address, about, state: 'queued', offset: 0, id: crypto.getRandomValues(new Uint32Array(3)).join('-'), ...more };
      it.tell = tell(it);
      it.sent = bytes => { it.going = bytes; moving(it); };
      it.row ??= row(it.name);
      it.row.upload = it;
      uploads.add(it);
      if (Number(largest) && it.size > Number(largest)) {
        it.state = 'refused';
        it.said = `It is larger than the ${size(Number(largest))} that are taken here.`;
        show(it, it.said, 0);
        it.row.classList.add('refused');
        return;
      }
      show(it, 'Waits');
      next();
    };

    const finished = () => {
      const done = [...uploads].filter(it => it.state === 'done' && !it.told);
      if (!done.length) return;
      for (const it of done) it.told = true;
      if (file) return location.assign(location.pathname);
      say(done.length === 1 ? `“${done[0].name}” is uploaded.` : `${done.length} files are uploaded.`);
      document.dispatchEvent(new CustomEvent('inglenook:refresh'));
    };

    // ── where files come from ───────────────────────────────────────────────────────────────────────────────────────
    const made = new Map(); // folders of an uploaded folder: path → id
    const folderAt = path => {
      if (!path) return Promise.resolve(folder);
      if (!made.has(path)) {
        const cut = path.lastIndexOf('/');
        made.set(path, folderAt(path.slice(0, Math.max(cut, 0))).then(async parent => {
          const body = new URLSearchParams({ name: path.slice(cut + 1), folder_id: parent, space_id: space });
          const answer = await fetch(place.dataset.folders, { method: 'POST', body, headers: { accept: 'application/json' } });
          if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error?.message ?? 'The folder could not be made.');
          return (await answer.json()).id;
        }));
      }
      return made.get(path);
    };
    const take = async (chosen, path = '') => {
      if (file) return add(chosen);
      try {
        add(chosen, { ...here, folder_id: await folderAt(path) });
      } catch (error) {
        say(`“${path}”: ${error.message}`);
      }
    };
    const within = chosen => (chosen.webkitRelativePath || '').split('/').slice(0, -1).join('/');

    place.addEventListener('change', event => {
      const kind = event.target.dataset.chooses;
      const files = [...event.target.files];
      event.target.value = '';
      if (kind === 'again') return resumed(files[0]);
      for (const each of file ? files.slice(0, 1) : files) take(each, within(each));
    });
    document.addEventListener('click', event => {
      const pick = event.target.closest?.('[data-pick]');
      if (!pick || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      place.querySelector(`[data-chooses=${pick.dataset.pick}]`).click();
    });

    const walk = async (entry, path) => {
      if (entry.isFile) return take(await new Promise((yes, no) => entry.file(yes, no)), path);
      const reader = entry.createReader();
      const below = path ? `${path}/${entry.name}` : entry.name;
      for (;;) {
        const some = await new Promise((yes, no) => reader.readEntries(yes, no));
        if (!some.length) return;
        for (const each of some) await walk(each, below);
      }
    };
    const veil = place.querySelector('[data-veil]');
    const brings = event => [...event.dataTransfer?.types ?? []].includes('Files');
    let above = 0;
    document.addEventListener('dragenter', event => { if (brings(event)) { above += 1; veil.hidden = false; } });
    document.addEventListener('dragleave', event => { if (brings(event)) { above = Math.max(0, above - 1); veil.hidden = above === 0; } });
    document.addEventListener('dragover', event => { if (brings(event)) event.preventDefault(); });
    document.addEventListener('drop', event => {
      above = 0;
      veil.hidden = true;
      if (!brings(event)) return;
      event.preventDefault();
      const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
      if (file || !entries.length) return [...event.dataTransfer.files].slice(0, file ? 1 : Infinity).forEach(each => take(each));
      for (const entry of entries) walk(entry, '').catch(() => say(`“${entry.name}” could not be read.`));
    });
    document.addEventListener('paste', event => {
      const files = [...event.clipboardData?.files ?? []];
      if (!files.length) return;
      event.preventDefault();
      const now = new Date();
      const when = `${now.toLocaleDateString('sv')} ${now.toLocaleTimeString('sv').replaceAll(':', '.')}`;
      for (const each of file ? files.slice(0, 1) : files) {
        // What comes from a screen is called image.png, whatever it is.
        take(/^image\.\w+$/.test(each.name) ? new File([each], `Picture ${when}${each.name.slice(5)}`, { type: each.type }) : each);
      }
    });

    // ── stopping, going on ──────────────────────────────────────────────────────────────────────────────────────────
    tray.addEventListener('click', event => {
      const it = event.target.closest('.coming')?.upload;
      if (event.target.closest('[data-tray-clear]')) {
        for (const node of list.querySelectorAll('.coming.over, .coming.refused')) { uploads.delete(node.upload); node.remove(); }
      } else if (it && event.target.closest('[data-cancel-upload]')) {
        if (it.state === 'going') { it.abort(); it.free?.(); }
        else if (it.state === 'lost') fetch(it.url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => null);
        forget(it.url);
        uploads.delete(it);
        it.row.remove();
        next();
      } else if (it && event.target.closest('[data-retry]')) {
        it.state = 'queued';
        next();
      } else if (it && event.target.closest('[data-again]')) {
        asks = it;
        place.querySelector('[data-chooses=again]').click();
      }
      tray.hidden = list.childElementCount === 0;
    });
    const resumed = chosen => {
      const it = asks;
      if (!chosen || !it) return;
      if (chosen.size !== it.size || chosen.name !== it.name) return say(`That is not “${it.name}” of ${size(it.size)}.`);
      uploads.delete(it);
      // Changed since: what has come already belongs to another content.
      const same = chosen.lastModified === it.modified;
      if (!same) forget(it.url);
      add(chosen, it.about, { row: it.row, url: same ? it.url : '' });
    };
    const lost = async () => {
      const held = new Set((await navigator.locks?.query())?.held?.map(lock => lock.name) ?? []);
      for (const each of kept()) {
        if (held.has(`upload ${each.id}`)) continue; // another tab is at it, and asking would cut it off
        const answer = await fetch(each.url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => null);
        if (!answer) continue;
        if (!answer.ok || answer.headers.get('Upload-File')) { forget(each.url); continue; }
        const offset = Number(answer.headers.get('Upload-Offset'));
        const it = { ...each, state: 'lost', offset, row: row(each.name) };
        it.row.upload = it;
        offer(it, { again: true });
        show(it, `Interrupted at ${Math.floor(100 * offset / (each.size || 1))} %. Choose the file again: it goes on from there.`, offset);
        uploads.add(it);
      }
    };
    if (!file) lost();
    window.addEventListener('beforeunload', event => {
      if ([...uploads].some(it => it.state === 'going' || it.state === 'queued')) event.preventDefault();
    });
  }
}
