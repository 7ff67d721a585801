// Beside the field for a new password: how strong it is while one types, and suggestions without leaving the page. It
// knows nothing of passwords itself: it asks the server, which judges the form too. Without it, each button of the form
// does what it did before.
'use strict';

{
  const kPause = 400;  // ms without a key before the server is asked
  const part = (name) => document.getElementById(`new_password${name}`);
  const field = part('');
  const tools = part('-tools');
  const strength = part('-strength');
  const meter = part('-meter');
  const said = part('-said');
  const suggestion = part('-suggestion');
  const suggested = part('-suggested');

  const valueOf = (name) => field.form.elements.namedItem(name)?.value ?? '';

  const ask = async (path, fields) => {
    const language = encodeURIComponent(document.documentElement.lang);
    const body = new URLSearchParams({ csrf_token: tools.dataset.token, intent: 'password_tools', ...fields });
    const response = await fetch(`${path}?lang=${language}`, { method: 'POST', body, cache: 'no-store', redirect: 'error' });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  };

  const show = (score, word, text) => {
    meter.dataset.score = word === '' ? 'none' : String(score);
    meter.setAttribute('aria-valuenow', String(score));
    meter.setAttribute('aria-valuetext', word);
    if (said.textContent !== text) said.textContent = text;
  };

  // Of several questions under way the last one's answer counts.
  let asked = 0;
  const measure = async () => {
    asked += 1;
    const mine = asked;
    if (field.value === '') {
      show(0, '', '');
      return;
    }
    try {
      const fields = { new_password: field.value, name: valueOf('name'), email: valueOf('email'),
        second_factor: tools.dataset.factor };
      const answer = await ask('/password/strength', fields);
      if (mine === asked) show(answer.score, answer.strength, [answer.strength, ...answer.problems].join(' '));
    } catch {
      // Advice, and no more: the form is judged when it is sent.
      if (mine === asked) show(0, '', '');
    }
  };

  let pause;
  const measureSoon = () => {
    clearTimeout(pause);
    pause = setTimeout(measure, kPause);
  };

  const suggest = async (button) => {
    try {
      const { password } = await ask('/password/suggestion', { kind: button.value });
      suggested.textContent = password;
      part('-suggestion-label').textContent = suggestion.dataset.filled;
      suggestion.hidden = false;
      field.value = password;
      clearTimeout(pause);
      await measure();
    } catch {
      field.form.requestSubmit(button);
    }
  };

  for (const button of tools.querySelectorAll('button[name=suggest]')) {
    button.addEventListener('click', (event) => {
      event.preventDefault();
      suggest(button);
    });
  }
  field.addEventListener('input', () => {
    // What is no longer in the field is nobody's password.
    if (!suggestion.hidden && suggested.textContent !== field.value) suggestion.hidden = true;
    measureSoon();
  });
  for (const name of ['name', 'email']) field.form.elements.namedItem(name)?.addEventListener('change', measureSoon);
  strength.hidden = false;
  if (field.value !== '') measure();
}
