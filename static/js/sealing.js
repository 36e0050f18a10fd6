// Sealing: AES-256-GCM in the browser. The key stands behind the # of the link, which no browser sends.
//
// An envelope is JSON: v (1), iv (96 bits), data, and with a password salt (128 bits) and rounds. Without a password
// the AES key is the key of the link; with one it is PBKDF2-SHA-256 of the password, salted with salt and that key.
{
  const ROUNDS = 600_000;
  const MOST = 10_000_000;
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));
  const able = () => isSecureContext && globalThis.crypto?.subtle !== undefined;

  const written = bytes => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  };
  const read = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));

  const keyFor = async (secret, password, envelope) => {
    if (!envelope.salt) return crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt']);
    const salt = new Uint8Array([...read(envelope.salt), ...secret]);
    const words = new TextEncoder().encode(password.normalize('NFC'));
    const from = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: envelope.rounds };
    return crypto.subtle.deriveKey(how, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  };

  // What is not secret is authenticated with the rest: rounds that were lowered do not open.
  const bound = envelope => new TextEncoder().encode(`inglenook sealed 1 ${envelope.salt ?? ''} ${envelope.rounds ?? 0}`);
  const how = envelope => ({ name: 'AES-GCM', iv: read(envelope.iv), additionalData: bound(envelope) });

  const seal = async (content, password) => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const envelope = { v: 1, iv: written(crypto.getRandomValues(new Uint8Array(12))) };
    if (password) {
      envelope.salt = written(crypto.getRandomValues(new Uint8Array(16)));
      envelope.rounds = ROUNDS;
    }
    const key = await keyFor(secret, password, envelope);
    const text = new TextEncoder().encode(JSON.stringify(content));
    envelope.data = written(new Uint8Array(await crypto.subtle.encrypt(how(envelope), key, text)));
    return { envelope: JSON.stringify(envelope), key: written(secret) };
  };

  const unseal = async (envelope, secret, password) => {
    const key = await keyFor(secret, password, envelope);
    const text = await crypto.subtle.decrypt(how(envelope), key, read(envelope.data));
    return JSON.parse(new TextDecoder().decode(text));
  };

  // ── writing ──
  const form = document.querySelector('[data-paste-form]');
  const box = form?.querySelector('[data-seal]');
  if (box) {
    const why = form.querySelector('[data-why]');
    const words = 'The server never sees the text, the title or the key. The key stands in the link that you are given: '
      + 'who loses the link loses the text. No history, no search.';
    if (able()) {
      box.disabled = false;
      why.textContent = words;
    } else {
      why.textContent = why.dataset.insecure;
    }
    box.addEventListener('change', () => form.classList.toggle('sealing', box.checked));

    const value = (field, name) => field.querySelector(`[name=${name}]`)?.value ?? '';
    form.addEventListener('submit', async event => {
      if (!box.checked || event.submitter?.matches('[data-more]')) return;
      event.preventDefault();
      const button = form.querySelector('.button.primary');
      const parts = [...form.querySelectorAll('.part-field')]
        .map(field => ({ name: value(field, 'name'), syntax: value(field, 'syntax'), text: value(field, 'text') }))
        .filter(part => part.text !== '');
      if (form.querySelector('[data-files]')?.files.length) return say('Only texts can be sealed. Take the files out.');
      if (!parts.length) return say('There is nothing in it yet.');
      button.disabled = true;
      try {
        const sealed = await seal({ title: value(form, 'title'), parts }, value(form, 'password'));
        const sent = new FormData();
        for (const name of ['visibility', 'space', 'life', 'views']) {
          if (form.querySelector(`[name=${name}]`)) sent.set(name, value(form, name));
        }
        if (form.querySelector('[name=burns]:checked')) sent.set('burns', '1');
        sent.set('sealed', sealed.envelope);
        const answer = await fetch(form.action, { method: 'POST', body: sent, headers: { accept: 'application/json' } });
        const told = await answer.json();
        if (!answer.ok) return say(told.error.message);
        location.assign(`${told.link}#${sealed.key}`);
      } catch (error) {
        say('It was not kept: the server was not reached. What you wrote is still here.');
      } finally {
        button.disabled = false;
      }
    });
  }

  // ── reading ──
  const place = document.querySelector('[data-sealed]');
  if (place) {
    const status = place.querySelector('[data-status]');
    const keyForm = place.querySelector('[data-key-form]');
    const passwordForm = place.querySelector('[data-password-form]');
    const tell = text => { status.textContent = text; };
    let envelope = null;
    try {
      envelope = JSON.parse(place.querySelector('[data-envelope]').value);
    } catch {
      tell('This is not a sealed text: it cannot be opened.');
    }
    const keyIn = text => {
      const told = /(?:^|#)([\w-]{43})$/.exec(text.trim());
      try { return told && read(told[1]); } catch { return null; }
    };
    let secret = keyIn(location.hash);

    const figure = part => {
      const it = place.querySelector('[data-figure]').content.firstElementChild.cloneNode(true);
      const lines = String(part.text).replace(/\n$/, '').split('\n');
      it.querySelector('b').textContent = part.name || 'text';
      it.querySelector('.faint').textContent = lines.length === 1 ? '1 line' : `${lines.length} lines`;
      it.querySelector('pre').setAttribute('aria-label', part.name || 'text');
      const code = it.querySelector('code');
      for (const text of lines) {
        const line = document.createElement('span');
        line.className = 'line';
        line.append(document.createElement('i'), `${text}\n`);
        code.append(line);
      }
      return it;
    };

    const show = content => {
      const title = String(content.title || '');
      if (title) {
        document.querySelector('[data-title]').textContent = title;
        document.title = document.title.replace(/^.*(?= · )/, title);
      }
      place.querySelector('[data-opened]').replaceChildren(...content.parts.map(figure));
      const link = document.querySelector('[data-link]');
      if (link) link.value = `${link.value.split('#')[0]}#${written(secret)}`;
      keyForm.hidden = passwordForm.hidden = true;
      tell('Decrypted in this browser. The server cannot read it.');
    };

    const open = async password => {
      try {
        show(await unseal(envelope, secret, password));
      } catch {
        if (envelope.salt) {
          passwordForm.hidden = false;
          tell(password ? 'This password does not open it.' : 'It needs a password.');
          passwordForm.querySelector('input').focus();
        } else {
          keyForm.hidden = false;
          tell('This key does not open it. Was the link cut?');
        }
      }
    };

    const begin = () => {
      if (!able()) {
        status.hidden = true;
        place.querySelector('.insecure').hidden = false;
      } else if (envelope && !(envelope.v === 1 && (envelope.rounds ?? 0) <= MOST)) {
        tell('It was sealed in a way that this page does not know.');
      } else if (envelope && !secret) {
        keyForm.hidden = false;
        tell('The link was given without its key, the part behind the #.');
      } else if (envelope && envelope.salt) {
        passwordForm.hidden = false;
        tell('It needs a password.');
      } else if (envelope) {
        open('');
      }
    };

    keyForm.addEventListener('submit', event => {
      event.preventDefault();
      secret = keyIn(keyForm.querySelector('input').value);
      keyForm.hidden = true;
      begin();
    });
    passwordForm.addEventListener('submit', event => {
      event.preventDefault();
      open(passwordForm.querySelector('input').value);
    });
    addEventListener('hashchange', () => { secret = keyIn(location.hash); begin(); });
    begin();
  }
}
