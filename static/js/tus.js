// One file in pieces, by tus 1.0: a lost line or a restart of the server costs only the piece that was on its way.
// Another module sends with: document.dispatchEvent(new CustomEvent('inglenook:send', {detail: upload})), where upload
// is {file, name, address, about: {folder_id ...}, url, tell(state)}; `upload.abort()` stops it, state says how far it is.
{
  const PIECE = 8 << 20; // many proxies let no more than 10 MB through
  const PATIENCE = 60_000;
  const SLOWEST = 8000;
  const HEADERS = { 'Tus-Resumable': '1.0.0' };
  const wait = ms => new Promise(resolve => { setTimeout(resolve, ms); addEventListener('online', resolve, { once: true }); });

  class Refused extends Error {}

  // What the server says for people, in whatever shape.
  const words = text => {
    try {
      const told = JSON.parse(text);
      return told.message ?? told.error?.message ?? told.detail ?? '';
    } catch {
      return /^\s*</.test(text) ? '' : text.trim().slice(0, 300);
    }
  };

  const ask = (upload, method, address, headers = {}, body = null) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    upload.request = request;
    request.open(method, address);
    for (const [name, value] of Object.entries({ ...HEADERS, Accept: 'application/json', ...headers })) {
      request.setRequestHeader(name, value);
    }
    let silent;
    const listen = () => { clearTimeout(silent); silent = setTimeout(() => request.abort(), PATIENCE); };
    request.upload.addEventListener('progress', event => { listen(); if (body) upload.sent(event.loaded); });
    request.addEventListener('load', () => resolve(request));
    request.addEventListener('error', () => reject(new TypeError('the line is cut')));
    request.addEventListener('abort', () => reject(new TypeError('the line is cut')));
    request.addEventListener('loadend', () => clearTimeout(silent));
    listen();
    request.send(body);
  });

  const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  const begin = async upload => {
    const told = { filename: upload.name, ...upload.about };
    const metadata = Object.entries(told).filter(([, value]) => value).map(([name, value]) => `${name} ${base64(value)}`);
    const answer = await ask(upload, 'POST', upload.address,
      { 'Upload-Length': String(upload.file.size), 'Upload-Metadata': metadata.join(',') });
    if (answer.status !== 201) throw failure(answer);
    upload.url = new URL(answer.getResponseHeader('Location'), location.href).pathname;
    upload.made = answer.getResponseHeader('Upload-File');
    upload.offset = 0;
    upload.tell('begun');
  };

  const failure = answer => {
    const said = words(answer.responseText);
    if (answer.status === 409 && !said) return new Refused('Somebody was faster with another version. Reload the page, and look at it first.');
    // The lock of another request, a server that restarts or a proxy without one behind it: that passes.
    if (answer.status === 423 || answer.status === 429 || answer.status >= 502 && answer.status <= 504) return new TypeError(said);
    return new Refused(said || `The server answered ${answer.status}.`);
  };

  // How much of it the server holds; null when it knows nothing of it.
  const held = async upload => {
    const answer = await ask(upload, 'HEAD', upload.url);
    if (answer.status === 404 || answer.status === 410) return null;
    if (answer.status !== 200 && answer.status !== 204) throw failure(answer);
    upload.made = answer.getResponseHeader('Upload-File');
    return Number(answer.getResponseHeader('Upload-Offset'));
  };

  const piece = async upload => {
    const body = upload.file.slice(upload.offset, upload.offset + PIECE);
    const answer = await ask(upload, 'PATCH', upload.url,
      { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(upload.offset) }, body);
    if (answer.status === 409) { // it goes on elsewhere, or its end is refused: asked once more, that is told
      upload.offset = await held(upload);
      if (upload.offset === null) throw failure(answer);
      return;
    }
    if (answer.status !== 204) throw failure(answer);
    upload.offset = Number(answer.getResponseHeader('Upload-Offset'));
    upload.made = answer.getResponseHeader('Upload-File') ?? upload.made;
    upload.tell('going');
  };

  const all = async upload => {
    if (upload.url) {
      const offset = await held(upload);
      if (offset === null) upload.url = '';
      else upload.offset = offset;
    }
    if (!upload.url) await begin(upload);
    while (!upload.made && !upload.gone) await piece(upload);
  };

  const send = async upload => {
    let pause = 500;
    upload.gone = false;
    while (!upload.gone) {
      const before = upload.offset;
      try {
        await all(upload);
        return upload.gone || upload.tell('done');
      } catch (error) {
        if (upload.gone) return;
        if (error instanceof Refused) {
          upload.said = error.message;
          return upload.tell('refused');
        }
        if (error.name === 'NotReadableError' || error.name === 'NotFoundError') {
          upload.said = 'This file can no longer be read: it was changed or moved.';
          return upload.tell('refused');
        }
        pause = upload.offset > before ? 500 : Math.min(pause * 2, SLOWEST);
        upload.tell('waiting');
        await wait(pause);
      }
    }
  };

  const stop = upload => {
    upload.gone = true;
    upload.request?.abort();
    if (upload.url) fetch(upload.url, { method: 'DELETE', headers: HEADERS, keepalive: true }).catch(() => null);
  };

  document.addEventListener('inglenook:send', ({ detail: upload }) => {
    upload.offset ??= 0;
    upload.sent ??= () => {};
    upload.abort = () => stop(upload);
    send(upload);
  });
}
