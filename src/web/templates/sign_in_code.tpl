{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[sign_in.over]] <b>{{SITE}}</b></p>
    <h1>[[code.heading]]</h1>
    <p class="lead">[[code.lead]]</p>
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="code">[[field.code]]</label>
        <input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" autocapitalize="none" spellcheck="false" required{{#CODE_PROBLEM}} aria-invalid="true" aria-describedby="code-problem"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
        {{#CODE_PROBLEM}}<p class="problem" id="code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
      </div>
      <button class="button">[[code.submit]]</button>
    </form>
    {{/FORM}}
    {{#RECOVERY_FORM}}
    <details class="more"{{#RECOVERY_OPEN}} open{{/RECOVERY_OPEN}}>
      <summary>[[code.recovery]]</summary>
      <form class="form" method="post" action="?lang=[[layout.tag]]">
        [[>guarded_form]]
        <div class="field">
          <label for="recovery-code">[[field.recovery_code]]</label>
          <input class="code" id="recovery-code" name="code" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="64" required aria-describedby="{{#CODE_PROBLEM}}recovery-code-problem {{/CODE_PROBLEM}}recovery-code-hint"{{#CODE_PROBLEM}} aria-invalid="true"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
          {{#CODE_PROBLEM}}<p class="problem" id="recovery-code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
          <p class="hint" id="recovery-code-hint">[[code.recovery_hint]]</p>
        </div>
        <button class="button quiet">[[code.recovery_submit]]</button>
      </form>
    </details>
    {{/RECOVERY_FORM}}
    <ul class="beside">
      <li><a href="{{AGAIN_URL}}">[[code.again]]</a></li>
    </ul>
  </div>
</div>
