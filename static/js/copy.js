// [data-copy] copies: nothing said, the code around it; '#id', that element; '/address', the text that it answers.
{
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));

  const wanted = async button => {
    const from = button.dataset.copy;
    if (from.startsWith('/')) {
      const answer = await fetch(from);
      if (!answer.ok) throw new Error(`${answer.status} from ${from}`);
      return answer.text();
    }
    const source = from ? document.querySelector(from) : button.closest('.code')?.querySelector('pre');
    return (source.value ?? source.textContent).replace(/\n$/, '');
  };

  // Over plain http there is no clipboard, but a selection can still be copied.
  const copySelected = text => {
    const field = document.createElement('textarea');
    field.value = text;
    field.readOnly = true;
    field.className = 'unseen';
    const before = document.activeElement;
    (document.querySelector('dialog[open]') ?? document.body).append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    before?.focus({ preventScroll: true });
    return copied;
  };

  const copy = async text => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copySelected(text);
    }
  };

  const answer = (button, word) => {
    const label = [...button.childNodes].findLast(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!label) return say(word === 'Copied' ? 'Copied.' : word);
    const before = button.dataset.word ??= label.data;
    label.data = word;
    setTimeout(() => { label.data = before; }, 2000);
  };

  document.addEventListener('click', async event => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    event.preventDefault();
    const text = await wanted(button).catch(() => null);
    if (text === null) return say('There was nothing to copy. Reload the page and try again.');
    if (await copy(text)) answer(button, 'Copied');
    else say('This browser does not allow copying here. Select the text and press Ctrl C.');
  });
}
