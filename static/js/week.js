// A click on the line of a day chooses a moment of it for [data-picks], and the line shows which moment is chosen.
// The field is the way of the keyboard; [data-picking] is a sentence that is true only with this script.
{
  const SVG = 'http://www.w3.org/2000/svg';
  const WIDTH = 240; // of a line, in its own units
  const MARK = 1.8;
  const DAY = 86400;

  const field = () => document.querySelector('[data-picks]');
  const two = number => String(number).padStart(2, '0');
  const said = () => { for (const words of document.querySelectorAll('[data-picking]')) words.hidden = false; };

  const show = () => {
    document.querySelector('.week .chosen')?.remove();
    const [day, time = ''] = field()?.value.split('T') ?? [''];
    const line = [...document.querySelectorAll('.week svg')].find(each => each.dataset.day === day);
    if (!line || !time) return;
    const [hours, minutes, seconds = 0] = time.split(':').map(Number);
    const at = WIDTH * (hours * 3600 + minutes * 60 + seconds) / DAY;
    const mark = document.createElementNS(SVG, 'rect');
    const shape = { class: 'chosen', x: Math.min(at, WIDTH - MARK), y: 3, width: MARK, height: 26 };
    for (const [name, value] of Object.entries(shape)) mark.setAttribute(name, value);
    line.append(mark);
  };

  document.addEventListener('click', event => {
    const line = event.target.closest?.('.week svg');
    if (!line || !field()) return;
    const { left, width } = line.getBoundingClientRect();
    const second = Math.min(DAY - 1, Math.max(0, Math.floor((event.clientX - left) / width * DAY)));
    const time = [second / 3600, second / 60 % 60, second % 60].map(part => two(Math.floor(part))).join(':');
    field().value = `${line.dataset.day}T${time}`;
    show();
  });
  document.addEventListener('input', event => { if (event.target === field()) show(); });
  document.addEventListener('htmx:after:swap', said);
  said();
}
