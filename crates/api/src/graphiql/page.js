
'use strict';
// The plain page works by itself; GraphiQL takes its place once it has come over the network.
(() => {
  const KEY = 'waymark-token';
  const token = document.getElementById('token');
  const forms = [...document.querySelectorAll('main form')];
  token.value = sessionStorage.getItem(KEY) ?? '';
  token.addEventListener('input', () => sessionStorage.setItem(KEY, token.value.trim()));

  function post(params, accept, signal) {
    const headers = { 'content-type': 'application/json', accept };
    const bearer = token.value.trim();
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    return fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(params), signal });
  }

  async function ask(params) {
    const answer = await post(params, 'application/graphql-response+json, application/json;q=0.9');
    return answer.json();
  }

  // graphql-sse, distinct connections: `next` events, then `complete`.
  async function* listen(params) {
    const leave = new AbortController();
    try {
      const answer = await post(params, 'text/event-stream', leave.signal);
      if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) {
        yield await answer.json();
        return;
      }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let waiting = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const events = (waiting + value).replaceAll('\r\n', '\n').split('\n\n');
        waiting = events.pop();
        for (const event of events) {
          const said = (name) => event.split('\n').filter((line) => line.startsWith(name))
            .map((line) => line.slice(name.length).trim()).join('\n');
          if (said('event:') === 'complete') return;
          if (said('event:') === 'next') yield JSON.parse(said('data:'));
        }
      }
    } finally {
      leave.abort();
    }
  }

  for (const form of forms) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const shown = form.querySelector('pre');
      shown.textContent = 'Asking…';
      try {
        shown.textContent = JSON.stringify(await ask({ query: form.elements.query.value }), null, 2);
      } catch (failure) {
        shown.textContent = `No answer: ${failure.message}`;
      }
    });
  }

  function subscribes(document, name) {
    const operations = document?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? [];
    const chosen = operations.find((operation) => !name || operation.name?.value === name);
    return chosen?.operation === 'subscription';
  }

  function mount() {
    const { React, ReactDOM, GraphiQL } = window;
    const styled = document.getElementById('graphiql-style').sheet;
    if (!React || !ReactDOM || !GraphiQL || !styled) return;
    let schemaCame = false;
    const fetcher = async (params, options) => {
      if (subscribes(options?.documentAST, params.operationName)) return listen(params);
      const answer = await ask(params);
      schemaCame ||= Boolean(answer.data?.__schema);
      return answer;
    };
    // Nothing that was asked or answered is kept: queries may name a person's pathway.
    const storage = { length: 0, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };
    const defaultTabs = forms.map((form) => {
      const query = form.elements.query.value;
      return { query: `# ${form.querySelector('h2').textContent}\n${query}` };
    });
    const root = ReactDOM.createRoot(document.getElementById('graphiql'));
    const props = { fetcher, storage, defaultTabs, isHeadersEditorEnabled: false, shouldPersistHeaders: false };
    const show = (key) => root.render(React.createElement(GraphiQL, { ...props, key }));
    token.addEventListener('change', () => schemaCame || show(token.value));
    document.body.classList.add('rich');
    show('');
  }
  document.addEventListener('DOMContentLoaded', mount);
})();
