// [data-keep]: who keeps one of several answers goes on with it: other tabs are told, and the composer gets the keyboard.
{
  const touch = matchMedia('(hover: none) and (pointer: coarse)');
  document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches?.('[data-keep]') || !ctx.response?.raw.ok) return;
    document.dispatchEvent(new CustomEvent('inglenook:changed'));
    if (!touch.matches) document.querySelector('[data-composer] textarea')?.focus({ preventScroll: true });
  });
}
