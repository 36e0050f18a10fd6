// Toasts go after eight seconds, but never while they are pointed at or hold the keyboard.
// Another module says something with: document.dispatchEvent(new CustomEvent('inglenook:say', {detail: 'words'}))
{
  const STAY = 8000;
  const place = document.getElementById('toasts');

  const keep = toast => {
    let timer;
    const leave = () => { timer = setTimeout(() => toast.remove(), STAY); };
    const stay = () => clearTimeout(timer);
    for (const name of ['pointerenter', 'focusin']) toast.addEventListener(name, stay);
    for (const name of ['pointerleave', 'focusout']) {
      toast.addEventListener(name, () => {
        stay();
        if (!toast.matches(':hover') && !toast.matches(':focus-within')) leave();
      });
    }
    leave();
  };

  const say = text => {
    const toast = document.createElement('div');
    toast.className = 'toast';
    toast.setAttribute('role', 'status');
    toast.append(Object.assign(document.createElement('span'), { textContent: text }));
    place.append(toast);
  };

  if (place) {
    for (const toast of place.children) keep(toast);
    new MutationObserver(changes => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof HTMLElement) keep(node);
      }
      while (place.children.length > 3) place.firstElementChild.remove();
    }).observe(place, { childList: true });
    document.addEventListener('inglenook:say', event => say(event.detail));

    // What was pressed in a toast has been answered; its toast has nothing more to say.
    document.addEventListener('click', event => {
      const toast = event.target.closest?.('#toasts .toast :is(a, button)')?.closest('.toast');
      if (toast) setTimeout(() => toast.remove(), 400);
    });
  }
}
