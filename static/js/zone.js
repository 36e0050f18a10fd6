// [data-zone] on the page: the person never chose a time zone, so the browser tells its own, once.
{
  const root = document.documentElement;
  const timezone = root.dataset.zone && Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (timezone) {
    const body = new URLSearchParams({ timezone });
    // Where it could not be kept, the next page tells it again.
    fetch(root.dataset.zone, { method: 'POST', body }).then(kept => kept.ok && delete root.dataset.zone, () => {});
  }
}
