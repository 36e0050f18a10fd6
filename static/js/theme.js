// Light or dark: the switch works for this page at once, and is kept for the person.
{
  const root = document.documentElement;

  document.addEventListener('change', async event => {
    const form = event.target.closest?.('form[data-theme-form]');
    if (!form) return;
    const theme = new FormData(form).get('theme') ?? '';
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    // The switch in the menu rules the page without a script: every switch says the same.
    for (const input of document.querySelectorAll('form[data-theme-form] input[name=theme]')) input.checked = input.value === theme;
    const kept = await fetch(form.action, {
      method: 'POST', body: new URLSearchParams({ theme }), redirect: 'manual', headers: { 'HX-Request': 'true' },
    }).then(answer => answer.ok || answer.type === 'opaqueredirect', () => false);
    const detail = 'The choice could not be kept. It holds for this page.';
    if (!kept) document.dispatchEvent(new CustomEvent('inglenook:say', { detail }));
  });
}
