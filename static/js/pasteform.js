// The form of a paste: one more file without a round trip, files dropped onto a text, Ctrl Enter keeps it.
{
  const form = document.querySelector('[data-paste-form]');
  const say = text => document.dispatchEvent(new CustomEvent('inglenook:say', { detail: text }));
  const LARGEST = 1 << 20;

  if (form) {
    const parts = form.querySelector('[data-parts]');
    const template = form.querySelector('[data-part-template]');
    const more = form.querySelector('[data-more]');
    let next = parts.querySelectorAll('.part-field').length;

    const add = () => {
      next += 1;
      const field = template.content.firstElementChild.cloneNode(true);
      for (const node of [field, ...field.querySelectorAll('[id], [for]')]) {
        if (node.id) node.id = node.id.replace(/-0$/, `-${next}`);
        if (node.htmlFor) node.htmlFor = node.htmlFor.replace(/-0$/, `-${next}`);
      }
      field.querySelector('legend').textContent = `File ${next}`;
      more.before(field);
      return field;
    };

    // A file that is text goes where it can be edited; any other is sent as it is.
    const take = async (file, field) => {
      if (file.size <= LARGEST) {
        const text = await new Response(file).arrayBuffer().then(
          data => new TextDecoder('utf-8', { fatal: true }).decode(data)).catch(() => null);
        if (text !== null && !text.includes('\0')) {
          const area = field.querySelector('[data-text]');
          const into = area.value === '' ? field : add();
          into.querySelector('[data-text]').value = text;
          into.querySelector('[name=name]').value = file.name;
          return;
        }
      }
      const input = form.querySelector('[data-files]');
      const kept = new DataTransfer();
      for (const each of [...input.files, file]) kept.items.add(each);
      input.files = kept.files;
      say(`“${file.name}” is not a short text: it is added as a file.`);
    };

    form.addEventListener('click', event => {
      if (event.target.closest('[data-more]')) {
        event.preventDefault();
        add().querySelector('input').focus();
      }
      const out = event.target.closest('[data-out]');
      if (out) {
        out.closest('.part-field').remove();
        more.focus();
      }
    });
    form.addEventListener('dragover', event => {
      const field = event.target.closest('.part-field');
      if (!field || !event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      field.classList.add('dropping');
    });
    form.addEventListener('dragleave', event => event.target.closest('.part-field')?.classList.remove('dropping'));
    form.addEventListener('drop', async event => {
      const field = event.target.closest('.part-field');
      if (!field || !event.dataTransfer.files.length) return;
      event.preventDefault();
      field.classList.remove('dropping');
      for (const file of event.dataTransfer.files) await take(file, field);
    });
    form.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector('.button.primary'));
    });
  }
}
