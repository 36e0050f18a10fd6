// form[data-fetches]: the server fetches a file from an address; the tray says how far it is, and the list shows it then.
{
  const EVERY = 700;
  const tray = document.querySelector('[data-tray]');
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));

  const row = name => {
    const node = tray.querySelector('[data-tray-row]').content.firstElementChild.cloneNode(true);
    node.querySelector('[data-name]').textContent = name;
    node.querySelector('progress').setAttribute('aria-label', `Fetched of ${name}`);
    for (const button of node.querySelectorAll('button')) button.remove();
    tray.querySelector('[data-tray-list]').append(node);
    tray.hidden = false;
    return node;
  };

  const follow = async (status, node, name) => {
    const state = node.querySelector('[data-state]');
    for (;;) {
      const answer = await fetch(status).catch(() => null);
      const told = answer?.ok ? await answer.json() : null;
      if (told?.state === 'done') {
        node.classList.add('over');
        state.textContent = 'Done';
        say('It is fetched.');
        return document.dispatchEvent(new CustomEvent('inglenook:refresh'));
      }
      if (told && !['queued', 'running'].includes(told.state) || answer && answer.status < 500 && !answer.ok) {
        node.classList.add('refused');
        state.textContent = told?.error || 'It was given up.';
        return say(`${name} was not fetched.`);
      }
      if (told) {
        state.textContent = told.said || 'Waits';
        node.querySelector('progress').value = told.progress;
      }
      await new Promise(resolve => setTimeout(resolve, EVERY));
    }
  };

  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!tray || !form.matches('[data-fetches]')) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) return say(told?.error?.message ?? 'The server did not answer. Try again.');
    form.closest('dialog')?.close();
    form.reset();
    const name = body.get('url').split(/[?#]/)[0].split('/').filter(Boolean).at(-1) || body.get('url');
    follow(told.status, row(name), name);
  });
}
