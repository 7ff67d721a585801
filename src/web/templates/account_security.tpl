{{%AUTOESCAPE context="HTML"}}
[[>account_nav]]
<div class="opening">
  <p class="over">{{EMAIL_NOW}}</p>
  <h1>[[safety.heading]]</h1>
</div>
{{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
<section class="setting" aria-labelledby="password-heading">
  <div><h2 id="password-heading">[[safety.password_heading]]</h2><p>[[safety.password_note]]</p></div>
  {{#PASSWORD_FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <input class="unseen" type="text" name="email" autocomplete="username" value="{{EMAIL_NOW}}" readonly tabindex="-1" aria-hidden="true">
      <div class="field">
        <label for="password">[[field.current_password]]</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      [[>new_password]]
      <button class="button quiet">[[safety.password_submit]]</button>
  </form>
  {{/PASSWORD_FORM}}
</section>
<section class="setting" aria-labelledby="factor-heading">
  <div><h2 id="factor-heading">[[safety.factor_heading]]</h2><p>[[safety.factor_note]]</p></div>
  <div class="form">
    {{#FACTOR_ON}}
    <p class="standing is-holds"><svg class="sign" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8.5"/><path class="cut" d="m6 10.3 2.8 2.8 5.200-6"/></svg> [[safety.factor_on]] <time datetime="{{FACTOR_TIME}}">{{FACTOR_SINCE}}</time></p>
    {{#FACTOR_REQUIRED}}<p class="hint">[[safety.factor_required]]</p>{{/FACTOR_REQUIRED}}
    {{/FACTOR_ON}}
    {{#FACTOR_OFF}}
    <p class="standing is-unknown"><svg class="sign" viewBox="0 0 20 20" aria-hidden="true"><circle class="ring" cx="10" cy="10" r="7.5"/></svg> [[safety.factor_off]]</p>
    {{#FACTOR_MUST}}<p class="problem">[[safety.factor_must]]</p>{{/FACTOR_MUST}}
    {{/FACTOR_OFF}}
    {{#SET_UP_FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="set-up-password">[[field.your_password]]</label>
        <input id="set-up-password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="set-up-password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="set-up-password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      <button class="button quiet">[[safety.factor_set_up]]</button>
    </form>
    {{/SET_UP_FORM}}
    {{#TURN_OFF_FORM}}
    <details class="more"{{#TURN_OFF_OPEN}} open{{/TURN_OFF_OPEN}}>
      <summary>[[safety.factor_turn_off_open]]</summary>
      <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="turn-off-password">[[field.your_password]]</label>
        <input id="turn-off-password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="turn-off-password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="turn-off-password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      <div class="field">
        <label for="turn-off-code">[[field.code]]</label>
        <input id="turn-off-code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" autocapitalize="none" spellcheck="false" required{{#CODE_PROBLEM}} aria-invalid="true" aria-describedby="turn-off-code-problem"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
        {{#CODE_PROBLEM}}<p class="problem" id="turn-off-code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
      </div>
      <button class="button danger">[[safety.factor_turn_off]]</button>
      </form>
    </details>
    {{/TURN_OFF_FORM}}
  </div>
</section>
{{#CODES}}
<section class="setting" aria-labelledby="codes-heading">
  <div><h2 id="codes-heading">[[safety.codes_heading]]</h2><p>[[safety.codes_note]]</p></div>
  <div class="form">
    <p class="standing"><b>{{CODES_LEFT}}</b> {{#ONE_LEFT}}[[safety.codes_left.one]]{{/ONE_LEFT}}{{#MANY_LEFT}}[[safety.codes_left.many]]{{/MANY_LEFT}}</p>
    {{#RENEW_FORM}}
    <details class="more"{{#RENEW_OPEN}} open{{/RENEW_OPEN}}>
      <summary>[[safety.codes_open]]</summary>
      <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="renew-password">[[field.your_password]]</label>
        <input id="renew-password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="renew-password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="renew-password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      <div class="field">
        <label for="renew-code">[[field.code]]</label>
        <input id="renew-code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" autocapitalize="none" spellcheck="false" required{{#CODE_PROBLEM}} aria-invalid="true" aria-describedby="renew-code-problem"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
        {{#CODE_PROBLEM}}<p class="problem" id="renew-code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
      </div>
      <button class="button quiet">[[safety.codes_submit]]</button>
      </form>
    </details>
    {{/RENEW_FORM}}
  </div>
</section>
{{/CODES}}
<section class="setting" aria-labelledby="sessions-heading">
  <div><h2 id="sessions-heading">[[safety.sessions_heading]]</h2><p>[[safety.sessions_note]]</p></div>
  <div>
    <ul class="rows">
      {{#SESSION}}
      <li>
        <div>
          <p id="{{SESSION_TEXT_ID}}"><b>{{DEVICE}}</b>{{#HERE}} <span class="tag">[[safety.session_here]]</span>{{/HERE}}</p>
          <p class="hint">{{ADDRESS}}</p>
          <p class="hint">[[safety.session_used]] <time datetime="{{USED_TIME}}">{{USED}}</time>, [[safety.session_since]] <time datetime="{{SINCE_TIME}}">{{SINCE}}</time></p>
        </div>
        {{#END_FORM}}
        <form method="post" action="?lang=[[layout.tag]]">
          [[>guarded_form]]
          <input type="hidden" name="session" value="{{SESSION_ID}}">
          <button class="button quiet small" aria-describedby="{{SESSION_TEXT_ID}}">[[safety.session_end]]</button>
        </form>
        {{/END_FORM}}
      </li>
      {{/SESSION}}
    </ul>
    {{#END_OTHERS_FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <button class="button danger">[[safety.sessions_end_others]]</button>
    </form>
    {{/END_OTHERS_FORM}}
  </div>
</section>
