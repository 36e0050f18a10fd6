// Boxes: opening where the browser does not know commandfor, asking before what cannot be undone, closing menus.
{
  const boxFor = button => document.getElementById(button.getAttribute('commandfor'));

  if (!('command' in HTMLButtonElement.prototype)) {
    document.addEventListener('click', event => {
      const button = event.target.closest?.('button[commandfor]');
      const box = button && boxFor(button);
      if (!box) return;
      if (button.getAttribute('command') === 'show-modal' && !box.open) box.showModal();
      if (button.getAttribute('command') === 'close') box.close();
    });
  }

  // A click beside a box closes it, as Esc does; a text that was begun in it stays.
  document.addEventListener('pointerdown', event => {
    const box = event.target;
    if (!(box instanceof HTMLDialogElement) || !box.open || box.dataset.stays !== undefined) return;
    const { left, right, top, bottom } = box.getBoundingClientRect();
    const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!inside) box.close();
  });

  // What was chosen in a menu closes it, unless the choice is a switch.
  document.addEventListener('click', event => {
    const chosen = event.target.closest?.('.menu[popover] :is(a, button)');
    chosen?.closest('[popover]').hidePopover?.();
  });

  const ask = (question, word) => new Promise(resolve => {
    const box = document.getElementById('confirm');
    box.querySelector('h2').textContent = question;
    const yes = box.querySelector('[data-yes]');
    yes.textContent = word || 'Do it';
    let agreed = false;
    const press = event => {
      if (!event.target.closest('[data-yes], [data-no]')) return;
      agreed = event.target.closest('[data-yes]') !== null;
      box.close();
    };
    box.addEventListener('click', press);
    box.addEventListener('close', () => { box.removeEventListener('click', press); resolve(agreed); }, { once: true });
    box.showModal();
  });

  // <form data-confirm="The question" data-confirm-word="Delete">: asked once, then sent by the same button.
  const agreed = new WeakSet();
  document.addEventListener('submit', async event => {
    const asks = event.submitter?.closest('[data-confirm]') ?? event.target.closest('[data-confirm]');
    if (!asks || agreed.delete(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target: form, submitter } = event;
    if (!await ask(asks.dataset.confirm, asks.dataset.confirmWord)) return;
    agreed.add(form);
    form.requestSubmit(submitter);
  }, { capture: true });

  document.addEventListener('htmx:confirm', async event => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    event.preventDefault();
    if (await ask(ctx.confirm, ctx.sourceElement.dataset.confirmWord)) issueRequest();
    else dropRequest();
  });
}
