// [data-fresh] holds an address: a page that is seen again asks it once for what is newer, unless a stream tells it.
{
  const SETTLED = 100; // ms: one return is announced by several events
  let soon;

  const ask = () => {
    const place = document.querySelector('[data-fresh]');
    if (!place || document.hidden || document.querySelector('[hx-sse\\:connect]')) return;
    window.htmx?.ajax('GET', place.dataset.fresh, { source: place, target: place, swap: 'none' });
  };
  const seenAgain = () => {
    clearTimeout(soon);
    soon = setTimeout(ask, SETTLED);
  };
  document.addEventListener('visibilitychange', () => { if (!document.hidden) seenAgain(); });
  window.addEventListener('focus', seenAgain);
  window.addEventListener('pageshow', event => { if (event.persisted) seenAgain(); });
}
