// [data-follow]: opens at its end, follows new text only while the reader is there, and offers the way back to it.
{
  const NEAR = 24;
  const page = document.scrollingElement;
  const target = document.querySelector('[data-follow]');

  if (target) {
    let following = !location.hash;
    let last = page.scrollTop;
    const left = () => page.scrollHeight - page.scrollTop - page.clientHeight;
    const button = () => document.querySelector('[data-to-end]');

    const show = () => {
      const jump = button();
      if (jump) jump.hidden = following || left() < 200;
    };
    const toEnd = () => {
      page.scrollTop = page.scrollHeight;
      last = page.scrollTop;
    };

    history.scrollRestoration = 'manual';
    if (following) toEnd();

    // Only a reader who turns back stops following; text that grows or shrinks does not.
    window.addEventListener('scroll', () => {
      if (left() < NEAR) following = true;
      else if (page.scrollTop < last - 2) following = false;
      last = page.scrollTop;
      show();
    }, { passive: true });

    const grown = () => {
      if (following) toEnd();
      show();
    };
    const sizes = new ResizeObserver(grown);
    sizes.observe(target);
    sizes.observe(document.documentElement);
    window.addEventListener('resize', grown);

    document.addEventListener('click', event => {
      if (!event.target.closest?.('[data-to-end]')) return;
      following = true;
      toEnd();
      show();
      document.querySelector('[data-composer] textarea')?.focus({ preventScroll: true });
    });

    // A question that is sent brings its reader to it.
    document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
      if (ctx.sourceElement.matches('form[data-composer]')) following = true;
    });

    // What comes into the bar is in sight already: a plain autofocus would scroll the text away to reach it.
    document.addEventListener('htmx:after:swap', () => {
      const field = document.querySelector('[data-focus]');
      field?.removeAttribute('data-focus');
      field?.focus({ preventScroll: true });
    });

    // Older messages come in above: what is being read stays where it is, also at the very top.
    let held = null;
    document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
      const older = ctx.sourceElement?.closest?.('[data-older]');
      const next = older?.nextElementSibling;
      if (!next) return;
      following = false;
      held = { next, top: next.getBoundingClientRect().top };
    });
    document.addEventListener('htmx:after:swap', () => {
      if (!held?.next.isConnected) return;
      page.scrollTop += held.next.getBoundingClientRect().top - held.top;
      last = page.scrollTop;
      held = null;
    });
    show();
  }
}
