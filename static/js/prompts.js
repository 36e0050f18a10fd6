// What is chosen behind the / in the composer: its text takes the place of the word. What a prompt leaves open is asked
// in #prompt-use first; the server fills it in.
{
  const box = () => document.getElementById('prompt-use');
  const say = detail => document.dispatchEvent(new CustomEvent('inglenook:say', { detail }));
  const LOST = 'The server does not answer, so the prompt was not inserted. Try again.';
  let place = null; // { field, start, end } while the box is open

  const put = ({ field, start, end }, text) => {
    field.setRangeText(text, start, end, 'end');
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.scrollTop = field.scrollHeight;
  };

  const ask = async (address, body) => {
    const about = { headers: { 'HX-Request': 'true' }, ...(body && { method: 'POST', body }) };
    const answer = await fetch(address, about).catch(() => null);
    const text = answer ? await answer.text() : '';
    // 422 is the form again; anything else is a refusal in its own words.
    if (answer?.ok || answer?.status === 422) return { ok: answer.ok, text };
    const page = new DOMParser().parseFromString(text, 'text/html');
    say(page.querySelector('.toast > span')?.textContent || LOST);
    return null;
  };

  const show = html => {
    box().querySelector('[data-use]').innerHTML = html;
    box().querySelector('h2').textContent = `Fill in /${box().querySelector('[data-use-form]').dataset.useForm}`;
    if (!box().open) box().showModal();
    (box().querySelector('[aria-invalid]') ?? box().querySelector('textarea, select'))?.focus();
  };

  document.addEventListener('inglenook:chosen', async event => {
    const { prompt, asks } = event.target.dataset;
    if (!prompt) return;
    const at = event.detail;
    const got = await ask(asks ?? prompt, asks ? null : new URLSearchParams());
    if (!got) return;
    if (!asks && got.ok) return put(at, got.text);
    place = at;
    show(got.text);
  });

  document.addEventListener('submit', async event => {
    const form = event.target.closest?.('#prompt-use form');
    if (!form) return;
    event.preventDefault();
    const got = await ask(form.action, new URLSearchParams(new FormData(form)));
    if (!got) return;
    if (!got.ok) return show(got.text);
    const at = place;
    box().close();
    put(at, got.text);
  });

  // Enter inserts, as in every small form; a line is broken with Shift, as in the composer.
  document.addEventListener('keydown', event => {
    const field = event.target.closest?.('#prompt-use textarea');
    if (!field || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  document.addEventListener('close', event => {
    if (event.target === box()) place?.field.focus();
  }, { capture: true });
}
