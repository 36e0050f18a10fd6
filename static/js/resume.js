// What other tabs, other devices and lost connections did: a page that is seen again asks once what is newer.
// [data-newer] holds the address to ask; the answer is made of hx-partials, or 204. [data-lost] says that the line is cut.
{
  const channel = new BroadcastChannel('inglenook');
  const RETRY = 1000;
  const SLOWEST = 8000;
  const lines = new Set(); // connections that wait for their next try
  const PATIENCE = 3000; // after which a question that got no answer may be asked again
  let asking = false;
  let wanted = false; // something changed while it was asked
  let again = RETRY;
  let timer;

  const place = () => document.querySelector('[data-newer]');
  const live = () => [...document.querySelectorAll('[hx-sse\\:connect]')];
  const lost = is => { for (const line of document.querySelectorAll('[data-lost]')) line.hidden = !is; };

  const ask = async () => {
    const asker = place();
    // A stream that runs brings what is newer by itself.
    if (!asker || document.hidden || live().some(element => element._htmx?.sse)) return;
    if (asking) {
      wanted = true;
      return;
    }
    asking = true;
    const last = [...document.querySelectorAll('[data-seen]')].at(-1);
    // Of answers side by side each may have changed.
    const beside = last?.closest('[data-compared]')?.querySelectorAll('[data-seen]') ?? [last];
    const seen = [...beside].map(each => each?.dataset.seen).join(' ');
    const address = new URL(asker.dataset.newer, location.href);
    if (seen) address.searchParams.set('seen', seen);
    try {
      const answer = window.htmx?.ajax('GET', address.pathname + address.search, { source: asker, target: asker, swap: 'none' });
      await Promise.race([answer, new Promise(resolve => setTimeout(resolve, PATIENCE))]);
    } finally {
      asking = false;
      if (wanted) seenAgain();
      wanted = false;
    }
  };

  // Back from the background, one return is announced by several events; they ask once.
  let soon;
  const seenAgain = () => {
    clearTimeout(soon);
    soon = setTimeout(ask, 100);
  };
  document.addEventListener('visibilitychange', () => { if (!document.hidden) seenAgain(); });
  window.addEventListener('focus', seenAgain);
  window.addEventListener('pageshow', event => { if (event.persisted) seenAgain(); });

  const chatHere = () => place()?.dataset.chat;
  channel.addEventListener('message', ({ data }) => { if (data.chat === chatHere()) seenAgain(); });
  const tell = chat => channel.postMessage({ chat: chat ?? chatHere() });
  document.addEventListener('inglenook:changed', event => tell(event.detail));

  // The extension tries again by itself once it has been connected, but a first connection that fails stays dead.
  const retry = () => {
    clearTimeout(timer);
    for (const element of live()) {
      if (!element._htmx?.sse) window.htmx.ajax('GET', element.getAttribute('hx-sse:connect'), { source: element });
    }
  };
  const failed = ({ detail: { ctx } }) => {
    const element = ctx?.sourceElement;
    if (!element?.isConnected || !element.hasAttribute('hx-sse:connect')) return;
    lost(true);
    clearTimeout(timer);
    timer = setTimeout(retry, again);
    again = Math.min(again * 2, SLOWEST);
  };
  document.addEventListener('htmx:error', failed);
  document.addEventListener('htmx:response:error', failed);

  document.addEventListener('htmx:sse:error', ({ detail: { connection } }) => {
    if (connection) lines.add(connection);
    lost(true);
  });
  document.addEventListener('htmx:sse:after:connection', ({ detail: { connection } }) => {
    lines.delete(connection);
    again = RETRY;
    lost(false);
  });
  document.addEventListener('htmx:sse:close', ({ target, detail: { connection, reason } }) => {
    lines.delete(connection);
    if (!lines.size) lost(false);
    if (reason !== 'message') return;
    // What has ended must not be asked for again when the line comes back.
    target.removeAttribute('hx-sse:connect');
    tell();
  });
  window.addEventListener('offline', () => { if (live().length) lost(true); });
  window.addEventListener('online', () => {
    for (const connection of lines) connection.delayCanceller?.();
    retry();
    seenAgain();
  });
}
