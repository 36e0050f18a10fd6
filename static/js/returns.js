// [data-returns] stands on a page whose server is about to start again. When the line to it breaks, the address in it
// is asked until it tells another start than data-start, or a sign-in page does; then the page is loaded anew.
{
  const WAIT = 600;
  let asking = false;

  const place = () => document.querySelector('[data-returns]');
  const lost = is => { for (const line of document.querySelectorAll('[data-lost]')) line.hidden = !is; };
  const told = async address => {
    try {
      const answer = await fetch(address, { cache: 'no-store' });
      return answer.ok ? await answer.text() : '';
    } catch {
      return ''; // nobody is there yet
    }
  };

  const comeBack = async () => {
    if (asking || !place()) return;
    asking = true;
    lost(true);
    while (asking && place()) {
      await new Promise(resolve => setTimeout(resolve, WAIT));
      const { returns, start } = place()?.dataset ?? {};
      const said = asking && returns ? await told(returns) : '';
      if (said && said.trim() !== start) return location.reload();
    }
    asking = false;
  };

  for (const name of ['htmx:sse:error', 'htmx:error', 'htmx:response:error']) document.addEventListener(name, comeBack);
  document.addEventListener('htmx:sse:close', ({ detail: { reason } }) => { if (reason !== 'message') comeBack(); });
  document.addEventListener('htmx:sse:after:connection', () => {
    asking = false;
    lost(false);
  });
}
